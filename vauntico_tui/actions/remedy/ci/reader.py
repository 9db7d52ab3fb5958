"""Looks into one run by hand: its jobs, a job's log, what changed since it was last green. Changes nothing.

It has a thread and a client of its own for short questions and another for logs, so that neither a poll nor a download
holds up the other. Every method raises SourceError.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from vauntico_tui.base.clock import Clock
from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import Trouble

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.compare import Comparison
    from vauntico_tui.actions.remedy.ci.joblog import JobLog
    from vauntico_tui.config.model import GitHub
    from vauntico_tui.sources.failures import Place
    from vauntico_tui.sources.github.ask import Ask
    from vauntico_tui.sources.github.jobs import Between, Job, RunFacts, WorkflowFacts
    from vauntico_tui.sources.github.logs import Download

T = TypeVar("T")
PAGES = 10  # of jobs: a run has 1,000 at most
BRIEF = 256 << 10  # bytes of a log's beginning, where only the machine is asked for


@dataclass(frozen=True, slots=True)
class Chosen:
    """A run's jobs, and the one to look at: the failing one, or the one that runs; None where that is not clear."""

    run: RunFacts
    jobs: tuple[Job, ...]
    job: Job | None


class CiReader:
    """The CI of the configured repository, read on demand."""

    def __init__(self, config: GitHub, clock: Clock) -> None:
        self._config, self._clock = config, clock
        self._asks: dict[str, Ask] = {}

    def close(self) -> None:
        """Stop at once, whatever hangs."""
        for ask in self._asks.values():
            ask.close()

    def _ask(self, name: str = "ci") -> Ask:
        from vauntico_tui.sources.failures import SourceError  # noqa: PLC0415  slow; only when somebody looks
        from vauntico_tui.sources.github.ask import Ask  # noqa: PLC0415
        from vauntico_tui.sources.github.logs import LIMITS  # noqa: PLC0415
        from vauntico_tui.sources.limits import GITHUB  # noqa: PLC0415

        if self._config.repository is None:
            raise SourceError(
                Trouble("off", "no repository is configured", "set [github] repository, or run `vauntico-tui init`")
            )
        if name not in self._asks:
            self._asks[name] = Ask(self._config, LIMITS if name == "logs" else GITHUB, self._clock)
        return self._asks[name]

    async def _get(self, path: str, read: Callable[[str, Place], T], what: str) -> tuple[T, bool]:
        ask = self._ask()
        got = await ask.get(ask.path(path), read, what=what)
        assert got.value is not None  # noqa: S101  nothing is asked for by its ETag
        return got.value, got.more

    # ---- runs and jobs ------------------------------------------------------------------------------------------

    async def run(self, run_id: int) -> RunFacts:
        """A run as it is now."""
        from vauntico_tui.sources.github import jobs  # noqa: PLC0415

        return (await self._get(f"/actions/runs/{run_id}", jobs.run, f"run {run_id}"))[0]

    async def workflow(self, named: str) -> WorkflowFacts:
        """A workflow by its file, its file's stem or its name. Raises InputError where there is none."""
        from vauntico_tui.sources.github import jobs  # noqa: PLC0415

        found: list[WorkflowFacts] = []
        for page in range(1, PAGES + 1):
            told, more = await self._get(f"/actions/workflows?per_page=100&page={page}", jobs.workflows, "workflows")
            found += told
            if not more:
                break
        word = named.strip().casefold().rsplit("/", 1)[-1]
        for part in ("file", "name", "stem"):
            for one in found:
                if word and str(getattr(one, part)).casefold() == word:
                    return one
        files = [one.file for one in found]
        hint = did_you_mean(named, [*files, *(one.name for one in found)]) or f"there are {', '.join(files[:12])}"
        raise InputError([Problem(f'there is no workflow "{one_line(named, 80)}"', None, None, hint)])

    async def newest(self, workflow: str, *, running: bool = False, rerun: bool = False) -> RunFacts:
        """The run of a workflow (its file's name or id) that a look is for: the newest failed one if nothing passed
        since, else the one that runs, else the newest. With `running` the one that runs comes first; with `rerun` one
        that failed and is being run again comes before older failed ones: they are not meant."""
        from vauntico_tui.sources.failures import SourceError  # noqa: PLC0415
        from vauntico_tui.sources.github import jobs  # noqa: PLC0415

        path = f"/actions/workflows/{quote(workflow, safe='')}/runs?per_page=20&exclude_pull_requests=true"
        found, _ = await self._get(path, jobs.runs, f"runs of {workflow}")
        if not found:
            raise SourceError(Trouble("not_found", f"{workflow} has not run yet", "start it: `run dispatch`"))
        ended = next((run for run in found if run.conclusion in {*jobs.FAILED, "success"}), None)
        going = next((run for run in found if run.running), None)
        if running and going is not None:
            return going
        again = next((run for run in found if run.running and run.attempt > 1), None) if rerun else None
        if again is not None and (ended is None or again.id > ended.id):
            return again
        return ended if ended is not None and ended.failed else going or found[0]

    async def jobs(self, run_id: int) -> tuple[Job, ...]:
        """The jobs of a run's latest attempt."""
        from vauntico_tui.sources.github import jobs  # noqa: PLC0415

        found: list[Job] = []
        for page in range(1, PAGES + 1):
            path = f"/actions/runs/{run_id}/jobs?filter=latest&per_page=100&page={page}"
            told, more = await self._get(path, jobs.jobs, f"jobs of run {run_id}")
            found += told
            if not more:
                break
        return tuple(found)

    async def job(self, job_id: int) -> Job:
        """A job as it is now."""
        from vauntico_tui.sources.github import jobs  # noqa: PLC0415

        return (await self._get(f"/actions/jobs/{job_id}", jobs.job, f"job {job_id}"))[0]

    async def choose(self, run_id: int, name: str = "") -> Chosen:
        """A run, its jobs, and which of them to look at; `name` (or its beginning) says which."""
        run, jobs = await asyncio.gather(self.run(run_id), self.jobs(run_id))
        if name:
            low = name.casefold()
            like = [job for job in jobs if job.name.casefold() == low or str(job.id) == name]
            like = like or [job for job in jobs if job.name.casefold().startswith(low)]
            return Chosen(run, jobs, like[0] if len(like) == 1 else None)
        failed = [job for job in jobs if job.failed]
        going = [job for job in jobs if job.mark == "running"]
        some = failed or going or ([] if len(jobs) > 1 else list(jobs))
        return Chosen(run, jobs, some[0] if len(some) == 1 else None)

    # ---- logs ---------------------------------------------------------------------------------------------------

    async def log(self, job: Job, download: Download | None = None) -> JobLog:
        """A job's log, read and sorted in a thread. Giving this up ends the download."""
        from vauntico_tui.actions.remedy.ci.joblog import StepTime  # noqa: PLC0415
        from vauntico_tui.actions.remedy.ci.logread import read  # noqa: PLC0415
        from vauntico_tui.sources.github.logs import Download as Progress  # noqa: PLC0415
        from vauntico_tui.sources.github.logs import read_log  # noqa: PLC0415

        ask, going = self._ask("logs"), download or Progress()
        path = ask.path(f"/actions/jobs/{job.id}/logs")
        ca_file = str(self._config.ca_file.expanduser()) if self._config.ca_file else None
        try:
            told = await ask.using(lambda client, seen: read_log(client, path, seen, going, ca_file=ca_file))
        finally:
            going.stopped = True
        steps = [StepTime(one.name, _mark(one.status, one.conclusion), one.started_at, one.completed_at)
                 for one in job.steps]  # fmt: skip
        return await asyncio.to_thread(read, told.head, told.tail, told.left_out, steps)

    async def machine(self, job: Job) -> dict[str, str]:
        """What a log's beginning says of its machine; nothing where there is no log."""
        from vauntico_tui.actions.remedy.ci.logread import read, runner_of  # noqa: PLC0415
        from vauntico_tui.sources.failures import SourceError  # noqa: PLC0415
        from vauntico_tui.sources.github.logs import Download, read_log  # noqa: PLC0415

        ask, going = self._ask("logs"), Download()
        path = ask.path(f"/actions/jobs/{job.id}/logs")
        ca_file = str(self._config.ca_file.expanduser()) if self._config.ca_file else None
        try:
            told = await ask.using(
                lambda client, seen: read_log(client, path, seen, going, ca_file=ca_file, head=BRIEF, tail=0)
            )
        except SourceError:
            return {}
        finally:
            going.stopped = True
        return runner_of(read(told.head))

    # ---- comparing ----------------------------------------------------------------------------------------------

    async def compare(self, run_id: int) -> Comparison:
        """What lies between a run and the last green one before it, of the same workflow and branch."""
        from vauntico_tui.actions.remedy.ci.compare import compare  # noqa: PLC0415

        return await compare(self, run_id)

    async def green_before(self, run: RunFacts, branch: str | None) -> RunFacts | None:
        """The last green run of the same workflow before this one; on a branch, or on any."""
        from vauntico_tui.sources.github import jobs  # noqa: PLC0415

        at = f"{run.created_at:%Y-%m-%dT%H:%M:%SZ}"
        on = f"&branch={quote(branch, safe='')}" if branch is not None else ""
        path = (
            f"/actions/workflows/{run.workflow_id}/runs?status=success{on}&created=%3C%3D{quote(at)}&per_page=10"
            "&exclude_pull_requests=true"
        )
        found, _ = await self._get(path, jobs.runs, f"green runs of {run.workflow}")
        before = [one for one in found if one.number < run.number and one.id != run.id]
        return max(before, key=lambda one: one.number, default=None)

    async def between(self, base: str, head: str) -> Between:
        """The commits and files between two commits."""
        from vauntico_tui.sources.github import jobs  # noqa: PLC0415

        what = f"the comparison of {base[:7]} and {head[:7]}"
        return (await self._get(f"/compare/{base}...{head}?per_page=100", jobs.between, what))[0]


def _mark(status: str, conclusion: str | None) -> str:
    if status == "completed":
        return conclusion or "other"
    return "running" if status == "in_progress" else "queued"
