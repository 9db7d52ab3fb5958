"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.base.durations import age, human, parse_duration, write_duration


@given(st.timedeltas(timedelta(0), timedelta(days=20_000)))
def test_what_is_written_reads_back(span: timedelta) -> None:
    assert parse_duration(write_duration(span)) == span


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_a_sentence(text: str) -> None:
    try:
        assert parse_duration(text) >= timedelta(0)
    except ValueError as error:
        assert "is not a duration" in str(error) or "too long" in str(error)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90 s", 90),
        ("15 min", 900),
        ("1 h 30 min", 5400),
        ("24 hours", 86400),
        ("1 week", 604800),
        ("1 month", 2592000),
    ],
)
def test_spellings(text: str, seconds: int) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(hours=24), "24 h"),
        (timedelta(hours=48), "48 h"),
        (timedelta(days=30), "30 days"),
        (timedelta(weeks=1), "1 week"),
        (timedelta(minutes=15), "15 min"),
        (timedelta(0), "0 s"),
        (timedelta(microseconds=1), "0.000001 s"),
        (timedelta(seconds=1.5), "1.5 s"),
    ],
)
def test_the_shortest_exact_spelling(span: timedelta, text: str) -> None:
    assert write_duration(span) == text


def test_what_a_screen_shows() -> None:
    assert [human(timedelta(hours=31, minutes=12)), human(timedelta(days=3, hours=4)), human(timedelta(days=26))] == [
        "31:12",
        "3 d 04 h",
        "26 d",
    ]
    assert [age(timedelta(seconds=4)), age(timedelta(minutes=3)), age(timedelta(hours=-1))] == ["4 s", "3 min", "0 s"]
