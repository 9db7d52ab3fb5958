"""What taking an execution back would do to each step, told before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vauntico_tui.actions.remedy.engine import Handed, running_of
from vauntico_tui.actions.remedy.kinds import Kind
from vauntico_tui.actions.remedy.model import Execution, StepRun

NOTHING_STAYS: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Way:
    """A step, the last one first: whether it is taken back, and how; or why it stays. `deletes` are the secrets that
    go with it."""

    index: int
    title: str
    can: bool
    how: str
    deletes: tuple[str, ...] = ()


def ways(execution: Execution, stays: Mapping[int, str] = NOTHING_STAYS) -> tuple[Way, ...]:
    """By what the steps made; `stays` is what a look at the world has told beyond that."""
    merged = {str(one.result.get("number")) for one in execution.steps if one.do == "merge" and one.mark == "done"}
    found: list[Way] = []
    for step in reversed(execution.steps):
        if step.mark not in {"done", "unsure", "undoing", "stays"} and not step.in_part:
            continue
        undo = execution.plan.steps[step.index].undo
        can, how, deletes = undo.can, undo.how, _secrets(step)
        if step.mark == "stays":
            can, how = False, step.said or how
        elif step.index in stays:
            can, how = False, stays[step.index]
        elif step.do == "pull_request" and can and str(step.result.get("number")) in merged:
            can, how = False, f"#{step.result['number']} is merged; revert it with a pull request of its own"
        elif deletes and can:
            how = _deleting(deletes, step)
        found.append(Way(step.index, step.title, can, how, deletes if can else ()))
    return tuple(found)


async def staying(execution: Execution, kinds: Mapping[str, Kind[Any]]) -> dict[int, str]:
    """What can't be taken back as the world is now, by a step's index. Changes nothing; raises StepError."""
    found: dict[int, str] = {}
    for step in execution.steps:
        plan = execution.plan.steps[step.index]
        look = getattr(kinds.get(plan.do), "stays", None)
        if look is None or step.mark != "done" or not plan.undo.can:
            continue
        if why := await look(plan, running_of(execution, plan, Handed()).results.get(plan.id, {})):
            found[step.index] = why
    return found


def _secrets(step: StepRun) -> tuple[str, ...]:
    """The names of secrets that were not there before."""
    new = step.result.get("new", ()) if step.do == "secrets" else ()
    return tuple(str(name) if scope == "repository" else f"{name} ({scope})" for name, scope in new)


def _deleting(names: tuple[str, ...], step: StepRun) -> str:
    was = "it was" if len(names) == 1 else "they were"
    stays = ", ".join(str(name) for name, _ in step.result.get("replaced", ()))
    said = f"DELETES the secret{'' if len(names) == 1 else 's'} {', '.join(names)}: {was} not there before"
    return said + (f"; the old value of {stays} can't be restored" if stays else "")
