"""Whatever breaks below: an answer that says what happened and what to do, and nothing half done."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.journal.conftest import FilePlace, ServerPlace, server_place, sql
from tests.journal.postgres import STEP, Server
from tests.journal.samples import trigger
from vauntico_tui.escalation.commands import Acknowledge, AddNote
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.answers import DamagedError, Done, JournalError, Unreachable, UnreachableError
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal


def opened(journal: Journal) -> int:
    made = journal.perform(trigger(), actor=EVIDENCE)
    assert isinstance(made, Done)
    assert made.escalation is not None
    return made.escalation.id


def test_disk_full(file_place: FilePlace) -> None:
    journal = file_place.open()
    number = opened(journal)
    with journal.database.read() as connection:
        pages = connection.scalar(sql("PRAGMA page_count"))
        journal.database.engine.dispose()
    # SQLite answers a full disk and its own page limit with the same error, at the same place.
    from sqlalchemy import event

    @event.listens_for(journal.database.engine, "connect")
    def _full(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    answers = [journal.perform(AddNote("x" * 4000), actor="ann", id=number) for _ in range(20)]
    done = [answer for answer in answers if isinstance(answer, Done)]
    full = [answer for answer in answers if isinstance(answer, Unreachable)]
    assert full
    assert "its disk is full, nothing was written" in full[0].reason
    assert "make room" in full[0].next_step
    event.remove(journal.database.engine, "connect", _full)
    journal.database.engine.dispose()
    assert len(journal.timeline(number)) == 1 + len(done)
    assert journal.verify().ok
    again = journal.perform(AddNote("x" * 4000), actor="ann", id=number, key=full[0].key)
    assert isinstance(again, Done)


def test_locked_file(file_place: FilePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vauntico_tui.journal.database.BUSY_SECONDS", 0.05)
    journal = file_place.open()
    number = opened(journal)
    other = sqlite3.connect(file_place.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    answer = journal.perform(Acknowledge(), actor="ann", id=number)
    assert isinstance(answer, Unreachable)
    assert "another program holds its lock" in answer.reason
    assert len(journal.timeline(number)) == 1
    other.execute("ROLLBACK")
    other.close()
    assert isinstance(journal.perform(Acknowledge(), actor="ann", id=number, key=answer.key), Done)


def test_corrupt_file(file_place: FilePlace) -> None:
    file_place.open().close()
    with file_place.path.open("r+b") as file:
        file.write(b"not a database at all" * 10)
    with pytest.raises(DamagedError, match="the file is no journal"):
        file_place.open()


def test_damaged_pages(file_place: FilePlace) -> None:
    journal = file_place.open()
    for number in range(200):
        journal.perform(trigger(number), actor=EVIDENCE)
    journal.close()
    with sqlite3.connect(file_place.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = file_place.path.stat().st_size
    with file_place.path.open("r+b") as file:
        for offset in range(3 * 4096, size, 4096):
            file.seek(offset)
            file.write(os.urandom(512))
    try:
        found = file_place.open().verify()
    except JournalError as error:
        assert "damaged" in str(error)
    else:
        assert not found.ok


@pytest.mark.parametrize("table", ["theirs", "events"])
def test_a_file_of_another_program(file_place: FilePlace, table: str) -> None:
    file_place.path.parent.mkdir()
    with sqlite3.connect(file_place.path) as other:
        other.execute(f"CREATE TABLE {table} (x)")
    with pytest.raises(JournalError, match="belongs to another program and is no journal"):
        file_place.open()
    with sqlite3.connect(file_place.path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]


@pytest.mark.parametrize("path", ["/proc/vauntico/journal.sqlite", "/dev/null/journal.sqlite"])
def test_a_folder_that_can_not_be_written(path: str) -> None:
    with pytest.raises(UnreachableError, match="can't be opened") as caught:
        open_journal(path, console="c")
    assert "make its folder writable" in caught.value.next_step


def test_a_read_only_folder_and_file(file_place: FilePlace) -> None:
    """Root may write anywhere, so a child that is nobody tries."""
    journal = file_place.open()
    opened(journal)
    journal.close()
    folder = file_place.path.parent
    for place in (folder, *folder.parents[:3]):
        place.chmod(0o755)
    file_place.path.chmod(0o444)
    folder.chmod(0o555)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = "it was opened"
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            open_journal(str(file_place.path), console="c")
        except JournalError as error:
            said = f"{type(error).__name__}: {error}"
        except BaseException as error:
            said = repr(error)
        os.write(write, said.encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    said = os.read(read, 10_000).decode()
    os.close(read)
    folder.chmod(0o700)
    assert said.startswith("UnreachableError: the journal ")
    assert "make its folder writable" in said


def test_a_database_that_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="mysql://, which is no journal"):
        open_journal("mysql://x/y", console="c", state_dir=tmp_path)


@pytest.mark.real_server
def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="does not answer"):
        open_journal("postgresql://ann:hunter2@127.0.0.1:1/x", console="c", state_dir=tmp_path)


@pytest.mark.real_server
def test_the_server_stops_in_the_middle_and_comes_back(tmp_path: Path) -> None:
    try:
        server = Server()
    except FileNotFoundError as error:
        pytest.skip(f"{error}: {STEP}")
    try:
        server.execute("CREATE DATABASE journal")
        journal = open_journal(server.url("journal"), console="c", state_dir=tmp_path)
        number = opened(journal)
        follower = journal.follow()
        assert follower.wait(0)
        server.stop()
        answer = journal.perform(Acknowledge(), actor="ann", id=number)
        assert isinstance(answer, Unreachable)
        assert "does not answer" in answer.reason
        with pytest.raises(UnreachableError):
            follower.wait(5)
        with pytest.raises(UnreachableError):
            journal.open_escalations()
        server.start()
        assert isinstance(journal.perform(Acknowledge(), actor="ann", id=number, key=answer.key), Done)
        assert follower.wait(0)
        assert [entry.kind for entry in journal.timeline(number)] == ["triggered", "acknowledged"]
        follower.close()
        journal.close()
    finally:
        server.close()


@pytest.mark.real_server
def test_the_connection_dies_just_after_the_commit(pg_place: ServerPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is lost, the change is not: the same key finds it, and it is not done twice."""
    journal = pg_place.open()
    number = opened(journal)
    perform = Journal._perform
    dying = [True]

    def lost(self: Journal, asked: object) -> object:
        made = perform(self, asked)  # type: ignore[arg-type]
        if dying.pop() if dying else False:
            raise UnreachableError("the connection was lost", "try again")
        return made

    monkeypatch.setattr(Journal, "_perform", lost)
    answer = journal.perform(Acknowledge(), actor="ann", id=number)
    assert isinstance(answer, Done)
    assert answer.repeated
    assert [entry.kind for entry in journal.timeline(number)] == ["triggered", "acknowledged"]


@pytest.mark.real_server
def test_every_connection_is_cut(server: Server, tmp_path: Path) -> None:
    place = server_place(server, tmp_path)
    journal = place.open()
    number = opened(journal)
    server.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{place.name}'"  # noqa: S608
    )
    assert isinstance(journal.perform(Acknowledge(), actor="ann", id=number), Done)
    place.close()
