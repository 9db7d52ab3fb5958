"""The war room as it was: every event holds the state that it left behind, so that no rule is run again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from vauntico_tui.escalation.state import Escalation
from vauntico_tui.journal.codec import micros, read_escalation, read_policy
from vauntico_tui.journal.tables import events, policies


@dataclass(frozen=True, slots=True)
class Picture:
    """Every escalation as it was at `at`, by id; `seq` is the last event that counts."""

    at: datetime
    seq: int
    escalations: tuple[Escalation, ...]

    @property
    def open(self) -> tuple[Escalation, ...]:
        return tuple(it for it in self.escalations if it.is_open)


def picture(connection: Connection, at: datetime) -> Picture:
    """Read from the log alone; the table of states has no say in it."""
    until = events.c.at <= micros(at)
    seq = connection.scalar(select(func.max(events.c.seq)).where(until)) or 0
    last = select(events.c.escalation_id, func.max(events.c.version).label("version"))
    newest = last.where(until, events.c.escalation_id.is_not(None)).group_by(events.c.escalation_id).subquery()
    mine = (events.c.escalation_id == newest.c.escalation_id) & (events.c.version == newest.c.version)
    known = {row.digest: row.body for row in connection.execute(select(policies))}
    found = []
    for body in connection.scalars(select(events.c.body).join(newest, mine).order_by(events.c.escalation_id)):
        after = json.loads(body)["after"]
        found.append(read_escalation(after, read_policy(known[after["policy"]])))
    return Picture(at, int(seq), tuple(found))
