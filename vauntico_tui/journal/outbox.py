"""Messages on their way out, written with the event that caused them. Senders claim a lane (one destination) by a
lease with a fence; a sender that slept past its lease can no longer mark anything.

Order: a lane is sent by one worker, oldest first, and news of one escalation never overtakes earlier news of it. A
message that waits for another try holds back its own escalation only; one that is refused is put aside as dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, exists, func, insert, literal_column, select, update

from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.state import Escalation, Message
from vauntico_tui.journal.answers import FenceLostError
from vauntico_tui.journal.codec import canonical, instant, micros, read_message
from vauntico_tui.journal.database import Database
from vauntico_tui.journal.tables import attempts, lanes, outbox

DEADLINE = timedelta(hours=24)
"""A message that could not be delivered for this long is dead."""
BATCH = 20


def _waits(table: Any = outbox) -> Any:
    """Not settled yet. Written out, not bound: a partial index is used only for the words that it was made with, and
    with it the cost does not grow with what was ever sent."""
    return table.c.state.in_([literal_column("'pending'"), literal_column("'sending'")])


_DEAD = outbox.c.state == literal_column("'dead'")


def enqueue(connection: Connection, messages: Iterable[Message], now: int) -> None:
    """Put messages into the outbox, in the transaction of their event."""
    new = tuple(messages)
    if not new:
        return
    named = {message.destination.lane for message in new}
    known = set(connection.scalars(select(lanes.c.lane).where(lanes.c.lane.in_(named))))
    for lane in sorted(named - known):
        connection.execute(insert(lanes).values(lane=lane))
    deadline = now + int(DEADLINE.total_seconds() * 1_000_000)
    rows = [
        {
            "lane": message.destination.lane, "escalation_id": message.escalation_id, "kind": message.kind,
            "urgent": int(message.urgent), "dedup_key": message.dedup_key, "body": canonical(message),
            "state": "pending", "created_at": now, "next_at": now, "deadline": deadline, "fence": 0, "attempts": 0,
            "possibly_twice": 0, "last_error": "",
            "bundle": f"late {message.destination.lane}" if message.late else None,
        }
        for message in new
    ]  # fmt: skip
    connection.execute(insert(outbox), rows)


def cancel_pages(connection: Connection, escalation: Escalation, now: int) -> None:
    """Pages that have not begun to be sent are void: somebody has it, or it is over. Assignments stay."""
    waiting = (
        outbox.c.escalation_id == escalation.id,
        outbox.c.state == "pending",
        outbox.c.urgent == 1,
        outbox.c.kind.in_(("page", "executives", "reminder")),
    )
    ids = list(connection.scalars(select(outbox.c.id).where(*waiting)))
    if not ids:
        return
    why = f"{escalation.state.value} before it was sent"
    cancelled = update(outbox).where(outbox.c.id.in_(ids), outbox.c.state == "pending")
    connection.execute(cancelled.values(state="cancelled", done_at=now, last_error=why))
    _record(connection, [(number, now, "rules", 0, "cancelled", why) for number in ids])


def _record(connection: Connection, rows: list[tuple[int, int, str, int, str, str]]) -> None:
    names = ("message_id", "at", "worker", "fence", "what", "detail")
    connection.execute(insert(attempts), [dict(zip(names, row, strict=True)) for row in rows])


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent. `maybe_sent`: a sender died with it or heard no answer, so it may have arrived.

    Those of one `bundle` may go out as one notice."""

    id: int
    message: Message
    dedup_key: str
    attempts: int
    deadline: datetime
    maybe_sent: bool
    remote_id: str | None
    bundle: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send to one lane until `until`."""

    lane: str
    worker: str
    fence: int
    until: datetime
    messages: tuple[Outgoing, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A line of the delivery ledger: where a message stands."""

    id: int
    message: Message
    state: str  # pending sending delivered dead cancelled
    attempts: int
    created_at: datetime
    next_at: datetime | None
    done_at: datetime | None
    accepted_by: str | None
    possibly_twice: bool
    error: str
    held_until: datetime | None = None
    held_why: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, or what else was done with a message."""

    message_id: int
    at: datetime
    worker: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One sender's open transaction, its lane's row locked before any message's. `ours`: it still has the lane."""

    _connection: Connection
    _claim: Claim
    _now: int
    ours: bool

    def begin(self, outgoing: Outgoing) -> bool:
        """Write down that it is being sent, just before it is. False: it is no longer wanted (acknowledged meanwhile,
        sent by another), or earlier news of its escalation has failed and goes first. Raises FenceLostError, and with
        it the turn is void: look at `ours` before, where something was marked in it."""
        claim = self._claim
        if not self.ours:
            raise FenceLostError(claim.lane)
        first = _before(outbox.c.lane == claim.lane, outbox.c.escalation_id == outgoing.message.escalation_id)
        wanted = outbox.c.id == outgoing.id, _waits(), outgoing.id == first
        values = {"state": "sending", "fence": claim.fence, "attempts": outbox.c.attempts + 1}
        if self._connection.execute(update(outbox).where(*wanted).values(**values)).rowcount != 1:
            return False
        _record(self._connection, [(outgoing.id, self._now, claim.worker, claim.fence, "begun", "")])
        return True

    def accepted(
        self, outgoing: Outgoing, by: str, *, remote_id: str | None = None, possibly_twice: bool = False
    ) -> bool:
        """The receiver's own yes. False: too late, another worker has it; the ledger says so."""
        values = {
            "state": "delivered", "accepted_by": one_line(by) or "the receiver",
            "remote_id": remote_id or outgoing.remote_id, "possibly_twice": int(possibly_twice), "last_error": "",
        }  # fmt: skip
        return self._finish(outgoing, "accepted", by, values)

    def failed(self, outgoing: Outgoing, reason: str, retry_at: datetime, *, maybe_sent: bool = False) -> bool:
        """To be tried again then, or dead if that is past its deadline. `maybe_sent`: it may have arrived all the same;
        whoever tries it next is told."""
        if retry_at >= outgoing.deadline:
            given_up = f"{reason}; given up after {outgoing.attempts + 1} attempts"
            return self.refused(outgoing, given_up, maybe_sent=maybe_sent)
        values = {
            "state": "pending", "next_at": micros(retry_at), "last_error": one_line(reason),
            "possibly_twice": int(maybe_sent or outgoing.maybe_sent),
        }  # fmt: skip
        return self._finish(outgoing, "failed", reason, values)

    def refused(self, outgoing: Outgoing, reason: str, *, maybe_sent: bool = False) -> bool:
        """A dead letter: shown, and sent again only when somebody says so."""
        twice = int(maybe_sent or outgoing.maybe_sent)
        values = {"state": "dead", "last_error": one_line(reason), "possibly_twice": twice}
        return self._finish(outgoing, "refused", reason, values)

    def _finish(self, outgoing: Outgoing, what: str, detail: str, values: dict[str, Any]) -> bool:
        claim = self._claim
        mine = outbox.c.id == outgoing.id, outbox.c.state == "sending", outbox.c.fence == claim.fence
        done = {"done_at": None if values["state"] == "pending" else self._now, **values}
        marked = self._connection.execute(update(outbox).where(*mine).values(**done)).rowcount == 1
        said = one_line(detail) if marked else one_line(f"{what}: {detail}")
        row = (outgoing.id, self._now, claim.worker, claim.fence, what if marked else "too late", said)
        _record(self._connection, [row])
        return marked


class Outbox:
    """What senders and the ledger's readers do. Every method is one transaction; raises JournalError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, worker: str, lease: timedelta, limit: int = BATCH) -> Claim | None:
        """The lane that has waited longest and that nobody sends to, with its next messages; None: nothing to do."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            lane = connection.execute(_free_lane(now).with_for_update(skip_locked=True, of=lanes)).first()
            if lane is None:
                return None
            until = now + int(lease.total_seconds() * 1_000_000)
            fence = lane.fence + 1
            taken = update(lanes).where(lanes.c.lane == lane.lane)
            connection.execute(taken.values(worker=worker, fence=fence, lease_until=until, hold_why=""))
            rows = connection.execute(_ready(lane.lane, now, limit)).all()
            return Claim(lane.lane, worker, fence, instant(until), tuple(_outgoing(connection, row) for row in rows))

    def renew(self, claim: Claim, lease: timedelta) -> bool:
        """Keep the lane for longer. False: another has it."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            kept = update(lanes).where(lanes.c.lane == claim.lane, lanes.c.fence == claim.fence)
            until = now + int(lease.total_seconds() * 1_000_000)
            return connection.execute(kept.values(lease_until=until)).rowcount == 1

    def release(self, claim: Claim, *, hold_until: datetime | None = None, why: str = "") -> None:
        """Give the lane back; `hold_until` leaves the destination alone until then (Retry-After)."""
        values: dict[str, Any] = {"lease_until": 0, "worker": None}
        if hold_until is not None:
            values |= {"hold_until": micros(hold_until), "hold_why": one_line(why)}
        with self._database.write() as connection:
            mine = update(lanes).where(lanes.c.lane == claim.lane, lanes.c.fence == claim.fence)
            connection.execute(mine.values(**values))

    @contextmanager
    def turn(self, claim: Claim) -> Iterator[Turn]:
        """What a sender writes down between two sends, in one transaction: durable when this ends, or none of it."""
        with self._database.write() as connection:
            row = connection.execute(select(lanes).where(lanes.c.lane == claim.lane).with_for_update()).one_or_none()
            now = self._database.now(connection)
            ours = row is not None and row.fence == claim.fence and row.lease_until > now
            yield Turn(connection, claim, now, ours)

    def begin(self, claim: Claim, outgoing: Outgoing) -> bool:
        """A turn in which only this is begun."""
        with self.turn(claim) as turn:
            return turn.begin(outgoing)

    def accepted(
        self, claim: Claim, outgoing: Outgoing, by: str, *, remote_id: str | None = None, possibly_twice: bool = False
    ) -> bool:
        """A turn in which only this is marked."""
        with self.turn(claim) as turn:
            return turn.accepted(outgoing, by, remote_id=remote_id, possibly_twice=possibly_twice)

    def failed(
        self, claim: Claim, outgoing: Outgoing, reason: str, retry_at: datetime, *, maybe_sent: bool = False
    ) -> bool:
        """A turn in which only this is marked."""
        with self.turn(claim) as turn:
            return turn.failed(outgoing, reason, retry_at, maybe_sent=maybe_sent)

    def refused(self, claim: Claim, outgoing: Outgoing, reason: str, *, maybe_sent: bool = False) -> bool:
        """A turn in which only this is marked."""
        with self.turn(claim) as turn:
            return turn.refused(outgoing, reason, maybe_sent=maybe_sent)

    def replay(self, number: int, by: str) -> bool:
        """Send a dead letter again. False: it is none."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            deadline = now + int(DEADLINE.total_seconds() * 1_000_000)
            dead = update(outbox).where(outbox.c.id == number, outbox.c.state == "dead")
            values = {"state": "pending", "next_at": now, "deadline": deadline, "done_at": None}
            if connection.execute(dead.values(**values)).rowcount != 1:
                return False
            _record(connection, [(number, now, one_line(by) or "somebody", 0, "replayed", "")])
            return True

    def deliveries(
        self, escalation_id: int | None = None, *, state: str | None = None, limit: int = 200
    ) -> tuple[Delivery, ...]:
        """The ledger, the newest first."""
        query = select(outbox, lanes.c.hold_until, lanes.c.hold_why).join(lanes, lanes.c.lane == outbox.c.lane)
        if escalation_id is not None:
            query = query.where(outbox.c.escalation_id == escalation_id)
        if state is not None:
            query = query.where(outbox.c.state == state)
        with self._database.read() as connection:
            return tuple(_delivery(row) for row in connection.execute(query.order_by(outbox.c.id.desc()).limit(limit)))

    def pages(self, since: datetime, limit: int = 100_000) -> tuple[Delivery, ...]:
        """What receivers accepted since then that was urgent, the latest first: for figures."""
        query = select(outbox, lanes.c.hold_until, lanes.c.hold_why).join(lanes, lanes.c.lane == outbox.c.lane)
        query = query.where(outbox.c.urgent == 1, outbox.c.state == "delivered", outbox.c.done_at >= micros(since))
        with self._database.read() as connection:
            return tuple(_delivery(row) for row in connection.execute(query.order_by(outbox.c.id.desc()).limit(limit)))

    def attempts(self, number: int) -> tuple[Attempt, ...]:
        """Every try of one message, the first one first."""
        query = select(attempts).where(attempts.c.message_id == number).order_by(attempts.c.id)
        with self._database.read() as connection:
            return tuple(
                Attempt(row.message_id, instant(row.at), row.worker, row.what, row.detail)
                for row in connection.execute(query)
            )

    def waiting(self) -> dict[str, int]:
        """How many messages wait, are being sent, or are dead; and how many should have been tried by now."""
        with self._database.read() as connection:
            late = func.sum(case((outbox.c.next_at <= self._database.now(connection), 1), else_=0))
            states = select(outbox.c.state, func.count(), late).where(_waits()).group_by(outbox.c.state)
            waits = connection.execute(states).all()
            dead = connection.scalar(select(func.count()).select_from(outbox).where(_DEAD)) or 0
        found = {row[0]: int(row[1]) for row in waits}
        return {"pending": 0, "sending": 0, **found, "dead": dead, "overdue": sum(int(row[2]) for row in waits)}

    def next_at(self) -> datetime | None:
        """When the next message can be claimed, holds and leases of others respected; None: nothing waits."""
        latest = func.max if self._database.sqlite else func.greatest
        ready = latest(outbox.c.next_at, lanes.c.hold_until, lanes.c.lease_until)
        query = select(func.min(ready)).select_from(outbox.join(lanes, lanes.c.lane == outbox.c.lane))
        with self._database.read() as connection:
            found = connection.scalar(query.where(_waits()))
        return None if found is None else instant(int(found))


def _before(*where: Any) -> Any:
    """The oldest message that waits."""
    return select(func.min(outbox.c.id)).where(*where, _waits()).correlate(None).scalar_subquery()


def _earlier(now: int) -> Any:
    """Whether earlier news of the same escalation still waits in the lane."""
    before = outbox.alias("before")
    return exists().where(
        before.c.lane == outbox.c.lane,
        before.c.escalation_id == outbox.c.escalation_id,
        before.c.id < outbox.c.id,
        _waits(before),
        before.c.next_at > now,
    )


def _due(now: int) -> Any:
    """What may be sent now; "sending" here is what a dead worker left."""
    return and_(_waits(), outbox.c.next_at <= now, ~_earlier(now))


def _free_lane(now: int) -> Any:
    waits = exists().where(outbox.c.lane == lanes.c.lane, _due(now))
    oldest = select(func.min(outbox.c.id)).where(outbox.c.lane == lanes.c.lane, _waits())
    free = select(lanes).where(lanes.c.lease_until <= now, lanes.c.hold_until <= now, waits)
    return free.order_by(oldest.scalar_subquery()).limit(1)


def _ready(lane: str, now: int, limit: int) -> Any:
    return select(outbox).where(outbox.c.lane == lane, _due(now)).order_by(outbox.c.id).limit(limit)


def _outgoing(connection: Connection, row: Row[Any]) -> Outgoing:
    """With the receiver's own id from earlier news of the same escalation: a comment that is edited, not doubled."""
    remote = select(outbox.c.remote_id).where(
        outbox.c.escalation_id == row.escalation_id, outbox.c.lane == row.lane, outbox.c.remote_id.is_not(None)
    )
    known = connection.scalar(remote.order_by(outbox.c.id.desc()).limit(1))
    return Outgoing(
        row.id, read_message(row.body), row.dedup_key, row.attempts, instant(row.deadline),
        row.state == "sending" or bool(row.possibly_twice), known, row.bundle,
    )  # fmt: skip


def _delivery(row: Row[Any]) -> Delivery:
    waits = row.state in {"pending", "sending"}
    return Delivery(
        row.id, read_message(row.body), row.state, row.attempts, instant(row.created_at),
        instant(row.next_at) if waits else None, instant(row.done_at) if row.done_at is not None else None,
        row.accepted_by, bool(row.possibly_twice), row.last_error,
        instant(row.hold_until) if waits and row.hold_until else None, row.hold_why if waits else "",
    )  # fmt: skip
