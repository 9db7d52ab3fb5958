"""What a refresh of Prometheus reads: every query's value now, the steps of a day that are new, targets, alerts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.facts import Series
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import Reading, State, Trouble, fresh
from vauntico_tui.sources import alerts, failures
from vauntico_tui.sources.alerts import Alerts
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.limits import PROMETHEUS, Limits
from vauntico_tui.sources.parts import Board, Key, Progress
from vauntico_tui.sources.prometheus.history import STEP, History
from vauntico_tui.sources.rounds import Round
from vauntico_tui.sources.signin import bare, place_of
from vauntico_tui.sources.worker import Worker

if TYPE_CHECKING:
    from vauntico_tui.config.model import Prometheus
    from vauntico_tui.sources.prometheus.client import PromClient

T = TypeVar("T")
SOURCE = "prometheus"
TARGETS: Key = ("targets", None)
RULES: Key = ("rules", None)
RULES_EVERY = timedelta(minutes=2)
CHART_POINTS = 240


class PrometheusReader:
    """One Prometheus. `config.url` must be set. Belongs to the event loop."""

    def __init__(
        self,
        config: Prometheus,
        needs: Needs,
        clock: Clock,
        board: Board,
        *,
        joined: Alerts,
        limits: Limits = PROMETHEUS,
    ) -> None:
        self._config, self._clock, self._board, self._joined, self._limits = config, clock, board, joined, limits
        self._url = bare(config.url or "")
        self._place = place_of("Prometheus", self._url, "prometheus")
        self._worker: Worker[PromClient] = Worker("prometheus", self._make)
        self._instants = needs.instants
        self._histories = {query: History() for query in sorted(needs.ranges)}
        self._rules_at: datetime | None = None
        self._skew: Trouble | None = None
        joined.expect(SOURCE)

    def need(self, more: Needs) -> None:
        """Read these too from the next round on."""
        self._instants |= more.instants
        for query in sorted(more.ranges - self._histories.keys()):
            self._histories[query] = History()

    @property
    def parts(self) -> list[Key]:
        """Every part of the readings that comes from here; alerts are joined with Alertmanager's."""
        now = [("instants", query) for query in sorted(self._instants)]
        return [*now, *(("ranges", query) for query in self._histories), TARGETS, RULES]

    def close(self) -> None:
        self._worker.close()

    def _make(self) -> PromClient:
        from vauntico_tui.sources.prometheus.client import PromClient  # noqa: PLC0415  in the thread: slow to import

        return PromClient(self._config, self._place, self._limits, self._clock)

    async def refresh(self, *, asked: bool = False) -> Round:
        """Ask once. A query that fails says so and hides no other."""
        progress = Progress(self._board)
        try:
            await self._read(progress)
        except SourceError as failure:
            progress.give_up(self.parts, failure.trouble)
            self._joined.tell(SOURCE, self._joined.get(SOURCE).failed(failure.trouble))
        return Round(progress.reads > 0, progress.trouble, self._skew)

    async def _read(self, progress: Progress) -> None:
        newest: dict[str, tuple[Series, ...]] = {}
        for query in sorted(self._instants | self._histories.keys()):
            parts: list[Key] = [("instants", query)] if query in self._instants else []
            try:
                newest[query] = await self._call(_instant(query))
            except SourceError as failure:
                progress.miss([*parts, *([("ranges", query)] if query in self._histories else [])], failure.trouble)
                continue
            progress.well(parts)
            for part in parts:
                self._board.fresh(part, newest[query], self._clock.now())
        now = max((point[0] for told in newest.values() for one in told for point in one.points), default=None)
        for query, history in self._histories.items():
            if query in newest:
                server_now = now if now is not None else self._clock.now().timestamp()
                await self._read_range(query, history, newest[query], server_now, progress)
        await self._read_part(TARGETS, lambda client: client.targets(), progress)
        await self._read_alerts(progress)

    async def _read_range(
        self, query: str, history: History, newest: tuple[Series, ...], now: float, progress: Progress
    ) -> None:
        window = history.missing(now)
        if window is not None:
            try:
                told = await self._call(lambda client: client.range(query, window.start, window.end, STEP))
            except SourceError as failure:
                progress.miss([("ranges", query)], failure.trouble)
                return
            history.take(told, window, now)
        progress.well([("ranges", query)])
        self._board.fresh(("ranges", query), history.series(newest), self._clock.now())

    async def _read_part(self, part: Key, ask: Callable[[PromClient], T], progress: Progress) -> None:
        try:
            value = await self._call(ask)
        except SourceError as failure:
            if failure.trouble.kind == "not_found":  # Mimir and its like have no such page: no trouble of the source
                self._board.fail([part], failure.trouble)
                progress.read.add(part)
            else:
                progress.miss([part], failure.trouble)
            return
        progress.well([part])
        self._board.fresh(part, value, self._clock.now())

    async def _read_alerts(self, progress: Progress) -> None:
        try:
            told = await self._call(lambda client: client.web.get("/api/v1/alerts", alerts.AlertsAnswer))
        except SourceError as failure:
            if failure.trouble.kind == "not_found" and self._joined.others(SOURCE):
                self._joined.tell(SOURCE, fresh((), self._clock.now()))  # alerts are Alertmanager's alone here
                return
            self._joined.tell(SOURCE, self._joined.get(SOURCE).failed(failure.trouble))
            progress.miss([], failure.trouble)
            progress.note(alerts.ALERTS, failure.trouble)
            return
        now = self._clock.now()
        progress.well()
        before = self._joined.get(SOURCE).value
        found = alerts.from_prometheus(told, self._url)
        self._joined.tell(SOURCE, fresh(found, now))
        unproved = any(rule.health == "unknown" for rule in self._board.get(RULES).value or ())
        if self._rules_at is not None and now - self._rules_at < RULES_EVERY and found == before and not unproved:
            self._board.confirm([RULES], now)
            progress.read.add(RULES)
            return
        await self._read_part(
            RULES, lambda client: alerts.rules(client.web.get("/api/v1/rules?type=alert", alerts.RulesAnswer)), progress
        )
        if RULES in progress.read:
            self._rules_at = now

    async def _call(self, run: Callable[[PromClient], T]) -> T:
        def asked(client: PromClient) -> tuple[T, Trouble | None]:
            return run(client), client.skew

        try:
            value, self._skew = await self._worker.call(asked, self._limits.abandon)
        except SourceError as failure:
            if failure.trouble.kind == "auth":
                self._worker.forget_client()  # the secret may have been renewed
            raise
        except Exception as error:  # whatever it is, it is this source's trouble
            raise SourceError(failures.from_exception(error, self._place)) from None
        return value

    async def range(self, query: str, hours: float) -> Reading[tuple[Series, ...]]:
        """A query over the last `hours`, for a chart; failed with the reason where that is not possible."""
        end = self._clock.now().timestamp()
        step = max(15.0, hours * 3600 / CHART_POINTS)
        try:
            newest = await self._call(_instant(query))
            end = max((point[0] for one in newest for point in one.points), default=end)
        except SourceError as failure:
            if failure.trouble.kind != "bad_data":
                return Reading(state=State.FAILED, trouble=failure.trouble)
        try:
            told = await self._call(lambda client: client.range(query, end - hours * 3600, end, step))
        except SourceError as failure:
            return Reading(state=State.FAILED, trouble=failure.trouble)
        return fresh(told, self._clock.now())


def _instant(query: str) -> Callable[[PromClient], tuple[Series, ...]]:
    return lambda client: client.instant(query)
