"""Axes and figures of a chart."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.evidence.facts import Series
from vauntico_tui.tui.screens.figures import drawable, figures_of, series_of, time_ticks, value_ticks

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)


@given(NUMBERS, NUMBERS, st.integers(2, 12))
def test_ticks_hold_the_values_between_them(one: float, other: float, most: int) -> None:
    low, high = sorted((one, other))
    ticks = value_ticks(low, high, most)
    assert ticks == sorted(ticks)
    assert len(ticks) <= 4 * most + 1
    if high > low and len(ticks) > 2:
        slack = (high - low) * 1e-9
        assert ticks[0] <= low + slack
        assert ticks[-1] >= high - slack


def test_ticks_are_round() -> None:
    assert value_ticks(0, 97_000, 5) == [0, 25_000, 50_000, 75_000, 100_000]


def test_time_ticks_are_round_in_the_readers_zone() -> None:
    end = datetime(2026, 3, 12, 14, 48, tzinfo=UTC).timestamp()
    words = [word for _, word in time_ticks(end - 86400, end, 8, ZoneInfo("Asia/Kolkata"))]
    assert words == ["21:00", "Mar 12", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00"]


def test_time_ticks_stay_round_when_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")  # 29 March 2026: 02:00 becomes 03:00
    end = datetime(2026, 3, 29, 20, 0, tzinfo=UTC).timestamp()
    ticks = time_ticks(end - 86400, end, 6, zone)
    for at, _ in ticks:
        assert datetime.fromtimestamp(at, zone).minute == 0
        assert datetime.fromtimestamp(at, zone).hour % 4 == 0


@pytest.mark.parametrize("hours", [1, 24, 168, 720])
def test_every_window_has_a_few_ticks(hours: float) -> None:
    end = datetime(2026, 3, 12, 14, 48, tzinfo=UTC).timestamp()
    ticks = time_ticks(end - hours * 3600, end, 8, UTC)
    assert 3 <= len(ticks) <= 9


def test_what_cannot_be_drawn_is_left_out() -> None:
    points = ((1.0, math.nan), (2.0, math.inf), (3.0, 1e300), (4.0, 5.0), (math.nan, 1.0), (99.0, 7.0))
    assert drawable(points, 0, 10) == ((4.0, 5.0),)


def test_figures() -> None:
    figures = figures_of(((0, 4.0), (1, 2.0), (2, 9.0), (3, 5.0)), ">=", 4.0)
    assert figures is not None
    assert (figures.low, figures.high, figures.last) == ((1, 2.0), (2, 9.0), (3, 5.0))
    assert (figures.mean, figures.met_share, figures.change, figures.change_percent) == (5.0, 0.75, 1.0, 25.0)
    assert figures_of((), ">=", 4.0) is None


def test_change_from_nothing_has_no_percent() -> None:
    figures = figures_of(((0, 0.0), (1, 2.0)), ">=", None)
    assert figures is not None
    assert figures.change_percent is None
    assert figures.met_share is None


def test_the_series_of_a_row_is_found_by_its_own_labels() -> None:
    one = Series({"job": "api", "severity": "high"}, ((0, 1.0),))
    two = Series({"job": "api", "severity": "low"}, ((0, 2.0),))
    assert series_of("security:low", (one, two)) == ((0, 2.0),)
    assert series_of("security:gone", (one, two)) == ()
    assert series_of("security", (one,)) == ((0, 1.0),)
    assert series_of("security", ()) == ()


def test_several_that_say_yes_or_no_are_summed() -> None:
    spots = tuple(Series({"spot": name}, ((0, 1.0), (1, float(name == "a")))) for name in "abc")
    assert series_of("blind-spots", spots) == ((0, 3.0), (1, 1.0))
