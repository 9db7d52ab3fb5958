"""The escalations where there is little room, and which of them comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.tui.dashboard.stage import staged
from tests.tui.sample_view import NOW, sample_view
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.tui.dashboard.places import ESCALATIONS
from vauntico_tui.tui.dashboard.screen import most_needed
from vauntico_tui.tui.panes.escalations import EscalationsPane, most_pressing
from vauntico_tui.view.model import View


def pressed(*late: timedelta) -> View:
    """The first level with rows that breached so long ago, in this order."""
    view = sample_view()
    first, *others = view.escalations.levels
    rows = tuple(
        replace(first.rows[0], id=f"issue:{14 + i}", subject=f"#{14 + i}", title="Login fails for everyone",
                breaches_at=NOW - ago, state="triggered", assignees=("backend-developer",))
        for i, ago in enumerate(late)
    )  # fmt: skip
    levels = (replace(first, rows=rows, open=len(rows), breached=len(rows)), *others)
    return replace(view, escalations=replace(view.escalations, levels=levels))


@pytest.mark.parametrize(("size", "owner"), [((30, 8), False), ((36, 12), False), ((44, 16), True), ((60, 20), True)])
async def test_a_title_keeps_its_cells_before_the_owner(size: tuple[int, int], owner: bool) -> None:
    async with staged(pressed(timedelta(minutes=41)), size) as stage:
        line = next(line for line in stage.lines() if "late 00:41" in line)
        assert "Login fail" in line
        assert ("backe" in line) == owner


def test_the_first_that_nobody_has_taken_is_selected_and_folded() -> None:
    view = pressed(timedelta(minutes=5), timedelta(hours=1), timedelta(hours=9))
    first, *others = view.escalations.levels
    taken = (replace(first.rows[0], state="acknowledged"), *first.rows[1:])
    view = replace(view, escalations=replace(view.escalations, levels=(replace(first, rows=taken), *others)))
    found = most_pressing(view)
    assert found is not None
    assert found.id == "issue:15"
    assert most_needed(view, NOW) == (ESCALATIONS, "issue:15")


async def test_the_folded_line_is_about_the_first_row() -> None:
    view = pressed(timedelta(minutes=5), timedelta(hours=9))
    async with staged(view, (80, 24)) as stage:
        pane = stage.pane(ESCALATIONS)
        assert isinstance(pane, EscalationsPane)
        assert pane.selected == "issue:14"
        _, line = pane.fold(view, pane.pen(), 60)
        assert "".join(text for text, _ in line).startswith("#14 ")


async def test_thousands_are_told_apart() -> None:
    view = sample_view()
    first, *others = view.escalations.levels
    levels = (replace(first, open=9_981, breached=1_204), *others)
    async with staged(replace(view, escalations=replace(view.escalations, levels=levels))) as stage:
        assert "9,981 open" in stage.text()
        assert "1,204 late" in stage.text()


async def test_a_source_that_was_read_in_part_has_no_full_disc() -> None:
    view = sample_view()
    github, *others = view.sources
    async with staged(replace(view, sources=(github, *others)), (200, 60)) as stage:
        assert "GitHub ●" in stage.lines()[0]
    part = replace(github, trouble=Trouble("truncated", "it cut its answer off", "it is asked again"))
    async with staged(replace(view, sources=(part, *others)), (200, 60)) as stage:
        assert "GitHub ◐" in stage.lines()[0]


async def test_more_issues_than_promised_are_all_counted() -> None:
    view = sample_view()
    many = replace(view.issues, ours=10_000, total=10_000, resolved=6_980, pace=10_000)
    async with staged(replace(view, issues=many), (200, 60)) as stage:
        assert "6,980/10,000 resolved" in stage.lines()[0]
        assert "pace 10,000/10,000" in stage.lines()[0]
