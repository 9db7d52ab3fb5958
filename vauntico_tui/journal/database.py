"""One way to both databases: connections set up, a write transaction that holds the journal's lock, errors in words.

SQLite: WAL, synchronous FULL (an acknowledgement is on disk when it returns), foreign keys on, the file for its user
alone. PostgreSQL: psycopg 3, time-outs everywhere, the tables in a schema of their own.
"""

from __future__ import annotations

import getpass
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from vauntico_tui.journal.answers import JournalError, UnreachableError
from vauntico_tui.journal.passwords import find_password
from vauntico_tui.journal.tables import head
from vauntico_tui.journal.trouble import in_words

BUSY_SECONDS = 5
SCHEMA = "vauntico"

Micros = Callable[[], int]


def system_micros() -> int:
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The last event, and now: never before the last event, whatever the machine's clock does."""

    seq: int
    hash: str
    now: int
    journal_id: str


class Database:
    """A journal's database. Safe to share between threads; `shown` is its address without secrets."""

    def __init__(self, engine: Engine, shown: str, *, schema: str = SCHEMA, path: Path | None = None) -> None:
        self.engine = engine
        self.shown = shown
        self.schema = schema
        self.path = path
        self.sqlite = engine.dialect.name == "sqlite"
        self._together = threading.local()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that writes nothing; within `together` the one that is open. Raises JournalError."""
        held: Connection | None = getattr(self._together, "connection", None)
        if held is not None:
            yield held
            return
        with self._words(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """Every `read` of this thread until the end is one transaction: many small questions cost one. Raises
        JournalError."""
        with self.read() as connection:
            self._together.connection = connection
            try:
                yield
            finally:
                self._together.connection = None

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that sees one state throughout, however much others write meanwhile. Raises JournalError."""
        options = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._words(), self.engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes outside the log (outbox, leases). Committed at its end. Raises JournalError."""
        with (
            self._words(),
            self.engine.connect().execution_options(journal_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def locked(self) -> Iterator[tuple[Connection, Head]]:
        """A transaction that may append to the log: one at a time in the whole journal."""
        with self.write() as connection:
            yield connection, lock_head(connection)

    def now(self, connection: Connection) -> int:
        """The database's time, microseconds."""
        return int(connection.scalar(select(func.vauntico_now())) or 0)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _words(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise in_words(error, self.shown) from None


def lock_head(connection: Connection) -> Head:
    """Lock the chain's head for this transaction (SQLite is locked as a whole already)."""
    row = connection.execute(select(head).with_for_update()).one()
    now = int(connection.scalar(select(func.vauntico_now())) or 0)
    return Head(row.seq, row.hash, max(now, row.at), row.journal_id)


def connect_file(path: Path, clock: Micros = system_micros) -> Database:
    """A journal in a file, created for its user alone. Raises UnreachableError where it can't be."""
    path = path.expanduser()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise UnreachableError(
            f"the journal {path} can't be opened: {error.strerror}",
            "make its folder writable, or name another one with [journal] url",
        ) from None
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        hide_parameters=True,
        pool_size=8,
        max_overflow=16,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, record: object) -> None:
        connection.isolation_level = None
        connection.create_function("vauntico_now", 0, clock)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            _pragma(connection, pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("journal_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return Database(engine, str(path), path=path)


def _pragma(connection: sqlite3.Connection, pragma: str) -> None:
    """Set a pragma; the first switch to WAL answers "locked" at once, whatever the busy time-out says."""
    for left in range(50, -1, -1):
        try:
            connection.execute(f"PRAGMA {pragma}").close()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or not left:
                raise
            time.sleep(0.05)


def connect_server(url: str, *, schema: str = SCHEMA, password: str | None = None) -> Database:
    """A journal in PostgreSQL. The password comes from the environment, ~/.pgpass or the keyring."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise JournalError("the journal's URL can't be read", 'write it as "postgresql://user@host/database"') from None
    secret = password or parsed.password or find_password(parsed)
    bare = parsed.set(drivername="postgresql+psycopg", password=None)
    shown = bare.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
    arguments: dict[str, Any] = {
        "connect_timeout": BUSY_SECONDS,
        "application_name": "vauntico-tui",
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": BUSY_SECONDS * 1000,
    }
    if secret:
        arguments["password"] = secret
    engine = create_engine(
        bare, connect_args=arguments, hide_parameters=True, pool_pre_ping=True, pool_size=4, max_overflow=16,
        pool_timeout=BUSY_SECONDS,
    )  # fmt: skip
    quoted = engine.dialect.identifier_preparer.quote_identifier(schema)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path = {quoted}")
            cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
            cursor.execute("SET statement_timeout = '30s'")
            cursor.execute("SET idle_in_transaction_session_timeout = '30s'")
        connection.commit()

    return Database(engine, shown, schema=schema)


def login_of(connection: Connection) -> str:
    """Who the database says this is; on SQLite the machine's user."""
    if connection.dialect.name == "postgresql":
        return str(connection.scalar(text("SELECT session_user")))
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
