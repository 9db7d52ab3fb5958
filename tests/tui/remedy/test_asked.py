"""Panels that ask: for which run a runbook is, what a workflow asks for, and which field is wrong."""

from __future__ import annotations

from typing import Any

from tests.tui.remedy import fake
from tests.tui.remedy.fake import runbook
from tests.tui.remedy.stage import on_stage
from tests.tui.screens.stage import settle
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.runbooks.model import Runbook
from vauntico_tui.tui.dashboard.footer import Footer
from vauntico_tui.tui.screens.asking import Typed
from vauntico_tui.tui.screens.remedy.asked import ChoosingScreen, ParamsScreen
from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen

INPUTS = [{"id": "way", "default": "service"}, {"id": "dry_run", "title": "Dry run", "default": "no", "help": "build"}]


class Prepares(fake.FakeRemedy):
    """The repository knows of inputs."""

    async def prepare(self, runbook: Runbook, subject: Subject) -> Runbook:
        return fake.runbook(runbook.id, runbook.title, *runbook.bound, params=INPUTS)


async def test_inputs_that_only_the_repository_knows_are_a_form_first() -> None:
    def told(remedy: fake.FakeRemedy) -> None:
        remedy.prepare = Prepares().prepare  # type: ignore[method-assign]

    async with on_stage(told=told) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ParamsScreen) and "Database test infrastructure" in stage.text
        await pilot.press("enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen) and stage.screen.plan is not None
        await pilot.press("r")  # what was answered once is not asked again
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)


async def test_the_field_that_is_wrong_has_the_focus() -> None:
    def told(remedy: fake.FakeRemedy) -> None:
        remedy.books = (runbook("hotfix", "Hotfix", "blocker:*", params=INPUTS),)
        remedy.next_plan = InputError([Problem("dry_run: yes or no, not maybe")])

    async with on_stage(told=told) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert isinstance(stage.focused, Typed) and stage.focused.field.name == "dry_run"
        assert "✗ dry_run: yes or no, not maybe" in stage.text and "build" in stage.text


async def test_a_list_says_for_which_run_and_all_of_what_the_picked_one_does() -> None:
    one, two = runbook("a", "Rerun", about="First. And second."), runbook("b", "Switch off", about="Other.")
    screen = ChoosingScreen((one, two), "Build", {"a": "Build #42"})
    async with on_stage(lambda: screen) as (stage, pilot):
        await settle(stage, pilot)
        assert "Rerun #42" in stage.text and "First. And second." in stage.text
        top = screen.query_one("Sheet").region
        await pilot.press("down")
        await settle(stage, pilot)
        assert "Other." in stage.text and screen.query_one("Sheet").region == top


async def test_a_row_of_ci_names_its_keys_at_80_columns() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("3")
        await settle(stage, pilot)
        line: Any = stage.screen.query_one(Footer)
        keys = [hint.id for hint in line.hints]
        assert "run.log" in keys and "run.compare" in keys
        assert "l log" in stage.text.splitlines()[-1] and "c compare" in stage.text.splitlines()[-1]
        await pilot.press("1")
        await settle(stage, pilot)
        assert "l log" not in stage.text.splitlines()[-1]


async def test_a_plan_that_can_t_be_made_promises_nothing_that_is_not_done() -> None:
    trouble = Trouble("server", "GitHub has trouble of its own (502)", "it is asked again by itself")

    async with on_stage(told=lambda it: setattr(it, "next_plan", StepError(trouble))) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        said = " ".join(stage.text.split())
        assert "it can't be planned: GitHub has trouble of its own (502); r tries again" in said
