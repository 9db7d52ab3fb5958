"""The tables as SQLAlchemy Core knows them, for queries. The migrations make them, with their triggers.

Instants are microseconds since 1970 UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

metadata = MetaData()

head = Table(
    "head", metadata,
    Column("one", Integer, primary_key=True), Column("journal_id", Text), Column("seq", BigInteger),
    Column("hash", Text), Column("at", BigInteger),
)  # fmt: skip
"""One row: the last event. A tail that was cut off is missed here."""

policies = Table("policies", metadata, Column("digest", Text, primary_key=True), Column("body", Text))

events = Table(
    "events", metadata,
    Column("seq", BigInteger, primary_key=True), Column("at", BigInteger), Column("escalation_id", BigInteger),
    Column("version", Integer), Column("state", Text), Column("level", Integer), Column("kind", Text),
    Column("actor", Text), Column("login", Text), Column("body", Text), Column("prev_hash", Text), Column("hash", Text),
)  # fmt: skip

escalations = Table(
    "escalations", metadata,
    Column("id", BigInteger, primary_key=True), Column("subject", Text), Column("state", Text),
    Column("level", Integer), Column("version", Integer), Column("triggered_at", BigInteger),
    Column("breaches_at", BigInteger), Column("next_at", BigInteger), Column("resolved_at", BigInteger),
    Column("acknowledged_by", Text), Column("previous_id", BigInteger), Column("merged_into", BigInteger),
    Column("policy", Text), Column("data", Text),
)  # fmt: skip

answers = Table(
    "answers", metadata,
    Column("key", Text, primary_key=True), Column("at", BigInteger), Column("asked", Text), Column("body", Text),
)  # fmt: skip
"""What was answered to a command with this idempotency key."""

lanes = Table(
    "lanes", metadata,
    Column("lane", Text, primary_key=True), Column("hold_until", BigInteger), Column("hold_why", Text),
    Column("worker", Text), Column("fence", BigInteger), Column("lease_until", BigInteger),
)  # fmt: skip
"""One row for each destination: who sends to it just now, and until when it is left alone."""

outbox = Table(
    "outbox", metadata,
    Column("id", BigInteger, primary_key=True), Column("lane", Text), Column("escalation_id", BigInteger),
    Column("kind", Text), Column("urgent", Integer), Column("dedup_key", Text), Column("body", Text),
    Column("state", Text), Column("created_at", BigInteger), Column("next_at", BigInteger),
    Column("deadline", BigInteger), Column("fence", BigInteger), Column("attempts", Integer),
    Column("done_at", BigInteger), Column("accepted_by", Text), Column("remote_id", Text),
    Column("possibly_twice", Integer), Column("last_error", Text), Column("bundle", Text),
)  # fmt: skip

attempts = Table(
    "attempts", metadata,
    Column("id", BigInteger, primary_key=True), Column("message_id", BigInteger), Column("at", BigInteger),
    Column("worker", Text), Column("fence", BigInteger), Column("what", Text), Column("detail", Text),
)  # fmt: skip

leases = Table(
    "leases", metadata,
    Column("name", Text, primary_key=True), Column("holder", Text), Column("fence", BigInteger),
    Column("until", BigInteger),
)  # fmt: skip

published = Table(
    "published", metadata,
    Column("name", Text, primary_key=True), Column("body", Text), Column("at", BigInteger),
    Column("by", Text), Column("fence", BigInteger), Column("version", BigInteger),
)  # fmt: skip

executions = Table(
    "executions", metadata,
    Column("id", Text, primary_key=True), Column("runbook", Text), Column("subject", Text), Column("mark", Text),
    Column("version", Integer), Column("by", Text), Column("holder", Text), Column("fence", BigInteger),
    Column("lease_until", BigInteger), Column("started_at", BigInteger), Column("ended_at", BigInteger),
    Column("plan_seq", BigInteger), Column("seq", BigInteger), Column("data", Text),
)  # fmt: skip
"""One row for each execution of a runbook. `plan_seq` is the event that holds its plan, `seq` its last one."""

signatures = Table(
    "signatures", metadata,
    Column("seq", BigInteger, primary_key=True), Column("kind", Text), Column("subject", Text), Column("by", Text),
    Column("role", Text), Column("at", BigInteger), Column("reason", Text), Column("until", BigInteger),
    Column("withdrawn_seq", BigInteger),
)  # fmt: skip
