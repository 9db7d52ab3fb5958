"""Lanes, leases and fences: nothing lost, nothing out of order, nothing marked by a worker that slept."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.journal.conftest import Place
from tests.journal.samples import BOB, trigger
from vauntico_tui.escalation.commands import Acknowledge, EscalateNow, EvidenceGone, Reassign
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.answers import Done
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.outbox import Claim, FenceLostError, Outgoing

LEASE = timedelta(seconds=30)


def opened(journal: Journal, number: int = 14, level: int = 1) -> int:
    made = journal.perform(trigger(number, level), actor=EVIDENCE)
    assert isinstance(made, Done)
    assert made.escalation is not None
    return made.escalation.id


def claim_of(journal: Journal, lane: str, worker: str = "w") -> Claim:
    """Claim lanes until it is this one."""
    while (claim := journal.outbox.claim(worker, LEASE)) is not None:
        if claim.lane == lane:
            return claim
    raise AssertionError(f"{lane} can't be claimed")


def send(journal: Journal, claim: Claim, outgoing: Outgoing) -> None:
    assert journal.outbox.begin(claim, outgoing)
    assert journal.outbox.accepted(claim, outgoing, "200 ok")


def test_delivered_only_on_the_receivers_own_yes(journal: Journal) -> None:
    number = opened(journal)
    claim = claim_of(journal, "slack")
    (page,) = claim.messages
    assert (page.message.kind, page.message.person, page.maybe_sent) == ("page", "ann", False)
    assert journal.outbox.begin(claim, page)
    states = {d.message.destination.channel: d.state for d in journal.outbox.deliveries(number)}
    assert states == {"slack": "sending", "github": "pending"}
    assert journal.outbox.accepted(claim, page, "slack: ok", remote_id="17.3")
    (delivery,) = journal.outbox.deliveries(number, state="delivered")
    assert (delivery.accepted_by, delivery.attempts, delivery.done_at) == ("slack: ok", 1, journal.now())
    assert [attempt.what for attempt in journal.outbox.attempts(page.id)] == ["begun", "accepted"]


def test_one_worker_a_lane(place: Place) -> None:
    first, second = place.open("one"), place.open("two")
    opened(first)
    lanes = {c.lane for c in (first.outbox.claim("w1", LEASE), second.outbox.claim("w2", LEASE)) if c}
    assert lanes == {"slack", "github"}
    assert first.outbox.claim("w3", LEASE) is None


def test_many_workers_at_once_take_every_message_once(place: Place) -> None:
    journals = [place.open(f"worker {n}") for n in range(4)]
    for number in range(12):
        opened(journals[0], number, level=1 + number % 3)
    taken: list[int] = []

    def work(journal: Journal) -> None:
        while (claim := journal.outbox.claim(journal.console, LEASE, limit=3)) is not None:
            for outgoing in claim.messages:
                if journal.outbox.begin(claim, outgoing):
                    taken.append(outgoing.id)
                    assert journal.outbox.accepted(claim, outgoing, "ok")
            journal.outbox.release(claim)

    threads = [threading.Thread(target=work, args=(journal,)) for journal in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = journals[0].outbox.deliveries()
    assert sorted(taken) == sorted(d.id for d in everything)
    assert {d.state for d in everything} == {"delivered"}


def test_a_worker_that_slept_past_its_lease_marks_nothing(place: Place) -> None:
    first, second = place.open("one"), place.open("two")
    number = opened(first)
    slept = claim_of(first, "slack", "w1")
    (page,) = slept.messages
    assert first.outbox.begin(slept, page)
    place.advance(LEASE + timedelta(seconds=1))
    taken = claim_of(second, "slack", "w2")
    (again,) = taken.messages
    assert (again.id, again.maybe_sent, again.dedup_key) == (page.id, True, page.dedup_key)
    assert second.outbox.begin(taken, again)
    assert not first.outbox.accepted(slept, page, "ok, late")
    with pytest.raises(FenceLostError):
        first.outbox.begin(slept, page)
    assert not first.outbox.renew(slept, LEASE)
    first.outbox.release(slept)
    assert second.outbox.renew(taken, LEASE)
    assert second.outbox.accepted(taken, again, "ok", possibly_twice=True)
    (delivery,) = second.outbox.deliveries(number, state="delivered")
    assert (delivery.possibly_twice, delivery.attempts) == (True, 2)
    whats = [attempt.what for attempt in second.outbox.attempts(page.id)]
    assert whats == ["begun", "begun", "too late", "accepted"]


def test_a_turn_is_written_whole_or_not_at_all(journal: Journal) -> None:
    numbers = opened(journal, 1), opened(journal, 2)
    claim = claim_of(journal, "slack")
    first, second = claim.messages
    assert journal.outbox.begin(claim, first)

    def states() -> list[str]:
        return [next(d.state for d in journal.outbox.deliveries(it) if d.message.kind == "page") for it in numbers]

    with pytest.raises(KeyError), journal.outbox.turn(claim) as turn:
        assert turn.accepted(first, "ok")
        assert turn.begin(second)
        raise KeyError
    assert states() == ["sending", "pending"]
    with journal.outbox.turn(claim) as turn:
        assert turn.accepted(first, "ok")
        assert turn.begin(second)
    assert states() == ["delivered", "sending"]
    assert [attempt.what for attempt in journal.outbox.attempts(first.id)] == ["begun", "accepted"]


def test_acknowledged_between_claim_and_send(journal: Journal) -> None:
    number = opened(journal)
    claim = claim_of(journal, "slack")
    journal.perform(Acknowledge(), actor="ann", id=number)
    assert not journal.outbox.begin(claim, claim.messages[0])
    (void,) = journal.outbox.deliveries(number, state="cancelled")
    assert void.error == "acknowledged before it was sent"


def test_what_is_being_sent_is_not_called_back(journal: Journal) -> None:
    number = opened(journal)
    claim = claim_of(journal, "slack")
    assert journal.outbox.begin(claim, claim.messages[0])
    journal.perform(Acknowledge(), actor="ann", id=number)
    assert journal.outbox.accepted(claim, claim.messages[0], "ok")
    journal.outbox.release(claim)
    following = claim_of(journal, "slack")
    assert [it.message.kind for it in following.messages] == ["acknowledged"]


def test_an_assignment_is_told_even_if_acknowledged_meanwhile(journal: Journal) -> None:
    number = opened(journal)
    journal.perform(Reassign(BOB), actor="ann", id=number)
    journal.perform(Acknowledge(), actor="bob", id=number)
    told = {d.message.kind: d.state for d in journal.outbox.deliveries(number)}
    assert told["assigned"] == "pending"


def test_a_message_that_fails_holds_back_only_its_own_escalation(place: Place) -> None:
    journal = place.open()
    first, second = opened(journal, 1), opened(journal, 2)
    claim = claim_of(journal, "slack")
    page, other = claim.messages
    assert (page.message.escalation_id, other.message.escalation_id) == (first, second)
    assert journal.outbox.begin(claim, page)
    retry_at = journal.now() + timedelta(seconds=20)
    assert journal.outbox.failed(claim, page, "500 Internal Server Error", retry_at)
    journal.outbox.release(claim)
    journal.perform(EscalateNow(1, 0), actor="ann", id=first)
    journal.perform(EscalateNow(1, 1), actor="ann", id=first)
    following = claim_of(journal, "slack")
    assert [it.message.escalation_id for it in following.messages] == [second]
    send(journal, following, following.messages[0])
    journal.outbox.release(following)
    with pytest.raises(AssertionError, match="can't be claimed"):
        claim_of(journal, "slack")
    place.advance(timedelta(seconds=40))
    late = claim_of(journal, "slack")
    assert [it.message.version for it in late.messages] == [1, 3]
    assert (late.messages[0].id, late.messages[0].attempts, late.messages[0].maybe_sent) == (page.id, 1, False)


def test_news_never_overtakes_what_failed_in_the_same_batch(journal: Journal) -> None:
    number = opened(journal)
    journal.perform(EscalateNow(1, 0), actor="ann", id=number)
    claim = claim_of(journal, "github")
    first, second = claim.messages
    assert journal.outbox.begin(claim, first)
    assert journal.outbox.failed(claim, first, "503", journal.now() + timedelta(minutes=1))
    assert not journal.outbox.begin(claim, second)


def test_refused_is_a_dead_letter_until_it_is_replayed(journal: Journal) -> None:
    opened(journal)
    claim = claim_of(journal, "slack")
    (page,) = claim.messages
    assert journal.outbox.begin(claim, page)
    assert journal.outbox.refused(claim, page, "404 no_such_hook")
    journal.outbox.release(claim)
    (dead,) = journal.outbox.deliveries(state="dead")
    assert (dead.id, dead.error) == (page.id, "404 no_such_hook")
    assert journal.outbox.waiting()["dead"] == 1
    assert journal.outbox.replay(page.id, "ann")
    assert not journal.outbox.replay(page.id, "ann")
    (again,) = claim_of(journal, "slack").messages
    assert again.id == page.id


def test_given_up_at_the_deadline(place: Place) -> None:
    journal = place.open()
    opened(journal)
    place.advance(timedelta(hours=23, minutes=59))
    claim = claim_of(journal, "slack")
    (page,) = claim.messages
    assert journal.outbox.begin(claim, page)
    assert journal.outbox.failed(claim, page, "timed out", journal.now() + timedelta(minutes=5))
    (dead,) = journal.outbox.deliveries(state="dead")
    assert dead.error == "timed out; given up after 1 attempts"


def test_a_held_destination_is_left_alone(place: Place) -> None:
    journal = place.open()
    opened(journal)
    claim = claim_of(journal, "slack")
    (page,) = claim.messages
    until = journal.now() + timedelta(minutes=2)
    assert journal.outbox.begin(claim, page)
    assert journal.outbox.failed(claim, page, "429", journal.now())
    journal.outbox.release(claim, hold_until=until, why="429, Retry-After 120")
    with pytest.raises(AssertionError, match="can't be claimed"):
        claim_of(journal, "slack")
    held = next(d for d in journal.outbox.deliveries() if d.id == page.id)
    assert (held.held_until, held.held_why) == (until, "429, Retry-After 120")
    assert journal.outbox.next_at() is not None
    place.advance(timedelta(minutes=2))
    assert claim_of(journal, "slack").messages[0].id == page.id


def test_the_receivers_own_id_comes_with_later_news(journal: Journal) -> None:
    number = opened(journal)
    claim = claim_of(journal, "github")
    assert journal.outbox.begin(claim, claim.messages[0])
    assert journal.outbox.accepted(claim, claim.messages[0], "201", remote_id="comment 5")
    journal.outbox.release(claim)
    journal.perform(EvidenceGone("closed"), actor=EVIDENCE, id=number)
    (news,) = claim_of(journal, "github").messages
    assert (news.message.kind, news.remote_id) == ("resolved", "comment 5")


def test_what_a_sleeping_host_held_back_is_one_bundle_a_lane(place: Place) -> None:
    journal = place.open()
    for number in range(5):
        opened(journal, number, level=2)
    while claim := journal.outbox.claim("w", LEASE):
        for outgoing in claim.messages:
            send(journal, claim, outgoing)
        journal.outbox.release(claim)
    place.advance(timedelta(days=3))
    assert len(journal.run_timers()) == 5
    claim = claim_of(journal, "pagerduty")
    assert len(claim.messages) == 5
    assert {outgoing.bundle for outgoing in claim.messages} == {"late pagerduty"}


def test_a_lease_is_taken_over_when_it_has_run_out(place: Place) -> None:
    first, second = place.open("one").leases, place.open("two").leases
    span = timedelta(seconds=15)
    lease = first.take("watch", "one", span)
    assert lease is not None
    assert second.take("watch", "two", span) is None
    assert first.publish(lease, "readings", "1")
    place.advance(timedelta(seconds=10))
    kept = first.take("watch", "one", span)
    assert kept is not None
    assert (kept.fence, kept.until) == (lease.fence, datetime.fromtimestamp(place.at / 1e6, UTC) + span)
    place.advance(timedelta(seconds=16))
    assert second.holder("watch") is None
    taken = second.take("watch", "two", span)
    assert taken is not None
    assert taken.fence == lease.fence + 1
    assert not first.publish(kept, "readings", "2")
    assert second.publish(taken, "readings", "3")
    found = first.read("readings")
    assert found is not None
    assert (found.body, found.by, found.version) == ("3", "two", 2)
    assert first.read("readings", newer_than=2) is None
    first.release(kept)
    assert first.take("watch", "one", span) is None
    second.release(taken)
    assert first.take("watch", "one", span) is not None


def test_what_may_have_arrived_is_remembered_through_later_failures(place: Place) -> None:
    journal = place.open()
    number = opened(journal)
    for reason, maybe in (("timed out", True), ("503", False)):
        claim = claim_of(journal, "slack")
        assert journal.outbox.begin(claim, claim.messages[0])
        retry_at = journal.now() + timedelta(seconds=1)
        assert journal.outbox.failed(claim, claim.messages[0], reason, retry_at, maybe_sent=maybe)
        journal.outbox.release(claim)
        place.advance(timedelta(seconds=40))
    (outgoing,) = claim_of(journal, "slack").messages
    assert outgoing.maybe_sent
    assert {it.error for it in journal.outbox.deliveries(number)} == {"", "503"}


def test_what_is_known_already_writes_nothing(journal: Journal) -> None:
    number = opened(journal)
    before = journal.last_seq()
    again = journal.perform(trigger(14, 1), actor=EVIDENCE)
    assert isinstance(again, Done)
    assert again.escalation is not None
    assert (again.escalation.id, again.entry) == (number, None)
    assert journal.last_seq() == before


def test_a_worker_sleeps_until_something_can_be_claimed(place: Place) -> None:
    journal = place.open()
    assert journal.outbox.next_at() is None
    opened(journal)
    assert journal.outbox.next_at() == journal.now()
    while (claim := journal.outbox.claim("w", LEASE)) is not None:
        assert claim.until == journal.now() + LEASE
    assert journal.outbox.next_at() == journal.now() + LEASE
