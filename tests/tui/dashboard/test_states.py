"""Every pane says its state: loading, fresh, stale, failed, off, empty; and never covers what it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tui.dashboard.stage import Stage, staged
from tests.tui.sample_view import AUTH, NOW, TROUBLE, empty_view, failed_view, loading_view, sample_view, stale_view
from vauntico_tui.evidence.reading import State, Trouble
from vauntico_tui.tui.dashboard.places import BLOCKERS, CI, ESCALATIONS, KPIS, PANES, TARGETS
from vauntico_tui.tui.lines import line_cells
from vauntico_tui.tui.panes.pane import Standing, state_words


def words(stage: Stage, name: str) -> str:
    """What a pane shows, a line a line."""
    return "\n".join("".join(text for text, _ in line) for line, _ in stage.pane(name)._painted)


@pytest.mark.parametrize("name", PANES)
async def test_loading(name: str) -> None:
    async with staged(loading_view()) as stage:
        assert "◌ reading" in words(stage, name)
        assert "late" not in words(stage, name)


@pytest.mark.parametrize("name", PANES)
async def test_failed_and_never_read_names_cause_and_next_step(name: str) -> None:
    async with staged(failed_view()) as stage:
        said = words(stage, name)
        assert "○ GitHub says 401: the token has expired" in said
        assert "run gh auth login" in said


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        (BLOCKERS, "Database test infrastructure", AUTH),
        (TARGETS, "92.4 % of 100 %", AUTH),
        (CI, "Build Verification", AUTH),
        (KPIS, "$61.2K", TROUBLE),
    ],
)
async def test_failed_keeps_the_last_good_values_with_their_age(name: str, content: str, cause: Trouble) -> None:
    async with staged(stale_view()) as stage:
        said = words(stage, name)
        assert content in said
        assert cause.cause in said
        assert cause.next_step in said
        assert "25 min old" in said


async def test_stale_says_how_old() -> None:
    async with staged(stale_view()) as stage:
        assert "◐ 25 min old" in words(stage, ESCALATIONS)
        assert "#14 DATABASE_URL" in words(stage, ESCALATIONS)
        assert "◐ integration: 4 of last 5 red" in words(stage, BLOCKERS)


@pytest.mark.parametrize("name", PANES)
async def test_fresh_says_nothing(name: str) -> None:
    async with staged(sample_view()) as stage:
        foot = words(stage, name).splitlines()[-1]
        assert foot.strip("╰─╯ ") == ""


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        (BLOCKERS, "The plan names no blockers."),
        (TARGETS, "The plan names no targets."),
        (CI, "No workflow has run yet."),
        (KPIS, "The plan names no KPIs."),
        (ESCALATIONS, "The plan has no escalation levels"),
    ],
)
async def test_empty_says_what_that_means(name: str, meaning: str) -> None:
    async with staged(empty_view()) as stage:
        assert meaning in words(stage, name)


async def test_levels_without_open_escalations_are_shown_as_clear() -> None:
    view = sample_view()
    levels = tuple(replace(v, open=0, breached=0, next_breach=None, rows=()) for v in view.escalations.levels)
    async with staged(replace(view, escalations=replace(view.escalations, levels=levels))) as stage:
        said = words(stage, ESCALATIONS)
        assert "0 open" in said
        assert "LEVEL 1" in said


async def test_a_source_that_is_not_configured_is_told_as_that() -> None:
    view = loading_view()
    kpis = tuple(replace(kpi, state=State.OFF) for kpi in view.kpis)
    sources = tuple(replace(s, state=State.OFF) if s.id == "prometheus" else s for s in view.sources)
    async with staged(replace(view, kpis=kpis, sources=sources)) as stage:
        assert "Prometheus is not in the config" in words(stage, KPIS)
        assert "PR" not in stage.lines()[0].split("VAUNTICO")[1]


async def test_a_kpi_without_data_is_unknown_and_never_met() -> None:
    view = sample_view()
    kpis = tuple(replace(kpi, value=None, series=(), change=None) for kpi in view.kpis)
    async with staged(replace(view, kpis=kpis)) as stage:
        said = words(stage, KPIS)
        assert said.count("no data: the query found no series") == len(kpis)
        assert "✓" not in said


async def test_breached_escalations_are_late_in_the_pane_and_its_title() -> None:
    view = sample_view()
    first = view.escalations.levels[0]
    late = replace(first.rows[0], breaches_at=NOW - timedelta(hours=3))
    levels = (replace(first, rows=(late, *first.rows[1:]), breached=1), *view.escalations.levels[1:])
    async with staged(replace(view, escalations=replace(view.escalations, levels=levels))) as stage:
        said = words(stage, ESCALATIONS)
        assert "1 late · 29 open" in said
        assert "late 03:00" in said


@pytest.mark.parametrize("name", PANES)
async def test_a_folded_pane_says_its_trouble_too(name: str) -> None:
    async with staged(failed_view(), (80, 24)) as stage:
        await stage.press("1" if name != BLOCKERS else "2")
        assert "401" in words(stage, name) or "gh auth login" in words(stage, name)


@pytest.mark.parametrize("width", [54, 60, 120])
def test_cause_and_next_step_stand_in_one_line_or_in_two(width: int) -> None:
    edge, above = state_words(Standing(State.FAILED, NOW - timedelta(minutes=5), TROUBLE, "Prometheus"), NOW, width)
    said = "".join(text for text, _ in (*above, *edge))
    assert TROUBLE.cause in said
    assert TROUBLE.next_step in said
    assert "5 min old" in said
    assert bool(above) == (width < 100)


def test_values_that_came_just_now_are_told_from_the_failure() -> None:
    edge, _ = state_words(Standing(State.FAILED, NOW, TROUBLE, "Prometheus"), NOW, 160)
    assert "".join(text for text, _ in edge).endswith(" · values just now")


def test_a_long_cause_is_cut_before_its_age() -> None:
    long = replace(TROUBLE, cause="x" * 200)
    _, above = state_words(Standing(State.FAILED, NOW - timedelta(minutes=5), long, "Prometheus"), NOW, 54)
    assert line_cells(above) <= 54
    assert above[-1][0].endswith("5 min old")


@pytest.mark.parametrize("size", [(30, 8), (40, 20), (80, 24), (120, 40)])
async def test_words_too_long_for_an_edge_leave_its_corners(size: tuple[int, int]) -> None:
    view = failed_view()
    long = replace(TROUBLE, next_step="look at it " * 30)
    escalations = replace(view.escalations, trouble=long)
    async with staged(replace(view, escalations=escalations), size) as stage:
        lines = [line.rstrip() for line in stage.lines()]
        top = next(line for line in lines if "5 Esc" in line and "╭" in line)
        bottom = next(line for line in lines if "→ look at" in line)
        assert top.endswith("╮")
        assert bottom.count("╰") == bottom.count("╯") >= 1


async def test_a_failed_pane_folds_to_a_line_that_keeps_its_time_left() -> None:
    view = failed_view()
    stale = replace(view.escalations, as_of=NOW - timedelta(minutes=5), levels=sample_view().escalations.levels)
    async with staged(replace(view, escalations=stale), (80, 24)) as stage:
        await stage.press("1")
        line = words(stage, ESCALATIONS)
        assert "○ 5 min" in line
        assert "…" not in line.rstrip()[-14:]
