"""Who is on call: turns, overrides, gaps, and both DST nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.escalation.oncall import Rotation, Shift, cover, gaps, on_call


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WEEKLY = Rotation("primary", ("ada", "ben", "cy"), "Europe/Berlin", date(2026, 10, 5), time(9))


def test_turns_follow_the_local_handoff() -> None:
    first, second = list(WEEKLY.shifts(at("2026-10-06T00:00"), at("2026-10-13T00:00")))
    assert (first.person, first.start, first.end) == ("ada", at("2026-10-05T07:00"), at("2026-10-12T07:00"))
    assert (second.person, second.start) == ("ben", at("2026-10-12T07:00"))


def test_the_autumn_night_makes_a_shift_an_hour_longer_and_the_spring_night_an_hour_shorter() -> None:
    daily = Rotation("daily", ("ada", "ben"), "Europe/Berlin", date(2026, 10, 24), time(9), days=1)
    assert daily.turn(0).end - daily.turn(0).start == timedelta(hours=25)
    spring = Rotation("daily", ("ada", "ben"), "Europe/Berlin", date(2026, 3, 28), time(9), days=1)
    assert spring.turn(0).end - spring.turn(0).start == timedelta(hours=23)


def test_a_handoff_in_the_hour_that_does_not_exist_leaves_no_gap() -> None:
    odd = Rotation("odd", ("ada", "ben"), "Europe/Berlin", date(2026, 3, 28), time(2, 30), days=1)
    shifts = list(odd.shifts(at("2026-03-28T12:00"), at("2026-03-31T12:00")))
    assert gaps(at("2026-03-28T12:00"), at("2026-03-31T12:00"), shifts) == ()


def test_an_override_goes_before_the_calendar_and_the_calendar_before_the_rotation() -> None:
    start, end = at("2026-10-06T00:00"), at("2026-10-07T00:00")
    calendar = [Shift("cal", at("2026-10-06T10:00"), at("2026-10-06T20:00"), "calendar")]
    overrides = [Shift("sub", at("2026-10-06T12:00"), at("2026-10-06T13:00"), "override")]
    laid = cover(start, end, WEEKLY.shifts(start, end), calendar, overrides)
    assert [shift.person for shift in laid] == ["ada", "cal", "sub", "cal", "ada"]
    assert on_call(at("2026-10-06T12:30"), laid) == overrides[0]


def test_gaps_are_seen_before_they_happen() -> None:
    start, end = at("2026-10-06T00:00"), at("2026-10-07T00:00")
    laid = cover(start, end, [Shift("ada", start, at("2026-10-06T08:00")), Shift("ben", at("2026-10-06T09:00"), end)])
    assert gaps(start, end, laid) == ((at("2026-10-06T08:00"), at("2026-10-06T09:00")),)
    assert on_call(at("2026-10-06T08:30"), laid) is None


instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
shift_lists = st.lists(
    st.builds(
        lambda person, start, hours, source: Shift(person, start, start + timedelta(hours=hours), source),
        st.sampled_from(["ada", "ben", "cy"]), instants, st.floats(0, 500), st.sampled_from(["rotation", "calendar"]),
    ),
    max_size=8,
)  # fmt: skip


@given(shift_lists, shift_lists, instants, st.floats(1, 2000))
def test_cover_never_overlaps_and_covers_what_the_shifts_cover(
    rotation: list[Shift], overrides: list[Shift], start: datetime, hours: float
) -> None:
    end = start + timedelta(hours=hours)
    laid = cover(start, end, rotation, overrides=overrides)
    assert all(a.end <= b.start for a, b in pairwise(laid))
    for shift in (*rotation, *overrides):
        for moment in (shift.start, shift.start + (shift.end - shift.start) / 2):
            if start <= moment < end and moment < shift.end:
                assert on_call(moment, laid) is not None


@given(st.sampled_from(["Europe/Berlin", "America/New_York", "Africa/Lagos", "Australia/Lord_Howe"]), instants,
       st.integers(1, 14), st.times())  # fmt: skip
def test_a_rotation_leaves_no_gap_in_any_zone(zone: str, start: datetime, days: int, handoff: time) -> None:
    rotation = Rotation("any", ("ada", "ben", "cy"), zone, date(2025, 12, 1), handoff.replace(tzinfo=None), days)
    end = start + timedelta(days=40)
    assert gaps(start, end, list(rotation.shifts(start, end))) == ()
