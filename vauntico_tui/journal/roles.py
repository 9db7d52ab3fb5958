"""`journal init`: the journal and its roles, made by the database's owner. grants.py says what roles may do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from vauntico_tui.journal.answers import JournalError
from vauntico_tui.journal.database import SCHEMA, connect_server
from vauntico_tui.journal.grants import MARK, PREFIX, ROLES, grant, quote
from vauntico_tui.journal.schema import bring_up, hold


@dataclass(frozen=True, slots=True)
class Initialised:
    """A journal that is ready; `next_steps` are what its owner does for each person."""

    shown: str
    roles: tuple[str, ...]
    backup: Path | None
    next_steps: tuple[str, ...]


def init_journal(url: str, *, backup_folder: Path, prefix: str = "vauntico", schema: str = SCHEMA) -> Initialised:
    """Make or migrate the journal as the database's owner, and its three roles with their GRANTs. May be run again.

    Raises JournalError, where the login may not make roles too.
    """
    if not PREFIX.fullmatch(prefix):
        raise JournalError(f'"{prefix}" can\'t begin the name of a role', "use small letters, digits and underscores")
    database = connect_server(url, schema=schema)
    try:
        backup = bring_up(database, backup_folder=backup_folder)
        with database.write() as connection:
            hold(connection, schema)
            _make(connection, schema, prefix)
    finally:
        database.close()
    names = tuple(f"{prefix}_{role}" for role in ROLES)
    steps = tuple(f'GRANT {name} TO "somebody";' for name in names)
    return Initialised(database.shown, names, backup, steps)


def _make(connection: Connection, schema: str, prefix: str) -> None:
    for role in ROLES:
        name = f"{prefix}_{role}"
        if not connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": name}):
            connection.exec_driver_sql(f"CREATE ROLE {name} NOLOGIN")
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {quote(connection, schema)} IS '{MARK}{prefix}'")
    grant(connection, schema, prefix)
