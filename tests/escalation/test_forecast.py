"""The chance to breach, and how many cases it rests on."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.escalation.forecast import PastCase, forecast

HOUR = timedelta(hours=1)
HISTORY = [PastCase(1, HOUR * hours) for hours in (2, 5, 20, 30)] + [PastCase(2, HOUR * 90)]


def test_only_cases_that_lasted_as_long_count() -> None:
    assert forecast(1, HOUR, HOUR * 24, HISTORY).sentence() == "3 of 4 like it were met"
    assert forecast(1, HOUR * 6, HOUR * 24, HISTORY).sentence() == "1 of 2 like it were met"


def test_without_a_case_it_says_so() -> None:
    assert forecast(3, HOUR, HOUR * 24, HISTORY).sentence() == "no earlier case like it"
    assert forecast(1, HOUR, HOUR * 24, []).chance is None


@given(
    st.lists(st.builds(PastCase, st.integers(1, 3), st.timedeltas(timedelta(0), timedelta(days=30))), max_size=30),
    st.integers(1, 3),
    st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_the_chance_is_a_chance_and_grows_with_waiting(history: list[PastCase], level: int, elapsed: timedelta) -> None:
    window = timedelta(days=2)
    now = forecast(level, elapsed, window, history)
    assert now.chance is None or 0 <= now.chance <= 1
    later = forecast(level, elapsed + HOUR, window, history)
    if now.chance is not None and later.chance is not None:
        assert later.chance >= now.chance
