"""Instants as a person types them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.base.problems import InputError
from vauntico_tui.cli.times import read_time

LAGOS = ZoneInfo("Africa/Lagos")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2025-01-06T09:00Z", datetime(2025, 1, 6, 9, tzinfo=UTC)),
        ("2025-01-06T09:00:00+02:00", datetime(2025, 1, 6, 7, tzinfo=UTC)),
        ("2025-01-06 09:00", datetime(2025, 1, 6, 8, tzinfo=UTC)),
        ("2025-01-06", datetime(2025, 1, 5, 23, tzinfo=UTC)),
        (" now ", datetime(2025, 3, 1, tzinfo=UTC)),
    ],
)
def test_times(text: str, at: datetime) -> None:
    assert read_time(text, LAGOS, datetime(2025, 3, 1, 0, 0, 0, 99, tzinfo=UTC)) == at


def test_without_a_zone_it_is_the_machines() -> None:
    assert read_time("2025-01-06T09:00", None) == datetime(2025, 1, 6, 9).astimezone(UTC)


@given(st.text())
def test_anything_else_is_a_sentence(text: str) -> None:
    try:
        assert read_time(text, LAGOS).tzinfo is UTC
    except InputError as error:
        assert "is not a time" in str(error)
