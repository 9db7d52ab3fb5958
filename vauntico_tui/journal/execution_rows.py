"""The rows of executions: what an event leaves behind, whether it was just written or is imported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from vauntico_tui.journal.codec import canonical, sha256
from vauntico_tui.journal.tables import events, executions

EVENT = "execution"
PAGE = 500


def fold(data: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The data after a change."""
    steps = {str(step["index"]): step for step in data.get("steps", [])}
    named = {str(step["index"]): step for step in change.get("steps", [])}
    merged = {**data, **change}
    if steps or named:
        merged["steps"] = [{**steps, **named}[index] for index in sorted({*steps, *named}, key=int)]
    return merged


def write_first(connection: Connection, seq: int, at: int, after: Mapping[str, Any]) -> None:
    """The row of an execution's first event."""
    connection.execute(
        insert(executions).values(
            id=after["execution"],
            runbook=after["runbook"],
            subject=after["subject"],
            mark=after["mark"],
            version=1,
            by=after["by"],
            holder="",
            fence=0,
            lease_until=0,
            started_at=at,
            ended_at=None,
            plan_seq=seq,
            seq=seq,
            data=canonical(after["change"]),
        )
    )


def write_next(
    connection: Connection, seq: int, at: int, after: Mapping[str, Any], row: Row[Any] | None = None
) -> None:
    """The row after another event."""
    mine = executions.c.id == after["execution"]
    row = row if row is not None else connection.execute(select(executions).where(mine)).one()
    values: dict[str, Any] = {
        "version": after["version"], "mark": after["mark"], "by": after["by"], "seq": seq,
        "ended_at": (row.ended_at if row.ended_at is not None else at) if after["ended"] else None,
        "data": canonical(fold(json.loads(row.data), after["change"])),
    }  # fmt: skip
    if "plan" in after:
        values["plan_seq"] = seq
    found = connection.execute(update(executions).where(mine, executions.c.version == row.version).values(**values))
    if found.rowcount != 1:
        raise RuntimeError(f"execution {after['execution']} changed under the lock")


def wrong(connection: Connection) -> tuple[int, str] | None:
    """The first execution whose row is not what its last event left behind, and that event's number."""
    found = (
        select(executions, events.c.body, events.c.at)
        .outerjoin_from(executions, events, events.c.seq == executions.c.seq)
        .order_by(executions.c.id)
        .limit(PAGE)
    )
    last = ""
    while page := connection.execute(found.where(executions.c.id > last)).all():
        last = page[-1].id
        for row in page:
            after = json.loads(row.body)["after"] if row.body else {}
            says = row.id, row.version, row.mark, row.by, row.runbook, row.subject, row.ended_at is not None
            names = ("execution", "version", "mark", "by", "runbook", "subject", "ended")
            if says != tuple(after.get(name) for name in names) or sha256(row.data) != after.get("holds"):
                return int(row.seq), f"the execution {row.id} is not what its last event left behind"
    return None
