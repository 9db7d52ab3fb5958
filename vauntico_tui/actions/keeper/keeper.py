"""While it leads: clocks that run out do what they do, messages leave, evidence opens and resolves. Any console may
keep; one leads by a lease, and when it dies another takes over within 15 seconds."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from vauntico_tui.actions.channels.model import Channel
from vauntico_tui.actions.delivery.dispatcher import PATIENCE, TROUBLE, Dispatcher, Means
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.evidence_now import Evidence
from vauntico_tui.escalation.policy import Policy
from vauntico_tui.escalation.reconcile import Wanted, reconcile
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.answers import JournalError, NotAllowed, Unreachable

if TYPE_CHECKING:
    from vauntico_tui.escalation.state import Escalation
    from vauntico_tui.journal.journal import Journal
    from vauntico_tui.journal.leases import Lease
    from vauntico_tui.sources.worker import Worker

NAME = "keeper"
SPAN = timedelta(seconds=9)
RENEW = 4.0
"""Seconds between two looks at least. With SPAN: who dies is followed within 13 seconds."""
TIMERS = 100
COMMANDS = 25
"""How many are done in one go, so that the lease is renewed in between."""
GRACE = 2.0
BLOCKED = 0.5
"""Seconds before a lane that is due and can't be claimed is looked at again."""
REMEMBER = timedelta(days=90)
LATE = timedelta(minutes=1)
"""What should have been done this long ago is overdue."""


@dataclass(frozen=True, slots=True)
class Work:
    """How the keeping goes. Counts are of the whole journal; `trouble` is why it could not be looked at."""

    leads: bool = False
    looked_at: datetime | None = None  # the journal's time of the last good look
    timers_due: int = 0
    next_timer: datetime | None = None
    next_message: datetime | None = None
    pending: int = 0
    sending: int = 0
    dead: int = 0
    messages_due: int = 0
    trouble: str = ""

    @property
    def overdue(self) -> str:
        """What should have been done by now and was not, in words; "" where nothing."""
        if self.trouble or self.looked_at is None:
            return self.trouble or "the journal was not read yet"
        late = self.looked_at - LATE
        if self.next_timer is not None and self.next_timer < late:
            return f"{self.timers_due} clocks ran out and nothing was done"
        if self.next_message is not None and self.next_message < late:
            return f"{self.messages_due} messages wait to be sent"
        return ""


class PolicyOf(Protocol):
    """The policy of an escalation that starts at an instant; of one about this row, where a row is given."""

    def __call__(self, at: datetime, row: EscalationRow | None = None, /) -> Policy: ...


class Keeper:
    """One console's keeper. Belongs to one event loop, but for `nudge` and `close`, which any thread may call.

    `wake` is called whenever it has done something that others may want to look at.
    """

    def __init__(
        self,
        journal: Worker[Journal],
        policy_of: PolicyOf,
        channels: Mapping[str, Channel],
        *,
        console: str,
        wake: Callable[[], None] = lambda: None,
        means: Means | None = None,
    ) -> None:
        self.work = Work()
        self.holder = f"{one_line(console, 60)} {os.getpid()}-{secrets.token_hex(3)}"
        self._journal, self._policy_of, self._wake = journal, policy_of, wake
        self._dispatcher = Dispatcher(journal, channels, worker=self.holder, means=means, freed=self._freed)
        self._lease: Lease | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look = asyncio.Event()
        self._closed = False
        self._delivered = False

    @property
    def leads(self) -> bool:
        return self._lease is not None

    def nudge(self) -> None:
        """Look again now: somebody has written to the journal."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._look.set)

    def close(self) -> None:
        """End `run` as soon as what is being sent has ended, for two seconds at most."""
        self._closed = True
        self.nudge()

    async def run(self) -> None:
        """Keep until closed. Trouble with the journal is told in `work` and tried again; it never ends this."""
        self._loop = asyncio.get_running_loop()
        try:
            while not self._closed:
                pause = await self.turn()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._look.wait()
                self._look.clear()
        finally:
            await self._leave()

    async def turn(self) -> float:
        """One look: take or keep the lease, do what is due. Returns the seconds until the next look."""
        try:
            self._lease = await self._journal.call(lambda it: it.leases.take(NAME, self.holder, SPAN), PATIENCE)
            await self._measure()
            began = 0
            if self._lease is not None and (self.work.timers_due or self.work.next_message is not None):
                while await self._run_timers():
                    if await self._keep_lease() is None:
                        break
                began = await self._dispatcher.fill() if await self._journal.call(_sends, PATIENCE) else 0
                await self._measure()
            return self._pause(blocked=not began)
        except TROUBLE as error:
            self._lease = None
            self.work = replace(self.work, leads=False, trouble=one_line(str(error)))
            self._wake()
            return RENEW

    async def reconcile(self, evidence: Evidence) -> int:
        """Bring escalations into line with the evidence, if this console leads. Returns how many commands there were.
        Trouble with the journal is told in `work`."""
        if self._lease is None:
            return 0
        try:
            wanted = await self._journal.call(lambda it: self._wanted(it, evidence), PATIENCE)
            for start in range(0, len(wanted), COMMANDS):
                if self._closed or await self._keep_lease() is None:
                    break
                some = wanted[start : start + COMMANDS]
                await self._journal.call(lambda it, some=some: _perform(it, some), PATIENCE)  # type: ignore[misc]
        except TROUBLE as error:
            self.work = replace(self.work, trouble=one_line(str(error)))
            return 0
        if wanted:
            self._look.set()
            self._wake()
        return len(wanted)

    def _wanted(self, journal: Journal, evidence: Evidence) -> Sequence[Wanted]:
        """In the journal's thread: with thousands of escalations it takes longer than a key may wait."""
        now, known = _known(journal)
        return reconcile(evidence, known, lambda row: self._policy_of(now, row), now)

    async def _keep_lease(self) -> Lease | None:
        self._lease = await self._journal.call(lambda it: it.leases.take(NAME, self.holder, SPAN), PATIENCE)
        return self._lease

    async def _run_timers(self) -> bool:
        """Whether there may be more that is due."""
        done = await self._journal.call(lambda it: it.run_timers(TIMERS), PATIENCE)
        if done:
            self._wake()
        return len(done) == TIMERS and not self._closed

    async def _measure(self) -> None:
        """How the keeping goes: where nothing is due, all that a look costs."""
        leads, led = self._lease is not None, self.work.leads
        self.work = await self._journal.call(lambda it: _work(it, leads=leads), PATIENCE)
        if self._delivered or (leads and not led):  # evidence that was read before is brought into the journal now
            self._delivered = False
            self._wake()

    def _pause(self, *, blocked: bool) -> float:
        """Seconds until the next look."""
        work = self.work
        if not work.leads or work.looked_at is None:
            return RENEW
        pause = RENEW
        for at in (work.next_timer, work.next_message):
            if at is not None:
                pause = min(pause, (at - work.looked_at).total_seconds())
        return max(pause, BLOCKED if blocked else 0.0)

    def _freed(self) -> None:
        self._delivered = True
        self._look.set()

    async def _leave(self) -> None:
        """Let the others go on at once, if the journal answers."""
        await self._dispatcher.stop(GRACE)
        lease, self._lease = self._lease, None
        if lease is not None:
            with contextlib.suppress(*TROUBLE):
                await self._journal.call(lambda it: it.leases.release(lease), GRACE)


def _known(journal: Journal) -> tuple[datetime, list[Escalation]]:
    now = journal.now()
    aside = (one for one in journal.resolved(now - REMEMBER) if one.still_true)
    return now, [*journal.open_escalations(), *aside]


def _perform(journal: Journal, wanted: Sequence[Wanted]) -> None:
    for one in wanted:
        answer = journal.perform(one.command, actor=EVIDENCE, id=one.id)
        if isinstance(answer, Unreachable | NotAllowed):
            raise JournalError(answer.reason, answer.next_step)


def _sends(journal: Journal) -> bool:
    """Whether anything waits to be sent. Asked first: a claim takes the journal's lock."""
    return journal.outbox.next_at() is not None


def _work(journal: Journal, *, leads: bool) -> Work:
    with journal.database.together():
        now, waiting, next_timer = journal.now(), journal.outbox.waiting(), journal.next_timer()
        return Work(
            leads, now, journal.timers_due() if next_timer is not None and next_timer <= now else 0, next_timer,
            journal.outbox.next_at() if waiting["pending"] or waiting["sending"] else None, waiting["pending"],
            waiting["sending"], waiting["dead"], waiting["overdue"],
        )  # fmt: skip
