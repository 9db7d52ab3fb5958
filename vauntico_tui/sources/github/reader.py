"""What a refresh of GitHub reads: REST with ETags finds out that something changed, one GraphQL query fetches what.

Cold, nothing has an ETag and every part is due. Quiet, every list answers 304 and nothing else is asked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.facts import IssueDetail
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import Reading, State, fresh
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.github import memory
from vauntico_tui.sources.github.ask import Ask
from vauntico_tui.sources.github.details import DetailsPart
from vauntico_tui.sources.github.issues import ISSUES, REPOSITORY, IssuesPart
from vauntico_tui.sources.github.memory import Kept
from vauntico_tui.sources.github.runs import RUNS, RunsPart
from vauntico_tui.sources.github.secrets import SecretsPart
from vauntico_tui.sources.limits import GITHUB, Limits
from vauntico_tui.sources.parts import Board, Key, Progress
from vauntico_tui.sources.rounds import Round

if TYPE_CHECKING:
    from vauntico_tui.config.model import GitHub


KEEP_EVERY = timedelta(minutes=1)


class GitHubReader:
    """Reads GitHub for one repository. Belongs to the event loop; every request is made in the worker's thread."""

    def __init__(
        self,
        config: GitHub,
        needs: Needs,
        clock: Clock,
        board: Board,
        *,
        limits: Limits = GITHUB,
        folder: Path | None = None,
    ) -> None:
        self._config, self._board, self._folder = config, board, folder
        self._restored = folder is None
        self._saved_at: datetime | None = None
        self.ask = Ask(config, limits, clock)
        self._issues = IssuesPart(self.ask, board)
        self._runs = RunsPart(self.ask, board)
        self._details = DetailsPart(self.ask, board, needs)
        self._secrets = SecretsPart(self.ask, board, needs.secret_scopes)

    def need(self, more: Needs) -> None:
        """Read these too from the next round on."""
        self._details.need(more)
        self._secrets.need(more.secret_scopes)

    @property
    def parts(self) -> list[Key]:
        """Every part of the readings that comes from here."""
        return [REPOSITORY, ISSUES, RUNS, *self._details.parts, *self._secrets.parts]

    def close(self) -> None:
        self.ask.close()

    async def refresh(self, *, asked: bool = False) -> Round:
        """Ask once. A part that fails says so and hides no other; the round tells the first trouble. When a person
        `asked`, what the token was refused lately is tried again too."""
        if asked:
            self._details.forget_refusals()
        progress = Progress(self._board)
        budgets = self.ask.budgets
        points = budgets.points
        try:
            await self._read(progress)
        except SourceError as failure:
            progress.give_up(self.parts, failure.trouble)
        budgets.refreshed(budgets.points - points)
        if budgets.points > points and progress.reads:
            await self._keep()
        interval, note = budgets.interval(self._config.every, self.ask.clock.now())
        longer = interval if interval > self._config.every else None
        return Round(progress.reads > 0, progress.trouble, self.ask.skew, longer, note)

    async def _read(self, progress: Progress) -> None:
        if not self._restored:
            await self._restore()
        await self._try([ISSUES], progress, partial(self._issues.sweep, pages=1))
        if self._issues.book.complete:
            await self._try([ISSUES], progress, self._issues.look)
        runs_changed = await self._look_at_runs(progress)
        await self._details.look(progress, runs_changed=runs_changed)
        await self._secrets.look(progress)
        if self.ask.repository is not None:
            await self._details.read(progress)
        elif progress.trouble is not None:
            progress.miss([part for part in self._details.parts if part not in progress.failed], progress.trouble)
        await self._runs.look_into_failed(progress)
        if self._details.counted is not None and ISSUES not in progress.failed:
            await self._try([ISSUES], progress, partial(self._issues.recount, self._details.counted))
        if self._issues.book.sweep is not None and ISSUES not in progress.failed:
            await self._try([ISSUES], progress, self._sweep_on)

    async def _sweep_on(self, progress: Progress) -> None:
        """Thousands of issues take many requests: after their first page, and after everything else."""
        await self._issues.sweep(progress)
        await self._issues.look(progress)

    async def _restore(self) -> None:
        """Show what an earlier run kept, as stale: this round confirms it or reads it anew."""
        folder, account = self._folder, await self.ask.account()
        assert folder is not None  # noqa: S101  else there is nothing to restore
        kept = await self.ask.in_thread(lambda: memory.load(folder, account))
        self._restored = True
        if kept is None or kept.at > self.ask.clock.now():
            return
        self.ask.repository = kept.repository
        self._issues.restore(kept.issues)
        told: dict[Key, object] = {REPOSITORY: kept.repository, ISSUES: self._issues.book.value}
        if kept.runs is not None:
            told[RUNS] = self._runs.restore(kept.runs)
        told |= self._details.restore(kept.details) | self._secrets.restore(kept.secrets)
        self._board.pin({part: Reading(value, kept.at, State.STALE) for part, value in told.items()})

    async def _keep(self) -> None:
        """Keep what is known for the next start, at most once a minute."""
        now, folder = self.ask.clock.now(), self._folder
        if folder is None or (self._saved_at is not None and now - self._saved_at < KEEP_EVERY):
            return
        issues, repository = self._issues.keep(), self.ask.repository
        if issues is None or repository is None:
            return
        self._saved_at = now
        with contextlib.suppress(SourceError):
            kept = Kept(
                memory.SCHEMA, await self.ask.account(), now, repository, issues,
                self._runs.keep(), self._details.keep(), self._secrets.keep(),
            )  # fmt: skip
            await self.ask.in_thread(lambda: memory.save(folder, kept))

    async def _try(self, parts: list[Key], progress: Progress, read: Callable[[Progress], Awaitable[None]]) -> None:
        try:
            await read(progress)
        except SourceError as failure:
            progress.miss(parts, failure.trouble)

    async def _look_at_runs(self, progress: Progress) -> bool:
        try:
            return await self._runs.look(progress)
        except SourceError as failure:
            progress.miss([RUNS], failure.trouble)
            return False

    async def issue_detail(self, number: int) -> Reading[IssueDetail]:
        """An issue's body and comments, read now; failed with the reason where that is not possible."""
        try:
            return fresh(await self._issues.detail(number), self.ask.clock.now())
        except SourceError as failure:
            return Reading(state=State.FAILED, trouble=failure.trouble)
