"""The rules of an escalation, one by one: pure, so that each is said in a line or two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.escalation.ahead import ahead
from vauntico_tui.escalation.commands import (
    Acknowledge,
    AddNote,
    Command,
    EscalateNow,
    EvidenceBack,
    EvidenceGone,
    Merge,
    Reassign,
    Resolve,
    RunTimers,
    Snooze,
    Trigger,
    Unacknowledge,
    Wake,
    undo,
)
from vauntico_tui.escalation.decide import Outcome, decide
from vauntico_tui.escalation.policy import (
    Destination,
    LevelPolicy,
    PageHours,
    Person,
    Policy,
    PolicyRules,
    Step,
    snapshot,
)
from vauntico_tui.escalation.state import ALLOWED, Decision, Escalation, Refusal, Status, Unchanged
from vauntico_tui.escalation.timers import due, next_step
from vauntico_tui.plan.bundled import bundled_plan

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)  # a Friday
H = timedelta(hours=1)
ANN = Person("ann", "Ann", (Destination("slack"),))
BOB = Person("bob", "Bob", (Destination("mail", "bob@example.com"),))
EVE = Person("eve", "Eve", (Destination("pagerduty"),))
ONE = LevelPolicy(1, 24 * H, H / 4, H, (Step("Lead Developer", (ANN,)), Step("DevOps", (BOB,))), rounds=2)
TWO = LevelPolicy(2, 48 * H, H, 2 * H, (Step("Team", (ANN, BOB)),))
POLICY = Policy((ONE, TWO), Step("Executives", (EVE,)))


def made(outcome: Outcome) -> Escalation:
    assert isinstance(outcome, Decision), outcome
    return outcome.escalation


def refused(outcome: Outcome) -> Refusal:
    assert isinstance(outcome, Refusal), outcome
    return outcome


def opened(level: int = 1, policy: Policy = POLICY, at: datetime = NOW) -> Escalation:
    command = Trigger("issue:14", "DATABASE_URL", level, policy, members=("issue:14",))
    return made(decide(None, command, at, actor="evidence", new_id=1))


def pages(outcome: Outcome) -> list[str | None]:
    assert isinstance(outcome, Decision)
    return [message.person for message in outcome.messages if message.urgent]


def timers(escalation: Escalation, at: datetime) -> Decision:
    outcome = decide(escalation, RunTimers(), at, actor="rules")
    assert isinstance(outcome, Decision), outcome
    return outcome


def test_contacts_are_paged_one_after_the_other_then_all_again() -> None:
    it, at, paged = opened(), NOW, []
    while it.next_at is not None and it.next_at < it.breaches_at:
        at = it.next_at
        outcome = timers(it, at)
        paged += [(at - NOW, person) for person in pages(outcome)]
        it = outcome.escalation
    assert paged == [(H / 4, "bob"), (H / 2, "ann"), (H * 3 / 4, "bob")]
    assert it.next_step == "breaches and pages the executives"


def test_an_acknowledgement_holds_the_paging_not_the_clock() -> None:
    it = made(decide(opened(), Acknowledge(), NOW + H, actor="ann"))
    assert it.breaches_at == NOW + 24 * H
    assert due(it, NOW + H * 1.9) is None
    assert (it.next_at, it.next_step) == (NOW + 2 * H, "reminds ann")


def test_forgotten_is_reminded_then_triggered_again_from_the_first_contact() -> None:
    it = made(decide(opened(), Acknowledge(), NOW, actor="ann"))
    reminder = timers(it, NOW + H)
    assert [(m.kind, m.person) for m in reminder.messages] == [("reminder", "ann")]
    again = timers(reminder.escalation, NOW + 2 * H)
    assert (again.escalation.state, again.escalation.step, pages(again)) == (Status.TRIGGERED, 0, ["ann"])
    assert again.escalation.acknowledged_by is None


@pytest.mark.parametrize("sign", [AddNote("looking"), Acknowledge("still on it")])
def test_a_sign_of_life_after_the_reminder_keeps_it(sign: Command) -> None:
    it = timers(made(decide(opened(), Acknowledge(), NOW, actor="ann")), NOW + H).escalation
    alive = made(decide(it, sign, NOW + H * 1.5, actor="ann"))
    assert (alive.state, alive.reminded_at, alive.next_at) == (Status.ACKNOWLEDGED, None, NOW + H * 2.5)


def test_a_breach_promotes_and_asks_for_a_new_acknowledgement() -> None:
    it = made(decide(opened(2), Acknowledge(), NOW + 47.5 * H, actor="ann"))
    outcome = timers(it, NOW + 48 * H)
    up = outcome.escalation
    assert (up.level, up.state, up.breaches_at, pages(outcome)) == (1, Status.TRIGGERED, NOW + 72 * H, ["ann"])
    assert up.notified == (Destination("slack"), Destination("mail", "bob@example.com"))


def test_the_host_slept_levels_by_the_time_that_passed_one_page_now() -> None:
    at = NOW + 60 * H
    outcome = timers(opened(2), at)
    assert (outcome.escalation.level, outcome.escalation.breaches_at) == (1, NOW + 72 * H)
    assert outcome.escalation.acknowledge_by == at + H / 4
    assert pages(outcome) == ["ann"]
    assert outcome.messages[0].late == NOW + 48 * H
    assert isinstance(decide(outcome.escalation, RunTimers(), at, actor="rules"), Unchanged)


def test_without_executives_a_breach_is_said_and_takes_nothing_from_who_has_it() -> None:
    it = made(decide(opened(1, replace(POLICY, executives=None)), AddNote("x"), NOW + 23 * H, actor="ann"))
    held = made(decide(it, Acknowledge(), NOW + 23.5 * H, actor="ann"))
    outcome = timers(held, NOW + 24 * H)
    assert "nobody above is configured" in outcome.event.text
    assert (outcome.escalation.state, outcome.escalation.acknowledged_by) == (Status.ACKNOWLEDGED, "ann")
    assert outcome.escalation.breached_at == NOW + 24 * H


def test_a_snooze_ends_by_its_time_or_by_the_breach() -> None:
    it = made(decide(opened(), Snooze(NOW + 3 * H), NOW, actor="ann"))
    assert (it.next_at, pages(timers(it, NOW + 3 * H))) == (NOW + 3 * H, ["ann"])
    long = decide(opened(), Snooze(NOW + 90 * H), NOW, actor="ann")
    assert "its window breaches before" in (long.event.text if isinstance(long, Decision) else "")
    assert timers(made(long), NOW + 24 * H).escalation.state is Status.TRIGGERED


def test_what_was_seen_before_another_hand_loses() -> None:
    it = opened()
    taken = made(decide(it, Acknowledge(), NOW + H, actor="ann", seen_version=1))
    free = made(decide(taken, Unacknowledge(), NOW + 2 * H, actor="bob", seen_version=2))
    for command in (Acknowledge(), Snooze(NOW + 9 * H), Resolve("x", True), Reassign(BOB), EscalateNow(1, free.step)):
        lost = refused(decide(free, command, NOW + 3 * H, actor="eve", seen_version=2))
        assert (lost.by, lost.at) == ("bob", NOW + 2 * H)
        assert isinstance(decide(free, command, NOW + 3 * H, actor="eve", seen_version=3), Decision)


def test_what_rules_did_meanwhile_costs_nobody_their_key_press() -> None:
    it = timers(opened(), NOW + H / 4).escalation
    assert isinstance(decide(it, Acknowledge(), NOW + H, actor="ann", seen_version=1), Decision)
    assert isinstance(decide(it, EscalateNow(1, 0), NOW + H, actor="ann", seen_version=1), Refusal)


def test_escalate_now_goes_to_the_next_contact_then_up_never_later_than_promised() -> None:
    it, paged = opened(2), []
    for _ in range(3 + 4):
        outcome = decide(it, EscalateNow(it.level, it.step), NOW + 40 * H, actor="ann")
        paged.append(pages(outcome))
        it = made(outcome)
    assert paged[:3] == [["ann", "bob"], ["ann", "bob"], ["ann"]]
    assert (it.level, it.breached_at, paged[-1]) == (1, NOW + 40 * H, ["eve"])
    assert it.breaches_at == NOW + 48 * H
    last = refused(decide(it, EscalateNow(it.level, it.step), NOW + 41 * H, actor="ann"))
    assert "reassign it" in last.reason


@pytest.mark.parametrize(
    ("zone", "at", "opens"),
    [
        ("Africa/Lagos", datetime(2027, 1, 15, 20, tzinfo=UTC), datetime(2027, 1, 18, 8, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2027, 3, 26, 20, tzinfo=UTC), datetime(2027, 3, 29, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 23, 20, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)),
        ("Africa/Lagos", datetime(2027, 1, 15, 10, tzinfo=UTC), datetime(2027, 1, 15, 10, tzinfo=UTC)),
    ],
)
def test_page_hours_put_a_page_off_in_the_zones_own_time(zone: str, at: datetime, opens: datetime) -> None:
    policy = Policy((replace(TWO, window=168 * H, hours=PageHours(zone)),))
    command = Trigger("issue:1", "x", 2, policy)
    outcome = decide(None, command, at, actor="evidence", new_id=1)
    assert (pages(outcome) == []) == (opens > at)
    if opens > at:
        it = made(outcome)
        assert it.next_at == opens
        assert it.breaches_at == at + 168 * H
        assert pages(timers(it, opens)) == ["ann", "bob"]
        assert pages(decide(it, EscalateNow(2, -1), at, actor="ann")) == ["ann", "bob"]


def test_a_night_shift_has_page_hours_too() -> None:
    hours = PageHours("UTC", (0, 1, 2, 3, 4, 5, 6), 22 * 60, 6 * 60)
    assert hours.next_open(NOW.replace(hour=3)) == NOW.replace(hour=3)
    assert hours.next_open(NOW) == NOW.replace(hour=22)


@pytest.mark.parametrize("night", [datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)])
def test_24_hours_are_24_elapsed_hours_on_a_night_of_daylight_saving(night: datetime) -> None:
    it = opened(at=night)
    assert it.breaches_at - night == 24 * H
    assert due(made(decide(it, Snooze(night + 48 * H), night, actor="a")), night + 23.99 * H) is None


def test_several_alerts_of_one_cause_end_with_the_last() -> None:
    two = made(decide(opened(), EvidenceBack("alert:b"), NOW, actor="evidence"))
    one = made(decide(two, EvidenceGone("gone", "issue:14"), NOW, actor="evidence"))
    assert (one.members, one.is_open) == (("alert:b",), True)
    assert isinstance(decide(one, EvidenceGone("gone", "alert:zz"), NOW, actor="evidence"), Unchanged)
    assert made(decide(one, EvidenceGone("gone", "alert:b"), NOW, actor="evidence")).resolved_by == "evidence"


def test_a_graver_label_triggers_again_a_lighter_one_does_not() -> None:
    held = made(decide(opened(2), Acknowledge(), NOW, actor="ann"))
    graver = decide(held, Trigger("issue:14", "DATABASE_URL", 1, POLICY), NOW + H, actor="evidence")
    up = made(graver)
    assert (up.level, up.state, up.breaches_at, pages(graver)) == (1, Status.TRIGGERED, NOW + 25 * H, ["ann"])
    held = made(decide(up, Acknowledge(), NOW + H, actor="ann"))
    lighter = made(decide(held, Trigger("issue:14", "DATABASE_URL", 2, POLICY), NOW + 2 * H, actor="evidence"))
    assert (lighter.level, lighter.state, lighter.breaches_at) == (2, Status.ACKNOWLEDGED, NOW + 50 * H)


def test_promotion_is_not_undone_by_evidence_that_has_not_changed() -> None:
    up = timers(opened(2), NOW + 48 * H).escalation
    same = Trigger("issue:14", "DATABASE_URL", 2, POLICY, members=("issue:14",))
    assert isinstance(decide(up, same, NOW + 49 * H, actor="evidence"), Unchanged)


def test_reasons_are_asked_for() -> None:
    by_hand = replace(opened(), still_true=False)
    assert "say why" in refused(decide(by_hand, Resolve(" "), NOW, actor="ann")).reason
    assert "note is empty" in refused(decide(by_hand, AddNote("\x00"), NOW, actor="ann")).reason
    assert made(decide(by_hand, Resolve("mended"), NOW, actor="ann")).reopens_at is None
    past = Resolve("x", True, NOW - H)
    assert "is past" in refused(decide(opened(), past, NOW, actor="ann")).reason
    into = replace(opened(), id=2)
    assert isinstance(decide(opened(), Merge(2), NOW, actor="ann", other=into), Decision)
    assert isinstance(decide(opened(), Merge(2), NOW, actor="ann"), Refusal)


def test_the_bundled_plan_makes_the_matrix() -> None:
    policy = snapshot(bundled_plan().levels, NOW, lambda name, at: Step(name, (ANN,)), PolicyRules(fallback="Fallback"))
    rules = [(it.level, it.window, it.acknowledge_within, [s.contact for s in it.steps]) for it in policy.levels]
    assert [rule[:3] for rule in rules] == [(1, 24 * H, H / 4), (2, 48 * H, H), (3, 168 * H, 8 * H)]
    assert rules[0][3][-1] == "Fallback"
    assert len(rules[0][3]) == 3


def test_people_are_those_on_call_when_their_step_is_due() -> None:
    asked: list[tuple[str, timedelta]] = []

    def who(name: str, at: datetime) -> Step:
        asked.append((name, at - NOW))
        return Step(name)

    snapshot([level for level in bundled_plan().levels if level.level == 1], NOW, who)
    assert [span for _, span in asked] == [timedelta(0), H / 4]


COMMANDS = st.sampled_from(
    [
        Acknowledge(), Unacknowledge("n"), Wake(), EscalateNow(1, 0), EscalateNow(2, 0), Reassign(BOB), AddNote("x"),
        Resolve("done"), Resolve("done", True), Merge(2), EvidenceGone("gone"), EvidenceGone("gone", "issue:14"),
        EvidenceBack("alert:b"), RunTimers(), Snooze(NOW + 9 * H), Trigger("issue:14", "t", 2, POLICY),
        Trigger("issue:14", "t", 9, Policy(())),
    ]
)  # fmt: skip
LIVES = st.lists(st.tuples(COMMANDS, st.integers(0, 200), st.sampled_from(["ann", None, "\x1b[0m"])), max_size=25)


@given(level=st.integers(1, 3), life=LIVES)
def test_total_and_never_where_it_may_not_go(level: int, life: list[tuple[Command, int, str | None]]) -> None:
    it, at = opened(level), NOW
    for command, hours, actor in life:
        at += hours * H / 4
        other = replace(opened(1), id=2)
        outcome = decide(it, command, at, actor=actor, new_id=it.id + 2, other=other)
        if not isinstance(outcome, Decision):
            continue
        after = outcome.escalation
        if after.id == it.id:
            assert after.state in ALLOWED[it.state]
            assert after.version == it.version + 1
            assert (after.subject, after.triggered_at, after.policy) == (it.subject, it.triggered_at, it.policy)
        assert after.breaches_at >= after.triggered_at
        assert (after.next_at, after.next_step) == next_step(after)
        assert (after.resolved_at is not None) == (not after.is_open)
        assert after.state is not Status.ACKNOWLEDGED or after.acknowledged_by
        assert len({message.dedup_key for message in outcome.messages}) == len(outcome.messages)
        assert {message.destination for message in outcome.messages if message.urgent} <= set(after.notified)
        if isinstance(command, RunTimers):
            assert due(after, at) is None
        it = after


def test_every_command_is_undone_or_says_why_not() -> None:
    assert undo(Acknowledge()) == Unacknowledge()
    assert undo(Snooze(NOW)) == Wake()
    for command in (EscalateNow(1, 0), Reassign(BOB), AddNote("x"), Resolve("x"), Merge(1), RunTimers(), Wake()):
        assert isinstance(undo(command), str)


def test_the_steps_to_come_are_those_that_come() -> None:
    held = made(decide(opened(2), Acknowledge(), NOW, actor="ann"))
    steps = [((step.at - NOW) / H, step.text) for step in ahead(held, 5)]
    assert steps == [
        (2, "reminds ann"),
        (4, "triggers again if there is no sign of life"),
        (5, "pages Team (Ann, Bob) if not acknowledged"),
        (6, "pages Team (Ann, Bob) if not acknowledged"),
        (48, "breaches and goes to Level 1"),
    ]
    everything = ahead(opened(1), 100)
    assert everything[-1].text == "breaches and pages the executives"
    assert ahead(made(decide(opened(), EvidenceGone("gone"), NOW, actor="evidence"))) == ()
