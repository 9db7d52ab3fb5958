"""What goes into the log beside escalations: signatures under approvals, reviews and overrides, hand-overs.
Each is an event of the same chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from vauntico_tui.base.text import clean, one_line
from vauntico_tui.escalation.state import NAME_LIMIT, TEXT_LIMIT
from vauntico_tui.journal.answers import Entry
from vauntico_tui.journal.chain import Fact, append
from vauntico_tui.journal.codec import instant, maybe_micros, micros
from vauntico_tui.journal.database import Database, Head
from vauntico_tui.journal.tables import events, signatures

KINDS = ("approval", "review", "override")
SIGNED = "signed"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature in the log; `id` is its event's number."""

    id: int
    kind: str
    subject: str
    by: str
    role: str | None
    at: datetime
    reason: str
    until: datetime | None


class Records:
    """Every method is one transaction. Raises JournalError."""

    def __init__(self, database: Database, *, console: str) -> None:
        self._database = database
        self._console = console

    def sign(
        self,
        kind: str,
        subject: str,
        by: str,
        *,
        login: str,
        role: str | None = None,
        reason: str = "",
        until: datetime | None = None,
    ) -> Signed:
        """Sign; the same person's standing signature of this kind is returned as it is. An override needs a reason and
        an end. Raises ValueError with a sentence where they are missing."""
        kind, subject, by = kind.strip(), one_line(subject), one_line(by, NAME_LIMIT)
        reason = clean(reason, TEXT_LIMIT).strip()
        if kind not in KINDS or not subject or not by:
            raise ValueError("a signature needs a kind (approval, review, override), a subject and a name")
        if kind == "override" and (not reason or until is None):
            raise ValueError("an override needs a reason and a time when it ends")
        with self._database.locked() as (connection, head):
            if until is not None and micros(until) <= head.now:
                raise ValueError("the time when it ends is past")
            same = signatures.c.kind == kind, signatures.c.subject == subject, signatures.c.by == by
            query = select(signatures).where(*same, signatures.c.withdrawn_seq.is_(None))
            for row in connection.execute(query):
                if kind != "review" and (row.until is None or row.until > head.now) and row.reason == reason:
                    return _signed(row)
            values = {
                "kind": kind, "subject": subject, "by": by, "role": one_line(role, NAME_LIMIT) if role else None,
                "reason": reason, "until": maybe_micros(until),
            }  # fmt: skip
            text = f"{kind} signed by {by}" + (f": {reason}" if reason else "")
            entry = self._append(connection, head, Fact(SIGNED, by, text, subject, values), login)
            write_signature(connection, entry.seq, head.now, values)
            return _signed(connection.execute(select(signatures).where(signatures.c.seq == entry.seq)).one())

    def withdraw(self, number: int, by: str, *, login: str, reason: str = "") -> bool:
        """Take a signature back. False: it is none, or was taken back already."""
        by = one_line(by, NAME_LIMIT) or "somebody"
        with self._database.locked() as (connection, head):
            row = connection.execute(select(signatures).where(signatures.c.seq == number)).one_or_none()
            if row is None or row.withdrawn_seq is not None:
                return False
            note = clean(reason, TEXT_LIMIT).strip()
            text = f"{row.kind} of {row.by} withdrawn by {by}" + (f": {note}" if note else "")
            entry = self._append(connection, head, Fact(WITHDRAWN, by, text, row.subject, {"signature": number}), login)
            write_withdrawal(connection, entry.seq, number)
            return True

    def standing(self, at: datetime | None = None) -> tuple[Signed, ...]:
        """Signatures that stand: not withdrawn, not run out; as they stood at `at`."""
        ended = select(events.c.at).where(events.c.seq == signatures.c.withdrawn_seq).scalar_subquery()
        with self._database.read() as connection:
            now = micros(at) if at is not None else self._database.now(connection)
            query = select(signatures).where(
                (signatures.c.until.is_(None)) | (signatures.c.until > now),
                (signatures.c.withdrawn_seq.is_(None)) if at is None else (ended.is_(None)) | (ended > now),
            )
            if at is not None:
                query = query.where(signatures.c.at <= now)
            return tuple(_signed(row) for row in connection.execute(query.order_by(signatures.c.seq)))

    def note(self, kind: str, subject: str, by: str, text: str, data: dict[str, Any], *, login: str) -> Entry:
        """Any other event: a hand-over. `data` is kept whole."""
        kind = one_line(kind, NAME_LIMIT)
        if kind in {SIGNED, WITHDRAWN, "execution", ""}:
            raise ValueError(f"an event of kind {kind!r} is written another way")
        fact = Fact(kind, one_line(by, NAME_LIMIT) or "somebody", clean(text, 10 * TEXT_LIMIT), one_line(subject), data)
        with self._database.locked() as (connection, head):
            return self._append(connection, head, fact, login)

    def _append(self, connection: Connection, head: Head, fact: Fact, login: str) -> Entry:
        return append(connection, head, fact, login=login, console=self._console)[1]


def write_signature(connection: Connection, seq: int, at: int, values: dict[str, Any]) -> None:
    names = ("kind", "subject", "by", "role", "reason", "until")
    connection.execute(insert(signatures).values(seq=seq, at=at, **{name: values[name] for name in names}))


def write_withdrawal(connection: Connection, seq: int, number: int) -> None:
    connection.execute(update(signatures).where(signatures.c.seq == number).values(withdrawn_seq=seq))


def _signed(row: Row[Any]) -> Signed:
    until = instant(row.until) if row.until is not None else None
    return Signed(row.seq, row.kind, row.subject, row.by, row.role, instant(row.at), row.reason, until)
