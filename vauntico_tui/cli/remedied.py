"""What commands share that carry out a runbook: its plan is shown, that very plan is confirmed and run, each step is
told on stderr, and the end is a code."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.text import clean, one_line
from vauntico_tui.cli import asking, exits
from vauntico_tui.cli.context import write
from vauntico_tui.cli.journaled import GATHER, Ended, Session
from vauntico_tui.cli.merged import all_taken
from vauntico_tui.cli.remedy_text import Progress, execution_json, plan_json, plan_text
from vauntico_tui.cli.stopping import Stopping

if TYPE_CHECKING:
    from vauntico_tui.actions.perform import Done
    from vauntico_tui.actions.remedy.model import Execution, RunPlan, Subject
    from vauntico_tui.actions.remedy.remedy import Remedy
    from vauntico_tui.runbooks.model import Runbook

CODES = {"lost": exits.FIRST, "refused": exits.FIRST, "moved": exits.FIRST, "unreachable": exits.UNREACHABLE,
         "not_allowed": exits.FORBIDDEN, "failed": exits.WRONG, "unmet": exits.WRONG,
         "cancelled": exits.INTERRUPTED}  # fmt: skip
"""What the end of an execution ends a command with; the rest of what is not ok is a step that failed."""

_WAITS = frozenset({"wait", "merge", "approval"})
"""Kinds of steps that look at what the sources read."""

Secrets = Callable[["RunPlan"], Awaitable[Mapping[str, str]]]


async def _no_secrets(_plan: RunPlan) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class How:
    """How a command carries it out. `by` is who acts, where that is said; `secrets` asks for the values that a plan
    needs, after it was confirmed; `merged` are files as a person merged them, by path."""

    yes: bool = False
    dry_run: bool = False
    as_json: bool = False
    by: str | None = None
    secrets: Secrets = field(default=_no_secrets)
    merged: Mapping[str, str] = field(default_factory=dict)


def how_options(command: Any) -> Any:
    """`--yes`, `--dry-run`, `--json` and `--as`."""
    for option in (
        click.option("--as", "by", metavar="NAME", help="Who acts; else [escalation] me, else your user."),
        click.option("--json", "as_json", is_flag=True, help="For programs: the plan, and how it ended."),
        click.option("--dry-run", is_flag=True, help="Show the plan and send nothing."),
        click.option("--yes", "-y", is_flag=True, help="Do not ask: run the plan as it is."),
    ):
        command = option(command)
    return command


def find_runbook(remedy: Remedy, ident: str) -> Runbook:
    """A runbook by its id. Raises InputError."""
    books = {one.id: one for one in remedy.runbooks()}
    if ident not in books:
        hint = did_you_mean(ident, books) or "`vauntico-tui runbook list` names all"
        raise InputError([Problem(f'there is no runbook "{one_line(ident, 60)}"', hint=hint)])
    return books[ident]


async def carry_out(
    session: Session, ident: str, subject: Subject, given: Mapping[str, str], how: How, *,
    prepared: Runbook | None = None,
) -> int:  # fmt: skip
    """Plan a runbook, show the plan, have it confirmed, run it. Returns the exit code; raises InputError."""
    from vauntico_tui.actions.remedy.kinds import StepError

    remedy = session.room.remedy
    try:
        runbook = prepared or await remedy.prepare(find_runbook(remedy, ident), subject)
        plan = await remedy.plan(ident, subject, given, runbook=runbook, edited=how.merged)
        all_taken(how.merged, plan)
    except StepError as error:  # nothing can be read at all
        code = exits.FORBIDDEN if error.trouble.kind in {"auth", "scope"} else exits.UNREACHABLE
        raise Ended(code, str(error.trouble)) from None
    if plan.nothing_to_do and plan.yet:  # whether that is a good end, the sources say
        await session.room.gather(GATHER)
        plan = remedy.weighed(plan)
    if not how.as_json:
        stream = sys.stdout if how.dry_run else sys.stderr
        click.echo(clean("\n".join(plan_text(plan))), file=stream)
    if plan.blocked or plan.nothing_to_do or how.dry_run:
        return _not_run(plan, how)
    if session.room.view.read_only:
        raise Ended(exits.FORBIDDEN, "the war room is read-only (read_only in the config)")
    await _tell_of_one_before(remedy, plan, how)
    if not how.yes:
        await _ask_for(plan, how)
    secrets = await how.secrets(plan)
    waits = bool(plan.verify) or any(step.do in _WAITS for step in plan.steps)
    done, execution = await perform(
        session, "runbook.run", plan.id, how, subject=subject, secrets=secrets, polling=waits
    )
    return tell(done, execution, how, plan)


def _not_run(plan: RunPlan, how: How) -> int:
    code = exits.DONE
    if plan.blocked:
        code = exits.FORBIDDEN if any(not gate.open for gate in plan.gates) else exits.FIRST
    elif plan.unmet:
        code = exits.WRONG
    if how.as_json:
        message = "; ".join(plan.blocked) or (plan.nothing if plan.nothing_to_do else "nothing was sent")
        _json({"ok": code == exits.DONE, "message": message, "plan": plan_json(plan), "execution": None})
    elif plan.blocked:
        click.echo(clean("it can't be run: " + "; ".join(plan.blocked)), err=True)
    elif plan.nothing_to_do:
        click.echo(clean(plan.nothing), err=True)
    return code


async def _tell_of_one_before(remedy: Remedy, plan: RunPlan, how: How) -> None:
    """Say what was cut off before and could be gone on with. Raises Ended where a step of it may have been done and
    nobody is asked: no step is done twice."""
    before = next((one for one in await remedy.executions() if one.comes_before(plan)), None)
    if before is None:
        return
    said = f"{plan.title}: begun before by {before.by}, {before.mark}"
    ways = f"`runbook resume {before.id[:8]}` goes on with it, `runbook undo {before.id[:8]}` takes it back"
    if before.in_doubt and how.yes:
        step = before.in_doubt[0]
        doubt = f"step {step.index + 1} {step.title} may have been done, and would be done again"
        raise Ended(exits.FIRST, f"{said}; {doubt}: {ways}; without --yes you are asked whether to begin anew")
    click.echo(clean(f"{said}: {ways}; this plan begins anew"), err=True)


async def _ask_for(plan: RunPlan, how: How) -> None:
    """Have the plan that was shown confirmed. Raises Ended."""
    if how.as_json or not sys.stdin.isatty():
        raise Ended(exits.UNREADABLE, "nobody can be asked here: --yes runs the plan, --dry-run shows it")
    if not await asking.confirm(f"{plan.title}: run this plan?"):
        raise Ended(exits.DONE, "nothing was sent")


async def confirm(question: str, *, yes: bool) -> bool:
    """A step's question: a person's yes at the terminal; `--yes` answers all but a doubt."""
    from vauntico_tui.actions.remedy.model import Doubt

    if yes and not isinstance(question, Doubt):
        return True
    if not sys.stdin.isatty():
        click.echo(clean(f"{question} - nobody can be asked here"), err=True)
        return False
    try:
        return await asking.confirm(question)
    except EOFError:
        return False


async def perform(
    session: Session, action: str, ident: str, how: How, *,
    subject: Subject | None = None, secrets: Mapping[str, str] | None = None, polling: bool = False,
    before: Execution | None = None, **more: str,
) -> tuple[Done, Execution | None]:  # fmt: skip
    """Run, resume or undo; ctrl+c stops it between two requests, and a second one leaves at once. With `polling` the
    sources are read meanwhile, for what waits for a check; what was so `before` is not told again. Returns how it
    ended, and the execution."""
    from vauntico_tui.actions.registry import Target

    remedy = session.room.remedy
    target = Target(subject.kind, subject.id, subject.title, subject.link) if subject and subject.kind else None
    progress = Progress(bars=sys.stderr.isatty() and not how.as_json, before=before)
    stopping = Stopping(lambda: remedy.cancel(progress.execution.id) if progress.execution is not None else None)

    def told(execution: Execution) -> None:
        progress.told(execution)
        if stopping.stopped:  # by a signal that came before it had begun
            remedy.cancel(execution.id)

    leave = remedy.listen(told)
    remedy.hand_over(ident, secrets, lambda question: stopping.unless(confirm(question, yes=how.yes)))
    args = {"plan" if action == "runbook.run" else "execution": ident, **more, **({"as": how.by} if how.by else {})}
    reading = asyncio.create_task(session.room.run(keeping=False)) if polling else None
    try:
        with stopping.heard():
            done = await session.room.perform(action, target, **args)
    finally:
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        leave()
        remedy.hand_over(ident)
        progress.end()
    return done, progress.execution


def tell(done: Done, execution: Execution | None, how: How, plan: RunPlan | None = None) -> int:
    """How it ended, on stdout; returns the exit code."""
    code = exits.DONE if done.ok else CODES.get(done.code, exits.WRONG)
    if how.as_json:
        _json({
            "ok": done.ok, "message": done.message, "plan": plan_json(plan) if plan is not None else None,
            "execution": execution_json(execution) if execution is not None else None,
        })  # fmt: skip
    elif done.ok:
        write(clean(done.message) + "\n")
    else:
        click.echo(clean(done.message), err=True)
    return code


def _json(body: Mapping[str, Any]) -> None:
    write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
