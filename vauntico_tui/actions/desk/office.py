"""The war room's journal as a whole: what is known of it, hands that write to it, and its keeper while this runs."""

from __future__ import annotations

import asyncio
import getpass
import os
import socket
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vauntico_tui.actions.desk.asked import Surroundings
from vauntico_tui.actions.desk.back import LastDone, last_done
from vauntico_tui.actions.desk.clerk import Clerk
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.handover import past, summary
from vauntico_tui.actions.desk.hands import Hands
from vauntico_tui.actions.desk.known import Known
from vauntico_tui.actions.keeper.keeper import Keeper, Work
from vauntico_tui.actions.perform import Done, Executor
from vauntico_tui.actions.registry import Action, Target
from vauntico_tui.base.clock import Clock
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.evidence_now import Evidence
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.reading import State
from vauntico_tui.journal.answers import JournalError, NotAllowedError
from vauntico_tui.sources.worker import Worker

if TYPE_CHECKING:
    import httpx

    from vauntico_tui.actions.channels.model import Channel
    from vauntico_tui.actions.keeper.paging import Paging
    from vauntico_tui.config.model import Config
    from vauntico_tui.journal.journal import Journal


APART = timedelta(seconds=10)
"""Clocks that are less apart than this are alike."""
SETTLE_EVERY = 60.0  # seconds after which evidence is compared again though it says the same


class Office:
    """Belongs to one event loop but for `close`. `row_of` finds the row of a subject as it is shown."""

    def __init__(
        self, config: Config, paging: Paging, desk: Desk, clock: Clock, row_of: Callable[[str], EscalationRow | None]
    ) -> None:
        self.desk, self.paging = desk, paging
        self.me = config.escalation.me or user_name()
        self._config, self._clock = config, clock
        self._zone = _zone(config)
        self._hands = Hands(desk, Surroundings(self.me, paging.person, paging, row_of, self._now, self._zone))
        self._keeper: Keeper | None = None
        self._ran_at: datetime | None = None
        self._basis: tuple[object, ...] = ()
        self._settled_at = float("-inf")

    @property
    def known(self) -> Known:
        """What the journal last said."""
        return self.desk.known

    @property
    def ahead(self) -> timedelta:
        """By how much the journal's clock is before this machine's; small differences, which change at every look, are
        none."""
        off = self._now() - self._clock.now()
        return timedelta(0) if abs(off) < APART else timedelta(seconds=round(off / APART) * APART.total_seconds())

    @property
    def work(self) -> Work:
        """How the keeping of clocks and outbox goes."""
        return self._keeper.work if self._keeper is not None else Work()

    @property
    def executors(self) -> Mapping[str, Executor]:
        return {**self._hands.executors, "handover": self._hand_over}

    def why_not(self, action: Action, target: Target | None) -> str | None:
        """Why the journal or a state forbids an action just now, or None."""
        return self._hands.why_not(action, target)

    def last_done(self) -> LastDone | None:
        """What undo would take back."""
        press = self._hands.last
        return last_done(press, self._now(), self._ran_at) if press is not None else None

    def ran(self) -> None:
        """A runbook was run just now: that is not taken back by undo."""
        self._ran_at = self._now()

    def together(self, count: int) -> None:
        """The last `count` things done were one press."""
        self._hands.together(count)

    async def run(self, changed: Callable[[], None]) -> None:
        """Follow the journal and keep its clocks and outbox until closed. A read-only war room keeps nothing."""
        if self._config.read_only:
            await self.desk.run(changed)
            return
        client, channels = await asyncio.to_thread(_channels, self._config)
        async with client:

            def wake() -> None:
                self.desk.wake()
                changed()

            worker: Worker[Journal] = Worker("keeper", self.desk.open)  # a person's command waits for none of its work
            keeper = Keeper(worker, self.paging, channels, console=self.desk.console, wake=wake)
            self._keeper = keeper
            calendar = self.paging.calendar
            reading = asyncio.create_task(calendar.run(changed)) if calendar is not None else None

            async def keep() -> None:
                if calendar is not None and calendar.configured:
                    await calendar.ready()  # nobody is paged by a calendar that was not looked at
                await keeper.run()

            keeping = asyncio.create_task(keep())

            def told() -> None:
                keeper.nudge()
                changed()

            try:
                await self.desk.run(told)
            finally:
                keeper.close()
                if reading is not None:
                    reading.cancel()
                    await asyncio.gather(reading, return_exceptions=True)
                await keeping
                worker.close()

    async def summary(self) -> str:
        """The summary for the next shift. Raises JournalError."""
        await self.desk.look()
        opened = self.known.open
        known = await self.desk.call(lambda journal: past(journal, opened))
        return summary(opened, known, self._now(), lambda at: f"{at.astimezone(self._zone):%d %b %H:%M}")

    async def _hand_over(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        """Put the summary into the log."""
        by, to = one_line(args.get("as", "")) or self.me, one_line(args.get("to", ""))
        try:
            text = await self.summary()
            data = {"to": to, "open": [one.id for one in self.known.open]}
            await self.desk.call(
                lambda journal: journal.records.note("handover", "shift", by, text, data, login=journal.login)
            )
        except NotAllowedError as trouble:
            return Done(False, f"not allowed: {trouble}", "not_allowed")
        except JournalError as trouble:
            return Done(False, f"nothing was done: {trouble}", "unreachable")
        return Done(True, f"handed over by {by}" + (f" to {to}" if to else "") + "; it stays in the log")

    async def settle(self, evidence_of: Callable[[], Evidence], readings: Readings, more: tuple[object, ...]) -> None:
        """Bring evidence into the journal, where this console leads and what was read or `more` says something else
        than last; now and then anyway, for what was set aside comes back by the clock."""
        if self._keeper is None or not self._keeper.leads or self.known.state is not State.FRESH:
            return
        basis = (self.known.seq, *_substance(readings), *more)
        if self._basis == basis and time.monotonic() - self._settled_at < SETTLE_EVERY:
            return
        evidence = await asyncio.to_thread(evidence_of)
        await self._keeper.reconcile(evidence)
        if not self._keeper.work.trouble:
            self._basis, self._settled_at = basis, time.monotonic()

    async def settle_once(self, evidence: Evidence) -> int:
        """The same for a command, whoever leads. Raises JournalError."""
        return await Clerk(self.desk, self.paging).settle(evidence, self._now())

    def _now(self) -> datetime:
        """The journal's time decides what is past and what "1 h" means; the machine's, while it is not known."""
        return self.desk.now() or self._clock.now()

    def close(self) -> None:
        """Stop at once; what is being sent is left to the next who leads."""
        if self._keeper is not None:
            self._keeper.close()
        self.desk.close()


def _channels(config: Config) -> tuple[httpx.AsyncClient, dict[str, Channel]]:
    """The channels and their client. Slow at first, for what is imported and the certificates that are read."""
    from vauntico_tui.actions.channels.make import make_channels, make_client  # noqa: PLC0415

    client = make_client()
    return client, make_channels(config, client)


def _substance(readings: Readings) -> tuple[object, ...]:
    """What of the readings escalations rest on, without the times at which they were read. What was not read anew is
    the same object, so that thousands of issues are compared at once."""
    issues, alerts, deployments = readings.issues, readings.alerts, readings.deployments
    return (
        issues.value, issues.state, issues.trouble, alerts.value, alerts.state, alerts.trouble,
        deployments.value, deployments.state, deployments.trouble,
    )  # fmt: skip


def user_name() -> str:
    """The machine's user, as the journal names a person whom the config does not."""
    try:
        return one_line(getpass.getuser(), 100) or "somebody"
    except (OSError, KeyError, ImportError):
        return "somebody"


def console_name() -> str:
    """This program's name in the journal."""
    return one_line(f"{user_name()}@{socket.gethostname()} {os.getpid()}", 100)


def _zone(config: Config) -> tzinfo | None:
    name = config.screen.time_zone
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        return None
