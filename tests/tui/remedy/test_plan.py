"""A plan on the screen: read, filled in, approved, confirmed; and nothing is sent before the last key."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.remedy import fake
from tests.tui.remedy.fake import a_plan, runbook
from tests.tui.remedy.stage import RemedyStage, on_stage
from tests.tui.sample_view import HOSTILE, NOW
from tests.tui.screens.stage import settle
from vauntico_tui.actions.perform import Done
from vauntico_tui.actions.remedy.model import Change, Gate, Need, StepPlan
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.tui.dashboard.screen import Dashboard
from vauntico_tui.tui.screens.asking import AskingScreen
from vauntico_tui.tui.screens.remedy.asked import ChoosingScreen, ParamsScreen
from vauntico_tui.tui.screens.remedy.by_hand import ByHandScreen
from vauntico_tui.tui.screens.remedy.confirming import ConfirmingScreen
from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen
from vauntico_tui.tui.screens.remedy.running import RunningScreen
from vauntico_tui.tui.screens.remedy.secrets import SecretsScreen
from vauntico_tui.tui.screens.remedy.steps import Steps


def without_secrets(remedy: fake.FakeRemedy) -> None:
    plan = a_plan()
    remedy.next_plan = replace(plan, steps=(*plan.steps[:3],))


def asked_for(stage: RemedyStage, what: str) -> list[tuple[object, ...]]:
    return [one for one in stage.remedy.asked if one[0] == what]


async def test_x_plans_the_bound_runbook_for_the_row_that_was_selected() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        _, ident, subject, *_ = asked_for(stage, "plan")[0]
        assert (ident, subject.kind, subject.title) == ("hotfix", "blocker", "Database test infrastructure")  # type: ignore[attr-defined]
        assert "+     services:" in stage.text  # the change is on the screen
        assert "x runs these 4 steps: 1 branch, 1 commit of 2 files, 1 pull request, 2" in stage.text
        assert not stage.acts.performed


async def test_nothing_bound_says_where_all_are() -> None:
    async with on_stage(told=lambda it: setattr(it, "books", ())) as (stage, pilot):
        await pilot.press("1", "x")
        assert isinstance(stage.screen, Dashboard)
        assert stage.said[-1] == "no runbook is bound to Database test infrastructure; X lists all"


async def test_several_are_a_short_list() -> None:
    def two(remedy: fake.FakeRemedy) -> None:
        remedy.books = (runbook("a", "One way", "blocker:*"), runbook("b", "Other way", "blocker:*"))

    async with on_stage(told=two) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ChoosingScreen)
        assert "One way" in stage.text and "Other way" in stage.text
        await pilot.press("down", "enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert asked_for(stage, "plan")[0][1] == "b"


async def test_escape_leaves_the_list() -> None:
    def two(remedy: fake.FakeRemedy) -> None:
        remedy.books = (runbook("a", "One way", "blocker:*"), runbook("b", "Other way", "blocker:*"))

    async with on_stage(told=two) as (stage, pilot):
        await pilot.press("1", "x", "escape")
        await settle(stage, pilot)
        assert isinstance(stage.screen, Dashboard)
        assert not stage.remedy.asked


@pytest.mark.parametrize("key", ["x", "enter", "space", "Y", "ctrl+y", "j", "a"])
async def test_no_other_key_than_y_runs_it(key: str) -> None:
    async with on_stage(told=without_secrets) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("x", key, key, key)
        await settle(stage, pilot)
        assert isinstance(stage.screen, ConfirmingScreen)
        assert not stage.acts.performed
        await pilot.press("escape")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        await pilot.press("y")  # copies here
        assert not stage.acts.performed


async def test_y_runs_the_very_plan_that_was_shown() -> None:
    async with on_stage(told=without_secrets) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("x", "y")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunningScreen)
        [(action, target, args)] = stage.acts.performed
        assert (action, args) == ("runbook.run", {"plan": "plan-1"})
        assert target is not None and target.id == "database-test-infrastructure"


async def test_what_cannot_be_taken_back_is_said_before_the_yes() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("x")
        await settle(stage, pilot)
        assert isinstance(stage.screen, SecretsScreen)
        await pilot.press("tab", "s", "enter", "d", "enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ConfirmingScreen)
        assert "step 4 can't be taken back: GitHub never tells a secret's old value" in stage.text


async def test_enter_unfolds_a_step_and_folds_it_again() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "POST /repos" not in stage.text
        await pilot.press("enter")
        await settle(stage, pilot)
        assert "POST /repos/vauntico/vauntico/git/refs" in stage.text
        assert '"sha": "1a2b3c4"' in stage.text
        assert "undo: delete the branch" in stage.text
        await pilot.press("enter")
        await settle(stage, pilot)
        assert "POST /repos" not in stage.text


async def test_down_reads_every_line_of_a_long_change() -> None:
    change = Change("long.txt", None, "".join(f"line {n}\n" for n in range(60)))
    steps = (replace(fake.steps()[1], index=0, changes=(change,)), replace(fake.steps()[2], index=1))
    async with on_stage(told=lambda it: setattr(it, "next_plan", a_plan(steps=steps))) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        seen = set(stage.text.splitlines())
        sheet = stage.screen.query_one(Steps)
        for _ in range(80):
            await pilot.press("down")
            seen |= set(stage.text.splitlines())
        assert all(any(line.rstrip(" ▁▂▃▄▅▆▇█").endswith(f"+ line {n}") for line in seen) for n in range(60))
        assert sheet.pick == "step:1"


async def test_diffs_can_be_folded_away() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("d")
        await settle(stage, pilot)
        assert "services:" not in stage.text
        assert "changed .github/workflows/build-verification.yml  +5 −0" in stage.text


def closed(remedy: fake.FakeRemedy) -> None:
    gate = Gate("hotfix-deployment-strategy-approval", "Hotfix deployment strategy approval", False, "not signed")
    remedy.next_plan = a_plan(gates=(gate,))


async def test_a_missing_approval_shuts_the_key_and_can_be_signed_there() -> None:
    async with on_stage(told=closed) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "✗ approval Hotfix deployment strategy approval: not signed" in stage.text
        assert "can't run: Hotfix deployment strategy approval: not signed" in stage.text
        await pilot.press("x")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        await pilot.press("s")
        await settle(stage, pilot)
        assert isinstance(stage.screen, AskingScreen)
        assert (stage.screen.asked.id, stage.screen.targets[0].kind) == ("approval.sign", "approval")
        stage.remedy.next_plan = a_plan()
        await pilot.press("enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert stage.acts.performed[0][0] == "approval.sign"
        assert "x runs these 4 steps" in stage.text


async def test_an_override_asks_for_its_reason() -> None:
    async with on_stage(told=closed) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("O")
        await settle(stage, pilot)
        assert isinstance(stage.screen, AskingScreen)
        assert stage.screen.asked.id == "verdict.override"


async def test_a_refusal_of_the_room_is_on_the_key() -> None:
    async with on_stage(told=lambda it: setattr(it, "refusal", "ana runs it since 03:12")) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "can't run: ana runs it since 03:12" in stage.text
        await pilot.press("x")
        assert isinstance(stage.screen, RunPlanScreen)


async def test_a_missing_permission_blocks_and_says_the_next_step() -> None:
    def lacking(remedy: fake.FakeRemedy) -> None:
        need = Need("contents: write", False, "make a token with it, then r")
        step = replace(fake.steps()[0], state="blocked", why="the token may not write contents", needs=(need,))
        remedy.next_plan = a_plan(steps=(step,))

    async with on_stage(told=lacking) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "✗ contents: write  the token may not: make a token with it, then r" in stage.text
        assert "can't run: step 1" in stage.text


async def test_what_was_cut_off_before_is_said_where_it_would_be_begun_anew() -> None:
    def cut_off(remedy: fake.FakeRemedy) -> None:
        ended = fake.an_execution(a_plan(id="old"), mark="interrupted", ended_at=NOW)
        remedy.kept = {"old": ended, "cut": fake.an_execution(a_plan(id="cut"), mark="interrupted")}

    async with on_stage(told=cut_off, size=(160, 40)) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "interrupted before, after 1 of 5 steps, by ana: X to resume, verify or undo" in stage.text
        assert "what may have been done is done again" in stage.text
        stage.remedying.executions.clear()
        stage.screen.draw_nothing()  # type: ignore[attr-defined]
        await settle(stage, pilot)
        assert "interrupted before" not in stage.text


async def test_nothing_to_do_is_said() -> None:
    step = replace(fake.steps()[4], index=0)
    async with on_stage(told=lambda it: setattr(it, "next_plan", a_plan(steps=(step,)))) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "✓ nothing to do: everything is as it would be made" in stage.text
        await pilot.press("x", "y")
        assert not stage.acts.performed


async def test_nothing_to_do_is_no_good_end_while_the_check_is_unmet() -> None:
    step = replace(fake.steps()[4], index=0)
    plan = a_plan(steps=(step,), yet="blocker Jest is unmet: red 3 of 3; look at http://x", unmet=True)
    async with on_stage(told=lambda it: setattr(it, "next_plan", plan)) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "✗ nothing to do, yet blocker Jest is unmet: red 3 of 3; look at http://x" in stage.text
        assert "everything is as it would be made" not in stage.text


def asking(remedy: fake.FakeRemedy) -> None:
    params = [
        {"id": "way", "kind": "choice", "choices": ["service", "as_written"], "default": "service"},
        {"id": "branch", "title": "branch to make", "kind": "branch", "help": "from main"},
    ]
    remedy.books = (runbook("hotfix", "Hotfix", "blocker:*", params=params),)


async def test_params_without_a_default_are_asked_first_and_typed() -> None:
    async with on_stage(told=asking) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ParamsScreen)
        assert "branch to make" in stage.text
        await pilot.press("down", "enter")  # the other way; the branch is missing
        assert isinstance(stage.screen, ParamsScreen)
        assert "from main" in stage.text
        await pilot.press("f", "i", "x", "enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert asked_for(stage, "plan")[0][3] == {"way": "as_written", "branch": "fix"}
        await pilot.press("e")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ParamsScreen)
        assert [field.value for field in stage.screen.fields] == ["as_written", "fix"]


async def test_wrong_params_are_said_and_what_was_typed_stays() -> None:
    def wrong(remedy: fake.FakeRemedy) -> None:
        asking(remedy)
        remedy.next_plan = InputError([Problem("branch: git forbids two dots", hint="name it otherwise")])

    async with on_stage(told=wrong) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("enter", "a", ".", ".", "enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ParamsScreen)
        assert "✗ branch: git forbids two dots (name it otherwise)" in stage.text
        assert "a.." in stage.text
        await pilot.press("escape")
        await settle(stage, pilot)
        assert isinstance(stage.screen, Dashboard)


async def test_what_cannot_be_planned_is_a_sentence() -> None:
    async with on_stage(told=lambda it: setattr(it, "next_plan", RuntimeError("boom [red]"))) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "✗ it can't be planned: boom [red]; r tries again" in stage.text
        stage.remedy.next_plan = a_plan()
        await pilot.press("r")
        await settle(stage, pilot)
        assert "x runs these 4 steps" in stage.text


async def test_text_from_outside_is_data() -> None:
    step = StepPlan(0, "a", "comment", HOSTILE, why=HOSTILE, notes=(HOSTILE,), changes=(
        Change("a/[red]b[/].yml", None, HOSTILE + "\n\x1b[31mred\u202e\n"),
    ))  # fmt: skip
    plan = a_plan(title=HOSTILE, about=HOSTILE, cannot=HOSTILE, verify=HOSTILE, steps=(step,))
    async with on_stage(told=lambda it: setattr(it, "next_plan", plan)) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("enter", "G")
        await settle(stage, pilot)
        assert "[bold red]R[/]" in stage.text
        assert "\x1b" not in stage.text
        assert stage.is_running


async def test_the_world_moved_shows_the_new_plan_and_sends_nothing() -> None:
    async with on_stage(told=without_secrets) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("x", "y")
        await settle(stage, pilot)
        stage.remedy.next_plan = a_plan(id="plan-2", digest="digest-2")
        stage.acts.ends.put_nowait(Done(False, "main is at 9f8e7d6 now, by ben", "moved"))
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert "main is at 9f8e7d6 now, by ben. Nothing was sent" in stage.text


async def test_somebody_else_runs_it_shows_theirs() -> None:
    async with on_stage(told=without_secrets) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        theirs = fake.an_execution(a_plan(id="plan-of-ben"), by="ben", console="desk")
        stage.remedy.kept[theirs.id] = theirs
        await pilot.press("x", "y")
        await settle(stage, pilot)
        stage.acts.ends.put_nowait(Done(False, "ben runs it since 14:48", "lost"))
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunningScreen)
        assert "ben runs it since 14:48" in stage.text
        assert "ben on desk" in stage.text


async def test_what_a_machine_must_not_merge_is_merged_by_hand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    wanted = "module.exports = {...base, testTimeout: 30000}\n"
    hand = Change("jest.config.js", "module.exports = make()\n", "module.exports = make()\n", (), "a function", wanted)
    step = replace(fake.steps()[1], index=0, changes=(hand,))
    script = tmp_path / "editor"
    script.write_text(
        '#!/bin/sh\ncat "$2" > "$1"\nls -l "$(dirname "$1")" > ' + f"{tmp_path}/seen\necho $1 > {tmp_path}/name\n"
    )
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    async with on_stage(told=lambda it: setattr(it, "next_plan", a_plan(steps=(step,)))) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert "can't run: jest.config.js must be merged by hand: E" in stage.text
        await pilot.press("E")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ByHandScreen)
        assert "as it is" in stage.text and "what is wanted" in stage.text
        monkeypatch.setattr(type(stage._driver), "can_suspend", property(lambda _: True))
        await pilot.press("E")
        await settle(stage, pilot)
        assert isinstance(stage.screen, RunPlanScreen)
        assert asked_for(stage, "plan")[-1][4] == {"jest.config.js": wanted}
    seen, name = (tmp_path / "seen").read_text(), (tmp_path / "name").read_text().strip()
    assert seen.count("-rw-------") == 2
    assert not _there(name)


async def test_what_was_merged_by_hand_counts_where_it_is_resumed_too() -> None:
    hand = Change("jest.config.js", "a\n", "a\n", (), "a function", "b\n")
    step = replace(fake.steps()[1], index=0, changes=(hand,))
    async with on_stage(told=lambda it: setattr(it, "next_plan", a_plan(steps=(step,)))) as (stage, pilot):
        stage.push_screen(RunPlanScreen(fake.BLOCKER, resume="plan-1"))
        await settle(stage, pilot)
        await pilot.press("E")
        await settle(stage, pilot)
        assert isinstance(stage.screen, ByHandScreen)
        stage.screen.dismiss("b\n")
        await settle(stage, pilot)
        assert stage.remedy.asked[-1] == ("replan", "plan-1", {"jest.config.js": "b\n"})


def _there(path: str) -> bool:
    return os.path.lexists(path)


async def test_a_plan_that_is_read_keeps_its_place_when_it_is_drawn_again() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("down", "down", "down", "down")
        sheet = stage.screen.query_one(Steps)
        before = sheet.pick, sheet.scroll_y, stage.text
        stage.show(stage.view)  # type: ignore[arg-type]
        await settle(stage, pilot)
        assert (sheet.pick, sheet.scroll_y, stage.text) == before


async def test_names_that_there_are_are_offered() -> None:
    def flow(remedy: fake.FakeRemedy) -> None:
        remedy.books = (runbook("run", "Run a workflow", "blocker:*", params=[{"id": "flow", "kind": "workflow"}]),)

    async with on_stage(told=flow) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("down")
        assert "build-verification.yml" in stage.text


async def test_another_size_keeps_the_plan_and_the_picked_step() -> None:
    async with on_stage() as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        await pilot.press("n", "n")
        await pilot.resize_terminal(120, 40)
        await settle(stage, pilot)
        assert stage.screen.query_one(Steps).pick == "step:2"
        assert "Open a pull request into main" in stage.text
        await pilot.resize_terminal(40, 10)
        await settle(stage, pilot)
        assert stage.screen.query_one(Steps).pick == "step:2"


async def test_what_is_still_to_do_is_picked_first_and_what_is_done_is_brief() -> None:
    notes = ("a note of it",)
    done = replace(fake.steps()[1], index=0, state="nothing", why="done: committed", changes=(), notes=notes)
    steps = (done, replace(fake.steps()[2], index=1))
    async with on_stage(told=lambda it: setattr(it, "next_plan", a_plan(steps=steps))) as (stage, pilot):
        await pilot.press("1", "x")
        await settle(stage, pilot)
        assert stage.screen.query_one(Steps).pick == "step:1"
        assert "done: committed" in stage.text
        assert "a note of it" not in stage.text
        await pilot.press("up", "enter")
        await settle(stage, pilot)
        assert "a note of it" in stage.text
