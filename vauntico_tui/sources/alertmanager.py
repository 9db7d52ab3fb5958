"""Reads Alertmanager's alerts (API v2): what fires, and what is silenced or inhibited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.reading import Trouble, fresh
from vauntico_tui.sources import alerts, failures
from vauntico_tui.sources.alerts import Alerts
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.limits import ALERTS, Limits
from vauntico_tui.sources.parts import Key
from vauntico_tui.sources.rounds import Round
from vauntico_tui.sources.signin import bare, place_of, sign_in
from vauntico_tui.sources.worker import Worker

if TYPE_CHECKING:
    from vauntico_tui.config.model import Alertmanager
    from vauntico_tui.sources.web import WebClient

SOURCE = "alertmanager"


class AlertmanagerReader:
    """One Alertmanager. `config.url` must be set."""

    def __init__(self, config: Alertmanager, clock: Clock, joined: Alerts, limits: Limits = ALERTS) -> None:
        self._url = bare(config.url or "")
        self._config, self._clock, self._joined, self._limits = config, clock, joined, limits
        self._place = place_of("Alertmanager", self._url, "alertmanager")
        self._worker: Worker[WebClient] = Worker("alertmanager", self._make)
        joined.expect(SOURCE)

    parts: tuple[Key, ...] = ()

    def close(self) -> None:
        self._worker.close()

    def _make(self) -> WebClient:
        from vauntico_tui.sources.web import WebClient  # noqa: PLC0415  in the thread: slow to import

        return WebClient(
            self._url,
            sign_in(self._config.auth, self._config.url or "", "alertmanager"),
            self._place,
            self._limits,
            self._clock,
        )

    async def refresh(self, *, asked: bool = False) -> Round:
        """Ask once."""
        try:
            told, skew = await self._ask()
        except SourceError as failure:
            self._joined.tell(SOURCE, self._joined.get(SOURCE).failed(failure.trouble))
            return Round(False, failure.trouble)
        found = alerts.from_alertmanager(told, self._url)
        self._joined.tell(SOURCE, fresh(found, self._clock.now()))
        return Round(True, clock=skew)

    async def _ask(self) -> tuple[list[alerts.Managed], Trouble | None]:
        def run(client: WebClient) -> tuple[list[alerts.Managed], Trouble | None]:
            return client.get("/api/v2/alerts", list[alerts.Managed]), client.skew

        try:
            return await self._worker.call(run, self._limits.abandon)
        except SourceError:
            raise
        except Exception as error:  # whatever it is, it is this source's trouble
            raise SourceError(failures.from_exception(error, self._place)) from None
