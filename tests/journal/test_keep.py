"""What is kept comes back: export, import, backup, replay, signatures; and other consoles see it."""

from __future__ import annotations

import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journal.conftest import FilePlace, Place
from tests.journal.samples import trigger
from vauntico_tui.escalation.commands import Acknowledge, AddNote, EvidenceGone, Merge, Snooze
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.answers import DamagedError, Done, JournalError
from vauntico_tui.journal.export import check
from vauntico_tui.journal.journal import Journal

UNTIL = datetime(2027, 2, 1, tzinfo=UTC)


def lived(place: Place) -> Journal:
    """A journal in which everything has happened once."""
    journal = place.open("console ✓")
    for number in (1, 2, 3):
        journal.perform(trigger(number, number, title=f"Zürich ✗ {number}"), actor=EVIDENCE)
    place.advance(timedelta(minutes=5))
    journal.perform(Acknowledge("on it"), actor="ann", id=1)
    journal.perform(Merge(1), actor="ann", id=2)
    journal.perform(EvidenceGone("closed"), actor=EVIDENCE, id=3)
    place.advance(timedelta(minutes=5))
    journal.perform(AddNote("still open"), actor="bob", id=1)
    signed = journal.records.sign("override", "coverage", "lea", login=journal.login, reason="flaky", until=UNTIL)
    journal.records.sign("approval", "hotfix", "lea", login=journal.login)
    journal.records.withdraw(signed.id, "lea", login=journal.login)
    journal.records.note("handover", "shift", "ann", "two open", {"open": [1]}, login=journal.login)
    claim = journal.outbox.claim("w", timedelta(minutes=1))
    assert claim is not None
    assert journal.outbox.begin(claim, claim.messages[0])
    assert journal.outbox.accepted(claim, claim.messages[0], "ok", remote_id="r1")
    return journal


def test_an_export_comes_back_whole_in_another_database(place: Place, tmp_path: Path) -> None:
    journal = lived(place)
    target = tmp_path / "journal.jsonl"
    count = journal.export(target)
    assert count == journal.last_seq() == check(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    other = FilePlace(tmp_path / "other")
    copy = other.open("elsewhere")
    assert copy.import_(target) == count
    assert copy.verify() == journal.verify()
    assert copy.verify().ok
    assert copy.entries() == journal.entries()
    assert copy.open_escalations() == journal.open_escalations()
    assert copy.timeline(1) == journal.timeline(1)
    assert copy.records.standing() == journal.records.standing()
    states = {d.state for d in copy.outbox.deliveries()}
    assert states == {"delivered", "cancelled", "dead"}
    assert isinstance(copy.perform(AddNote("it goes on"), actor="ann", id=1), Done)
    assert copy.verify().ok
    again = tmp_path / "again.jsonl"
    with pytest.raises(JournalError, match="holds 13 events"):
        copy.import_(target)
    copy.export(again)
    events = [line for line in target.read_text().splitlines() if line.startswith('{"event"')]
    assert again.read_text().count("\n") > len(events)
    assert all(line in again.read_text() for line in events)
    other.close()


@pytest.mark.real_server
def test_a_file_moves_to_a_server(file_place: FilePlace, pg_place: Place, tmp_path: Path) -> None:
    journal = lived(file_place)
    target = tmp_path / "journal.jsonl"
    journal.export(target)
    shared = pg_place.open("shared")
    shared.import_(target)
    assert shared.verify() == journal.verify()
    assert isinstance(shared.perform(trigger(7), actor=EVIDENCE), Done)
    assert {d.state for d in shared.outbox.deliveries(4)} == {"pending"}


def _damage(lines: list[str], how: str) -> list[str]:
    events = [at for at, line in enumerate(lines) if line.startswith('{"event"')]
    match how:
        case "cut off":
            return lines[:-1]
        case "tail cut off":
            return [*lines[: events[-1]], lines[-1]]
        case "altered":
            lines[events[3]] = lines[events[3]].replace("ann", "eve")
        case "missing":
            del lines[events[2]]
        case "policy altered":
            lines[1] = lines[1].replace("DevOps", "DevOpx")
        case "no json":
            lines[5] = lines[5][:-4]
        case "another file":
            return ['{"hello": 1}']
        case "newer":
            lines[0] = lines[0].replace('"vauntico_journal":1', '"vauntico_journal":2')
        case "more after the end":
            lines.append(lines[-1])
        case "foreign line":
            lines.insert(2, '{"x": 1}')
    return lines


@pytest.mark.parametrize(
    "how",
    [
        "cut off", "tail cut off", "altered", "missing", "policy altered", "no json", "another file", "newer",
        "more after the end", "foreign line",
    ],
)  # fmt: skip
def test_a_damaged_export_is_refused_whole(file_place: FilePlace, tmp_path: Path, how: str) -> None:
    target = tmp_path / "journal.jsonl"
    lived(file_place).export(target)
    target.write_text("\n".join(_damage(target.read_text().splitlines(), how)) + "\n")
    empty = FilePlace(tmp_path / "other")
    copy = empty.open()
    with pytest.raises(DamagedError):
        copy.import_(target)
    assert copy.last_seq() == 0
    empty.close()


def test_an_export_overwrites_nothing(journal: Journal, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    target.write_text("kept")
    with pytest.raises(JournalError, match="can't be written"):
        journal.export(target)
    assert target.read_text() == "kept"
    with pytest.raises(JournalError, match="can't be read"):
        journal.import_(tmp_path / "nothing")


def test_a_backup_is_whole(place: Place, tmp_path: Path) -> None:
    journal = lived(place)
    backup = journal.backup()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    other = FilePlace(tmp_path / "other")
    if place.kind == "sqlite":
        other.path.parent.mkdir(parents=True)
        other.path.write_bytes(backup.read_bytes())
        assert other.open().verify() == journal.verify()
    assert FilePlace(tmp_path / "third").open().import_(backup) == journal.last_seq()
    other.close()


def test_a_backup_goes_where_it_is_told(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "there"
    assert lived(place).backup(target) == target
    assert target.stat().st_size > 1000


def test_replay_shows_the_room_as_it_was(place: Place) -> None:
    journal = place.open()
    seen = []
    for number in (1, 2):
        journal.perform(trigger(number), actor=EVIDENCE)
    for command, number in (
        (Acknowledge(), 1),
        (Snooze(UNTIL), 2),
        (AddNote("x"), 1),
        (EvidenceGone("closed"), 1),
        (Merge(1), 2),
    ):
        place.advance(timedelta(minutes=7))
        seen.append((journal.now(), journal.open_escalations()))
        journal.perform(command, actor="ann", id=number)
    for at, escalations in seen:
        found = journal.replay(at - timedelta(microseconds=1))
        assert sorted(found.open, key=lambda it: it.id) == sorted(escalations, key=lambda it: it.id)
    assert journal.replay(datetime(2020, 1, 1, tzinfo=UTC)).escalations == ()
    assert [it.id for it in journal.replay(UNTIL).open] == [2]


def test_signatures_stand_until_they_run_out_or_are_withdrawn(place: Place) -> None:
    journal = place.open()
    login = journal.login
    before = journal.now()
    approval = journal.records.sign("approval", "hotfix", "lea", login=login, role="lead")
    again = journal.records.sign("approval", "hotfix", "lea", login=login, role="lead")
    assert approval == again
    until = journal.now() + timedelta(hours=1)
    override = journal.records.sign("override", "coverage", "lea", login=login, reason="flaky", until=until)
    assert journal.records.standing() == (approval, override)
    assert journal.records.standing(before - timedelta(seconds=1)) == ()
    signed_at = journal.now()
    place.advance(timedelta(hours=2))
    assert journal.records.standing() == (approval,)
    assert journal.records.withdraw(approval.id, "max", login=login, reason="no longer")
    assert not journal.records.withdraw(approval.id, "max", login=login)
    assert journal.records.standing() == ()
    assert journal.records.standing(signed_at) == (approval, override)
    texts = [entry.text for entry in journal.entries() if entry.kind == "withdrawn"]
    assert texts == ["approval of lea withdrawn by max: no longer"]
    with pytest.raises(ValueError, match="reason and a time"):
        journal.records.sign("override", "x", "lea", login=login, reason="r")
    with pytest.raises(ValueError, match="is past"):
        journal.records.sign("override", "x", "lea", login=login, reason="r", until=before)
    with pytest.raises(ValueError, match="needs a kind"):
        journal.records.sign("wish", "x", "lea", login=login)
    with pytest.raises(ValueError, match="written another way"):
        journal.records.note("signed", "x", "lea", "t", {}, login=login)
    assert journal.verify().ok


def test_what_one_console_does_another_sees_at_once(place: Place) -> None:
    here, there = place.open("here"), place.open("there")
    here.perform(trigger(), actor=EVIDENCE)
    follower = there.follow()
    assert "events" in follower.wait(5)
    assert follower.wait(0.01) == frozenset()
    seen = threading.Event()
    told: list[frozenset[str]] = []

    def watch() -> None:
        told.append(follower.wait(20))
        seen.set()

    thread = threading.Thread(target=watch)
    thread.start()
    here.perform(Acknowledge(), actor="ann", id=1)
    assert seen.wait(20)
    thread.join()
    assert "events" in told[0]
    (escalation,) = there.open_escalations()
    assert escalation.acknowledged_by == "ann"
    follower.close()
    assert follower.wait(20) == frozenset()


def test_published_readings_are_told_too(place: Place) -> None:
    here, there = place.open("here"), place.open("there")
    follower = there.follow()
    follower.wait(5)
    lease = here.leases.take("poll", "here", timedelta(seconds=15))
    assert lease is not None
    follower.wait(0.01)
    here.leases.publish(lease, "readings", json.dumps({"issues": 60}))
    assert "published" in follower.wait(20)
    follower.close()
