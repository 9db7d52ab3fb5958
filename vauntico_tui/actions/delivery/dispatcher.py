"""Sends what the outbox holds: lane by lane, several lanes at once, one message of a lane after the other.

A message is begun in the journal, sent, and marked with what its receiver said, in the transaction that begins the next
one of the lane. Who dies in between leaves it begun:
the next one sends it again, and says "possibly twice" where the receiver can't tell.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, TypeVar

from vauntico_tui.actions.channels.model import Answer, Channel
from vauntico_tui.actions.channels.unusable import Unusable
from vauntico_tui.actions.delivery.bundle import grouped, one_notice
from vauntico_tui.actions.delivery.retry import SHORTEST, asked, backoff, said
from vauntico_tui.base.problems import did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.journal.answers import FenceLostError, JournalError
from vauntico_tui.sources.worker import OverdueError, TooManyHangError, Worker

if TYPE_CHECKING:
    from vauntico_tui.journal.journal import Journal
    from vauntico_tui.journal.outbox import Claim, Outgoing, Turn

T = TypeVar("T")

LEASE = timedelta(seconds=12)
"""How long a dead sender keeps a lane from the others. A living one renews it while it sends."""
RENEW = 4.0
BATCH = 100
LANES = 10
PATIENCE = 30.0  # seconds for one call to the journal
STRIKES = 3
"""Failures in a row after which a destination is left alone for a moment: it is down, not the message wrong."""
MARKS = (0.0, 1.0, 2.0, 4.0)
"""Seconds between tries to write down what a receiver has said."""

TROUBLE = (JournalError, OverdueError, TooManyHangError)


def boot_time() -> float:
    """Seconds that pass while the machine sleeps, too."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else time.monotonic()


@dataclass(frozen=True, slots=True)
class Means:
    """What a dispatcher does not choose itself: chance, elapsed seconds, and how to wait. Tests bring their own."""

    rng: Random
    ticks: Callable[[], float] = boot_time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Dispatcher:
    """One console's sender. Belongs to one event loop. Any number may run on a journal: a lane has one sender."""

    def __init__(
        self,
        journal: Worker[Journal],
        channels: Mapping[str, Channel],
        *,
        worker: str,
        means: Means | None = None,
        freed: Callable[[], None] = lambda: None,
        lanes: int = LANES,
        batch: int = BATCH,
    ) -> None:
        self._journal, self._channels, self._worker = journal, channels, worker
        self._means = means or Means(Random())  # noqa: S311  jitter, no secret
        self._freed, self._lanes, self._batch = freed, lanes, batch
        self._running: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> int:
        """Lanes that are being sent to."""
        return len(self._running)

    async def fill(self) -> int:
        """Begin to send to every lane that has something due, as far as there is room. Raises JournalError."""
        began = 0
        while len(self._running) < self._lanes:
            ticks = self._means.ticks()
            claim = await self._ask(lambda journal: journal.outbox.claim(self._worker, LEASE, self._batch))
            if claim is None:
                break
            began += 1
            lane = asyncio.create_task(_Lane(self, claim, ticks).send_all())
            self._running.add(lane)
            lane.add_done_callback(self._ended)
        return began

    async def drain(self) -> None:
        """Send everything that is due, and return when nothing is any more. Raises JournalError."""
        while await self.fill() or self._running:
            await self.settle()

    async def settle(self) -> None:
        """Wait until one of the lanes is done."""
        if self._running:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, grace: float) -> None:
        """Let what is being sent end for up to `grace` seconds; give up the rest, which others take over."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace)
            for lane in late:
                lane.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def channel(self, name: str) -> Channel:
        """The channel of that name, or one that refuses everything with the reason."""
        found = self._channels.get(name)
        if found is not None:
            return found
        hint = did_you_mean(name, self._channels) or "name it there, then send it again"
        return Unusable(f'the config has no channel "{one_line(name, 60)}"; {hint}')

    def _ended(self, lane: asyncio.Task[None]) -> None:
        self._running.discard(lane)
        if not lane.cancelled():
            lane.exception()  # it has said all it can: the messages wait for the next claim
        self._freed()

    async def _ask(self, call: Callable[[Journal], T]) -> T:
        return await self._journal.call(call, PATIENCE)


class _Lane:
    """One claim of one lane, from first message to release."""

    def __init__(self, dispatcher: Dispatcher, claim: Claim, ticks: float) -> None:
        self._ask, self._means, self._claim = dispatcher._ask, dispatcher._means, claim
        self._channel = dispatcher.channel(claim.messages[0].message.destination.channel) if claim.messages else None
        self._ours_until = ticks + LEASE.total_seconds()
        self._hold: timedelta | None = None
        self._why = ""
        self._strikes = 0
        self._said: tuple[Answer, Sequence[Outgoing]] | None = None  # not written down yet

    async def send_all(self) -> None:
        renewing = asyncio.create_task(self._renew())
        try:
            if self._channel is not None:
                for group in grouped(self._claim.messages, bundles=self._channel.bundles):
                    if begun := await self._turn(self._channel, group):
                        await self._send(self._channel, begun)
                    if self._hold is not None:
                        break
                await self._turn(self._channel, ())
        except FenceLostError:
            return
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing
        await self._release()

    async def _renew(self) -> None:
        while True:
            await self._means.sleep(RENEW)
            ticks = self._means.ticks()
            with contextlib.suppress(*TROUBLE):
                if not await self._ask(lambda journal: journal.outbox.renew(self._claim, LEASE)):
                    return
                self._ours_until = ticks + LEASE.total_seconds()

    async def _send(self, channel: Channel, begun: Sequence[Outgoing]) -> None:
        if self._means.ticks() >= self._ours_until:
            raise FenceLostError(self._claim.lane)  # this program slept; what it has begun is another's now
        answer = await self._attempt(channel, begun)
        self._said = answer, begun
        if answer.outcome != "retry":
            self._strikes = 0
            return
        self._strikes += 1
        self._hold = asked(answer)
        if self._hold is None and self._strikes >= STRIKES:
            self._hold = max(SHORTEST, backoff(1, self._means.rng))
        self._why = said(answer)

    async def _attempt(self, channel: Channel, begun: Sequence[Outgoing]) -> Answer:
        message = one_notice([it.message for it in begun])
        try:
            return await channel.send(message, begun[0].remote_id if len(begun) == 1 else None)
        except Exception as error:  # a fault of ours in one channel must not stop the others
            return Answer(
                "retry", f"unexpected {type(error).__name__} in the channel; please report it", maybe_sent=True
            )

    async def _turn(self, channel: Channel, group: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """In one transaction: write down what the receiver said of the last one, and that these are being sent.

        Returns those that are wanted. What was said is known only here: written again if the journal does not answer.
        """
        if self._said is None and not group:
            return ()
        marks = self._marks(channel)

        def write(journal: Journal) -> Sequence[Outgoing] | None:
            now = journal.now()
            with journal.outbox.turn(self._claim) as turn:
                for mark in marks:
                    mark(turn, now)
                if marks and not turn.ours:
                    return None
                return [it for it in group if turn.begin(it)]

        begun = await (self._insist(write) if marks else self._ask(write))
        self._said = None
        if begun is None:
            raise FenceLostError(self._claim.lane)
        return begun

    def _marks(self, channel: Channel) -> Sequence[Callable[[Turn, datetime], bool]]:
        """What is to be written of each that was sent last."""
        if self._said is None:
            return ()
        answer, sent = self._said
        return [_mark(it, channel, answer, asked(answer) or backoff(it.attempts, self._means.rng)) for it in sent]

    async def _insist(self, write: Callable[[Journal], T]) -> T:
        for pause in MARKS[1:]:
            with contextlib.suppress(*TROUBLE):
                return await self._ask(write)
            await self._means.sleep(pause)
        return await self._ask(write)

    async def _release(self) -> None:
        """Give the lane back. Where the journal does not answer the lease runs out by itself."""
        hold, why = self._hold, self._why

        def release(journal: Journal) -> None:
            until = journal.now() + hold if hold is not None else None
            journal.outbox.release(self._claim, hold_until=until, why=why)

        with contextlib.suppress(*TROUBLE):
            await self._ask(release)


def _mark(outgoing: Outgoing, channel: Channel, answer: Answer, wait: timedelta) -> Callable[[Turn, datetime], bool]:
    """How to write down what the receiver said of it."""
    maybe = outgoing.maybe_sent or answer.maybe_sent

    def mark(turn: Turn, now: datetime) -> bool:
        match answer.outcome:
            case "accepted":
                twice = outgoing.maybe_sent and not channel.deduplicates
                return turn.accepted(outgoing, answer.detail, remote_id=answer.remote_id, possibly_twice=twice)
            case "refused":
                return turn.refused(outgoing, answer.detail, maybe_sent=maybe)
            case _:
                return turn.failed(outgoing, said(answer), now + wait, maybe_sent=maybe)

    return mark
