"""The whole plan: nothing of it is missing, and every promise opens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.tui.sample_view import NOW, empty_view, hostile_view, loading_view, sample_view
from tests.tui.screens.stage import settle, staged
from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.screens.detail import DetailScreen
from vauntico_tui.tui.screens.look import Look
from vauntico_tui.tui.screens.pages.plan import plan_page
from vauntico_tui.tui.screens.plan import PlanScreen
from vauntico_tui.tui.screens.sheet import Sheet
from vauntico_tui.view.model import View


def plan(app: Any) -> Sheet:
    return app.screen.query_one("#plan", Sheet)  # type: ignore[no-any-return]


def promises(view: View) -> list[tuple[str, str]]:
    groups = (view.blockers, view.targets, view.deliverables, view.outcomes, view.approvals)
    return [(one.kind, one.id) for group in groups for one in group]


@pytest.mark.parametrize("make", [sample_view, hostile_view])
def test_every_promise_is_a_row_that_opens_its_detail(make: Any) -> None:
    view = make()
    page = plan_page(view, Look(NOW))
    opens = {(jump.target.kind, jump.target.id) for jump in page.jumps.values() if jump.opens}
    assert opens == set(promises(view))


async def test_nothing_of_the_plan_is_missing() -> None:
    view = sample_view()
    async with staged(PlanScreen, (200, 60), view) as (app, _):
        said = " ".join(plan(app).text.split())
    paper = view.plan
    rows = (*paper.risks, *paper.roles, *paper.reviews, *paper.long_term, *paper.next_steps, *paper.notes)
    for words in (
        *(word for row in rows for word in (row.title.upper() if row in paper.notes else row.title, row.text)),
        *(one.title for one in (*view.blockers, *view.targets, *view.deliverables, *view.outcomes, *view.approvals)),
        *(section.title for section in paper.sections), *(section.branch or "" for section in paper.sections),
        *(week.title.upper() for week in paper.weeks), *(week.focus for week in paper.weeks),
        *(horizon.title for horizon in paper.horizons), *(phase.title for phase in paper.phases),
        *(clock.title for clock in view.clocks), "40 hours", "32 hours", "24 hours", "6 h of work", "Day 1-2:",
        paper.summary, paper.success_definition, paper.team, "1 of 4 met", "$500K a month", "Hotfix deployment",
        "vauntico-tui plan start TIME", "Technical", "mitigation: Maintain fallback",
    ):  # fmt: skip
        assert " ".join(words.split()) in said, words


async def test_enter_opens_a_promise_and_back_returns_to_it() -> None:
    async with staged(PlanScreen, (80, 24)) as (app, pilot):
        await pilot.press("j", "j", "enter")
        await settle(app, pilot)
        assert isinstance(app.screen, DetailScreen)
        ident = app.screen.ident
        await pilot.press("escape")
        await settle(app, pilot)
        assert plan(app).pick == f"blocker:{ident}"


async def test_the_outline_leads_and_follows() -> None:
    async with staged(PlanScreen, (120, 40)) as (app, pilot):
        outline = app.screen.query_one("#outline", Sheet)
        assert outline.display
        await pilot.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        await settle(app, pilot)
        picked = [line for line in outline.text.split("\n") if "Week 1" in line]
        assert picked
        assert plan(app).text.split("\n")[int(plan(app).scroll_y)].startswith("WEEK 1")
        await pilot.press("tab", "j", "j", "j")
        await settle(app, pilot)
        assert plan(app).text.split("\n")[int(plan(app).scroll_y)].startswith("EXPECTED OUTCOMES")
        await pilot.press("enter")
        assert app.focused is plan(app)


async def test_in_80_columns_there_is_one_column() -> None:
    async with staged(PlanScreen, (80, 24)) as (app, pilot):
        assert not app.screen.query_one("#outline", Sheet).display
        assert plan(app).region.width == 80
        await pilot.press("tab")
        assert app.focused is plan(app)


async def test_a_new_picture_keeps_scroll_and_pick() -> None:
    view = sample_view()
    async with staged(PlanScreen, (80, 24), view) as (app, pilot):
        await pilot.press(*["j"] * 12)
        await settle(app, pilot)
        before = (plan(app).pick, plan(app).scroll_y)
        app.show(replace(view, approvals=(), changes=()))
        await settle(app, pilot)
        assert (plan(app).pick, plan(app).scroll_y) == before


async def test_clocks_that_do_not_run_say_how_to_start_them() -> None:
    view = sample_view()
    still = replace(view, plan=replace(view.plan, started_at=None), clocks=())
    async with staged(PlanScreen, (80, 24), still) as (app, _):
        assert "the clocks do not run yet" in plan(app).text


@pytest.mark.parametrize("make", [loading_view, empty_view, hostile_view], ids=["loading", "empty", "hostile"])
@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_states(make: Any, size: tuple[int, int]) -> None:
    async with staged(PlanScreen, size, make()) as (app, pilot):
        await pilot.press("j", "G", "g", "right_square_bracket")
        await settle(app, pilot)
        assert plan(app).text.strip()
        assert all(plan(app).render_line(y).cell_length <= size[0] for y in range(plan(app).size.height))


async def test_copy_takes_the_promises_link() -> None:
    view = sample_view()
    async with staged(PlanScreen, (120, 40), view) as (app, pilot):
        assert isinstance(app.captured(), Target)
        await pilot.press("y")
        assert app.copied == [view.blockers[0].verdict.link]
