"""Escalations in their table: read, found, written. Callers hold the transaction."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, literal_column, select, update

from vauntico_tui.escalation.policy import Policy
from vauntico_tui.escalation.state import Change, Escalation
from vauntico_tui.journal.chain import Fact
from vauntico_tui.journal.codec import (
    escalation_fields,
    maybe_micros,
    micros,
    policy_text,
    read_escalation,
    read_policy,
    sha256,
)
from vauntico_tui.journal.tables import escalations, policies

# Written out, not bound: a partial index is used only for the words that it was made with.
_OPEN = escalations.c.state != literal_column("'resolved'")
_RESOLVED = escalations.c.state == literal_column("'resolved'")


def _query() -> Select[Any]:
    return select(escalations.c.data, policies.c.body).join(policies, policies.c.digest == escalations.c.policy)


def _read(row: Row[Any]) -> Escalation:
    return read_escalation(json.loads(row.data), read_policy(row.body))


def by_id(connection: Connection, number: int) -> Escalation | None:
    row = connection.execute(_query().where(escalations.c.id == number)).one_or_none()
    return _read(row) if row else None


def latest(connection: Connection, subject: str) -> Escalation | None:
    """The open one of a subject, else its last one; one that was merged stands for what it was merged into."""
    query = _query().where(escalations.c.subject == subject).order_by(escalations.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    found = _read(row) if row else None
    seen: set[int] = set()
    while found is not None and found.merged_into is not None and found.id not in seen:
        seen.add(found.id)
        found = by_id(connection, found.merged_into)
    return found


def all_open(connection: Connection) -> tuple[Escalation, ...]:
    """By level, then by what breaches first."""
    query = _query().where(_OPEN).order_by(escalations.c.level, escalations.c.breaches_at, escalations.c.id)
    return tuple(_read(row) for row in connection.execute(query))


def closed(connection: Connection, since: int, limit: int) -> tuple[Escalation, ...]:
    """Resolved since then, the latest first."""
    query = _query().where(_RESOLVED, escalations.c.resolved_at >= since)
    query = query.order_by(escalations.c.resolved_at.desc(), escalations.c.id.desc()).limit(limit)
    return tuple(_read(row) for row in connection.execute(query))


def due_ids(connection: Connection, now: int, limit: int) -> tuple[int, ...]:
    """Whose next clock has run out, the longest overdue first."""
    query = select(escalations.c.id).where(_OPEN, escalations.c.next_at <= now)
    return tuple(connection.scalars(query.order_by(escalations.c.next_at, escalations.c.id).limit(limit)))


def next_due(connection: Connection) -> int | None:
    found: int | None = connection.scalar(select(func.min(escalations.c.next_at)).where(_OPEN))
    return found


def next_id(connection: Connection) -> int:
    return int(connection.scalar(select(func.max(escalations.c.id))) or 0) + 1


def _keep_policy(connection: Connection, policy: Policy, digest: str) -> None:
    """A policy's text is kept once, however many escalations run by it."""
    if connection.scalar(select(policies.c.digest).where(policies.c.digest == digest)) is None:
        connection.execute(insert(policies).values(digest=digest, body=policy_text(policy)))


@lru_cache(maxsize=256)
def _digest(policy: Policy) -> str:
    return sha256(policy_text(policy))


def fact_of(change: Change, fields: dict[str, Any]) -> Fact:
    it = change.escalation
    return Fact(
        change.event.kind.value, change.event.actor, change.event.text, it.subject, fields,
        it.id, it.version, it.state.value, it.level,
    )  # fmt: skip


def fields_of(connection: Connection, escalation: Escalation) -> dict[str, Any]:
    """What its event says of it. Its policy is kept with its first event and never changes."""
    digest = _digest(escalation.policy)
    if escalation.version == 1:
        _keep_policy(connection, escalation.policy, digest)
    return escalation_fields(escalation, digest)


def write_row(connection: Connection, escalation: Escalation, fields: dict[str, Any]) -> None:
    """The state after an event. A row of another version than the one before is never overwritten."""
    values: dict[str, Any] = {
        "subject": escalation.subject,
        "state": escalation.state.value,
        "level": escalation.level,
        "version": escalation.version,
        "triggered_at": micros(escalation.triggered_at),
        "breaches_at": micros(escalation.breaches_at),
        "next_at": maybe_micros(escalation.next_at),
        "resolved_at": maybe_micros(escalation.resolved_at),
        "acknowledged_by": escalation.acknowledged_by,
        "previous_id": escalation.previous_id,
        "merged_into": escalation.merged_into,
        "policy": fields["policy"],
        "data": json.dumps(fields, ensure_ascii=False, separators=(",", ":")),
    }
    if escalation.version == 1:
        connection.execute(insert(escalations).values(id=escalation.id, **values))
        return
    row = escalations.c.id == escalation.id, escalations.c.version == escalation.version - 1
    if connection.execute(update(escalations).where(*row).values(**values)).rowcount != 1:
        raise RuntimeError(f"escalation {escalation.id} changed under the lock")
