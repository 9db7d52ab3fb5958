"""`run log`: a job's log as text, opened at nothing and folded nowhere: for a pipe, a file or a look back."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import clean
from vauntico_tui.cli import exits
from vauntico_tui.cli.context import complain, config_file, config_option, load, time_zone, write
from vauntico_tui.cli.journaled import instant

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.joblog import JobLog
    from vauntico_tui.actions.remedy.ci.reader import CiReader
    from vauntico_tui.evidence.reading import Trouble
    from vauntico_tui.sources.github.jobs import Job, RunFacts

FOLLOW = 5.0  # seconds between looks at a job that runs
BEFORE, AFTER = 12, 3  # lines around an error
CODES = {"auth": exits.FORBIDDEN, "scope": exits.FORBIDDEN, "not_found": exits.UNREADABLE, "off": exits.UNREADABLE}
_WORDS = {"error": "error: ", "warning": "warning: ", "notice": "notice: ", "group": "> ", "command": "$ "}


@click.command("log")
@click.argument("which", metavar="RUN|WORKFLOW")
@click.option("--job", metavar="NAME", default="", help="This job, by its name, the beginning of it, or its id.")
@click.option("--errors", is_flag=True, help="Only what failed: each error with the lines around it.")
@click.option("--follow", is_flag=True, help="Wait until a running job has ended; its steps go to stderr meanwhile.")
@click.option("--json", "as_json", is_flag=True, help="For programs: an array, one object a job.")
@config_option
def log(which: str, job: str, errors: bool, follow: bool, as_json: bool) -> None:
    """Print a job's log: the failing one, or the one that --job names.

    RUN is a run's id or address; a WORKFLOW (its file or name) stands for its failed run, else the one that runs, else
    the newest. Where several jobs failed, --job chooses one and --errors shows what failed in each.
    """
    end(lambda reader: _log(reader, which, job, errors=errors, follow=follow, as_json=as_json))


def end(work: Any) -> None:
    """Do something with a reader of the configured repository; every failure is a sentence and a code."""
    from vauntico_tui.actions.remedy.ci.reader import CiReader
    from vauntico_tui.base.clock import SystemClock
    from vauntico_tui.sources.failures import SourceError

    reader = CiReader(load(config_file()).github, SystemClock())
    try:
        code = asyncio.run(work(reader))
    except SourceError as failure:
        code = told(failure.trouble)
    finally:
        reader.close()
    click.get_current_context().exit(code)


def told(trouble: Trouble) -> int:
    """A trouble on stderr; its exit code."""
    complain(str(trouble))
    return CODES.get(trouble.kind, exits.UNREACHABLE)


async def find_run(reader: CiReader, which: str, *, running: bool = False, rerun: bool = False) -> RunFacts:
    """The run that somebody means; of a workflow the one that `CiReader.newest` finds. Raises InputError and
    SourceError."""
    word = which.strip().removeprefix("run:")
    if word.isascii() and word.isdigit() and len(word) < 18:
        return await reader.run(int(word))
    if match := re.search(r"/actions/runs/(\d{1,17})(?:/|$|\?)", word):
        return await reader.run(int(match[1]))
    file = (await reader.workflow(word.removeprefix("workflow:"))).file
    return await reader.newest(file, running=running, rerun=rerun)


async def _log(reader: CiReader, which: str, name: str, *, errors: bool, follow: bool, as_json: bool) -> int:
    run = await find_run(reader, which)
    chosen = await reader.choose(run.id, name)
    jobs = [chosen.job] if chosen.job is not None else _several(chosen.jobs, name, errors=errors)
    zone = time_zone(config_file())
    out: list[dict[str, Any]] = []
    for one in jobs:
        if one.running and not follow:
            complain(f"{one.name} of run {run.id} has not ended: --follow waits for it")
            return exits.FIRST
        job = await _ended(reader, one) if one.running else one
        log = await reader.log(job)
        if as_json:
            out.append(_plain(run, job, log, errors=errors))
        else:
            for line in _lines(run, job, log, errors=errors, zone=zone):
                write(line + "\n")
    if as_json:
        write(json.dumps(out, indent=2, ensure_ascii=False) + "\n")
    return exits.DONE


def _several(jobs: tuple[Job, ...], name: str, *, errors: bool) -> list[Job]:
    failed = [job for job in jobs if job.failed]
    if errors and not name and failed:
        return failed
    names = ", ".join(f'"{job.name}"' for job in (failed or jobs))
    if name:
        raise InputError([Problem(f'no one job is called "{name}"', None, None, f"there are {names}")])
    if not jobs:
        raise InputError([Problem("the run has no jobs yet", None, None, "try again in a moment")])
    what = f"{len(failed)} jobs failed" if failed else "no job failed"
    hint = f"--job chooses one of {names}" + ("; --errors shows what failed in each" if failed else "")
    raise InputError([Problem(what, None, None, hint)])


async def _ended(reader: CiReader, job: Job) -> Job:
    """A job when it has ended; its steps are told as they come."""
    said: set[tuple[int, str]] = set()
    while True:
        for step in job.steps:
            state = step.conclusion or step.status
            if state not in {"queued", "pending"} and (step.number, state) not in said:
                said.add((step.number, state))
                click.echo(clean(f"{job.name}: {step.name}: {state.replace('_', ' ')}"), err=True)
        if not job.running:
            return job
        await asyncio.sleep(FOLLOW)
        job = await reader.job(job.id)


def _chosen(log: JobLog, *, errors: bool) -> Iterator[int | None]:
    """The lines to print; None where some are left out between."""
    if not errors:
        yield from range(len(log))
        return
    last = -1
    for stop in log.stops:
        first = max(stop - BEFORE, last + 1)
        if first > last + 1 and last >= 0:
            yield None
        for line in range(first, min(stop + AFTER + 1, len(log))):
            yield line
            last = line


def _lines(run: RunFacts, job: Job, log: JobLog, *, errors: bool, zone: tzinfo | None) -> Iterator[str]:
    when = _when(job.completed_at or job.started_at, zone)
    yield f"{run.workflow} #{run.number} · {job.name} · {job.conclusion or job.status} · {when} · {job.url}"
    if errors and not log.stops:
        yield "the log marks no error"
    if log.left_out:
        click.echo(f"{log.left_out / 1e6:,.0f} MB of the log's middle are left out", err=True)
    step = None
    for number in _chosen(log, errors=errors):
        if number is None:
            yield "…"
            continue
        here = log.step_of(number)
        if here is not step and here is not None:
            step = here
            yield f"== {here.title} ({here.mark})"
        line = log.line(number)
        if line.kind != "endgroup":
            yield _WORDS.get(line.kind, "") + line.text


def _when(at: datetime | None, zone: tzinfo | None) -> str:
    return f"{at.astimezone(zone):%d %b %H:%M}" if at else "not begun"


def _plain(run: RunFacts, job: Job, log: JobLog, *, errors: bool) -> dict[str, Any]:
    def line_of(number: int) -> dict[str, Any]:
        line, step = log.line(number), log.step_of(number)
        return {
            "line": number + 1, "at": instant(line.at), "kind": line.kind or "output",
            "step": step.title if step else None, "text": line.text,
        }  # fmt: skip

    return {
        "run": {"id": run.id, "number": run.number, "attempt": run.attempt, "workflow": run.workflow,
                "file": run.file, "branch": run.branch, "sha": run.sha, "status": run.status,
                "conclusion": run.conclusion, "url": run.url},
        "job": {"id": job.id, "name": job.name, "status": job.status, "conclusion": job.conclusion,
                "started_at": instant(job.started_at), "completed_at": instant(job.completed_at), "url": job.url,
                "steps": [{"number": step.number, "name": step.name, "status": step.status,
                           "conclusion": step.conclusion} for step in job.steps]},
        "first_error": log.first_error + 1 if log.first_error is not None else None,
        "errors": [line + 1 for line in log.stops],
        "bytes_left_out": log.left_out,
        "lines": [line_of(number) for number in _chosen(log, errors=errors)
                  if number is not None and log.line(number).kind != "endgroup"],
    }  # fmt: skip
