"""What other consoles did, as soon as they did it: LISTEN/NOTIFY on PostgreSQL, the data version of a file."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from vauntico_tui.journal.database import Database
from vauntico_tui.journal.trouble import in_words

EVENTS, OUTBOX, PUBLISHED = "events", "outbox", "published"
EVERYTHING = frozenset({EVENTS, OUTBOX, PUBLISHED})
POLL_SECONDS = 0.5
SLICE_SECONDS = 0.5


class Follower:
    """Waits for changes on a connection of its own. For one thread; `close` may be called from any."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._seen: int | None = None
        self._closed = threading.Event()

    def wait(self, timeout: float) -> frozenset[str]:
        """What changed, as soon as anything did; empty after `timeout` seconds or when closed.

        Everything counts as changed after it has connected, again too: nothing is missed. Raises JournalError.
        """
        if self._closed.is_set():
            return frozenset()
        try:
            if self._connection is None:
                self._connect()
                return EVERYTHING
            return self._wait_file(timeout) if self._database.sqlite else self._wait_server(timeout)
        except (DBAPIError, PoolTimeout, _driver_error(self._database), OSError) as error:
            self._drop()
            if self._closed.is_set():
                return frozenset()
            raise in_words(error, self._database.shown) from None
        finally:
            if self._closed.is_set():
                self._drop()

    def close(self) -> None:
        """Stop waiting; the connection goes with the thread that waits, or here if none does."""
        self._closed.set()

    def _driver(self) -> Any:
        assert self._connection is not None  # noqa: S101  made by _connect
        return self._connection.connection.driver_connection

    def _connect(self) -> None:
        self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if self._database.sqlite:
            self._seen = self._data_version()
            return
        channel = self._database.engine.dialect.identifier_preparer.quote_identifier(
            f"vauntico_{self._database.schema}"
        )
        self._connection.exec_driver_sql(f"LISTEN {channel}")

    def _drop(self) -> None:
        held, self._connection = self._connection, None
        if held is not None:
            held.invalidate()
            held.close()

    def _data_version(self) -> int:
        return int(self._driver().execute("PRAGMA data_version").fetchone()[0])

    def _wait_file(self, timeout: float) -> frozenset[str]:
        end = time.monotonic() + timeout
        while True:
            found = self._data_version()
            if found != self._seen:
                self._seen = found
                return EVERYTHING
            left = end - time.monotonic()
            if left <= 0 or self._closed.wait(min(POLL_SECONDS, left)):
                return frozenset()

    def _wait_server(self, timeout: float) -> frozenset[str]:
        end = time.monotonic() + timeout
        while not self._closed.is_set():
            left = end - time.monotonic()
            told = list(self._driver().notifies(timeout=max(0.0, min(SLICE_SECONDS, left)), stop_after=1))
            if told:
                told += list(self._driver().notifies(timeout=0))
                return frozenset(EVENTS if it.payload.startswith("event ") else it.payload for it in told)
            if left <= 0:
                break
        return frozenset()


def _driver_error(database: Database) -> type[Exception]:
    """What the database's own driver raises. A file's follower does not load the server's driver."""
    if database.sqlite:
        return sqlite3.Error
    import psycopg  # noqa: PLC0415

    return psycopg.Error
