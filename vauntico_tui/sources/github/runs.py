"""Reads the last 100 workflow runs, and of the failed ones the jobs that failed and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from vauntico_tui.evidence.facts import FailedJob, Run, RunSet
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import WHOLE_SOURCE, Place, SourceError
from vauntico_tui.sources.github import parse, queries, shapes
from vauntico_tui.sources.github.ask import Ask
from vauntico_tui.sources.github.memory import KeptRuns
from vauntico_tui.sources.github.results import Result
from vauntico_tui.sources.github.watch import Watch
from vauntico_tui.sources.parts import Board, Key, Progress

RUNS: Key = ("runs", None)
ONE_BY_ONE = 5  # failed runs whose jobs REST is asked for in a round, where GraphQL does not tell them

TRY_AGAIN = timedelta(minutes=10)

Attempt = tuple[int, int]  # a run's id and attempt; a finished attempt never changes


class RunsPart:
    """The runs of one repository. Jobs are kept by attempt, so each failed attempt is asked about once."""

    def __init__(self, ask: Ask, board: Board) -> None:
        self._ask, self._board = ask, board
        self.watch = Watch("workflow runs")
        self.found: parse.Runs | None = None
        self.jobs: dict[Attempt, tuple[FailedJob, ...]] = {}
        self._tried: set[Attempt] = set()  # asked for lately; what was not told is not asked for at once again
        self._tried_at: datetime | None = None

    async def look(self, progress: Progress) -> bool:
        """Ask whether runs changed, and show them. True when they did. Raises SourceError."""
        url = self._ask.path("/actions/runs?per_page=100&exclude_pull_requests=true")
        got = await self.watch.look(self._ask, url, parse.runs)
        if got.value is not None:
            self.found = got.value
            known = {(run.id, run.attempt) for run in got.value.value.runs}
            self.jobs = {attempt: jobs for attempt, jobs in self.jobs.items() if attempt in known}
            self._show()
        else:
            self._board.confirm([RUNS], self._ask.clock.now())
        progress.well([RUNS])
        return got.value is not None

    def keep(self) -> KeptRuns | None:
        """What is worth keeping."""
        if self.found is None:
            return None
        jobs = [(*attempt, told) for attempt, told in self.jobs.items()]
        return KeptRuns(self.found.value, dict(self.found.node_ids), jobs, self.watch.keep())

    def restore(self, kept: KeptRuns) -> RunSet:
        """Know what was kept; the runs as they were shown."""
        self.found = parse.Runs(kept.value, kept.node_ids)
        self.jobs = {(id, attempt): told for id, attempt, told in kept.jobs}
        self.watch.restore(kept.watch)
        return parse.with_jobs(kept.value, self.jobs)

    async def look_into_failed(self, progress: Progress) -> None:
        """Ask for the failed jobs not known yet. A failure is told beside the runs and hides none. Raises SourceError
        only where going on is no use."""
        now = self._ask.clock.now()
        if self._tried_at is None or now - self._tried_at >= TRY_AGAIN:
            self._tried, self._tried_at = set(), now
        missing = [run for run in self._missing() if (run.id, run.attempt) not in self._tried]
        if not missing:
            return
        self._tried.update((run.id, run.attempt) for run in missing)
        try:
            for at in range(0, len(missing), queries.RUNS_AT_ONCE):
                await self._by_graphql(missing[at : at + queries.RUNS_AT_ONCE])
        except SourceError as failure:
            if failure.trouble.kind in WHOLE_SOURCE:
                raise
            try:
                await self._one_by_one()
            except SourceError as again:
                progress.note(RUNS, again.trouble)
                self._show(again.trouble)
                return
        self._show()

    def _missing(self) -> list[Run]:
        runs = self.found.value.runs if self.found else ()
        return [run for run in runs if run.conclusion in parse.FAILED and (run.id, run.attempt) not in self.jobs]

    async def _by_graphql(self, runs: list[Run]) -> None:
        node_ids = self.found.node_ids if self.found else {}
        ids = [node_ids[run.id] for run in runs if node_ids.get(run.id)]
        told = await self._ask.graphql(queries.JOBS, {"ids": ids}, _jobs, what="failed jobs")
        for run in runs:
            if run.id in told:
                self.jobs[run.id, run.attempt] = told[run.id]
        if not told:
            raise SourceError(Trouble("bad_data", "failed jobs: GitHub's GraphQL tells none", "asked by REST instead"))

    async def _one_by_one(self) -> None:
        newest: dict[str, Run] = {}
        for run in self._missing():
            newest.setdefault(run.workflow, run)
        for run in list(newest.values())[:ONE_BY_ONE]:
            path = self._ask.path(f"/actions/runs/{run.id}/jobs?filter=latest&per_page=100")
            got = await self._ask.get(path, parse.rest_jobs, what="failed jobs")
            self.jobs[run.id, run.attempt] = got.value or ()

    def _show(self, trouble: Trouble | None = None) -> None:
        if self.found is not None:
            value = parse.with_jobs(self.found.value, self.jobs)
            self._board.fresh(RUNS, value, self._ask.clock.now(), trouble)


def _jobs(told: Result, place: Place) -> dict[int, tuple[FailedJob, ...]]:
    raw = told.data.get("nodes", b"null")
    nodes = parse.maybe(raw, list[shapes.RunNode | None], place, "failed jobs")
    if nodes is None:
        raise SourceError(told.why("nodes", what="failed jobs"))
    return {
        node.database_id: parse.failed_jobs(node)
        for node in nodes
        if node is not None and node.database_id is not None and node.check_suite is not None
    }
