"""Which runbooks were run, by whom and how each ended: for a hand-over and an escalation's timeline.

Only the latest executions are looked through, so that it costs the same however long the journal is.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from vauntico_tui.base.text import one_line
from vauntico_tui.journal import chain
from vauntico_tui.journal.answers import Entry
from vauntico_tui.journal.codec import instant, micros
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.tables import events, executions

RECENT = 200
"""So many executions are looked through for a subject."""
MOST = 50
"""So many are told."""
LATEST_EVENTS = 5000
"""A hand-over is looked for among these."""
_SAID = {
    "running": "runs", "interrupted": "was cut off", "failed": "failed", "cancelled": "was cancelled",
    "watching": "every step is done, its evidence is awaited", "done": "done", "undoing": "is being taken back",
    "undone": "was taken back",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """A runbook that was run. `entry` is its last event in the log; `mark` as it stands: one whose worker is gone was
    interrupted."""

    title: str
    subject: str
    by: str
    mark: str
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    entry: Entry

    @property
    def said(self) -> str:
        """How it ended, in words."""
        return _SAID.get(self.mark, self.mark) + (f": {one_line(self.outcome, 300)}" if self.outcome else "")


def tried(journal: Journal, since: datetime) -> tuple[Tried, ...]:
    """What ran since then and what is still open of before, the first begun first. Raises JournalError."""
    columns = executions.c
    with journal.database.read() as connection:
        now = journal.database.now(connection)
        latest = select(executions).order_by(columns.started_at.desc(), columns.id).limit(MOST)
        rows = {row.id: row for row in connection.execute(latest.where(columns.ended_at.is_(None)))}
        rows |= {row.id: row for row in connection.execute(latest)}
        start = micros(since)
        fitting = [one for one in rows.values() if one.ended_at is None or max(one.started_at, one.ended_at) >= start]
        return tuple(_tried(connection, row, now) for row in sorted(fitting, key=lambda row: (row.started_at, row.id)))


def tried_for(journal: Journal, subjects: Collection[str], since: datetime) -> tuple[Tried, ...]:
    """What ran for one of these since then, the first begun first. Raises JournalError."""
    columns = executions.c
    recent = (
        select(columns.id)
        .where(columns.started_at >= micros(since))
        .order_by(columns.started_at.desc(), columns.id)
        .limit(RECENT)
        .subquery()
    )
    query = select(executions).where(columns.id.in_(select(recent.c.id)), columns.subject.in_(list(subjects)))
    with journal.database.read() as connection:
        now = journal.database.now(connection)
        found = connection.execute(query.order_by(columns.started_at.desc(), columns.id).limit(MOST)).all()
        return tuple(_tried(connection, row, now) for row in reversed(found))


def as_entry(one: Tried) -> Entry:
    """Its last event, as a timeline tells it: what ran and how it ended."""
    return replace(one.entry, actor=one.by, text=f"runbook {one.title}, begun by {one.by}: {one.said}")


def last_hand_over(journal: Journal, otherwise: timedelta) -> datetime:
    """When the last shift was handed over; so long ago where that is not among the latest events."""
    latest = select(events.c.kind, events.c.at).order_by(events.c.seq.desc()).limit(LATEST_EVENTS).subquery()
    query = select(latest.c.at).where(latest.c.kind == "handover").order_by(latest.c.at.desc()).limit(1)
    with journal.database.read() as connection:
        at = connection.scalar(query)
        return instant(at) if at is not None else instant(journal.database.now(connection)) - otherwise


def _tried(connection: Connection, row: Row[Any], now: int) -> Tried:
    entry = chain.entry_of(connection.execute(select(events).where(events.c.seq == row.seq)).one())
    plan = json.loads(str(connection.scalar(select(events.c.body).where(events.c.seq == row.plan_seq))))["after"][
        "plan"
    ]
    gone = row.mark in {"running", "undoing"} and row.lease_until <= now
    return Tried(
        one_line(str(plan.get("title") or row.runbook), 120), row.subject, row.by, "interrupted" if gone else row.mark,
        str(json.loads(row.data).get("outcome") or ""), instant(row.started_at),
        None if row.ended_at is None else instant(row.ended_at), entry,
    )  # fmt: skip
