"""The log can't be rewritten through the database, and what is done to it past the database is found."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.journal.conftest import FilePlace, Place, ServerPlace, sql
from tests.journal.samples import trigger
from vauntico_tui.escalation.commands import Acknowledge, AddNote, EvidenceGone
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.export import check
from vauntico_tui.journal.journal import Journal


def filled(place: Place) -> Journal:
    journal = place.open()
    for number in (1, 2):
        journal.perform(trigger(number), actor=EVIDENCE)
        journal.perform(Acknowledge(), actor="ann", id=number)
    journal.perform(EvidenceGone("closed"), actor=EVIDENCE, id=1)
    claim = journal.outbox.claim("w", timedelta(minutes=1))
    assert claim is not None
    assert journal.outbox.begin(claim, claim.messages[0])
    return journal


FORBIDDEN = [
    "UPDATE events SET actor = 'eve' WHERE seq = 2",
    "UPDATE events SET body = '{}'",
    "DELETE FROM events WHERE seq = 5",
    "DELETE FROM events",
    "INSERT INTO events SELECT seq + 100, at, NULL, NULL, NULL, NULL, kind, actor, login, body, prev_hash, 'x'"
    " FROM events",
    "INSERT INTO events SELECT 6, at, escalation_id, version, state, level, kind, actor, login, body, hash, 'x'"
    " FROM events WHERE seq = 5",
    "UPDATE head SET seq = 3",
    "UPDATE head SET seq = 0, hash = (SELECT prev_hash FROM events WHERE seq = 1)",
    "DELETE FROM head",
    "UPDATE escalations SET state = 'triggered', resolved_at = NULL, version = version + 1 WHERE id = 1",
    "UPDATE escalations SET state = 'triggered' WHERE id = 2",
    "UPDATE escalations SET state = 'snoozed', version = version + 1 WHERE id = 2",
    "UPDATE escalations SET version = version + 2 WHERE id = 2",
    "UPDATE escalations SET subject = 'x', version = version + 1 WHERE id = 2",
    "UPDATE escalations SET acknowledged_by = NULL, version = version + 1 WHERE id = 2",
    "DELETE FROM escalations WHERE id = 1",
    "UPDATE policies SET body = '{}'",
    "DELETE FROM policies",
    "UPDATE attempts SET what = 'accepted'",
    "DELETE FROM attempts",
    "DELETE FROM outbox",
    "UPDATE outbox SET body = '{}'",
    "UPDATE outbox SET state = 'sent'",
    "INSERT INTO escalations SELECT 9, subject, 'triggered', level, 1, triggered_at, breaches_at, next_at, NULL, NULL,"
    " NULL, NULL, policy, data FROM escalations WHERE id = 2",
]  # fmt: skip


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_no_program_gets_past_the_schema(file_place: FilePlace, statement: str) -> None:
    journal = filled(file_place)
    with pytest.raises(sqlite3.DatabaseError):
        _with_sqlite(file_place, statement)
    assert journal.verify().ok


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq = 2",
        "INSERT OR REPLACE INTO events SELECT 6, at, escalation_id, version, state, level, kind, actor, login, body,"
        " (SELECT hash FROM head), 'x' FROM events WHERE seq = 2",
        "INSERT OR REPLACE INTO escalations SELECT * FROM escalations WHERE id = 2",
        "INSERT OR REPLACE INTO head SELECT * FROM head",
        "INSERT OR REPLACE INTO policies SELECT digest, '{}' FROM policies",
        "INSERT OR REPLACE INTO attempts SELECT * FROM attempts",
        "INSERT OR REPLACE INTO outbox SELECT * FROM outbox",
    ],
)
def test_nor_by_replacing_rows(file_place: FilePlace, statement: str) -> None:
    journal = filled(file_place)
    with pytest.raises(sqlite3.DatabaseError):
        _with_sqlite(file_place, statement)
    assert journal.verify().ok


def _with_sqlite(place: FilePlace, *statements: str) -> None:
    """Another program: the plain sqlite3 library."""
    other = sqlite3.connect(place.path, timeout=1)
    try:
        other.execute("PRAGMA foreign_keys = ON")
        for statement in statements:
            other.execute(statement)
        other.commit()
    finally:
        other.close()


@pytest.mark.real_server
def test_nor_the_owner_of_a_postgresql(pg_place: ServerPlace) -> None:
    journal = filled(pg_place)
    tables = ("events", "attempts", "escalations", "policies", "head", "outbox", "signatures")
    truncate = [f"TRUNCATE {table} CASCADE" for table in tables]
    for statement in (*FORBIDDEN, *truncate):
        with pytest.raises(DBAPIError), journal.database.engine.begin() as connection:
            connection.execute(sql(statement))
    assert journal.verify().ok


def _tamper(place: Place, *statements: str) -> None:
    """Somebody with the file, or the owner, who first takes the guards away."""
    if isinstance(place, FilePlace):
        found = _triggers(place)
        _with_sqlite(place, "PRAGMA foreign_keys = OFF", *(f"DROP TRIGGER {name}" for name in found), *statements)
        return
    with place.raw() as connection:
        connection.execute(sql("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(sql(statement))
        connection.execute(sql("SET session_replication_role = DEFAULT"))


def _triggers(place: FilePlace) -> list[str]:
    with sqlite3.connect(place.path) as other:
        return [row[0] for row in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]


@pytest.mark.parametrize(
    ("statements", "seq", "reason"),
    [
        (["UPDATE events SET body = replace(body, 'ann', 'eve') WHERE seq = 2"], 2, "event 2 was altered"),
        (["UPDATE events SET actor = 'eve' WHERE seq = 2"], 2, "event 2 was altered (actor)"),
        (["UPDATE events SET at = at - 1 WHERE seq = 4"], 4, "event 4 was altered (at)"),
        (["DELETE FROM events WHERE seq = 3"], 3, "event 3 is missing"),
        (["DELETE FROM events WHERE seq = 1"], 1, "event 1 is missing"),
        (["DELETE FROM events WHERE seq >= 4"], 4, "events 4 to 5 are missing"),
        (["DELETE FROM events"], 1, "events 1 to 5 are missing"),
        (["DELETE FROM events WHERE seq = 5", "UPDATE head SET seq = 4"], 5, "the head row was altered"),
        (["UPDATE events SET prev_hash = 'x' WHERE seq = 3"], 3, "event 3 does not follow"),
        (["UPDATE escalations SET data = replace(data, 'ann', 'eve') WHERE id = 2"], 4, "escalation 2 is not what"),
        (["DELETE FROM head"], 1, "the head row is missing"),
    ],
)
def test_verify_names_the_first_row_that_is_wrong(place: Place, statements: list[str], seq: int, reason: str) -> None:
    journal = filled(place)
    assert journal.verify().count == 5
    _tamper(place, *statements)
    found = journal.verify()
    assert not found.ok
    assert found.seq == seq
    assert found.reason.startswith(reason)


def test_verify_reads_page_by_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vauntico_tui.journal.chain.PAGE", 3)
    journal = place.open()
    for number in range(4):
        journal.perform(trigger(number), actor=EVIDENCE)
        journal.perform(AddNote("seen"), actor="ann", id=number + 1)
    found: Any = journal.verify()
    assert (found.ok, found.count) == (True, 8)


def test_verify_and_export_while_others_write(place: Place, tmp_path: Path) -> None:
    writer, reader = filled(place), place.open("reader")
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            writer.perform(AddNote("seen"), actor="ann", id=2)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            assert reader.verify().ok
            reader.export(tmp_path / f"{number}.jsonl")
            check(tmp_path / f"{number}.jsonl")
    finally:
        stop.set()
        thread.join()
