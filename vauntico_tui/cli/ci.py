"""Everyday CI as commands: a run's log; and reruns, cancelling and starting, each a bundled runbook of one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.cli import exits
from vauntico_tui.cli.anyway import takes_anyway
from vauntico_tui.cli.commands import Helpful
from vauntico_tui.cli.context import config_option
from vauntico_tui.cli.journaled import Ended, Session, end
from vauntico_tui.cli.journaled import run as in_room
from vauntico_tui.cli.remedied import How, carry_out, find_runbook, how_options
from vauntico_tui.cli.run_log import CODES, find_run, log

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Subject
    from vauntico_tui.actions.remedy.remedy import Remedy
    from vauntico_tui.runbooks.model import Runbook
    from vauntico_tui.sources.github.jobs import RunFacts


@click.group("run", cls=Helpful)
@config_option
def run() -> None:
    """Look at a workflow's runs and act on them."""


run.add_command(log)
takes_anyway(log)


@run.command()
@click.argument("which", metavar="RUN|WORKFLOW")
@click.option(
    "--failed", "jobs", flag_value="failed", default="failed", help="Only the failed jobs; as without either."
)
@click.option("--all", "jobs", flag_value="all", help="All jobs.")
@how_options
@config_option
def rerun(which: str, jobs: str, **how: Any) -> None:
    """Run the failed jobs of a run again, or all of them.

    One that somebody else has just started again is not started twice: who and when is said, and the code is 3.
    """
    _on_run(which, f"rerun-{jobs}", How(**how))


@run.command()
@click.argument("which", metavar="RUN|WORKFLOW")
@how_options
@config_option
def cancel(which: str, **how: Any) -> None:
    """Cancel a run that has not ended; of a WORKFLOW the newest that runs."""
    _on_run(which, "cancel-run", How(**how), running=True)


@run.command()
@click.argument("workflow", metavar="WORKFLOW")
@click.option("--ref", metavar="BRANCH", default="", help="The branch or tag to run it on; else the default branch.")
@click.option("--input", "inputs", metavar="NAME=VALUE", multiple=True, help="An input, by its name in the workflow.")
@how_options
@config_option
def dispatch(workflow: str, ref: str, inputs: tuple[str, ...], **how: Any) -> None:
    """Start a workflow by hand (workflow_dispatch), with its inputs; each is checked against the workflow's file."""

    async def work(session: Session) -> int:
        from vauntico_tui.actions.remedy.model import Subject as Kind

        await session.look()
        found = await session.room.ci.workflow(workflow)
        subject = Kind("workflow", found.file, found.name)
        remedy = session.room.remedy
        prepared = await remedy.prepare(find_runbook(remedy, "run-workflow"), subject)
        given = {"ref": ref} if ref else {}
        named = {param.title: param.id for param in prepared.params if param.id != "ref"}
        problems, read = read_inputs(inputs, named)
        given |= read
        if problems:
            raise InputError([*problems, *await _wrong_with(remedy, subject, given, prepared)])
        return await carry_out(session, "run-workflow", subject, given, How(**how), prepared=prepared)

    end(_guarded(work), "")


async def _wrong_with(
    remedy: Remedy, subject: Subject, given: dict[str, str], prepared: Runbook
) -> tuple[Problem, ...]:  # fmt: skip
    """What is wrong with the inputs that the workflow has."""
    from vauntico_tui.actions.remedy.kinds import StepError

    try:
        await remedy.plan("run-workflow", subject, given, runbook=prepared)
    except InputError as error:
        return tuple(error.problems)
    except StepError:  # nothing can be read: that is told where nothing else is wrong
        return ()
    return ()


def read_inputs(told: tuple[str, ...], named: dict[str, str]) -> tuple[list[Problem], dict[str, str]]:
    """`NAME=VALUE` by the workflow's own names: every problem, and the rest by the parameters' ids."""
    from vauntico_tui.base.problems import did_you_mean

    given: dict[str, str] = {}
    problems: list[Problem] = []
    for one in told:
        name, equals, value = one.partition("=")
        ident = named.get(name.strip())
        if not equals:
            problems.append(Problem(f'"{one}" is no NAME=VALUE', hint='write it like --input "environment=staging"'))
        elif ident is None:
            hint = did_you_mean(name, named) or (f"it has {', '.join(named)}" if named else "it has none")
            problems.append(Problem(f'the workflow has no input "{name}"', hint=hint))
        else:
            given[ident] = value
    return problems, given


def _on_run(which: str, ident: str, how: How, *, running: bool = False) -> None:
    async def work(session: Session) -> int:
        await session.look()
        found = await find_run(session.room.ci, which, running=running, rerun=not running)
        return await carry_out(session, ident, _subject(found), {}, how)

    end(_guarded(work), "")


def _guarded(work: object) -> int:
    """Run in the war room; what GitHub does not let be read is a sentence and a code."""
    from vauntico_tui.sources.failures import SourceError

    async def doing(session: Session) -> int:
        try:
            code: int = await work(session)  # type: ignore[operator]
        except SourceError as failure:
            trouble = failure.trouble
            raise Ended(CODES.get(trouble.kind, exits.UNREACHABLE), str(trouble)) from None
        return code

    return in_room(doing)


def _subject(found: RunFacts) -> Subject:
    from vauntico_tui.actions.remedy.model import Subject as Kind

    return Kind("run", str(found.id), f"{found.workflow} #{found.number}", found.url)
