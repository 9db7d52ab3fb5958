"""An execution on the screen: live, left alone, cancelled, resumed, undone; and questions of its steps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from textual.pilot import Pilot

from tests.tui.remedy import fake
from tests.tui.remedy.fake import a_plan, an_execution
from tests.tui.remedy.stage import RemedyStage, on_stage
from tests.tui.sample_view import NOW
from tests.tui.screens.stage import settle
from vauntico_tui.actions.perform import Done
from vauntico_tui.tui.dashboard.screen import Dashboard
from vauntico_tui.tui.screens.remedy.confirming import ConfirmingScreen
from vauntico_tui.tui.screens.remedy.everything import RunbooksScreen
from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen
from vauntico_tui.tui.screens.remedy.running import RunningScreen


async def run_it(stage: RemedyStage, pilot: Pilot[str]) -> None:
    """From the dashboard until it runs."""
    stage.remedy.next_plan = replace(a_plan(), steps=fake.steps()[:3])
    await pilot.press("1", "x")
    await settle(stage, pilot)
    await pilot.press("x", "y")
    await pilot.pause()


def going(*marks: str, **more: object) -> fake.Execution:
    plan = replace(a_plan(), steps=fake.steps()[:3])
    return an_execution(plan, *(marks or ("done", "running", "to do")), **more)  # type: ignore[arg-type]


async def test_every_step_is_told_live() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        assert "◌ beginning" in stage.text
        one = going()
        stage.remedy.tell(one)
        await pilot.pause()
        assert "running · 1 of 3 steps" in stage.text
        stage.remedy.tell(one.with_step(replace(one.steps[1], share=0.5, said="POST /graphql", lines=("a", "b"))))
        await pilot.pause()
        assert "▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░  50%" in stage.text
        assert "POST /graphql" in stage.text
        assert "▏ b" in stage.text


async def test_leaving_it_leaves_it_running_and_the_footer_shows_it() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        stage.remedy.tell(going())
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(stage.screen, Dashboard)
        assert "Hotfix goes on; X shows it" in stage.said
        assert "⟳ Hotfix 2/3 X" in stage.text
        assert [action for action, *_ in stage.acts.performed] == ["runbook.run"]
        stage.remedy.tell(going("done", "done", "running"))
        await pilot.pause()
        assert "⟳ Hotfix 3/3 X" in stage.text
        await pilot.press("X")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunbooksScreen)
        await pilot.press("enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunningScreen)
        assert "running · 2 of 3 steps" in stage.text


async def test_its_end_says_what_became_true() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        over = going(
            "done", "done", "done", mark="done", outcome="met at 03:41 · integration: 3 of 3 green",
            ended_at=NOW + timedelta(minutes=5),
        )  # fmt: skip
        stage.remedy.tell(over)
        stage.acts.ends.put_nowait(Done(True, "met at 03:41"))
        await settle(stage, pilot)
        assert "✓ met at 03:41 · integration: 3 of 3 green" in stage.text
        assert "5:00" in stage.text
        await pilot.press("escape")
        await pilot.pause()
        assert "⟳" not in stage.text.splitlines()[-1]


async def test_cancel_asks_and_only_y_cancels() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        stage.remedy.tell(going())
        await pilot.pause()
        await pilot.press("C", "C", "enter")
        await pilot.pause()
        assert isinstance(stage.screen, ConfirmingScreen)
        assert len(stage.acts.performed) == 1
        await pilot.press("y")
        await settle(stage, pilot)
        assert stage.acts.performed[-1][0] == "runbook.cancel"
        assert stage.acts.performed[-1][2] == {"execution": "plan-1"}


async def test_undo_shows_what_it_takes_back_and_what_stays() -> None:
    async with on_stage() as (stage, pilot):
        over = an_execution(a_plan(), "done", "done", "done", "done", "nothing", mark="failed")
        stage.remedy.kept[over.id] = over
        await pilot.press("X")
        await settle(stage, pilot)
        await pilot.press("enter")
        await settle(stage, pilot)
        await pilot.press("u")
        await pilot.pause()
        assert isinstance(stage.screen, ConfirmingScreen)
        assert "Undo 3 steps?" in stage.text
        back = stage.text.index("step 3: close the pull request")
        assert back < stage.text.index("step 2: restore both files")
        assert "step 4 stays: GitHub never tells a secret's old value" in " ".join(stage.text.split())
        await pilot.press("escape")
        await pilot.pause()
        assert not stage.acts.performed
        await pilot.press("u", "y")
        await settle(stage, pilot)
        assert stage.acts.performed[-1][0] == "runbook.undo"


async def test_resume_shows_what_is_still_to_do_and_names_that_plan() -> None:
    async with on_stage() as (stage, pilot):
        over = going("done", "unsure", "to do", mark="interrupted")
        stage.remedy.kept[over.id] = over
        stage.remedy.next_plan = a_plan(digest="digest-9", steps=(replace(fake.steps()[2], index=0),))
        await pilot.press("X")
        await settle(stage, pilot)
        assert "Cut off: resume, verify or undo" in stage.text
        await pilot.press("enter")
        await settle(stage, pilot)
        await pilot.press("v")
        await settle(stage, pilot)
        assert "step 2 was done: the commit is there" in stage.text
        await pilot.press("R")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert ("replan", "plan-1") in stage.remedy.asked
        await pilot.press("x", "y")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunningScreen)
        action, _, args = stage.acts.performed[-1]
        assert (action, args) == ("runbook.resume", {"execution": "plan-1", "digest": "digest-9"})


async def test_what_was_cut_off_is_offered_at_the_start() -> None:
    def cut_off(remedy: fake.FakeRemedy) -> None:
        remedy.kept["plan-1"] = going("done", "unsure", "to do", mark="interrupted")

    async with on_stage(told=cut_off) as (stage, _):
        assert stage.said == ["X resumes, verifies or undoes Hotfix, interrupted after 1 of 3 steps"]
        assert "! Hotfix interrupted 1/3 X" in stage.text.splitlines()[-1]


async def test_what_another_console_ran_is_offered_once_its_runner_is_gone() -> None:
    def elsewhere(remedy: fake.FakeRemedy) -> None:
        remedy.kept["plan-1"] = going("done", "running", "to do", by="ben")

    async with on_stage(told=elsewhere) as (stage, _):
        assert stage.said == []
        stage.remedy.kept["plan-1"] = going("done", "unsure", "to do", mark="interrupted", by="ben")
        await stage.remedying.look()
        await stage.remedying.look()
        assert stage.said == ["X resumes, verifies or undoes Hotfix, interrupted after 1 of 3 steps"]


async def test_what_nobody_saw_the_end_of_is_said_so() -> None:
    cut = replace(going("done", "unsure", "to do", mark="interrupted"))
    cut = cut.with_step(replace(cut.steps[1], said="begun"))
    async with on_stage(told=lambda it: it.kept.update({"plan-1": cut})) as (stage, pilot):
        stage.push_screen(RunningScreen("plan-1"))
        await settle(stage, pilot)
        assert "begun, and nobody saw whether it was done: v looks" in stage.text
        assert " so far" not in stage.text and ", 0:00" not in stage.text


async def test_a_step_asks_wherever_one_is_and_waits_for_the_answer() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        _, confirm = stage.remedy.handed["plan-1"]
        stage.remedy.tell(going())
        await pilot.press("escape")
        assert confirm is not None
        asking = asyncio.ensure_future(confirm("Did the failover happen?"))
        await pilot.pause()
        assert "? Did the failover happen? X" in stage.text
        await pilot.press("X")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunningScreen)
        assert "? Did the failover happen?  a answer" in stage.text
        await pilot.press("a", "a", "enter")
        await pilot.pause()
        assert not asking.done()
        await pilot.press("escape", "a", "y")
        await pilot.pause()
        assert await asking is True
        await pilot.pause()
        assert "Did the failover happen?" not in stage.text


async def test_no_is_an_answer_too() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        _, confirm = stage.remedy.handed["plan-1"]
        assert confirm is not None
        stage.remedy.tell(going())
        asking = asyncio.ensure_future(confirm("Done?"))
        await pilot.pause()
        await pilot.press("a", "n")
        await pilot.pause()
        assert await asking is False


async def test_a_refusal_is_said_where_it_would_run() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        stage.acts.ends.put_nowait(Done(False, "the journal can't be reached", "unreachable"))
        await settle(stage, pilot)
        assert "✗ the journal can't be reached" in stage.text
        assert "plan-1" not in stage.remedy.handed  # nothing that was handed over stays


async def test_output_is_data_and_all_of_it_is_under_enter() -> None:
    async with on_stage(size=(120, 40)) as (stage, pilot):
        await run_it(stage, pilot)
        one = going()
        lines = tuple(f"[red]{n}[/] \x1b[31m" for n in range(12))
        stage.remedy.tell(one.with_step(replace(one.steps[1], lines=lines)))
        await pilot.pause()
        assert "[red]11[/]" in stage.text
        assert "[red]0[/]" not in stage.text
        assert "4 lines before; enter shows them" in stage.text
        assert "\x1b" not in stage.text
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "[red]0[/]" in stage.text


async def test_one_of_another_console_is_read_again() -> None:
    async with on_stage() as (stage, pilot):
        theirs = going(by="ben")
        stage.remedy.kept[theirs.id] = theirs
        await pilot.press("X")
        await settle(stage, pilot)
        await pilot.press("enter")
        await settle(stage, pilot)
        screen = stage.screen
        assert isinstance(screen, RunningScreen)
        stage.remedy.kept[theirs.id] = replace(going("done", "done", "running", by="ben"), version=2)
        for _ in range(3):
            screen._second()
        await settle(stage, pilot)
        assert "running · 2 of 3 steps" in stage.text


async def test_moved_before_anything_was_sent_plans_all_of_it_again() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        stage.remedy.tell(going("to do", "to do", "to do", mark="failed", outcome="main moved", ended_at=NOW))
        stage.acts.ends.put_nowait(Done(False, "Hotfix: main moved", "moved"))
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert "Hotfix: main moved. Nothing was sent" in stage.text
        assert not stage.screen.resume


async def test_moved_in_the_middle_shows_what_is_still_to_do() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        stage.remedy.tell(going("done", "to do", "to do", mark="failed", outcome="main moved"))
        stage.acts.ends.put_nowait(Done(False, "Hotfix: main moved", "moved"))
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert stage.screen.resume == "plan-1"
        assert "This is what is still to do" in stage.text
        assert stage.remedy.asked[-1] == ("replan", "plan-1")


async def test_leaving_asks_first_where_something_would_be_cut_off() -> None:
    async with on_stage() as (stage, pilot):
        one = going("done", "running", "to do")
        stage.remedy.live[one.id] = one
        await pilot.press("q")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ConfirmingScreen)
        assert "Hotfix runs, 1 of 3 steps are done. Leave all the same?" in stage.text
        await pilot.press("escape")
        await settle(stage, pilot)
        assert isinstance(stage.screen, Dashboard) and stage.is_running
        await pilot.press("q", "y")
        await pilot.pause()
        assert not stage.is_running


async def test_the_key_that_leaves_pressed_again_leaves_at_once() -> None:
    async with on_stage() as (stage, pilot):
        one = going("done", "running", "to do")
        stage.remedy.live[one.id] = one
        await pilot.press("ctrl+c", "ctrl+c")
        await pilot.pause()
        assert not stage.is_running


async def test_what_is_only_watched_holds_nobody_up() -> None:
    async with on_stage() as (stage, pilot):
        one = going("done", "done", "done", mark="watching")
        stage.remedy.live[one.id] = one
        await pilot.press("q")
        await pilot.pause()
        assert not stage.is_running


async def test_what_was_cut_off_here_and_goes_on_elsewhere_is_seen() -> None:
    cut = going("done", "unsure", "to do", mark="interrupted")
    async with on_stage(told=lambda it: it.kept.update({"plan-1": cut})) as (stage, pilot):
        screen = RunningScreen("plan-1")
        stage.push_screen(screen)
        await settle(stage, pilot)
        assert "whoever ran it is gone" in stage.text
        stage.remedy.kept["plan-1"] = replace(going("done", "done", "running", by="ben"), version=cut.version + 1)
        for _ in range(3):
            screen._second()
        await settle(stage, pilot)
        assert "whoever ran it is gone" not in stage.text and "running · 2 of 3 steps" in stage.text


async def test_what_was_refused_is_not_said_to_begin() -> None:
    async with on_stage() as (stage, pilot):
        await run_it(stage, pilot)
        await stage.acts.ends.put(Done(False, "the journal can't be opened", "unreachable"))
        await settle(stage, pilot)
        assert "not begun" in stage.text and "the journal can't be opened" in stage.text
        assert "beginning" not in stage.text
