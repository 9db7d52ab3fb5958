"""All runbooks and executions, and keys on rows of every kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.remedy import fake
from tests.tui.remedy.fake import an_execution, runbook
from tests.tui.remedy.stage import on_stage
from tests.tui.sample_view import NOW, sample_view
from tests.tui.screens.stage import settle
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.tui.dashboard.screen import Dashboard
from vauntico_tui.tui.remedying import states_of
from vauntico_tui.tui.screens.remedy.everything import RunbooksScreen
from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen


def several(remedy: fake.FakeRemedy) -> None:
    remedy.books = (
        runbook("jest", "Jest configuration", "blocker:jest-configuration"),
        runbook("rerun", "Rerun what failed", "run:*", "workflow:*", only_when="failed"),
        runbook("cancel", "Cancel the run", "run:*", "workflow:*", only_when="running"),
        runbook("week", "Week branches", about="Makes the branches of each week."),
        runbook("any", "Anything", "blocker:*"),
    )
    ended = an_execution(mark="done", outcome="met at 03:41", ended_at=NOW)
    remedy.kept = {"old": replace(ended, id="old")}


async def test_all_are_listed_and_filtered() -> None:
    async with on_stage(told=several) as (stage, pilot):
        await pilot.press("X")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunbooksScreen)
        for words in ("Jest configuration", "Rerun what failed", "Week branches", "Ended", "met at 03:41"):
            assert words in stage.text
        await pilot.press("slash", *"week", "enter")
        await settle(stage, pilot)
        assert "Week branches" in stage.text and "Jest configuration" not in stage.text
        await pilot.press("escape")
        await pilot.pause()
        assert "Jest configuration" in stage.text


async def test_one_for_nothing_is_planned_for_nothing_and_a_named_one_for_its_name() -> None:
    async with on_stage(told=several) as (stage, pilot):
        await pilot.press("X")
        await settle(stage, pilot)
        await pilot.press("enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        _, ident, subject, *_ = stage.remedy.asked[-1]
        assert (ident, subject.key) == ("jest", "blocker:jest-configuration")
        await pilot.press("escape", "j", "j", "j", "enter")
        await settle(stage, pilot)
        _, ident, subject, *_ = stage.remedy.asked[-1]
        assert (ident, subject) == ("week", Subject())


async def test_one_for_a_kind_of_row_takes_the_row_that_was_selected_or_says_where_to_press() -> None:
    async with on_stage(told=several) as (stage, pilot):
        await pilot.press("1", "X")
        await settle(stage, pilot)
        await pilot.press("j", "enter")
        await settle(stage, pilot)
        assert stage.said[-1] == "Rerun what failed is for one run or workflow: press x on its row"
        assert isinstance(stage.screen, RunbooksScreen)
        await pilot.press("G", "k", "enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert stage.remedy.asked[-1][2].title == "Database test infrastructure"


@pytest.mark.parametrize("pane", ["1", "2", "3", "5"])
async def test_x_is_for_the_row_of_every_pane(pane: str) -> None:
    def every(remedy: fake.FakeRemedy) -> None:
        kinds = ("blocker", "target", "workflow", "escalation")
        remedy.books = (runbook("all", "All", *(f"{kind}:*" for kind in kinds)),)

    async with on_stage(told=every) as (stage, pilot):
        await pilot.press(pane)
        await pilot.pause()
        captured = stage.captured()
        assert captured is not None
        assert "x remediate" in stage.text.splitlines()[-1]
        await pilot.press("x")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        subject = stage.remedy.asked[-1][2]
        assert (subject.kind, subject.id, subject.title) == (captured.kind, captured.id, captured.title)


async def test_the_footer_offers_it_only_where_something_is_bound() -> None:
    async with on_stage(told=several) as (stage, pilot):
        await pilot.press("1")
        await pilot.pause()
        assert "x remediate" in stage.text.splitlines()[-1]
        await pilot.press("4")
        await pilot.pause()
        assert "x remediate" not in stage.text


async def test_on_a_page_it_is_for_the_subject_whatever_link_is_picked() -> None:
    async with on_stage(told=several) as (stage, pilot):
        await pilot.press("1", "enter")
        await settle(stage, pilot)
        assert "x remediate" in stage.text.splitlines()[-1]
        await pilot.press("n", "x")
        await settle(stage, pilot)
        assert stage.remedy.asked[-1][2].kind == "blocker"


def test_a_workflow_is_offered_what_its_runs_allow() -> None:
    view = sample_view()
    flow = next(one for one in view.ci.workflows if one.running is not None and one.failed is not None)
    assert states_of(view, Subject("workflow", flow.path)) == ("failed", "running")
    assert flow.failed is not None and flow.running is not None
    assert states_of(view, Subject("run", str(flow.failed.id))) == ("failed",)
    assert states_of(view, Subject("run", str(flow.running.id))) == ("running",)
    assert states_of(view, Subject("blocker", "x")) == ("",)


async def test_the_subject_is_what_was_selected_when_the_key_was_pressed() -> None:
    def two(remedy: fake.FakeRemedy) -> None:
        remedy.books = (runbook("a", "One", "blocker:*"), runbook("b", "Other", "blocker:*"))

    async with on_stage(told=two) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        board = stage.screen_stack[0]
        assert isinstance(board, Dashboard)
        board.pane.move(1)  # rows behind the question go on moving
        assert board.pane.target is not None and board.pane.target.title == "Production secrets"
        await pilot.press("enter")
        await settle(stage, pilot)
        assert stage.remedy.asked[-1][2].title == "Database test infrastructure"
