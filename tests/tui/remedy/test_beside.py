"""What is said beside a plan: that it is kept already, who is at it, and what moved since it was planned."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.remedy import fake
from tests.tui.remedy.fake import a_plan, an_execution
from tests.tui.remedy.stage import on_stage
from tests.tui.sample_view import NOW, sample_view
from tests.tui.screens.stage import settle
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.screens.look import Look
from vauntico_tui.tui.screens.remedy.beside import differences, kept_now, others
from vauntico_tui.tui.screens.remedy.words import sums

LOOK = Look(NOW)


def test_a_promise_that_is_kept_is_said_and_one_that_is_not_is_nothing() -> None:
    view = sample_view()
    met = next(one for one in view.blockers if one.verdict.mark is Mark.MET)
    unmet = next(one for one in view.blockers if one.verdict.mark is Mark.UNMET)
    assert kept_now(view, Subject("blocker", met.id)) == f"{met.title} is met as it is: {met.verdict.reason}"
    assert kept_now(view, Subject("blocker", unmet.id)) == ""
    assert kept_now(view, Subject("run", "8812")) == kept_now(None, Subject("blocker", met.id)) == ""


def test_who_is_at_the_same_is_said_and_what_is_not_alike_or_over_is_not() -> None:
    plan = a_plan(id="mine")
    elsewhere = an_execution(a_plan(id="theirs", subject=Subject("blocker", "jest", "Jest")), by="ben")
    unlike = an_execution(a_plan(id="other", runbook="rerun", subject=Subject("run", "1", "Build #1")))
    over = an_execution(a_plan(id="over"), mark="failed")
    said = others((elsewhere, unlike, over, an_execution(plan)), plan, LOOK, "X")
    assert len(said) == 1
    assert said[0].startswith("ben runs Hotfix for blocker Jest since ") and said[0].endswith("; X shows it")


def test_what_moved_is_named_and_so_are_the_steps_that_are_different() -> None:
    old = a_plan(digest="a")
    first, second, *rest = old.steps
    before = replace(first, basis={"branch main": "1" * 40, "file a.yml": "x", "branch new": "absent"})
    after = replace(first, basis={"branch main": "2" * 40, "file a.yml": "y", "branch new": "3" * 40}, why="from 2222")
    told = differences(
        replace(old, steps=(before, second, *rest)), replace(old, digest="b", steps=(after, second, *rest))
    )
    assert "main is at 2222222, no longer at 1111111; a.yml was changed; new is there by now" in told
    assert told.endswith("Different now: step 1")
    assert differences(old, replace(old, digest="a")) == ""


def test_a_workflow_that_is_run_twice_is_two_runs() -> None:
    step = replace(a_plan().steps[0], do="run_workflow", data={"times": 2})
    assert sums((step,)) == "2 workflow runs"


async def test_a_plan_says_who_is_at_it_already() -> None:
    def busy(remedy: fake.FakeRemedy) -> None:
        one = an_execution(a_plan(id="theirs", subject=Subject("blocker", "jest", "Jest")), by="ben")
        remedy.kept = {"theirs": one}

    async with on_stage(told=busy, size=(120, 40)) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "ben runs Hotfix for blocker Jest since" in stage.text


async def test_what_this_hand_changed_is_no_news() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        stage.remedy.next_plan = a_plan(digest="another")
        stage.screen._make(own=True)  # type: ignore[attr-defined]
        await settle(stage, pilot)
        assert "moved on" not in stage.text
        stage.remedy.next_plan = a_plan(digest="yet another")
        await pilot.press("r")
        await settle(stage, pilot)
        assert "The world has moved on" in stage.text
