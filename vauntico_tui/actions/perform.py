"""The one executor's parts: whether an action may be done just now, and doing it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from vauntico_tui.actions.registry import BY_ID, Action, Target
from vauntico_tui.base.problems import InputError, did_you_mean
from vauntico_tui.base.text import one_line


@dataclass(frozen=True, slots=True)
class Done:
    """How an action ended; `message` is one line for the person who asked. `code` says why not, for programs: lost
    (somebody was first), refused (the state forbids it), unreachable (the journal), not_allowed, or "" for the rest."""

    ok: bool
    message: str
    code: str = ""


Executor = Callable[[Target | None, Mapping[str, str]], Awaitable[Done]]
"""Does one action. Raises InputError where what it was given can't be used."""

Why = Callable[[Action, Target | None], str | None]
"""Why an action can't be done just now, or None."""


def missing(action: Action, target: Target | None) -> str | None:
    """What must be selected first, or None. An empty target never falls back to anything."""
    if action.needs and target is None:
        return "nothing is selected"
    if action.needs == "link" and target is not None and not target.link:
        return f"{one_line(target.title, 60)} has no page"
    return None


async def perform(
    action_id: str, target: Target | None, args: Mapping[str, str], *, executors: Mapping[str, Executor], why: Why
) -> Done:
    """Do an action if it may be done; every refusal and failure is a sentence, never an exception."""
    action = BY_ID.get(action_id)
    if action is None:
        hint = did_you_mean(action_id, BY_ID)
        return Done(False, f"there is no action {one_line(action_id, 60)!r}" + (f"; {hint}" if hint else ""))
    if refused := why(action, target):
        return Done(False, f"{action.title}: {refused}")
    executor = executors.get(action_id)
    if executor is None:
        return Done(False, f"{action.title}: this is done on the screen")
    try:
        return await executor(target, args)
    except InputError as error:
        return Done(False, f"{action.title}: {'; '.join(str(problem) for problem in error.problems)}")
