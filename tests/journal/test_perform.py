"""A command is one transaction: state, event and messages, or an answer that says why not."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.journal.conftest import Place
from tests.journal.samples import ANN, BOB, POLICY, trigger
from vauntico_tui.escalation.commands import (
    Acknowledge,
    AddNote,
    EscalateNow,
    EvidenceGone,
    Merge,
    Reassign,
    Resolve,
    Snooze,
    Trigger,
    Unacknowledge,
)
from vauntico_tui.escalation.policy import Policy
from vauntico_tui.escalation.state import EVIDENCE, Status
from vauntico_tui.journal.answers import Answer, Done, Lost, Refused
from vauntico_tui.journal.journal import Journal


def done(answer: Answer) -> Done:
    assert isinstance(answer, Done), answer
    return answer


def opened(journal: Journal, number: int = 14, level: int = 1) -> int:
    escalation = done(journal.perform(trigger(number, level), actor=EVIDENCE)).escalation
    assert escalation is not None
    return escalation.id


def test_what_was_done_is_read_back_whole(journal: Journal) -> None:
    number = opened(journal)
    made = done(journal.perform(Acknowledge("on it"), actor="ann", id=number, seen_version=1))
    assert journal.escalation(number) == made.escalation
    assert made.escalation is not None
    assert (made.escalation.state, made.escalation.acknowledged_by) == (Status.ACKNOWLEDGED, "ann")
    assert made.escalation.policy == POLICY
    assert [entry.kind for entry in journal.timeline(number)] == ["triggered", "acknowledged"]
    assert journal.timeline(number)[1].text == "acknowledged by ann: on it"
    assert journal.verify().ok


def test_the_second_acknowledgement_is_told_who_was_first(place: Place) -> None:
    first, second = place.open("one"), place.open("two")
    number = opened(first)
    place.advance(timedelta(minutes=3))
    acknowledged_at = datetime.fromtimestamp(place.at / 1e6, UTC)
    done(first.perform(Acknowledge(), actor="ann", id=number, seen_version=1))
    place.advance(timedelta(seconds=20))
    lost = second.perform(Acknowledge(), actor="bob", id=number, seen_version=1)
    assert isinstance(lost, Lost)
    assert (lost.by, lost.at, lost.state) == ("ann", acknowledged_at, "acknowledged")
    assert len(second.timeline(number)) == 2


def test_two_at_the_same_moment_one_wins(place: Place) -> None:
    journals = [place.open(f"console {n}") for n in range(6)]
    for number in range(8):
        escalation = opened(journals[0], number)
        gate = threading.Barrier(len(journals))
        answers: list[Answer] = []

        def press(journal: Journal, gate: threading.Barrier = gate, escalation: int = escalation) -> None:
            gate.wait()
            answers.append(journal.perform(Acknowledge(), actor=journal.console, id=escalation, seen_version=1))  # noqa: B023

        threads = [threading.Thread(target=press, args=(journal,)) for journal in journals]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won = [answer for answer in answers if isinstance(answer, Done)]
        lost = [answer for answer in answers if isinstance(answer, Lost)]
        assert len(won) == 1
        assert len(lost) == 5
        winner = won[0].entry
        assert winner is not None
        assert {answer.by for answer in lost} == {winner.actor}
        assert [entry.kind for entry in journals[1].timeline(escalation)] == ["triggered", "acknowledged"]
    assert journals[0].verify().ok


def test_the_same_key_gets_the_same_answer_and_changes_nothing(journal: Journal) -> None:
    number = opened(journal)
    first = done(journal.perform(Acknowledge(), actor="ann", id=number, seen_version=1, key="k"))
    done(journal.perform(Unacknowledge(), actor="bob", id=number, seen_version=2))
    before = journal.last_seq()
    again = done(journal.perform(Acknowledge(), actor="ann", id=number, seen_version=1, key="k"))
    assert again.repeated
    assert (again.escalation, again.entry) == (first.escalation, first.entry)
    assert journal.last_seq() == before
    assert isinstance(journal.perform(AddNote("x"), actor="ann", id=number, key="k"), Refused)


def test_a_lost_answer_is_repeated_too(journal: Journal) -> None:
    number = opened(journal)
    done(journal.perform(Acknowledge(), actor="ann", id=number))
    lost = journal.perform(Acknowledge(), actor="bob", id=number, key="k")
    done(journal.perform(Unacknowledge(), actor="ann", id=number))
    assert journal.perform(Acknowledge(), actor="bob", id=number, key="k") == lost
    assert isinstance(lost, Lost)


def test_acknowledge_against_resolution_by_evidence(place: Place) -> None:
    person, source = place.open("person"), place.open("source")
    number = opened(person)
    done(source.perform(EvidenceGone("issue 14 was closed"), actor=EVIDENCE, id=number))
    lost = person.perform(Acknowledge(), actor="ann", id=number, seen_version=1)
    assert isinstance(lost, Lost)
    assert (lost.by, lost.state) == (EVIDENCE, "resolved")
    assert "issue 14 was closed" in lost.reason


def test_escalating_twice_pages_once(journal: Journal) -> None:
    number = opened(journal)
    done(journal.perform(EscalateNow(level=1, step=0), actor="ann", id=number, seen_version=1))
    lost = journal.perform(EscalateNow(level=1, step=0), actor="bob", id=number, seen_version=1)
    assert isinstance(lost, Lost)
    assert lost.by == "ann"
    stale = journal.perform(EscalateNow(level=1, step=0), actor="bob", id=number)
    assert isinstance(stale, Lost)
    assert sum(d.message.kind == "page" for d in journal.outbox.deliveries(number)) == 2


def test_a_recurrence_is_a_new_escalation_linked_to_the_old(journal: Journal) -> None:
    number = opened(journal)
    done(journal.perform(EvidenceGone("closed"), actor=EVIDENCE, id=number))
    again = done(journal.perform(trigger(), actor=EVIDENCE)).escalation
    assert again is not None
    assert (again.id, again.previous_id, again.version) == (number + 1, number, 1)
    assert journal.latest("issue:14") == again


def test_resolved_although_its_evidence_stands(place: Place) -> None:
    journal = place.open()
    number = opened(journal)
    refused = journal.perform(Resolve("false alarm"), actor="ann", id=number)
    assert isinstance(refused, Refused)
    assert "evidence still stands" in refused.reason
    done(journal.perform(Resolve("false alarm", despite_evidence=True), actor="ann", id=number))
    kept = done(journal.perform(trigger(), actor=EVIDENCE))
    assert kept.entry is None
    assert journal.open_escalations() == ()
    place.advance(timedelta(hours=25))
    back = done(journal.perform(trigger(), actor=EVIDENCE)).escalation
    assert back is not None
    assert back.previous_id == number


def test_a_merged_subject_belongs_to_the_other(journal: Journal) -> None:
    first, second = opened(journal, 1), opened(journal, 2)
    done(journal.perform(Merge(first), actor="ann", id=second))
    assert [it.id for it in journal.open_escalations()] == [first]
    again = done(journal.perform(trigger(2), actor=EVIDENCE))
    assert again.entry is None
    assert again.escalation is not None
    assert (again.escalation.id, again.escalation.members) == (first, ("issue:1", "issue:2"))
    done(journal.perform(EvidenceGone("closed", "issue:1"), actor=EVIDENCE, id=first))
    assert [it.id for it in journal.open_escalations()] == [first]
    done(journal.perform(EvidenceGone("closed", "issue:2"), actor=EVIDENCE, id=first))
    assert journal.open_escalations() == ()


def test_the_forgotten_one_is_reminded_then_triggered_again(place: Place) -> None:
    journal = place.open()
    number = opened(journal)
    done(journal.perform(Acknowledge(), actor="ann", id=number))
    kinds = []
    for _ in range(2):
        place.advance(timedelta(hours=1))
        kinds += [it.entry.kind for it in journal.run_timers() if it.entry]
    assert kinds == ["reminded", "retriggered"]
    assert journal.run_timers() == ()


def test_a_host_that_slept_three_days_finds_the_right_level_and_pages_once(place: Place) -> None:
    journal = place.open()
    number = opened(journal, level=2)
    before = {d.id for d in journal.outbox.deliveries(number)}
    place.advance(timedelta(days=3))
    (made,) = journal.run_timers()
    assert made.escalation is not None
    assert (made.escalation.level, made.escalation.breached_at is not None) == (1, True)
    urgent = [d for d in journal.outbox.deliveries(number) if d.id not in before and d.message.urgent]
    assert [(d.message.kind, d.message.person) for d in urgent] == [("executives", "eve")]
    assert urgent[0].message.late is not None
    assert journal.run_timers() == ()


def test_an_acknowledgement_voids_the_pages_that_wait(journal: Journal) -> None:
    number = opened(journal)
    done(journal.perform(Acknowledge(), actor="ann", id=number))
    states = {d.message.kind: d.state for d in journal.outbox.deliveries(number)}
    assert states["page"] == "cancelled"
    assert states["acknowledged"] == "pending"


def test_a_policy_that_changes_meanwhile_changes_nothing_that_runs(place: Place) -> None:
    journal = place.open()
    number = opened(journal, level=3)
    bare = Policy(levels=(), executives=None)
    changed = Trigger("issue:14", "issue 14", 3, bare, link="https://example.com/14")
    assert done(journal.perform(changed, actor=EVIDENCE)).entry is None
    place.advance(timedelta(weeks=1, hours=1))
    (made,) = journal.run_timers()
    assert made.escalation is not None
    assert made.escalation.level == 2
    assert made.escalation.policy == POLICY
    refused = journal.perform(Trigger("issue:15", "x", 3, bare), actor=EVIDENCE)
    assert isinstance(refused, Refused)
    done(journal.perform(Reassign(BOB), actor="ann", id=number))
    assert journal.verify().ok


@pytest.mark.parametrize(
    "hostile",
    [
        "[/path] [@click=app.quit]x[/]", "\x1b[31mred\x1b]0;title\x07", "a\u202egnp.exe", "\x00nul\x00", "\ud800",
        "x" * 1_000_000,
    ],
    ids=["markup", "ansi", "bidi", "nul", "surrogate", "1 MB"],
)  # fmt: skip
def test_hostile_text_is_kept_as_harmless_data(journal: Journal, hostile: str) -> None:
    command = trigger(14, title=hostile, reason=hostile, link=hostile, members=(hostile,))
    made = done(journal.perform(command, actor=hostile))
    assert made.escalation is not None
    number = made.escalation.id
    done(journal.perform(AddNote(hostile + "."), actor=hostile, id=number, key=hostile[:50]))
    done(journal.perform(Acknowledge(hostile), actor=hostile, id=number))
    held = journal.escalation(number)
    assert held is not None
    texts = [held.title, held.reason, held.acknowledged_by or "", *(entry.text for entry in journal.timeline(number))]
    for text in texts:
        assert len(text) <= 4200
        assert not set("\x00\x1b\u202e\ud800\x07") & set(text)
    assert journal.verify().ok


@pytest.mark.parametrize("actor", [None, "", " \t"])
def test_a_nameless_actor_is_somebody(journal: Journal, actor: str | None) -> None:
    number = opened(journal)
    made = done(journal.perform(Acknowledge(), actor=actor, id=number))
    assert made.escalation is not None
    assert made.escalation.acknowledged_by == "somebody"


def test_what_is_not_there_is_refused(journal: Journal) -> None:
    assert isinstance(journal.perform(Acknowledge(), actor="ann", id=99), Refused)
    assert isinstance(journal.perform(Acknowledge(), actor="ann", subject="issue:99"), Refused)
    assert done(journal.perform(EvidenceGone("x"), actor=EVIDENCE, subject="issue:99")).escalation is None


def test_snooze_ends_by_itself(place: Place) -> None:
    journal = place.open()
    number = opened(journal)
    until = datetime.fromtimestamp(place.at / 1e6, UTC) + timedelta(hours=2)
    done(journal.perform(Snooze(until), actor="ann", id=number))
    place.advance(timedelta(hours=1))
    assert journal.run_timers() == ()
    assert journal.next_timer() == until
    place.advance(timedelta(hours=1))
    (made,) = journal.run_timers()
    assert made.escalation is not None
    assert made.escalation.state is Status.TRIGGERED


def test_a_clock_set_back_breaks_no_order(place: Place) -> None:
    journal = place.open()
    number = opened(journal)
    place.advance(timedelta(hours=-2))
    done(journal.perform(Acknowledge(), actor=ANN.id, id=number))
    times = [entry.at for entry in journal.entries()]
    assert times == sorted(times)
    assert journal.behind() == timedelta(hours=2)
    assert journal.verify().ok
