"""Every source at once: asked again in its own time, one request in flight each; what hangs holds nothing up."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.facts import IssueDetail, Readings, Series
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import Budget, Reading, SourceStatus, State, Trouble
from vauntico_tui.sources.alertmanager import AlertmanagerReader
from vauntico_tui.sources.alerts import ALERTS, Alerts
from vauntico_tui.sources.failures import WHOLE_SOURCE
from vauntico_tui.sources.github.reader import GitHubReader
from vauntico_tui.sources.limits import AllLimits
from vauntico_tui.sources.parts import Board, Key
from vauntico_tui.sources.probes import ProbeReader
from vauntico_tui.sources.prometheus.reader import PrometheusReader
from vauntico_tui.sources.rounds import Round, backoff

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config

LIMITS = AllLimits()
BEAT = 5.0
SHORT, LONG = timedelta(seconds=10), timedelta(minutes=2)
"""Sources whose intervals are between these are asked on one beat (seconds), so that their answers make one picture."""
LOOK = 5.0  # seconds between looks at the clock: a machine that slept notices within these
GRACE = timedelta(seconds=30)  # added to two intervals, after which a reading is stale


class Reader(Protocol):
    """What the hub asks of a source."""

    @property
    def parts(self) -> Sequence[Key]: ...

    async def refresh(self, *, asked: bool = False) -> Round: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _Line:
    """A source and when it is asked."""

    id: str
    title: str
    short: str
    every: timedelta
    reader: Reader | None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: Round | None = None
    as_of: datetime | None = None
    next_at: datetime | None = None
    due: float = 0.0  # the event loop's time of next_at
    failures: int = 0
    asked: bool = False  # a person wants it now
    stale: bool = False

    def parts(self) -> list[Key]:
        return list(self.reader.parts) if self.reader is not None else []


class Hub:
    """What the sources last said. Belongs to one event loop but for `close`, which any thread may call.

    A source's status is failed only where its last round read nothing. Where a part failed and others were read it is
    fresh, and its trouble names that part; the part's own reading is failed and keeps its last good value.
    """

    def __init__(
        self, config: Config, needs: Needs, clock: Clock, state_dir: Path | None = None, *, limits: AllLimits = LIMITS
    ) -> None:
        self._clock = clock
        self._rng = random.Random()  # noqa: S311  jitter, no secret
        self._paused = self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        self._changed: Callable[[], None] = lambda: None
        self._board = Board(Readings(), self._tell)
        joined = Alerts(self._board)
        github, prometheus, managed = config.github, config.prometheus, config.alertmanager
        self._github = (
            GitHubReader(github, needs, clock, self._board, limits=limits.github, folder=state_dir)
            if github.repository
            else None
        )
        self._prometheus = (
            PrometheusReader(prometheus, needs, clock, self._board, joined=joined, limits=limits.prometheus)
            if prometheus.url
            else None
        )
        alertmanager = AlertmanagerReader(managed, clock, joined, limits.alertmanager) if managed.url else None
        self._probing, self._tasks = limits.urls, list[asyncio.Task[None]]()
        probes = ProbeReader(needs.urls, clock, self._board, limits.urls) if needs.urls else None
        self._lines = {
            line.id: line
            for line in (
                _Line("github", "GitHub", "GH", github.every, self._github),
                _Line("prometheus", "Prometheus", "PR", prometheus.every, self._prometheus),
                _Line("alertmanager", "Alertmanager", "AM", managed.every, alertmanager),
                _Line("urls", "URLs", "URL", config.probe_every, probes),
            )
        }
        self._board.readings = _first(needs, self._lines)

    def _tell(self) -> None:
        self._changed()

    # ---- What is known ------------------------------------------------------------------------------------------

    @property
    def readings(self) -> Readings:
        """Everything as it is known now; never changes once handed out."""
        return self._board.readings

    @property
    def budget(self) -> Budget | None:
        """GitHub's rate limit as last told."""
        return self._github.ask.budgets.tightest if self._github is not None else None

    @property
    def paused(self) -> bool:
        return self._paused

    def statuses(self) -> tuple[SourceStatus, ...]:
        """github, prometheus, alertmanager, urls: always these four, in this order."""
        return tuple(self._status(line) for line in self._lines.values())

    def _status(self, line: _Line) -> SourceStatus:
        if line.reader is None:
            return SourceStatus(line.id, line.title, line.short, State.OFF, note="not configured")
        last = line.last
        if last is None:
            return SourceStatus(line.id, line.title, line.short, State.LOADING)
        trouble = last.trouble or last.clock
        if trouble is not None and not last.read and trouble.retry_at is None:
            trouble = replace(trouble, retry_at=line.next_at)
        state = State.FAILED if not last.read else State.STALE if line.stale else State.FRESH
        note = "paused" if self._paused else last.note
        next_at = None if self._paused else line.next_at
        return SourceStatus(line.id, line.title, line.short, state, line.as_of, trouble, next_at, note)

    def need(self, more: Needs) -> None:
        """Read these too, from the next round on: what a check looks at that is none of the plan's."""
        if self._github is not None:
            self._github.need(more)
        if self._prometheus is not None:
            self._prometheus.need(more)
        line = self._lines["urls"]
        if isinstance(line.reader, ProbeReader):
            line.reader.need(more.urls)
        elif more.urls:
            line.reader = ProbeReader(more.urls, self._clock, self._board, self._probing)
            if self._tasks:
                self._tasks.append(asyncio.create_task(self._poll(line)))

    # ---- What may be asked of it --------------------------------------------------------------------------------

    def refresh(self, source_id: str | None = None) -> None:
        """Ask a source (all without an id) as soon as may be. A rate limit is waited for all the same."""
        for line in self._lines.values():
            if source_id in {None, line.id}:
                line.asked = True
                line.wake.set()

    def pause(self) -> None:
        """Ask nothing more until `resume`; what is known goes stale in its time. `refresh` still asks once."""
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        for line in self._lines.values():
            line.wake.set()

    def close(self) -> None:
        """End `run` and every thread that is not busy; a busy one is left to itself. Never waits."""
        self._closed = True
        for line in self._lines.values():
            if line.reader is not None:
                line.reader.close()
        if self._loop is not None and self._ended is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._ended.set)

    async def issue_detail(self, number: int) -> Reading[IssueDetail]:
        """An issue's body and comments, read now."""
        if self._github is None:
            return Reading(state=State.OFF, trouble=_off("GitHub", "[github] repository"))
        return await self._github.issue_detail(number)

    async def kpi_range(self, query: str, hours: float) -> Reading[tuple[Series, ...]]:
        """A query's values over the last `hours`, read now."""
        if self._prometheus is None:
            return Reading(state=State.OFF, trouble=_off("Prometheus", "[prometheus] url"))
        return await self._prometheus.range(query, hours)

    # ---- Asking -------------------------------------------------------------------------------------------------

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask every source again and again until closed; `changed` is called whenever something new is known."""
        if self._closed:
            return
        self._changed = changed
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        lines = [line for line in self._lines.values() if line.reader is not None]
        self._tasks = tasks = [asyncio.create_task(self._poll(line)) for line in lines]
        tasks.append(asyncio.create_task(self._watch_ages(lines)))
        try:
            await self._ended.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._tasks = []
            self._changed = lambda: None

    async def gather(self, timeout: float) -> None:  # noqa: ASYNC109  it must mark what did not come
        """Ask every source once, all at the same time; what did not come within `timeout` seconds has failed."""
        began = self._clock.now()
        lines = [line for line in self._lines.values() if line.reader is not None]
        tasks = {asyncio.create_task(self._round(line)): line for line in lines}
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=timeout)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for task in late:
            self._too_late(tasks[task], timeout, began)

    def _too_late(self, line: _Line, seconds: float, began: datetime) -> None:
        """What this round did not read has failed; an earlier value, or one kept on disk, proves no answer."""
        trouble = Trouble("timeout", f"{line.title} was not done within {seconds:g} s", "give it more time")
        known = {part: self._board.get(part) for part in line.parts()}
        came = {
            part for part, told in known.items()
            if told.state is State.FRESH and told.as_of is not None and told.as_of >= began
        }  # fmt: skip
        self._board.fail([part for part, told in known.items() if part not in came and told.trouble is None], trouble)
        self._take(line, Round(bool(came), trouble))

    async def _poll(self, line: _Line) -> None:
        while not self._closed:
            await self._until_due(line)
            await self._round(line)

    async def _until_due(self, line: _Line) -> None:
        loop = asyncio.get_running_loop()
        while True:
            line.wake.clear()
            limited = self._limited(line)
            if line.asked and not limited:
                return
            left = line.due - loop.time()
            slept = line.next_at is not None and self._clock.now() >= line.next_at
            if not self._paused and (left <= 0 or slept):
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK if self._paused or left > LOOK else left):
                    await line.wake.wait()

    def _limited(self, line: _Line) -> bool:
        trouble = line.last.trouble if line.last is not None else None
        if trouble is None or trouble.kind != "rate_limit" or trouble.retry_at is None:
            return False
        return self._clock.now() < trouble.retry_at

    async def _round(self, line: _Line) -> None:
        assert line.reader is not None  # noqa: S101  only configured sources are asked
        async with line.turn:
            asked, line.asked = line.asked, False
            try:
                told = await line.reader.refresh(asked=asked)
            except Exception as error:  # a fault of ours must not end the other sources
                trouble = Trouble("bad_data", f"{line.title}: unexpected {type(error).__name__}", "please report it")
                self._board.fail(line.parts(), trouble)
                told = Round(False, trouble)
            self._take(line, told)

    def _take(self, line: _Line, told: Round) -> None:
        now = self._clock.now()
        line.last = told
        if told.read:
            line.as_of, line.stale = now, False
        trouble = told.trouble
        down = trouble is not None and (not told.read or trouble.kind in WHOLE_SOURCE)
        line.failures = line.failures + 1 if down else 0
        wait = told.interval or line.every
        if down:
            wait = max(backoff(line.every, line.failures, self._rng), told.interval or timedelta(0))
        line.next_at = now + wait
        if trouble is not None and trouble.retry_at is not None:
            line.next_at = max(line.next_at, trouble.retry_at) if not down else trouble.retry_at
        with contextlib.suppress(RuntimeError):
            due = asyncio.get_running_loop().time() + (line.next_at - now).total_seconds()
            line.due = due if down or not SHORT <= wait <= LONG else round(due / BEAT) * BEAT
            line.next_at += timedelta(seconds=line.due - due)
        if down and trouble is not None and trouble.kind == "rate_limit":
            line.last = replace(told, note=f"waits for the rate limit until {line.next_at:%H:%M} UTC")
        self._changed()

    # ---- Age ----------------------------------------------------------------------------------------------------

    async def _watch_ages(self, lines: list[_Line]) -> None:
        while True:
            await asyncio.sleep(LOOK)
            now = self._clock.now()
            for line in lines:
                if line.stale or line.last is None or not line.last.read or line.as_of is None:
                    continue
                if now - line.as_of > 2 * (line.last.interval or line.every) + GRACE:
                    self._go_stale(line)

    def _go_stale(self, line: _Line) -> None:
        line.stale = True
        parts = [*line.parts(), *([ALERTS] if line.id in {"prometheus", "alertmanager"} else [])]
        self._board.pin({
            part: replace(known, state=State.STALE)
            for part in parts if (known := self._board.get(part)).state is State.FRESH
        })  # fmt: skip
        self._changed()


def _off(title: str, key: str) -> Trouble:
    return Trouble("not_found", f"{title} is not configured", f"set {key} in the config")


def _first(needs: Needs, lines: dict[str, _Line]) -> Readings:
    """Every part that will be read is loading; what is not configured is off."""

    def of(*ids: str) -> Reading[Any]:
        return Reading(state=State.LOADING if any(lines[id].reader for id in ids) else State.OFF)

    github, prometheus, urls = of("github"), of("prometheus"), of("urls")
    return Readings(
        repository=github, issues=github, runs=github, deployments=github, pulls=github,
        secrets=dict.fromkeys(needs.secret_scopes, github),
        branches=dict.fromkeys(needs.branches, github),
        pull_states=dict.fromkeys(needs.pulls, github),
        files=dict.fromkeys(needs.files, github),
        instants=dict.fromkeys(needs.instants, prometheus),
        ranges=dict.fromkeys(needs.ranges, prometheus),
        targets=prometheus, rules=prometheus,
        alerts=of("prometheus", "alertmanager"),
        urls=dict.fromkeys(needs.urls, urls),
    )  # fmt: skip
