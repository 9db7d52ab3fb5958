"""`status` for people: 80 columns, a glyph and a word, and nothing from outside is ever an instruction."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from tests.tui.sample_view import empty_view, failed_view, hostile_view, loading_view, sample_view, stale_view
from vauntico_tui.cli.status_text import WIDTH, Style, status_text
from vauntico_tui.view.model import View

VIEWS = [sample_view(), hostile_view(), loading_view(), failed_view(), stale_view(), empty_view()]
STYLES = [Style(), Style(colour=True), Style(unicode=False)]
COLOUR = re.compile(r"\x1b\[(?:0|1|3[123]|90)m")


@pytest.mark.parametrize("view", VIEWS, ids=["sample", "hostile", "loading", "failed", "stale", "empty"])
@pytest.mark.parametrize("style", STYLES, ids=["plain", "colour", "ascii"])
def test_it_fits_80_columns(view: View, style: Style) -> None:
    lines = COLOUR.sub("", status_text(view, style)).splitlines()
    assert lines
    assert [line for line in lines if cell_len(line) > WIDTH] == []
    assert not any("\x1b" in line for line in lines)


def test_colour_only_repeats_what_the_words_say() -> None:
    for view in VIEWS:
        assert COLOUR.sub("", status_text(view, Style(colour=True))) == status_text(view, Style())


def test_ascii_is_ascii() -> None:
    for view in VIEWS:
        assert status_text(view, Style(unicode=False)).isascii()


def test_every_promise_has_its_line_with_glyph_and_word() -> None:
    view = sample_view()
    text = status_text(view, Style())
    words = {"met": "✓", "unmet": "✗", "unknown": "?", "overridden": "!"}
    for promise in (*view.blockers, *view.targets, *view.deliverables, *view.outcomes, *view.approvals):
        mark = str(promise.verdict.mark)
        assert re.search(rf"^{re.escape(words[mark])} {mark} +{re.escape(promise.title)}", text, re.MULTILINE)


def test_it_says_what_is_late_and_when_the_next_breach_is() -> None:
    view = sample_view()
    clock = replace(view.clocks[0], ends_at=view.as_of.replace(hour=1))
    text = status_text(replace(view, clocks=(clock,)), Style())
    assert "LATE" in text
    assert "next breach in 02:41" in text
    assert "1 of 4 clear" in text


def test_times_are_the_readers() -> None:
    assert "2026-03-12 15:48 WAT" in status_text(sample_view(), Style(zone=ZoneInfo("Africa/Lagos")))


def test_a_notice_is_said() -> None:
    assert "disk full" in status_text(replace(sample_view(), notices=("not kept: disk full",)), Style())
