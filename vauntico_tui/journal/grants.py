"""The roles of a shared journal, kept by PostgreSQL itself: what a connection may do, whatever program it uses.

A viewer reads. A responder also adds events and moves escalations on, by plain GRANTs narrowed by the schema's
triggers: no row of the log can be changed or deleted by anybody, an event must follow the head with the right hash and
carry the writer's own login, and a state without its event is refused at commit. Plain GRANTs rather than functions of
the owner's, because the rules (`escalation.decide`) live in the program and the database only has to hold their
invariants. A lead also signs approvals, reviews and overrides. The owner migrates.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

from vauntico_tui.journal.database import Database

ROLES = ("viewer", "responder", "lead")
PREFIX = re.compile(r"[a-z_][a-z0-9_]{0,40}")
MARK = "vauntico-tui roles: "

_GRANTS: dict[str, tuple[str, ...]] = {
    "viewer": ("SELECT ON ALL TABLES IN SCHEMA {schema}",),
    "responder": (
        "INSERT ON {schema}.events, {schema}.policies, {schema}.answers, {schema}.attempts",
        "INSERT, UPDATE ON {schema}.escalations, {schema}.lanes, {schema}.outbox, {schema}.leases, {schema}.published,"
        " {schema}.executions",
        "UPDATE (one) ON {schema}.head",
    ),
    "lead": ("INSERT ON {schema}.signatures", "UPDATE (withdrawn_seq) ON {schema}.signatures"),
}


def regrant(database: Database, connection: Connection) -> None:
    """After a migration: the roles that `journal init` made may use the new tables too."""
    query = text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name")
    found = connection.scalar(query, {"name": database.schema}) or ""
    prefix = str(found).removeprefix(MARK)
    if str(found).startswith(MARK) and PREFIX.fullmatch(prefix):
        grant(connection, database.schema, prefix)


def grant(connection: Connection, schema: str, prefix: str) -> None:
    """Exactly these rights for the three roles: each has those of the one before."""
    quoted = quote(connection, schema)
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {quoted} FROM PUBLIC")
    given: list[str] = []
    for role in ROLES:
        name = f"{prefix}_{role}"
        given += _GRANTS[role]
        connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {quoted} FROM {name}")
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {quoted} TO {name}")
        for right in given:
            connection.exec_driver_sql(f"GRANT {right.format(schema=quoted)} TO {name}")


def quote(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
