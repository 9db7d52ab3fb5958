"""The log: events appended under the journal's lock, each hashed together with the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from vauntico_tui.journal import execution_rows
from vauntico_tui.journal.answers import Entry
from vauntico_tui.journal.codec import canonical, genesis, instant, link
from vauntico_tui.journal.database import Head
from vauntico_tui.journal.tables import escalations, events, head

PAGE = 1000
_IN_BODY = ("seq", "at", "escalation_id", "version", "state", "level", "kind", "actor", "login")


@dataclass(frozen=True, slots=True)
class Fact:
    """An event on its way into the log. `after` is what it left behind, whole, so that a replay needs no rules."""

    kind: str
    actor: str
    text: str
    subject: str
    after: dict[str, Any]
    escalation_id: int | None = None
    version: int | None = None
    state: str | None = None
    level: int | None = None


def append(connection: Connection, last: Head, fact: Fact, *, login: str, console: str) -> tuple[Head, Entry]:
    """Write one event after `last`, in the transaction that holds the lock."""
    seq = last.seq + 1
    fields: dict[str, Any] = {
        "seq": seq,
        "at": last.now,
        "escalation_id": fact.escalation_id,
        "version": fact.version,
        "state": fact.state,
        "level": fact.level,
        "kind": fact.kind,
        "actor": fact.actor,
        "login": login,
    }
    body = canonical({**fields, "console": console, "text": fact.text, "subject": fact.subject, "after": fact.after})
    made = link(last.hash, body)
    connection.execute(insert(events).values(**fields, body=body, prev_hash=last.hash, hash=made))
    entry = Entry(
        seq, instant(last.now), fact.kind, fact.actor, fact.text, fact.subject, login, console, made,
        fact.escalation_id, fact.version, fact.state, fact.level,
    )  # fmt: skip
    return Head(seq, made, last.now, last.journal_id), entry


def entry_of(row: Row[Any]) -> Entry:
    body = json.loads(row.body)
    return Entry(
        row.seq, instant(row.at), row.kind, row.actor, body["text"], body["subject"], row.login, body["console"],
        row.hash, row.escalation_id, row.version, row.state, row.level,
    )  # fmt: skip


def rows(connection: Connection, after: int = 0, until: int | None = None) -> Iterator[Row[Any]]:
    """All events in order, a page at a time: memory stays constant."""
    while True:
        query = select(events).where(events.c.seq > after).order_by(events.c.seq).limit(PAGE)
        if until is not None:
            query = query.where(events.c.seq <= until)
        page = connection.execute(query).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].seq


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the chain holds; `seq` is the first event that is altered or missing, `count` how many hold."""

    ok: bool
    count: int
    head: str
    seq: int | None = None
    reason: str = ""


def verify(connection: Connection) -> Verified:
    """Read the whole log once: each event follows the one before, is what was hashed, and none is cut off the end."""
    last = connection.execute(select(head)).one_or_none()
    if last is None:
        return Verified(False, 0, "", 1, "the head row is missing")
    hash_ = genesis(last.journal_id)
    count = 0
    for row in rows(connection):
        if row.seq != count + 1:
            return Verified(False, count, hash_, count + 1, f"event {count + 1} is missing")
        if wrong := _wrong(row, hash_):
            return Verified(False, count, hash_, row.seq, f"event {row.seq} {wrong}")
        hash_, count = row.hash, row.seq
    if (count, hash_) != (last.seq, last.hash):
        reason = f"events {count + 1} to {last.seq} are missing" if last.seq > count else "the head row was altered"
        return Verified(False, count, hash_, count + 1, reason)
    if state := _wrong_state(connection) or execution_rows.wrong(connection):
        return Verified(False, count, hash_, *state)
    return Verified(True, count, hash_)


def _wrong(row: Row[Any], previous: str) -> str | None:
    if row.prev_hash != previous:
        return "does not follow the one before"
    if link(previous, row.body) != row.hash:
        return "was altered"
    try:
        body = json.loads(row.body)
    except ValueError:
        return "can't be read"
    altered = [name for name in _IN_BODY if body.get(name) != getattr(row, name)]
    return f"was altered ({', '.join(altered)})" if altered else None


def _wrong_state(connection: Connection) -> tuple[int, str] | None:
    """The first escalation whose row is not what its last event left behind."""
    mine = (events.c.escalation_id == escalations.c.id) & (events.c.version == escalations.c.version)
    columns = (escalations.c.id, escalations.c.data, escalations.c.state, escalations.c.subject)
    rows_ = select(*columns, events.c.seq, events.c.body).outerjoin_from(escalations, events, mine)
    after = 0
    while True:
        query = rows_.where(escalations.c.id > after).order_by(escalations.c.id).limit(PAGE)
        page = connection.execute(query).all()
        for row in page:
            left = json.loads(row.body)["after"] if row.body else {}
            row_says = json.loads(row.data), row.state, row.subject
            if row_says != (left, left.get("state"), left.get("subject")):
                return int(row.seq or 0), f"escalation {row.id} is not what its last event left behind"
        if len(page) < PAGE:
            return None
        after = page[-1].id


def top(connection: Connection) -> Row[Any]:
    """The head row: the last event's number, hash and time."""
    return connection.execute(select(head)).one()
