"""The window runs from when a thing was raised; but nobody is promoted for a time when nobody could know of it."""

from __future__ import annotations

from datetime import timedelta

from tests.escalation.test_state_machine import NOW, POLICY, H, made
from vauntico_tui.escalation.commands import Resolve, RunTimers, Trigger
from vauntico_tui.escalation.decide import decide
from vauntico_tui.escalation.state import Escalation, Unchanged
from vauntico_tui.escalation.timers import TimerKind, running


def raised(ago: timedelta, level: int = 2, due: timedelta | None = None) -> Trigger:
    ends = NOW + due if due is not None else None
    return Trigger("issue:3", "secrets", level, POLICY, members=("issue:3",), since=NOW - ago, breaches_at=ends)


def first(command: Trigger, previous: Escalation | None = None) -> Escalation:
    return made(decide(previous, command, NOW, actor="evidence", new_id=2))


def test_the_window_runs_from_when_it_was_raised() -> None:
    one = first(raised(10 * H))
    assert (one.triggered_at, one.breaches_at, one.noticed_at) == (NOW - 10 * H, NOW + 38 * H, NOW)


def test_a_promise_of_its_own_ends_the_window() -> None:
    assert first(raised(10 * H, level=1, due=7 * H)).breaches_at == NOW + 7 * H


def test_what_was_late_already_is_shown_late_and_promoted_only_after_its_level_had_time_to_see_it() -> None:
    one = first(raised(100 * H))
    assert one.breaches_at == NOW - 52 * H
    promotion = next(timer for timer in running(one) if timer.kind is TimerKind.PROMOTE)
    assert promotion.at == NOW + H  # the acknowledge window of level 2
    assert isinstance(decide(one, RunTimers(), NOW, actor="rules", new_id=3), Unchanged)
    up = made(decide(one, RunTimers(), NOW + H, actor="rules", new_id=3))
    assert (up.level, up.breached_at) == (1, None)  # one level, not all of them at once
    assert up.breaches_at == NOW + 25 * H


def test_a_recurrence_begins_no_earlier_than_the_last_one_ended() -> None:
    over = made(decide(first(raised(H)), Resolve("closed", True), NOW, actor="ann", new_id=3))
    again = made(decide(over, Trigger("issue:3", "secrets", 2, POLICY, since=NOW - 99 * H, by_evidence=False),
                        NOW + H, actor="evidence", new_id=4))  # fmt: skip
    assert (again.triggered_at, again.breaches_at) == (NOW, NOW + 48 * H)
    assert again.previous_id == over.id


def test_an_evidence_from_the_future_begins_now() -> None:
    assert first(raised(-5 * H)).triggered_at == NOW
