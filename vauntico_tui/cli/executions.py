"""What was started: listed; going on with one that was cut off, taking one back, looking what it did."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import clean, one_line
from vauntico_tui.cli import asking, exits
from vauntico_tui.cli.context import config_file, config_option, time_zone, write
from vauntico_tui.cli.guarded import guarded
from vauntico_tui.cli.journaled import Ended, Session
from vauntico_tui.cli.merged import all_taken, merged_option
from vauntico_tui.cli.remedied import How, how_options, perform, tell
from vauntico_tui.cli.remedy_text import execution_json, plan_json, plan_text
from vauntico_tui.cli.secret_values import asker, secret_options, sources

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Execution, RunPlan
    from vauntico_tui.actions.remedy.undoing import Way

_MANY = 200


async def find(session: Session, ident: str, fits: Callable[[Execution], bool]) -> Execution:
    """An execution by its id, the beginning of it, or its runbook where only one of that `fits`; where none does, the
    one that runs, else the latest: why it does not fit can be said. Raises InputError."""
    if (found := await session.room.remedy.execution(ident)) is not None:
        return found
    ones = await session.room.remedy.executions(open_only=False, limit=_MANY)
    close = [one for one in ones if len(ident) >= 4 and one.id.startswith(ident)]
    of_it = [one for one in ones if one.plan.runbook == ident]
    close = close or [one for one in of_it if fits(one)]
    close = close or [one for one in of_it if one.ended_at is None][:1] or of_it[:1]
    if len(close) == 1:
        return close[0]
    if close:
        which = (
            f"{one.id[:8]} ({one.plan.subject.key or 'for nothing'}, {one.mark}, {one.started_at:%d %b %H:%M} UTC)"
            for one in close[:8]
        )
        hint = f"say which: {', '.join(which)}"
        raise InputError([Problem(f'"{one_line(ident, 60)}" is more than one execution', hint=hint)])
    hint = "`vauntico-tui runbook executions --all` lists them"
    raise InputError([Problem(f'there is no execution "{one_line(ident, 60)}"', hint=hint)])


@click.command()
@click.option("--all", "every", is_flag=True, help="Those that have ended too.")
@click.option("--json", "as_json", is_flag=True, help="For programs: an array, one object an execution.")
@config_option
def executions(every: bool, as_json: bool) -> None:
    """List what was started: what runs, what was cut off and can be resumed or undone."""

    async def work(session: Session) -> int:
        found = await session.room.remedy.executions(open_only=not every, limit=_MANY)
        if as_json:
            write(json.dumps([execution_json(one) for one in found], indent=2, ensure_ascii=False) + "\n")
            return exits.DONE
        zone = time_zone(config_file())
        for one in found:
            done = sum(step.mark in {"done", "nothing"} for step in one.steps)
            about = f" for {one.plan.subject.title or one.plan.subject.key}" if one.plan.subject.kind else ""
            can = [word for word, yes in (("resume", one.can_resume), ("undo", one.can_undo)) if yes]
            write(clean(
                f"{one.id}  {one.mark:<11}  {done}/{len(one.steps)}  {one.plan.title}{about}\n"
                f"    by {one.by} on {one.console} since {one.started_at.astimezone(zone):%d %b %H:%M}"
                + (f" · {one.outcome}" if one.outcome else "") + (f" · {', '.join(can)}" if can else "") + "\n"
            ))  # fmt: skip
        if not found:
            write("nothing runs and nothing was cut off\n" if not every else "nothing was ever run\n")
        return exits.DONE

    guarded(work)


@click.command()
@click.argument("ident", metavar="EXECUTION")
@merged_option
@secret_options
@how_options
@config_option
def resume(
    ident: str, *, variables: tuple[str, ...], from_files: tuple[str, ...], commands: tuple[str, ...], **how: Any
) -> None:
    """Go on with an execution that was cut off, failed or was cancelled. What is done is not done again; what is still
    to do is planned against the world as it is now, shown, and asked for.

    EXECUTION is its id, or the runbook's where only one of it is open.
    """
    named = sources(variables, from_files, commands)
    given = How(**how, secrets=asker(named))

    async def work(session: Session) -> int:
        found = await find(session, ident, lambda one: one.can_resume)
        if not found.can_resume:
            raise Ended(exits.FIRST, _not_so(found, "resumed"))
        plan = await session.room.remedy.replan(found.id, given.merged)
        all_taken(given.merged, plan)
        _show(plan, given)
        if given.dry_run or plan.blocked:
            return _only_shown(plan, given)
        await _sure(session, f"{plan.title}: go on with it?", given)
        secrets = await given.secrets(plan)
        done, execution = await perform(
            session, "runbook.resume", found.id, given, subject=found.plan.subject, secrets=secrets, digest=plan.digest,
            polling=True, before=found,
        )  # fmt: skip
        return tell(done, execution, given, plan)

    guarded(work)


@click.command()
@click.argument("ident", metavar="EXECUTION")
@how_options
@config_option
def undo(ident: str, **how: Any) -> None:
    """Take an execution back, its last step first: what can't be taken back is said before.

    EXECUTION is its id, or the runbook's where only one of it can be undone.
    """
    given = How(**how)

    async def work(session: Session) -> int:
        found = await find(session, ident, lambda one: one.can_undo)
        if not found.can_undo:
            raise Ended(exits.FIRST, _not_so(found, "undone"))
        ways = await session.room.remedy.undoing(found)
        for line in _undoing(found, ways):
            click.echo(clean(line), err=not given.dry_run or given.as_json)
        if given.dry_run:
            if given.as_json:
                _write({"ok": True, "message": "nothing was sent", "plan": plan_json(found.plan),
                        "execution": execution_json(found)})  # fmt: skip
            return exits.DONE
        gone = [name for way in ways for name in way.deletes]
        what = f" This DELETES the secret{'' if len(gone) == 1 else 's'} {', '.join(gone)}." if gone else ""
        await _sure(session, f"{found.plan.title}: take it back?{what}", given)
        done, execution = await perform(
            session, "runbook.undo", found.id, given, subject=found.plan.subject, before=found
        )
        return tell(done, execution, given, found.plan)

    guarded(work)


@click.command()
@click.argument("ident", metavar="EXECUTION")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@config_option
def verify(ident: str, as_json: bool) -> None:
    """Look whether the steps of which nobody knows were done. Nothing is changed anywhere."""

    async def work(session: Session) -> int:
        found = await find(session, ident, lambda one: bool(one.in_doubt) or one.ended_at is None)
        said = await session.room.remedy.verify(found.id)
        if as_json:
            _write({"ok": True, "message": said, "plan": None, "execution": execution_json(found)})
        else:
            write(clean(said).rstrip("\n") + "\n")
        return exits.DONE

    guarded(work)


def _undoing(one: Execution, ways: tuple[Way, ...]) -> list[str]:
    lines = [f"{one.plan.title}: taking back"]
    lines += [f"  {way.index + 1} {way.title}: {'' if way.can else 'stays: '}{way.how}" for way in ways]
    return lines


def _not_so(one: Execution, word: str) -> str:
    since = f"{one.started_at:%Y-%m-%d %H:%M} UTC"
    if one.mark in {"running", "undoing", "watching"}:
        return f"{one.plan.title}: {one.by} runs it on {one.console} since {since}; it can't be {word} now"
    return f"{one.plan.title} is {one.mark}{f': {one.outcome}' if one.outcome else ''}; it can't be {word}"


def _show(plan: RunPlan, how: How) -> None:
    if not how.as_json:
        click.echo(clean("\n".join(plan_text(plan))), err=not how.dry_run)


def _only_shown(plan: RunPlan, how: How) -> int:
    """The end of what was planned and not run."""
    code = exits.DONE
    if plan.blocked:
        code = exits.FORBIDDEN if any(not gate.open for gate in plan.gates) else exits.FIRST
    message = "; ".join(plan.blocked) or "nothing was sent"
    if how.as_json:
        _write({"ok": code == exits.DONE, "message": message, "plan": plan_json(plan), "execution": None})
    elif plan.blocked:
        click.echo(clean(f"it can't go on: {message}"), err=True)
    return code


async def _sure(session: Session, question: str, how: How) -> None:
    """Have it confirmed. Raises Ended."""
    if session.room.view.read_only:
        raise Ended(exits.FORBIDDEN, "the war room is read-only (read_only in the config)")
    if how.yes:
        return
    if how.as_json or not sys.stdin.isatty():
        raise Ended(exits.UNREADABLE, "nobody can be asked here: --yes goes on, --dry-run only shows it")
    if not await asking.confirm(question):
        raise Ended(exits.DONE, "nothing was sent")


def _write(body: dict[str, Any]) -> None:
    write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
