"""Words for a screen: widths, ages, figures; lines, columns and their ASCII."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from vauntico_tui.tui.format import (
    age,
    at,
    bar,
    cells,
    change,
    cut,
    fit,
    left,
    number,
    resample,
    spark,
    spell,
    tame,
    wrap,
)
from vauntico_tui.tui.lines import Col, changed_cells, columns, cut_line, line_cells, spread, strip
from vauntico_tui.tui.plain import plain
from vauntico_tui.tui.theme import DARK

NOW = datetime(2026, 3, 12, 14, 48, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["数据库连接失败", "👩‍👩‍👧‍👦 family", "é́́", "🇳🇬 flag", "❤️ heart", "fix [/path]", "a\tb\nc", "\u200b\u202e"]
)


@given(texts, st.integers(0, 40), st.sampled_from("<>^"))
def test_a_fitted_text_has_exactly_its_cells(text: str, width: int, align: str) -> None:
    assert cells(fit(text, width, align)) == width
    assert cells(cut(text, width)) <= width


@given(texts)
def test_what_is_tamed_holds_nothing_that_moves_a_cursor_or_joins(text: str) -> None:
    safe = tame(text)
    assert not any(char in safe for char in "\n\t\r\x1b\u200d\ufe0f")
    assert tame(safe) == safe


def test_a_short_text_is_not_cut_and_a_long_one_says_so() -> None:
    assert cut("blockers", 8) == "blockers"
    assert cut("blockers", 7) == "blocke…"
    assert cut("数据库", 4) == "数…"
    assert cut("数据库", 5) == "数据…"


@given(texts, st.integers(1, 30), st.integers(1, 4))
def test_wrapped_lines_fit(text: str, width: int, lines: int) -> None:
    out = wrap(text, width, lines)
    assert len(out) <= lines
    assert all(cells(line) <= max(width, 2) for line in out)


def test_wrapping_keeps_words_and_breaks_what_is_too_long() -> None:
    assert wrap("run gh auth login now", 10, 3) == ["run gh", "auth login", "now"]
    assert wrap("ABCDEFGHIJKL", 5, 3) == ["ABCDE", "FGHIJ", "KL"]
    assert wrap("one two three four", 7, 2) == ["one two", "three…"]


@given(texts)
def test_ascii_is_ascii_and_as_wide(text: str) -> None:
    safe = tame(text)
    said = plain(safe)
    assert said.isascii()
    assert len(said) == cell_len(safe)


def test_ascii_keeps_what_letters_say() -> None:
    assert plain("✓ café − 数") == "+ cafe - ??"
    assert len(set(plain("✓✗?!◷⟳"))) == 6
    assert len(set(plain("●◐○◌"))) == 4
    assert len(set(plain("▁▂▃▄▅▆▇█"))) == 8


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "now"),
        (59, "now"),
        (-5, "now"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (172799, "47 h"),
        (172800, "2 d"),
    ],
)
def test_ages_are_coarse(seconds: int, said: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == said


def test_an_age_of_nothing_is_never() -> None:
    assert age(None, NOW) == "never"


def test_time_left_says_late_once_it_is_past() -> None:
    assert left(NOW + timedelta(hours=31, minutes=12), NOW) == "31:12"
    assert left(NOW - timedelta(hours=2, minutes=5), NOW) == "late 02:05"
    assert spell(NOW - timedelta(minutes=1), NOW)[1] == "late"
    assert spell(NOW + timedelta(hours=2), NOW) == ("02:00", "soon")
    assert spell(NOW + timedelta(hours=20), NOW) == ("20:00", "")
    assert spell(NOW + timedelta(hours=20), NOW, timedelta(hours=100)) == ("20:00", "soon")


def test_instants_are_told_in_the_readers_zone() -> None:
    lagos = ZoneInfo("Africa/Lagos")
    assert at(NOW, NOW, lagos) == "15:48"
    assert at(NOW - timedelta(days=2), NOW, UTC) == "Mar 10 14:48"
    assert at(NOW - timedelta(days=100), NOW, UTC) == "2025-12-02"
    assert at(datetime(2026, 3, 12, 23, 30, tzinfo=UTC), NOW, lagos) == "Mar 13 00:30"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "said"),
    [
        (61_200, "$", 0, "$61.2K"),
        (100_000, "$", 0, "$100K"),
        (1_250_000, "$", 0, "$1.2M"),
        (-950, "$", 0, "−$950"),
        (99.93, "%", 2, "99.93 %"),
        (41, "/h", 0, "41/h"),
        (12_345, "", 0, "12,345"),
        (None, "%", 0, "-"),
        (float("nan"), "%", 0, "-"),
        (float("inf"), "$", 0, "-"),
    ],
)
def test_figures(value: float | None, unit: str, decimals: int, said: str) -> None:
    assert number(value, unit, decimals) == said


def test_changes_carry_their_sign() -> None:
    assert [change(v) for v in (2.1, -61.0, 0.01, None, float("nan"))] == ["+2.1 %", "−61.0 %", "0 %", "", ""]


def test_bars_and_sparks() -> None:
    assert bar(0.61, 10) == "▓▓▓▓▓▓░░░░"
    assert bar(7, 4) == "▓▓▓▓"
    assert bar(-1, 4) == "░░░░"
    assert spark([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert spark([5, 5, 5]) == "▄▄▄"
    assert spark([None, 1, None, 2]) == " ▁ █"
    assert spark([]) == ""


def test_a_series_is_drawn_at_its_time_and_gaps_stay_gaps() -> None:
    day = 86400.0
    series = [(0.0, 1.0), (day / 4 - 1, 1.0), (day * 3 / 4, 4.0), (day * 3 / 4 + 100, 4.0), (day - 1, 8.0)]
    means = resample(series, 8, day)
    assert means[0] == 1.0
    assert means[7] == 8.0
    assert means[6] == 4.0
    assert resample([(day * 2, 1.0)], 4, day) == [None, None, None, 1.0]
    assert resample([], 4, day) == [None] * 4


def test_points_rarer_than_cells_leave_no_holes() -> None:
    day = 86400.0
    series = [(day * i / 8, float(i)) for i in range(8)]
    assert None not in resample(series, 32, day)


@given(texts, texts, texts, st.integers(1, 120))
def test_columns_fill_their_line_exactly(one: str, two: str, three: str, width: int) -> None:
    line = columns(width, Col(one, "", 12), Col(two), Col(three, "", 9, ">"))
    assert line_cells(line) == width
    assert line_cells(cut_line(((one, ""), (two, "dim"), (three, "")), width)) == width
    assert line_cells(spread(width, ((one, ""),), ((two, ""),))) >= width


@given(texts, texts, texts)
def test_what_changed_of_a_line_is_all_that_is_painted_again(same: str, one: str, two: str) -> None:
    width = 60
    before = cut_line(((same, ""), (one, "dim"), (same, "met")), width)
    after = cut_line(((same, ""), (two, "dim"), (same, "met")), width)
    x, count = changed_cells(before, after)
    old, new = strip(before, DARK, width), strip(after, DARK, width)
    patched = [*old.crop(0, x), *new.crop(x, x + count), *old.crop(x + count, width)]
    assert "".join(segment.text for segment in patched) == new.text


def test_the_same_line_has_nothing_to_paint() -> None:
    assert changed_cells((("abc", ""),), (("ab", ""), ("c", ""))) == (3, 0)
    assert changed_cells((("a数c", ""),), (("a据c", ""),)) == (1, 2)
    assert changed_cells((("abc", "met"),), (("abc", "unmet"),)) == (0, 3)
