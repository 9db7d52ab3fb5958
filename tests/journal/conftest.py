"""Every journal test runs on a file and on a real PostgreSQL, with a clock that the test moves."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

from tests.journal.postgres import STEP, Server
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal

START = 1_800_000_000_000_000  # 2027-01-15 08:00 UTC, a Friday
_numbers = itertools.count(1)

_TEST_CLOCK = """
CREATE TABLE public.test_clock (at bigint);
INSERT INTO public.test_clock VALUES (NULL);
CREATE OR REPLACE FUNCTION vauntico.vauntico_now() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
    SELECT coalesce((SELECT at FROM public.test_clock), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
$$;
"""


class Place:
    """A journal of its own, opened as often as a test likes; `kind` is its database."""

    kind = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[Journal] = []

    def open(self, console: str = "console", **more: Any) -> Journal:
        journal = self._open(console, **more)
        self.opened.append(journal)
        return journal

    def _open(self, console: str, **more: Any) -> Journal:
        raise NotImplementedError

    def advance(self, span: timedelta) -> None:
        self.set(self.at + span // timedelta(microseconds=1))

    @property
    def at(self) -> int:
        raise NotImplementedError

    def set(self, at: int | None) -> None:
        """Stand the journal's clock still at that microsecond; None lets it run."""
        raise NotImplementedError

    @contextmanager
    def raw(self) -> Iterator[Connection]:
        """Another program with all rights on the database, past the journal's own code."""
        with self.open("another program").database.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        for journal in self.opened:
            journal.close()


class FilePlace(Place):
    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = folder / "state" / "journal.sqlite"
        self.url = str(self.path)
        self._at: int | None = START

    def _clock(self) -> int:
        import time

        return self._at if self._at is not None else time.time_ns() // 1000

    def _open(self, console: str, **more: Any) -> Journal:
        return open_journal(self.url, console=console, state_dir=self.folder, **{"clock": self._clock, **more})

    @property
    def at(self) -> int:
        return self._clock()

    def set(self, at: int | None) -> None:
        self._at = at


class ServerPlace(Place):
    kind = "postgresql"

    def __init__(self, folder: Path, server: Server, name: str) -> None:
        super().__init__(folder)
        self.server = server
        self.name = name
        self.url = server.url(name)

    def _open(self, console: str, **more: Any) -> Journal:
        return open_journal(more.pop("url", self.url), console=console, state_dir=self.folder, **more)

    @property
    def at(self) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT vauntico.vauntico_now()").fetchone()
            return int(row[0]) if row else 0

    def set(self, at: int | None) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("UPDATE test_clock SET at = %s", [at])

    def close(self) -> None:
        super().close()
        self.server.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One PostgreSQL a test process, with a journal as template."""
    try:
        made = Server()
    except FileNotFoundError as error:
        pytest.skip(f"{error}: {STEP}")
    try:
        made.execute("CREATE DATABASE journal_template")
        url = made.url("journal_template")
        open_journal(url, console="template", state_dir=tmp_path_factory.mktemp("template")).close()
        made.execute(_TEST_CLOCK, "journal_template")
        yield made
    finally:
        made.close()


def server_place(server: Server, folder: Path) -> ServerPlace:
    name = f"journal_{next(_numbers)}_{secrets.token_hex(3)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE journal_template")
    place = ServerPlace(folder, server, name)
    place.set(START)
    return place


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real_server)]


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    made = (
        FilePlace(tmp_path) if request.param == "sqlite" else server_place(request.getfixturevalue("server"), tmp_path)
    )
    yield made
    made.close()


@pytest.fixture
def file_place(tmp_path: Path) -> Iterator[FilePlace]:
    made = FilePlace(tmp_path)
    yield made
    made.close()


@pytest.fixture
def pg_place(server: Server, tmp_path: Path) -> Iterator[ServerPlace]:
    made = server_place(server, tmp_path)
    yield made
    made.close()


@pytest.fixture
def journal(place: Place) -> Journal:
    return place.open("console 1")


def sql(statement: str) -> Any:
    return text(statement)
