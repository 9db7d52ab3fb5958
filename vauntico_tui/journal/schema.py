"""The schema's version: an older journal is backed up and brought forward, a newer one is refused in a sentence."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from vauntico_tui.journal.answers import DamagedError, NotAllowedError, TooNewError, UnreachableError
from vauntico_tui.journal.database import Database
from vauntico_tui.journal.dump import dump_tables
from vauntico_tui.journal.grants import regrant
from vauntico_tui.journal.migrations import versions

HEAD = "0003"
"""The newest revision in migrations/versions; a test holds it against them."""

KNOWN = ("0001", "0002", "0003")


def version(connection: Connection) -> str | None:
    """The revision a journal is at; None where there is no journal yet."""
    if connection.dialect.name == "postgresql":
        found = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    else:
        found = connection.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"))
    return connection.scalar(text("SELECT version_num FROM alembic_version")) if found else None


def bring_up(database: Database, *, backup_folder: Path) -> Path | None:
    """Make the journal's schema this program's. Returns the backup it made first, if there was anything to keep.

    Two programs that start at once migrate once: the second waits for the lock and finds it done.
    """
    with database.read() as connection:
        found = version(connection)
    if found == HEAD:
        return None
    refuse_newer(found, database.shown)
    if found is not None and not _may_migrate(database):
        raise NotAllowedError(
            f"the journal {database.shown} has schema {found}, this vauntico-tui needs {HEAD}, and this login may not"
            " migrate it",
            "run `vauntico-tui journal init` as its owner",
        )
    backup = back_up(database, backup_folder, found) if found is not None else None
    with database.write() as connection:
        hold(connection, database.schema)
        found = version(connection)
        refuse_newer(found, database.shown)
        if found != HEAD:
            if not database.sqlite:
                _own_schema(connection, database)
            elif found is None:
                _refuse_foreign(connection, database.shown)
            if found is None:
                create(connection)
            else:
                upgrade(connection, HEAD)
            if not database.sqlite:
                regrant(database, connection)
    return backup


def _may_migrate(database: Database) -> bool:
    """A file's user may; on PostgreSQL the tables' owner."""
    if database.sqlite:
        return True
    owner = text("SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('alembic_version')")
    with database.read() as connection:
        return bool(connection.scalar(owner))


def refuse_newer(found: str | None, shown: str) -> None:
    """Raises TooNewError for a schema that this program does not know."""
    if found is not None and found not in KNOWN:
        raise TooNewError(
            f"the journal {shown} was written by a newer vauntico-tui (its schema is {found}, this one knows {HEAD})",
            "install the newer version on this machine too; nothing was changed",
        )


def _refuse_foreign(connection: Connection, shown: str) -> None:
    if connection.scalar(text("SELECT count(*) FROM sqlite_master")):
        raise DamagedError(f"the file {shown} belongs to another program and is no journal", "name another file")


def hold(connection: Connection, schema: str) -> None:
    """One at a time may change the schema."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"vauntico {schema}"})


def _own_schema(connection: Connection, database: Database) -> None:
    """The schema, where this login may make it."""
    if inspect(connection).has_schema(database.schema):
        return
    may = connection.scalar(text("SELECT has_database_privilege(current_database(), 'CREATE')"))
    if not may:
        raise UnreachableError(
            f"there is no journal in {database.shown}, and this login may not make one",
            "run `vauntico-tui journal init` as the database's owner",
        )
    quoted = connection.dialect.identifier_preparer.quote_identifier(database.schema)
    connection.execute(text(f"CREATE SCHEMA {quoted}"))


def create(connection: Connection) -> None:
    """Make a new journal as the migrations do, but without Alembic: that would stay in memory for as long as the
    program runs. A test holds the two against each other."""
    names = [module.name for module in pkgutil.iter_modules(versions.__path__)]
    for name in (name for revision in KNOWN for name in names if name.startswith(f"r{revision}_")):
        importlib.import_module(f"{versions.__name__}.{name}").make(connection)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version"
        " (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})


def upgrade(connection: Connection, to: str) -> None:
    """Run the migrations in the connection's own transaction."""
    from alembic.config import Config  # noqa: PLC0415  slow, and rarely needed
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    here = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(here).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, script, fn=lambda now, _: script._upgrade_revs(to, now)) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()


def back_up(database: Database, folder: Path, found: str | None) -> Path:
    """A copy to go back to: the file itself (SQLite), or every table as JSON Lines (PostgreSQL). For its user alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
    stem = database.path.stem if database.path else "journal"
    target = folder / f"{stem}-schema{found or HEAD}-{stamp}.{'sqlite' if database.sqlite else 'jsonl'}"
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if database.path is not None:
        copy_file(database, target)
        return target
    with database.snapshot() as connection, target.open("w", encoding="utf-8") as out:
        for line in dump_tables(connection):
            out.write(line + "\n")
        out.flush()
        os.fsync(out.fileno())
    return target


def copy_file(database: Database, target: Path) -> None:
    """A consistent copy of a journal file while it is in use."""
    with database.read() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101  a file's driver
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
        finally:
            copy.close()
