"""Of the consoles of one journal one asks the sources and tells the others what they said. So the requests do not grow
with the number of consoles."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

from vauntico_tui.actions.desk.relay import FileRelay, JournalRelay, Relay, Said, name_of
from vauntico_tui.evidence.facts import IssueDetail, Readings, Series
from vauntico_tui.evidence.reading import Budget, Reading, SourceStatus, State
from vauntico_tui.journal.answers import JournalError

if TYPE_CHECKING:
    from vauntico_tui.actions.desk.desk import Desk
    from vauntico_tui.config.model import Config
    from vauntico_tui.evidence.needs import Needs
    from vauntico_tui.sources.hub import Hub

LOOK = 1.0  # seconds between two looks at what was told, and between two tellings at least
PATIENCE = 2.0  # seconds that the first look may take before this console asks by itself
BY_HAND = 15.0  # seconds for a refresh that a person wants on a console that only listens


class SharedHub:
    """A hub that asks only while it is its turn. Where nobody can tell whose turn it is, each asks for itself."""

    def __init__(self, hub: Hub, relay: Relay) -> None:
        self._hub, self._relay = hub, relay
        self._heard: Said | None = None
        self._told: Readings | None = None
        self._polling: asyncio.Task[None] | None = None
        self._changed: Callable[[], None] = lambda: None
        self._by_hand: asyncio.Task[None] | None = None
        self._closed = False

    # ---- what is known: one's own while one asks, else what was heard ---------------------------------------------

    def _others(self) -> Said | None:
        """What another console said, while that is all there is: until one's own sources have answered."""
        if self._polling is not None and all(one.state is not State.LOADING for one in self._hub.statuses()):
            self._heard = None
        return self._heard

    @property
    def readings(self) -> Readings:
        return heard.readings if (heard := self._others()) is not None else self._hub.readings

    def statuses(self) -> tuple[SourceStatus, ...]:
        return heard.statuses if (heard := self._others()) is not None else self._hub.statuses()

    @property
    def budget(self) -> Budget | None:
        return heard.budget if (heard := self._others()) is not None else self._hub.budget

    @property
    def paused(self) -> bool:
        return self._hub.paused

    # ---- what may be asked ---------------------------------------------------------------------------------------

    def refresh(self, source_id: str | None = None) -> None:
        """Ask now: as ever where this console asks; else once by itself, for a person wants it."""
        self._hub.refresh(source_id)
        if self._polling is None and self._by_hand is None:
            self._by_hand = asyncio.get_running_loop().create_task(self._once())

    async def _once(self) -> None:
        await self._hub.gather(BY_HAND)
        self._heard, self._by_hand = None, None
        self._changed()

    def need(self, more: Needs) -> None:
        """Read these too; what another console says does not hold them, so ask (`refresh`) as well."""
        self._hub.need(more)

    def pause(self) -> None:
        self._hub.pause()

    def resume(self) -> None:
        self._hub.resume()

    async def issue_detail(self, number: int) -> Reading[IssueDetail]:
        return await self._hub.issue_detail(number)

    async def kpi_range(self, query: str, hours: float) -> Reading[tuple[Series, ...]]:
        return await self._hub.kpi_range(query, hours)

    async def gather(self, timeout: float) -> None:  # noqa: ASYNC109  the sources' own limit
        """For a command: once, by itself."""
        await self._hub.gather(timeout)

    def close(self) -> None:
        self._closed = True
        self._relay.close()
        self._hub.close()

    # ---- running -------------------------------------------------------------------------------------------------

    async def run(self, changed: Callable[[], None]) -> None:
        """Ask or listen until closed. Ends with the sources' own exception if they have one."""
        self._changed = changed
        first = asyncio.create_task(self._turn())
        try:
            if not (await asyncio.wait({first}, timeout=PATIENCE))[0]:
                self._start()  # a journal that takes so long keeps nobody blind
            await first
            while not self._closed:
                await self._turn()
                if self._polling is not None and self._polling.done():
                    await self._polling
                    return
                await asyncio.sleep(LOOK)
        finally:
            first.cancel()
            await self._stop()

    async def _turn(self) -> None:
        try:
            if not await self._relay.asks():
                await self._stop()
                if not self._hub.paused and (said := await self._relay.hear()) is not None:
                    self._heard = said
                    self._changed()
                return
            self._start()
            if self._told is not (readings := self._hub.readings):
                said = Said(readings, self._hub.statuses(), self._hub.budget)
                if await self._relay.tell(said):
                    self._told = readings
        except JournalError:
            self._start()  # nobody can tell: better asked twice than blind

    def _start(self) -> None:
        if self._polling is None and not self._closed:
            self._polling = asyncio.create_task(self._hub.run(self._changed))

    async def _stop(self) -> None:
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await polling


def shared_hub(hub: Hub, desk: Desk, config: Config, needs: Needs) -> Hub | SharedHub:
    """The hub of a console whose journal others may use: with those who read the same, one asks for all."""
    places = (config.github.url, config.github.repository, config.prometheus.url, config.alertmanager.url)
    parts = (f"{field.name} {part}" for field in fields(needs) for part in sorted(map(str, getattr(needs, field.name))))
    name = name_of((*map(str, places), *parts))
    if desk.is_team:
        return SharedHub(hub, JournalRelay(desk, name))
    return SharedHub(hub, FileRelay(desk.folder, name)) if desk.folder is not None else hub
