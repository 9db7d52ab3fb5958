"""On a team's journal one console asks the sources, by a lease, and publishes what they said; the others read that. So
the requests do not grow with the number of consoles."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.evidence.facts import IssueDetail, Readings, Series
from vauntico_tui.evidence.reading import Budget, Reading, SourceStatus
from vauntico_tui.journal.answers import JournalError

if TYPE_CHECKING:
    from vauntico_tui.journal.journal import Journal
    from vauntico_tui.journal.leases import Lease, Published
    from vauntico_tui.sources.hub import Hub

SPAN = timedelta(seconds=10)
"""The lease: when the console that asks dies, another does so within this and a look."""
LOOK = 1.0  # seconds between two looks at what was published, and between two publications at least
PATIENCE = 2.0  # seconds that the first look may take before this console asks by itself
BY_HAND = 15.0  # seconds for a refresh that a person wants on a console that only reads


@dataclass(frozen=True, slots=True)
class Said:
    """What the sources said, as one console tells the others."""

    readings: Readings
    statuses: tuple[SourceStatus, ...]
    budget: Budget | None


def pack(said: Said) -> str:
    """As text."""
    return base64.b85encode(zlib.compress(msgspec.msgpack.encode(said), 1)).decode("ascii")


def unpack(body: str) -> Said | None:
    """From text; None where another version of this program has written it."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(base64.b85decode(body)), type=Said)
    except (ValueError, zlib.error, msgspec.MsgspecError):
        return None


class SharedHub:
    """A hub that asks only while it holds the lease. `what` names the sources: consoles of others do not mix. Where the
    journal can't be reached each console asks for itself."""

    def __init__(self, hub: Hub, desk: Desk, what: str) -> None:
        self._hub, self._desk = hub, desk
        self._name = f"readings {hashlib.sha256(what.encode()).hexdigest()[:16]}"
        self._heard: Said | None = None
        self._version = 0
        self._published: Readings | None = None
        self._polling: asyncio.Task[None] | None = None
        self._changed: Callable[[], None] = lambda: None
        self._by_hand: asyncio.Task[None] | None = None
        self._closed = False

    # ---- what is known: one's own while one asks, else what was heard ---------------------------------------------

    @property
    def readings(self) -> Readings:
        return self._heard.readings if self._heard is not None else self._hub.readings

    def statuses(self) -> tuple[SourceStatus, ...]:
        return self._heard.statuses if self._heard is not None else self._hub.statuses()

    @property
    def budget(self) -> Budget | None:
        return self._heard.budget if self._heard is not None else self._hub.budget

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
            lease = await self._desk.call(lambda journal: journal.leases.take(self._name, self._desk.console, SPAN))
            if lease is None:
                await self._stop()
                await self._listen()
                return
            self._start()
            if self._published is not self._hub.readings:
                await self._publish(lease)
        except JournalError:
            self._start()  # nobody can tell: better asked twice than blind

    def _start(self) -> None:
        if self._polling is None:
            self._heard = None
            self._polling = asyncio.create_task(self._hub.run(self._changed))

    async def _stop(self) -> None:
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await polling

    async def _publish(self, lease: Lease) -> None:
        readings = self._hub.readings
        body = await asyncio.to_thread(pack, Said(readings, self._hub.statuses(), self._hub.budget))
        if await self._desk.call(lambda journal: journal.leases.publish(lease, self._name, body)):
            self._published = readings

    async def _listen(self) -> None:
        if self._hub.paused:
            return
        found = await self._desk.call(self._read)
        if found is None:
            return
        said = await asyncio.to_thread(unpack, found.body)
        self._version = found.version
        if said is not None:
            self._heard = said
            self._changed()

    def _read(self, journal: Journal) -> Published | None:
        return journal.leases.read(self._name, self._version)
