"""`status` for people: 80 columns, a glyph and a word, and nothing from outside is ever an instruction."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from tests.tui.sample_view import empty_view, failed_view, hostile_view, loading_view, sample_view, stale_view
from vauntico_tui.cli.status_text import WIDTH, Style, status_text
from vauntico_tui.evidence.reading import State, Trouble
from vauntico_tui.evidence.verdict import Mark
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


def test_trouble_comes_before_the_interval_and_is_seen_where_the_rest_is_fresh() -> None:
    view = sample_view()
    trouble = Trouble("truncated", "api.example cut its answer off", "it is asked again")
    github, *others = view.sources
    github = replace(github, trouble=trouble, note="every 6 s: 4,975 of 5,000 requests left until 22:04 UTC")
    text = " ".join(status_text(replace(view, sources=(github, *others)), Style()).split())
    assert re.search(
        r"◐ GitHub fresh \S+ \S+ ago, but api.example cut its answer off; it is asked again · every 6 s", text
    )
    failed = replace(github, state=State.FAILED)
    assert "ago: api.example cut" in " ".join(status_text(replace(view, sources=(failed,)), Style()).split())


def test_more_issues_than_promised_are_all_counted() -> None:
    view = sample_view()
    many = replace(view.issues, ours=10_000, total=10_000, open=3_020, resolved=6_980, pace=10_000)
    text = status_text(replace(view, issues=many), Style())
    assert "6,980 of 10,000 resolved · 3,020 open of 10,000 · pace 10,000 of 10,000" in " ".join(text.split())


def test_a_notice_is_said() -> None:
    assert "disk full" in status_text(replace(sample_view(), notices=("not kept: disk full",)), Style())


def test_an_overridden_promise_stands_apart_from_its_word() -> None:
    view = sample_view()
    first = view.blockers[0]
    changed = replace(first, verdict=replace(first.verdict, mark=Mark.OVERRIDDEN))
    text = status_text(replace(view, blockers=(changed, *view.blockers[1:])), Style())
    assert f"! overridden {first.title}" in text


def test_a_figure_without_a_target_has_no_verdict() -> None:
    view = sample_view()
    kpi = replace(view.kpis[0], target=None, mark=Mark.UNKNOWN)
    line = next(line for line in status_text(replace(view, kpis=(kpi,)), Style()).splitlines() if kpi.title in line)
    assert line.startswith(" " * 13 + kpi.title)
    assert line.endswith("no target")


def test_targets_and_figures_both_say_how_many_are_met() -> None:
    view = sample_view()
    text = status_text(view, Style())
    aimed = [kpi for kpi in view.kpis if kpi.target is not None]
    assert re.search(rf"^KPIS +{sum(kpi.mark is Mark.MET for kpi in aimed)} of {len(aimed)} met$", text, re.MULTILINE)
    assert re.search(r"^WEEK TARGETS +\d+ of 12 met$", text, re.MULTILINE)
