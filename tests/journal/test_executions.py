"""Executions on both databases: one that lives a runbook and subject, leases and fences, events that hold, and what no
program can do to them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from tests.journal.conftest import Place
from vauntico_tui.journal.answers import FenceLostError
from vauntico_tui.journal.executions import Change, Hold, Kept
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal

SPAN = timedelta(seconds=15)
PLAN = {"title": "Hotfix", "steps": ["a", "b"]}
STEPS = [{"index": 0, "mark": "to do"}, {"index": 1, "mark": "to do"}]
DATA = {"steps": STEPS, "outcome": ""}


def begin(
    journal: Journal, ident: str = "e1", *, subject: str = "blocker:one", by: str = "ada", alone: tuple[str, ...] = ()
) -> Hold | Kept:
    return journal.executions.begin(
        ident, runbook="hotfix", subject=subject, by=by, plan=PLAN, data=DATA, span=SPAN, text=f"begun by {by}",
        alone=alone,
    )  # fmt: skip


def held(journal: Journal, ident: str = "e1", **more: Any) -> Hold:
    made = begin(journal, ident, **more)
    assert isinstance(made, Hold)
    return made


def step(index: int, mark: str) -> Change:
    return Change(f"step {index}: {mark}", data={"steps": [{"index": index, "mark": mark}]})


END = Change("done", "done", {"outcome": "met"}, ended=True)


def test_begun_written_and_ended(journal: Journal) -> None:
    hold = held(journal)
    journal.executions.write(hold, step(1, "done"), by="ada", span=SPAN)
    kept = journal.executions.write(hold, END, by="ada", span=SPAN, release=True)
    assert (kept.mark, kept.version, kept.held, kept.plan) == ("done", 3, False, PLAN)
    assert kept.data == {"outcome": "met", "steps": [STEPS[0], {"index": 1, "mark": "done"}]}
    assert kept.ended_at is not None
    assert journal.executions.latest() == ()
    assert journal.executions.latest(open_only=False) == (kept,)
    assert journal.executions.get("e1") == kept
    assert journal.executions.get("e2") is None
    assert [one.text for one in journal.entries()] == ["begun by ada", "step 1: done", "done"]
    assert journal.verify().ok


def test_the_second_learns_who_runs_it(journal: Journal) -> None:
    held(journal)
    found = begin(journal, "e2", by="grace")
    assert isinstance(found, Kept)
    assert (found.id, found.by, found.mark, found.held) == ("e1", "ada", "running", True)
    assert isinstance(begin(journal, "e3", subject="blocker:other"), Hold)
    assert journal.last_seq() == 2


def test_one_at_a_time_writes_to_a_branch(journal: Journal) -> None:
    first = held(journal, alone=("branch fix",))
    found = begin(journal, "e2", subject="blocker:other", by="grace", alone=("branch more", "branch fix"))
    assert isinstance(found, Kept)
    assert (found.id, found.by) == ("e1", "ada")
    assert isinstance(begin(journal, "e3", subject="blocker:third", alone=("branch more",)), Hold)
    journal.executions.write(first, END, by="ada", span=SPAN, release=True)
    assert isinstance(begin(journal, "e4", subject="blocker:other", alone=("branch fix",)), Hold)


def test_a_plan_is_begun_once(journal: Journal) -> None:
    hold = held(journal)
    journal.executions.write(hold, END, by="ada", span=SPAN, release=True)
    again = begin(journal)
    assert isinstance(again, Kept)
    assert again.mark == "done"


def test_a_lease_that_runs_out_is_taken_and_the_first_writes_no_more(place: Place) -> None:
    ada, grace = place.open("ada"), place.open("grace")
    hold = held(ada)
    place.advance(timedelta(seconds=10))
    ada.executions.renew(hold, SPAN)
    place.advance(timedelta(seconds=10))
    seen = grace.executions.get("e1")
    assert seen is not None
    assert seen.held
    refused = grace.executions.take("e1", seen=1, by="grace", span=SPAN, change=Change("resumed", "running"))
    assert isinstance(refused, Kept)
    place.advance(timedelta(seconds=6))
    taken = grace.executions.take("e1", seen=1, by="grace", span=SPAN, change=Change("resumed", "running"))
    assert isinstance(taken, Hold)
    assert taken.fence == 2
    with pytest.raises(FenceLostError):
        ada.executions.write(hold, step(0, "done"), by="ada", span=SPAN)
    with pytest.raises(FenceLostError):
        ada.executions.renew(hold, SPAN)
    ada.executions.release(hold)  # of no effect
    kept = grace.executions.write(taken, step(0, "done"), by="grace", span=SPAN)
    assert (kept.by, kept.held, kept.version) == ("grace", True, 3)


def test_only_what_was_seen_is_taken(place: Place) -> None:
    journal = place.open()
    held(journal)
    place.advance(timedelta(seconds=20))
    change = Change("resumed", "running")
    assert isinstance(journal.executions.take("e1", seen=7, by="grace", span=SPAN, change=change), Kept)
    assert journal.executions.take("none", seen=1, by="grace", span=SPAN, change=change) is None
    assert isinstance(journal.executions.take("e1", seen=1, by="grace", span=SPAN, change=change), Hold)


def test_what_was_cut_off_is_over_once_it_is_begun_anew(place: Place) -> None:
    journal = place.open()
    held(journal)
    place.advance(timedelta(seconds=20))
    held(journal, "e2", by="grace")
    old = journal.executions.get("e1")
    assert old is not None
    assert (old.mark, old.data["outcome"]) == ("interrupted", "begun anew by grace")
    assert old.ended_at is not None
    assert [one.id for one in journal.executions.latest()] == ["e2"]
    journal.executions.take("e1", seen=2, by="ada", span=SPAN, change=Change("resumed", "running"))
    assert [one.id for one in journal.executions.latest()] == ["e2"]  # the newer one lives
    assert journal.verify().ok


def test_a_watch_that_nobody_keeps_is_found(place: Place) -> None:
    journal = place.open()
    hold = held(journal)
    journal.executions.write(hold, Change("watching", "watching"), by="ada", span=SPAN)
    assert journal.executions.unwatched() == ()
    place.advance(timedelta(seconds=20))
    assert [one.id for one in journal.executions.unwatched()] == ["e1"]


def test_a_watch_keeps_nobody_from_beginning_anew_or_taking_back(journal: Journal) -> None:
    hold = held(journal)
    journal.executions.write(hold, Change("watching", "watching"), by="ada", span=SPAN)
    watch = Change("watched on", "watching")
    assert isinstance(journal.executions.take("e1", seen=2, by="grace", span=SPAN, change=watch), Kept)
    held(journal, "e2", by="grace")
    with pytest.raises(FenceLostError):
        journal.executions.write(hold, END, by="ada", span=SPAN)
    old = journal.executions.get("e1")
    assert old is not None
    assert (old.mark, old.data["outcome"]) == ("done", "begun anew by grace")


def test_a_new_plan_takes_the_old_one_s_place(place: Place) -> None:
    journal = place.open()
    held(journal)
    place.advance(timedelta(seconds=20))
    other = {"title": "Hotfix", "steps": ["a", "c"]}
    journal.executions.take(
        "e1", seen=1, by="ada", span=SPAN, change=Change("resumed", "running", plan=other)
    )  # fmt: skip
    kept = journal.executions.get("e1")
    assert kept is not None
    assert kept.plan == other
    assert journal.verify().ok


def test_undone_and_taken_up_again_no_more(journal: Journal) -> None:
    hold = held(journal)
    journal.executions.write(hold, Change("undone", "undone", ended=True), by="ada", span=SPAN, release=True)
    with pytest.raises(DBAPIError):
        journal.executions.take("e1", seen=2, by="ada", span=SPAN, change=Change("resumed", "running", ended=False))
    assert journal.verify().ok


FORBIDDEN = {
    "deleted": "DELETE FROM executions",
    "renamed": "UPDATE executions SET runbook = 'other'",
    "moved without an event": "UPDATE executions SET mark = 'done', ended_at = 1",
    "a version without an event": "UPDATE executions SET version = 2",
    "an event of another kind": "UPDATE executions SET version = 3, seq = 1",
    "data without an event": "UPDATE executions SET data = '{}'",
    "a fence that shrinks": "UPDATE executions SET fence = 0",
    "a holder without a fence": "UPDATE executions SET holder = 'other'",
    "begun in the middle": "INSERT INTO executions SELECT 'x', runbook, 's', 'done', 5, by, '', 0, 0, 1, 1, plan_seq, "
    "seq, data FROM executions",
    "begun without an event": "INSERT INTO executions SELECT 'x', runbook, 's', 'running', 1, by, '', 0, 0, 1, NULL, "
    "99, 99, data FROM executions",
    "a second that lives": "INSERT INTO executions SELECT 'x', runbook, subject, 'running', 1, by, '', 0, 0, 1, NULL, "
    "plan_seq, seq + 1, data FROM executions",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_no_program_may_do(place: Place, what: str) -> None:
    journal = place.open()
    held(journal)
    before = journal.executions.get("e1")
    with pytest.raises(DBAPIError), place.raw() as connection:
        connection.execute(text(FORBIDDEN[what]))
    assert journal.executions.get("e1") == before
    assert journal.verify().ok


def test_a_row_that_was_altered_past_every_trigger_is_found(place: Place) -> None:
    journal = place.open()
    held(journal)
    off = "DROP TRIGGER executions_go_on" + (" ON executions" if place.kind == "postgresql" else "")
    with place.raw() as connection:
        connection.execute(text(off))
        connection.execute(text("UPDATE executions SET data = replace(data, 'to do', 'done')"))
    found = journal.verify()
    assert not found.ok
    assert "the execution e1 is not what its last event left behind" in found.reason


def test_exported_and_imported_it_is_the_same(place: Place, tmp_path: Path) -> None:
    journal = place.open()
    hold = held(journal)
    journal.executions.write(hold, step(0, "done"), by="ada", span=SPAN)
    held(journal, "e2", subject="")
    journal.executions.write(hold, END, by="ada", span=SPAN, release=True)
    journal.export(tmp_path / "out.jsonl")
    other = open_journal(str(tmp_path / "other.sqlite"), console="other", state_dir=tmp_path)
    try:
        other.import_(tmp_path / "out.jsonl")
        assert other.verify().ok
        assert other.executions.get("e1") == journal.executions.get("e1")
        running = other.executions.get("e2")
        assert running is not None
        assert (running.mark, running.held) == ("running", False)
    finally:
        other.close()


def test_a_backup_holds_them(place: Place, tmp_path: Path) -> None:
    journal = place.open()
    held(journal)
    copy = journal.backup(tmp_path / "copy")
    assert b"hotfix" in copy.read_bytes()


def test_nothing_that_is_asked_reads_the_whole_table(tmp_path: Path) -> None:
    """The cost of a step does not grow with history: every statement on the file finds its rows by an index."""
    journal = open_journal(str(tmp_path / "journal.sqlite"), console="ada", state_dir=tmp_path)
    asked: dict[str, Any] = {}

    def heard(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        if "executions" in statement and not statement.startswith("INSERT"):
            asked[statement] = parameters

    event.listen(journal.database.engine, "before_cursor_execute", heard)
    hold = held(journal)
    journal.executions.renew(hold, SPAN)
    journal.executions.write(hold, END, by="ada", span=SPAN, release=True)
    journal.executions.take("e1", seen=2, by="ada", span=SPAN, change=Change("back", "undoing", ended=False))
    journal.executions.latest()
    journal.executions.latest(open_only=False)
    journal.executions.unwatched()
    event.remove(journal.database.engine, "before_cursor_execute", heard)
    assert len(asked) > 8
    with journal.database.read() as connection:
        for statement, parameters in asked.items():
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plan = " ".join(row[3] for row in found)
            assert "INDEX" in plan, (statement, plan)
    journal.close()
