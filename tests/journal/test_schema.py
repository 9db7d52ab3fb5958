"""Schema versions: older is backed up and brought forward, newer is refused, two at once migrate once."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import vauntico_tui.journal
from tests.journal.conftest import FilePlace, Place, ServerPlace, sql
from tests.journal.samples import trigger
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal import schema
from vauntico_tui.journal.answers import Done, TooNewError
from vauntico_tui.journal.database import Database, connect_file, connect_server


def test_the_newest_revision_is_the_one_the_program_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(vauntico_tui.journal.__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [schema.HEAD]
    assert {revision.revision for revision in script.walk_revisions()} == set(schema.KNOWN)


def _raw(place: Place) -> Database:
    if isinstance(place, FilePlace):
        return connect_file(place.path)
    return connect_server(place.url)


def _at_first_revision(place: Place) -> None:
    """A journal as the first version left it, with something in it."""
    if isinstance(place, ServerPlace):
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA vauntico CASCADE")
            connection.execute("CREATE SCHEMA vauntico")
    database = _raw(place)
    with database.write() as connection:
        schema.upgrade(connection, "0001")
        connection.execute(sql("INSERT INTO policies VALUES (:digest, 'kept')"), {"digest": "a" * 64})
    database.close()


def test_an_older_journal_is_backed_up_and_brought_forward(place: Place) -> None:
    _at_first_revision(place)
    journal = place.open()
    with journal.database.read() as connection:
        assert schema.version(connection) == schema.HEAD
        assert connection.scalar(sql("SELECT body FROM policies")) == "kept"
    assert isinstance(journal.perform(trigger(), actor=EVIDENCE), Done)
    (backup,) = (place.folder / "state" / "backups" if place.kind == "sqlite" else place.folder / "backups").iterdir()
    assert "schema0001" in backup.name
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    if place.kind == "sqlite":
        with sqlite3.connect(backup) as old:
            assert old.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
            assert old.execute("SELECT body FROM policies").fetchone() == ("kept",)
    else:
        rows = [json.loads(line) for line in backup.read_text().splitlines()]
        assert {"table": "policies", "row": {"digest": "a" * 64, "body": "kept"}} in rows


def test_a_new_journal_needs_no_backup(place: Place) -> None:
    place.open()
    assert not list(place.folder.rglob("backups"))


def test_a_newer_journal_is_refused_in_a_sentence(place: Place) -> None:
    place.open().close()
    database = _raw(place)
    with database.write() as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(TooNewError, match=r"was written by a newer vauntico-tui \(its schema is 0999"):
        place.open()
    with database.read() as connection:
        assert connection.scalar(sql("SELECT version_num FROM alembic_version")) == "0999"
    database.close()


def test_many_consoles_that_start_at_once_migrate_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    _at_first_revision(place)
    ran: list[str] = []
    upgrade = schema.upgrade

    def counted(connection: Any, to: str) -> None:
        ran.append(to)
        upgrade(connection, to)

    monkeypatch.setattr(schema, "upgrade", counted)
    gate = threading.Barrier(5)
    troubles: list[Exception] = []

    def start(number: int) -> None:
        gate.wait()
        try:
            place.open(f"console {number}").last_seq()
        except Exception as error:
            troubles.append(error)

    threads = [threading.Thread(target=start, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert ran == [schema.HEAD]


def test_many_consoles_create_one_journal(tmp_path: Path) -> None:
    place = FilePlace(tmp_path)
    gate = threading.Barrier(6)
    ids: list[str] = []

    def start(number: int) -> None:
        gate.wait()
        with place.open(f"console {number}").database.read() as connection:
            ids.append(str(connection.scalar(sql("SELECT journal_id FROM head"))))

    threads = [threading.Thread(target=start, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    place.close()
    assert len(ids) == 6
    assert len(set(ids)) == 1


def test_the_file_is_for_its_user_alone(file_place: FilePlace) -> None:
    journal = file_place.open()
    journal.perform(trigger(), actor=EVIDENCE)
    assert stat.S_IMODE(file_place.path.parent.stat().st_mode) == 0o700
    for file in file_place.path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_file_is_durable_when_it_answers(file_place: FilePlace) -> None:
    journal = file_place.open()
    with journal.database.read() as connection:
        assert connection.scalar(sql("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(sql("PRAGMA synchronous")) == 2
        assert connection.scalar(sql("PRAGMA foreign_keys")) == 1


_CATALOGUE = """
SELECT 'column', table_name, column_name, ordinal_position::text, data_type, column_default, is_nullable
    FROM information_schema.columns WHERE table_schema = 'vauntico'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, '', pg_get_constraintdef(oid), '', ''
    FROM pg_constraint WHERE connamespace = 'vauntico'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, '', indexdef, '', '' FROM pg_indexes WHERE schemaname = 'vauntico'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, '', pg_get_triggerdef(oid), '', '' FROM pg_trigger
    WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, '', '', pg_get_functiondef(oid), '', '' FROM pg_proc
    WHERE pronamespace = 'vauntico'::regnamespace
ORDER BY 1, 2, 3
"""


def _made(place: Place, make: Callable[[Connection], None]) -> list[tuple[Any, ...]]:
    """What stands in a database after `make`, and its revision."""
    if isinstance(place, ServerPlace):
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA vauntico CASCADE")
            connection.execute("CREATE SCHEMA vauntico")
    database = _raw(place)
    with database.write() as connection:
        make(connection)
        question = "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2" if database.sqlite else _CATALOGUE
        found = [tuple(row) for row in connection.execute(sql(question.replace(":", "\\:")))]
        found.append((schema.version(connection),))
    database.close()
    return found


def test_a_new_journal_is_what_the_migrations_make(place: Place, tmp_path: Path) -> None:
    made = _made(place, schema.create)
    if isinstance(place, FilePlace):
        place = FilePlace(tmp_path / "migrated")
    assert _words(_made(place, lambda connection: schema.upgrade(connection, schema.HEAD))) == _words(made)
    assert len(made) > 30


def _words(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Without the line breaks of the two that write the version's table."""
    return [tuple(" ".join(str(field).split()).replace("( ", "(").replace(" )", ")") for field in row) for row in rows]


def test_a_new_journal_is_made_without_alembic(tmp_path: Path) -> None:
    program = (
        "import sys; from vauntico_tui.journal.open import open_journal;"
        f"open_journal({str(tmp_path / 'journal.sqlite')!r}, console='c').last_seq();"
        "print([name for name in ('alembic', 'sqlalchemy.dialects.postgresql') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
