"""How the team did: each fact once, in the week in which it happened, a night by the person's own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.samples import ANN, BOB, trigger
from vauntico_tui.escalation.commands import Acknowledge, Command, Resolve, RunTimers
from vauntico_tui.escalation.decide import decide
from vauntico_tui.escalation.figures import Act, Case, NightHours, Page, Times, case_of, figures
from vauntico_tui.escalation.messages import page
from vauntico_tui.escalation.policy import Destination
from vauntico_tui.escalation.state import Decision, Escalation

MON = datetime(2027, 1, 18, 9, tzinfo=UTC)  # a Monday
H = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def life(level: int, *told: tuple[Command, timedelta], end: timedelta, **more: object) -> Case:
    """The case of an escalation that lived through these, each so long after Monday 9:00, as seen at `end`."""
    state: Escalation | None = None
    acts = []
    for command, after in ((trigger(level=level, **more), timedelta()), *told):
        made = decide(state, command, MON + after, actor="ann", new_id=1)
        assert isinstance(made, Decision)
        state = made.escalation
        acts.append(Act(made.event.kind, MON + after, state.level, made.event.actor))
    assert state is not None
    return case_of(state, acts, MON + end)


def test_times_by_level_and_week() -> None:
    one = life(1, (Acknowledge(), H / 4), (Resolve("mended", despite_evidence=True), 3 * H), end=WEEK)
    two = life(2, (Acknowledge(), 3 * H), (Resolve("mended", despite_evidence=True), 10 * H), end=WEEK)
    found = figures((one, two), (), MON - WEEK, MON + WEEK, zone=UTC)
    assert found.total.triggered == found.total.resolved == 2
    assert found.total.to_acknowledge == Times(2, 13 * H / 8, 3 * H)
    assert [(line.level, line.to_resolve.mean) for line in found.levels] == [(1, 3 * H), (2, 10 * H)]
    assert [(line.week, line.level) for line in found.lines] == [(date(2027, 1, 18), 1), (date(2027, 1, 18), 2)]
    assert found.total.breaches == found.total.forgotten == 0


def test_a_fact_counts_in_the_week_in_which_it_happened() -> None:
    case = life(3, (Acknowledge(), 6 * H), (Resolve("mended", despite_evidence=True), WEEK - H), end=2 * WEEK)
    found = figures((case,), (), MON - WEEK, MON + 2 * WEEK, zone=UTC)
    assert [(line.week, line.triggered, line.to_acknowledge.cases, line.resolved) for line in found.weeks] == [
        (date(2027, 1, 25), 0, 0, 1),
        (date(2027, 1, 18), 1, 1, 0),
    ]


def test_what_was_raised_before_it_was_noticed_is_acknowledged_from_when_it_was_noticed() -> None:
    raised = MON - 20 * H
    case = life(1, (Acknowledge(), H), (Resolve("done", despite_evidence=True), 2 * H), end=WEEK, since=raised)
    found = figures((case,), (), MON - WEEK, MON + WEEK, zone=UTC).total
    assert found.to_acknowledge.mean == H
    assert found.to_resolve.mean == 22 * H


def test_every_window_that_passed_is_a_breach_of_its_level() -> None:
    asleep = life(3, (RunTimers(), WEEK + 49 * H), end=WEEK + 50 * H)
    assert [level for level, _ in asleep.breaches] == [3, 2]
    to_the_top = life(1, (RunTimers(), 25 * H), end=26 * H)
    assert to_the_top.breaches == ((1, MON + 24 * H),)
    not_yet_run = life(1, end=25 * H)
    assert not_yet_run.breaches == ((1, MON + 24 * H),)
    assert life(1, end=23 * H).breaches == ()


def test_forgotten_is_triggered_again_after_the_reminder_however_often() -> None:
    reminded = life(1, (Acknowledge(), H), (RunTimers(), 2 * H), end=3 * H)
    assert reminded.forgotten == ()
    twice = life(
        1, (Acknowledge(), H), (RunTimers(), 2 * H), (RunTimers(), 3 * H),
        (Acknowledge(), 4 * H), (RunTimers(), 5 * H), (RunTimers(), 6 * H), end=7 * H,
    )  # fmt: skip
    assert [at - MON for _, at in twice.forgotten] == [3 * H, 6 * H]
    assert twice.acknowledged_at == MON + H
    assert figures((twice,), (), MON - WEEK, MON + WEEK, zone=UTC).levels[0].forgotten == 2


def test_resolved_without_an_acknowledgement_is_in_no_mean_and_said() -> None:
    case = life(1, (Resolve("a false alarm", despite_evidence=True), H), end=WEEK)
    total = figures((case,), (), MON - WEEK, MON + WEEK, zone=UTC).total
    assert (total.unacknowledged, total.to_acknowledge) == (1, Times())


def test_one_that_was_merged_is_resolved_with_the_other() -> None:
    merged = Case(1, MON, MON, resolved_at=MON + H, merged=True)
    total = figures((merged,), (), MON - WEEK, MON + WEEK, zone=UTC).total
    assert (total.triggered, total.resolved, total.unacknowledged) == (1, 0, 0)


def test_what_is_outside_the_period_counts_nowhere() -> None:
    old = life(1, (Acknowledge(), H), (Resolve("x", despite_evidence=True), 2 * H), end=WEEK)
    page_ = Page("ann", MON, 1, (1, 1))
    found = figures((old,), (page_,), MON + WEEK, MON + 2 * WEEK, zone=UTC)
    assert found.lines == found.people == ()
    assert found.total.triggered == 0


LAGOS, DENVER = ZoneInfo("Africa/Lagos"), ZoneInfo("America/Denver")


def test_a_night_is_the_persons_own() -> None:
    at = datetime(2027, 1, 19, 3, 30, tzinfo=UTC)  # 04:30 in Lagos, 20:30 the day before in Denver
    found = figures(
        (), (Page("ann", at, 1, (1, 1)), Page("bob", at, 1, (1, 1))), MON - WEEK, MON + WEEK, zone=UTC,
        zones={"ann": LAGOS, "bob": DENVER},
    ).people  # fmt: skip
    assert [(one.person, one.pages, one.at_night) for one in found] == [("ann", 1, 1), ("bob", 1, 0)]
    assert found[0].nights[0].night == date(2027, 1, 18)
    assert found[0].a_night == pytest.approx(1 / 14)


def test_a_person_without_a_zone_has_the_readers() -> None:
    at = datetime(2027, 1, 19, 3, 30, tzinfo=UTC)
    assert figures((), (Page("ann", at, 1, (1, 1)),), MON - WEEK, MON + WEEK, zone=DENVER).people[0].at_night == 0


@pytest.mark.parametrize(
    ("clock", "night"),
    [
        (time(22), date(2027, 1, 18)),
        (time(23, 59), date(2027, 1, 18)),
        (time(0), date(2027, 1, 17)),
        (time(6, 59, 59), date(2027, 1, 17)),
        (time(7), None),
        (time(21, 59), None),
    ],
)
def test_a_night_begins_on_one_day_and_ends_on_the_next(clock: time, night: date | None) -> None:
    assert NightHours().night_of(datetime.combine(date(2027, 1, 18), clock)) == night


def test_night_hours_after_midnight_are_of_that_day() -> None:
    hours = NightHours(time(0), time(6))
    assert hours.night_of(datetime(2027, 1, 18, 5)) == date(2027, 1, 18)  # noqa: DTZ001  a local time
    assert hours.night_of(datetime(2027, 1, 18, 6)) is None  # noqa: DTZ001


@pytest.mark.parametrize("night", [datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)])
def test_the_nights_of_daylight_saving_are_nights_to_their_local_end(night: datetime) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    ends = datetime.combine(night.date(), time(7), berlin).astimezone(UTC)
    pages = (Page("ann", ends - timedelta(seconds=1), 1, (1, 1)), Page("ann", ends, 1, (1, 2)))
    found = figures((), pages, night - WEEK, night + WEEK, zone=berlin).people[0]
    assert (found.pages, found.at_night) == (2, 1)


def test_two_ways_to_the_same_person_are_one_page() -> None:
    pages = (Page("ann", MON + H, 1, (1, 2)), Page("ann", MON, 1, (1, 2)), Page("ann", MON, 1, (1, 3)))
    found = figures((), pages, MON - WEEK, MON + WEEK, zone=UTC)
    assert found.people[0].pages == found.total.pages == 2


def test_a_shared_channel_reaches_everybody_whom_it_was_meant_for() -> None:
    made = decide(None, trigger(), MON, actor="evidence", new_id=1)
    assert isinstance(made, Decision)
    shared = Destination("slack")
    people = [ANN, BOB, ANN]
    people = [type(one)(one.id, one.name, (shared,)) for one in people]
    (message,) = page(made.escalation, people, "why", MON)
    assert (message.person, message.also) == ("ann", ("bob",))


spans = st.timedeltas(timedelta(), timedelta(days=40))


@given(st.lists(st.tuples(st.integers(1, 3), spans, spans, spans, st.booleans()), max_size=12))
def test_the_parts_make_up_the_whole(given_: list[tuple[int, timedelta, timedelta, timedelta, bool]]) -> None:
    cases = [
        Case(level, MON + start, MON + start, MON + start + ack, MON + start + ack + more if done else None,
             breaches=((level, MON + start + more),))
        for level, start, ack, more, done in given_
    ]  # fmt: skip
    pages = [Page(f"p{level}", MON + start, level, (at, 1)) for at, (level, start, *_) in enumerate(given_)]
    found = figures(cases, pages, MON, MON + timedelta(days=30), zone=LAGOS)
    for parts in (found.levels, found.weeks, found.lines):
        for name in ("triggered", "resolved", "breaches", "pages", "forgotten", "unacknowledged"):
            assert sum(getattr(line, name) for line in parts) == getattr(found.total, name)
        assert sum(line.to_acknowledge.cases for line in parts) == found.total.to_acknowledge.cases
    assert sum(one.pages for one in found.people) == found.total.pages
    assert all(one.at_night == sum(night.pages for night in one.nights) <= one.pages for one in found.people)


def test_without_anything_there_are_figures_of_nothing() -> None:
    found = figures((), (), MON, MON + WEEK, zone=UTC)
    assert found.total.to_acknowledge == Times()
