"""What ran is told to the next shift and in the timeline of what it ran for; on both databases."""

from __future__ import annotations

from datetime import timedelta

from tests.journal.conftest import Place
from tests.journal.samples import trigger
from tests.journal.test_executions import END, SPAN, begin, held, step
from vauntico_tui.actions.desk.detail import detail, whole_timeline
from vauntico_tui.actions.desk.handover import past, summary
from vauntico_tui.journal.answers import Done
from vauntico_tui.journal.executions import Change
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.tried import last_hand_over, tried, tried_for

DAY = timedelta(hours=24)


def told(journal: Journal) -> str:
    opened = journal.open_escalations()
    return summary(opened, past(journal, opened), journal.now(), lambda at: f"{at:%H:%M}")


def test_a_hand_over_says_what_ran_by_whom_and_how_it_ended(place: Place) -> None:
    journal = place.open()
    journal.executions.write(held(journal), END, by="ada", span=SPAN, release=True)
    held(journal, "e2", subject="blocker:two", by="grace")
    assert "2 runbooks ran, 1 still runs" in told(journal)
    place.advance(timedelta(minutes=1))
    text = told(journal)
    assert "; 2 runbooks ran, 1 was cut off" in text.splitlines()[1]
    assert "ada: Hotfix for blocker:one: done: met" in text
    assert "grace: Hotfix for blocker:two: was cut off" in text


def test_what_ended_before_the_last_hand_over_is_no_news_but_what_is_open_is(place: Place) -> None:
    journal = place.open()
    journal.executions.write(held(journal), END, by="ada", span=SPAN, release=True)
    failed = Change("it failed", "failed", {"outcome": "no such branch"})
    journal.executions.write(held(journal, "e2", subject="x:y"), failed, by="ada", span=SPAN, release=True)
    place.advance(timedelta(hours=30))
    assert [one.mark for one in tried(journal, last_hand_over(journal, DAY))] == ["failed"]
    begin(journal, "e3", subject="x:z")
    place.advance(timedelta(minutes=1))
    journal.records.note("handover", "shift", "ann", "all well", {}, login=journal.login)
    assert last_hand_over(journal, DAY) == journal.entries(after=journal.last_seq() - 1)[0].at
    assert [one.subject for one in tried(journal, last_hand_over(journal, DAY))] == ["x:y", "x:z"]


def test_a_timeline_tells_the_runbooks_of_its_subject_and_no_others(place: Place) -> None:
    journal = place.open()
    before = held(journal, "e0", subject="issue:1")
    journal.executions.write(before, END, by="ada", span=SPAN, release=True)
    place.advance(timedelta(minutes=1))
    made = journal.perform(trigger(1), actor="rules")
    assert isinstance(made, Done)
    one = made.escalation
    assert one is not None
    hold = held(journal, "e1", subject="issue:1", by="grace")
    journal.executions.write(hold, step(0, "done"), by="grace", span=SPAN)
    journal.executions.write(hold, END, by="grace", span=SPAN, release=True)
    begin(journal, "e2", subject="issue:2")
    entries = whole_timeline(journal, one)
    assert [entry.text for entry in entries if entry.kind == "execution"] == [
        "runbook Hotfix, begun by grace: done: met"
    ]
    assert [entry.seq for entry in entries] == sorted(entry.seq for entry in entries)
    found = detail(journal, one.id)
    assert found is not None
    assert found.events == entries


def test_what_ran_before_that_time_is_not_looked_at(place: Place) -> None:
    journal = place.open()
    held(journal, "e1", subject="issue:1")
    assert [one.subject for one in tried_for(journal, ["issue:1"], journal.now() - DAY)] == ["issue:1"]
    assert tried_for(journal, ["issue:1"], journal.now() + DAY) == ()
