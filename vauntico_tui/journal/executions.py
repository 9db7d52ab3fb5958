"""Executions of runbooks in the journal: begun once a runbook and subject, written to by whoever holds the lease.

Every change is an event `execution` of the chain: the first one holds the plan, the others what changed. Between events
only the lease moves; when its holder dies it runs out, and anybody may take the execution up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, literal_column, select, update

from vauntico_tui.base.text import clean, one_line
from vauntico_tui.escalation.state import NAME_LIMIT, TEXT_LIMIT
from vauntico_tui.journal.answers import FenceLostError
from vauntico_tui.journal.chain import Fact, append
from vauntico_tui.journal.codec import canonical, instant, sha256
from vauntico_tui.journal.database import Database, Head
from vauntico_tui.journal.execution_rows import EVENT, fold, write_first, write_next
from vauntico_tui.journal.tables import events, executions

LIVE = ("running", "watching", "undoing")
WATCHING = "watching"
ALONE = "alone"
ANEW = "begun anew by {by}"

_FREE: dict[str, Any] = {"holder": "", "lease_until": 0}

# Written out, not bound: a partial index is used only for the words that it was made with.
_LIVE = executions.c.mark.in_([literal_column(f"'{mark}'") for mark in LIVE])
_WATCHING = executions.c.mark == literal_column("'watching'")


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to write to an execution, while its lease is renewed."""

    id: str
    holder: str
    fence: int


@dataclass(frozen=True, slots=True)
class Kept:
    """An execution as the journal has it. `held`: its lease runs, so `holder` is at work on it. `plan` and `data` are
    the caller's own JSON."""

    id: str
    runbook: str
    subject: str
    mark: str
    version: int
    by: str
    holder: str
    held: bool
    started_at: datetime
    ended_at: datetime | None
    plan: dict[str, Any]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changes. `data` replaces these keys, but of "steps" only the ones that are named, by index.
    `ended`: it is over for good (True) or is taken up again (False); `plan` takes the old one's place."""

    text: str
    mark: str | None = None
    data: Mapping[str, Any] | None = None
    ended: bool | None = None
    plan: Mapping[str, Any] | None = None


class Executions:
    """Every method is one transaction. Raises JournalError."""

    def __init__(self, database: Database, *, console: str, login: Callable[[], str]) -> None:
        self._database, self._console, self._login = database, console, login

    # ---- beginning and taking up ---------------------------------------------------------------------------------

    def begin(
        self, id: str, *, runbook: str, subject: str, by: str, plan: Mapping[str, Any], data: Mapping[str, Any],
        span: timedelta, text: str, alone: Collection[str] = (),
    ) -> Hold | Kept:  # fmt: skip
        """Begin it, or learn which one is at work on this runbook and subject, or on any of what it writes to `alone`
        (a branch). What was cut off before it, failed or only watches is over: it was begun anew."""
        data = {**data, ALONE: sorted(alone)} if alone else data
        login, by = self._login(), _name(by)
        with self._database.locked() as (connection, first):
            head = first
            same = select(executions).where(executions.c.runbook == runbook, executions.c.subject == subject)
            if (found := connection.execute(select(executions).where(executions.c.id == id)).one_or_none()) is not None:
                return _kept(connection, found, head.now)
            live = connection.execute(same.where(_LIVE)).one_or_none()
            if live is not None and live.mark != WATCHING and live.lease_until > head.now:
                return _kept(connection, live, head.now)
            at_work = select(executions).where(_LIVE, executions.c.lease_until > head.now) if alone else None
            for row in connection.execute(at_work).all() if at_work is not None else ():
                if row.mark != WATCHING and not set(json.loads(row.data).get(ALONE, ())).isdisjoint(alone):
                    return _kept(connection, row, head.now)
            for row in connection.execute(same.where(executions.c.ended_at.is_(None))).all():
                head = self._move(connection, head, row, _superseded(row, by), by, login, **_FREE)
            after = {
                "execution": id, "version": 1, "runbook": runbook, "subject": subject, "mark": "running", "by": by,
                "ended": False, "plan": plan, "change": data, "holds": sha256(canonical(data)),
            }  # fmt: skip
            last, entry = append(connection, head, _fact(after, by, text), login=login, console=self._console)
            write_first(connection, entry.seq, last.now, after)
            held = update(executions).where(executions.c.id == id)
            connection.execute(held.values(holder=self._console, fence=1, lease_until=last.now + _micros(span)))
            return Hold(id, self._console, 1)

    def take(self, id: str, *, seen: int, by: str, span: timedelta, change: Change) -> Hold | Kept | None:
        """Take it up as it was seen at version `seen`. Else: whoever is at work on it, or on another one of the same
        runbook and subject, or how it has changed; None: there is no such execution."""
        login, by = self._login(), _name(by)
        with self._database.locked() as (connection, first):
            head = first
            row = connection.execute(select(executions).where(executions.c.id == id)).one_or_none()
            if row is None:
                return None
            watched = row.mark == WATCHING and change.mark != WATCHING  # nothing is sent: nobody is disturbed
            if (row.lease_until > head.now and not watched) or row.version != seen:
                return _kept(connection, row, head.now)
            others = select(executions).where(
                executions.c.runbook == row.runbook, executions.c.subject == row.subject, executions.c.id != id, _LIVE
            )
            if (other := connection.execute(others).one_or_none()) is not None:
                if other.lease_until > head.now and other.mark != WATCHING:
                    return _kept(connection, other, head.now)
                head = self._move(connection, head, other, _superseded(other, by), by, login, **_FREE)
            lease = {"holder": self._console, "fence": row.fence + 1, "lease_until": head.now + _micros(span)}
            self._move(connection, head, row, change, by, login, **lease)
            return Hold(id, self._console, row.fence + 1)

    # ---- going on ------------------------------------------------------------------------------------------------

    def write(self, hold: Hold, change: Change, *, by: str, span: timedelta, release: bool = False) -> Kept:
        """Write a change and keep the lease, or give it up. Raises FenceLostError where it is lost: nothing is
        written."""
        login, by = self._login(), _name(by)
        with self._database.locked() as (connection, head):
            row = self._held(connection, hold, head.now)
            lease = _FREE if release else {"lease_until": head.now + _micros(span)}
            self._move(connection, head, row, change, by, login, **lease)
            return _kept(connection, self._row(connection, hold.id), head.now)

    def renew(self, hold: Hold, span: timedelta) -> None:
        """Keep the lease. Raises FenceLostError where it is lost."""
        with self._database.write() as connection:
            now = self._database.now(connection)
            mine = update(executions).where(
                executions.c.id == hold.id, executions.c.holder == hold.holder, executions.c.fence == hold.fence,
                executions.c.lease_until > now,
            )  # fmt: skip
            if connection.execute(mine.values(lease_until=now + _micros(span))).rowcount != 1:
                raise FenceLostError(f"of the execution {hold.id}")

    def release(self, hold: Hold) -> None:
        """Give the lease up, without an event. Does nothing where it is lost already."""
        with self._database.write() as connection:
            mine = executions.c.id == hold.id, executions.c.holder == hold.holder, executions.c.fence == hold.fence
            connection.execute(update(executions).where(*mine).values(holder="", lease_until=0))

    def _held(self, connection: Connection, hold: Hold, now: int) -> Row[Any]:
        row = self._row(connection, hold.id)
        if (row.holder, row.fence) != (hold.holder, hold.fence) or row.lease_until <= now:
            raise FenceLostError(f"of the execution {hold.id}")
        return row

    def _row(self, connection: Connection, id: str) -> Row[Any]:
        return connection.execute(select(executions).where(executions.c.id == id)).one()

    def _move(  # noqa: PLR0917  what is moved, then by whom
        self, connection: Connection, head: Head, row: Row[Any], change: Change, by: str, login: str, **lease: Any
    ) -> Head:
        data = fold(json.loads(row.data), change.data or {})
        after: dict[str, Any] = {
            "execution": row.id, "version": row.version + 1, "mark": change.mark or row.mark, "by": by,
            "ended": row.ended_at is not None if change.ended is None else change.ended,
            "change": change.data or {}, "holds": sha256(canonical(data)),
        }  # fmt: skip
        if change.plan is not None:
            after["plan"] = change.plan
        fact = _fact({**after, "runbook": row.runbook, "subject": row.subject}, by, change.text)
        last, entry = append(connection, head, fact, login=login, console=self._console)
        write_next(connection, entry.seq, last.now, fact.after, row)
        if lease:
            connection.execute(update(executions).where(executions.c.id == row.id).values(**lease))
        return last

    # ---- reading -------------------------------------------------------------------------------------------------

    def get(self, id: str) -> Kept | None:
        """One of them."""
        found = self._read(select(executions).where(executions.c.id == id))
        return found[0] if found else None

    def latest(self, limit: int = 50, *, open_only: bool = True) -> tuple[Kept, ...]:
        """The latest first; with `open_only` those that are not over for good."""
        query = select(executions).order_by(executions.c.started_at.desc(), executions.c.id).limit(limit)
        return self._read(query.where(executions.c.ended_at.is_(None)) if open_only else query)

    def unwatched(self, limit: int = 20) -> tuple[Kept, ...]:
        """Those that should be watched and whose watcher is gone."""
        with self._database.read() as connection:
            now = self._database.now(connection)
            found = connection.execute(
                select(executions).where(_WATCHING, executions.c.lease_until <= now).limit(limit)
            )
            return tuple(_kept(connection, row, now) for row in found.all())

    def _read(self, query: Select[Any]) -> tuple[Kept, ...]:
        with self._database.read() as connection:
            now = self._database.now(connection)
            return tuple(_kept(connection, row, now) for row in connection.execute(query).all())


def _kept(connection: Connection, row: Row[Any], now: int) -> Kept:
    body = connection.scalar(select(events.c.body).where(events.c.seq == row.plan_seq))
    held = row.lease_until > now
    ended = None if row.ended_at is None else instant(row.ended_at)
    return Kept(
        row.id, row.runbook, row.subject, row.mark, row.version, row.by, row.holder, held, instant(row.started_at),
        ended, json.loads(str(body))["after"]["plan"], json.loads(row.data),
    )  # fmt: skip


def _superseded(row: Row[Any], by: str) -> Change:
    mark = {"watching": "done", "running": "interrupted", "undoing": "interrupted"}.get(row.mark, row.mark)
    text = ANEW.format(by=by)
    return Change(text, mark, {"outcome": text}, ended=True)


def _fact(after: Mapping[str, Any], by: str, text: str) -> Fact:
    about = after["subject"] or f"runbook:{after['runbook']}"
    return Fact(EVENT, by, clean(text, TEXT_LIMIT), one_line(about), dict(after))


def _name(by: str) -> str:
    return one_line(by, NAME_LIMIT) or "somebody"


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
