"""Running, rerunning, cancelling, switching off: each seen to be done, no rerun started twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.actions.remedy.steps.stage import BUILD, Stage
from vauntico_tui.actions.remedy.kinds import Cancelled, StepError
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.runbooks.model import CancelRun, Rerun, RunWorkflow, WorkflowState
from vauntico_tui.sim.acts import act
from vauntico_tui.sim.world import pipeline
from vauntico_tui.sim.world.people import VIEWER
from vauntico_tui.sim.world.records import Run

FILE = "build-verification.yml"
WAIT = timedelta(minutes=30)


def run(**more: Any) -> RunWorkflow:
    return RunWorkflow(do="run_workflow", workflow=FILE, **more)


def failed_run(stage: Stage) -> Run:
    world = stage.box.world
    return next(one for one in world.runs.values() if one.status == "completed" and one.conclusion == "failure")


def dispatched(stage: Stage) -> list[Run]:
    return [one for one in stage.box.world.runs.values() if one.event == "workflow_dispatch" and one.actor == VIEWER]


def mend(stage: Stage) -> None:
    """What a green build needs."""
    with stage.box.world.lock:
        act(stage.box.world, {"act": "jest"})
        act(stage.box.world, {"act": "database"})


# ---- run -----------------------------------------------------------------------------------------------------------


async def test_it_runs_so_often_and_each_is_seen_to_its_end(stage: Stage) -> None:
    mend(stage)
    before = {one.id for one in dispatched(stage)}
    step = run(times=2, wait=WAIT)
    plan = await stage.one(step)
    assert [one.verb for one in plan.requests] == ["POST", "…"] * 2 and not plan.undo.can
    made = await stage.do(step, plan)
    ours = [one for one in dispatched(stage) if one.id not in before]
    assert [one.conclusion for one in ours] == ["success", "success"]
    assert made.result["runs"] == [one.id for one in ours]
    assert any("1 of 2" in line for line, _ in stage.said) and any("2 of 2" in line for line, _ in stage.said)
    assert await stage.find(step, plan) is not None


async def test_what_the_war_room_sees_at_work_is_not_asked_for_again(stage: Stage) -> None:
    mend(stage)
    stage.around.pace, stage.around.polls = 1.0, True
    step = run(times=2, wait=WAIT)
    plan = await stage.one(step)
    stage.box.record.reset()
    await stage.do(step, plan)
    assert stage.around.rested > 240, "two builds of minutes, one after another"
    paths = [str(one["path"]) for one in stage.box.record.shown("github", 1000)["requests"]]  # type: ignore[index]
    assert sum("dispatches" in path for path in paths) == 2
    assert len(paths) <= 6, "each is started, seen to have begun, and seen to have ended"


async def test_one_that_fails_fails_the_step_and_resuming_runs_it_again(stage: Stage) -> None:
    step = run(wait=WAIT)
    plan = await stage.one(step)
    with pytest.raises(StepError, match="ended as failure"):
        await stage.do(step, plan)
    kind, running = stage.kind(step), stage.running()
    assert await kind.find(plan, running) is None
    mend(stage)
    await kind.do(plan, running)
    assert sorted(str(one.conclusion) for one in dispatched(stage)) == ["failure", "success"]


async def test_one_that_need_not_pass_is_told_and_counts(stage: Stage) -> None:
    step = run(times=2, wait=WAIT, must_pass=False)
    plan = await stage.one(step)
    made = await stage.do(step, plan)
    assert made.said.count("ended as failure") == 2 and len(made.result["runs"]) == 2
    again = await stage.find(step, plan)
    assert again is not None and again.result["runs"] == made.result["runs"]


async def test_no_run_is_started_twice_after_a_cut(stage: Stage) -> None:
    mend(stage)
    step = run(times=2, wait=WAIT)
    plan = await stage.one(step)
    stage.box.faults.add("github", "lost_answer", path="*/dispatches", times=1)
    with pytest.raises(StepError) as raised:
        await stage.do(step, plan)
    assert raised.value.unsure and len(dispatched(stage)) == 1
    kind, running = stage.kind(step), stage.running(began_at=datetime.now(UTC))
    assert await kind.find(plan, running) is None, "one of two"
    anew = await kind.plan(step, 0, (), Subject())
    assert await kind.find(anew, running) is None, "a new plan counts the first one too"
    await kind.do(anew, running)
    assert len(dispatched(stage)) == 2 and await stage.find(step, plan) is not None


async def test_waiting_for_a_run_is_cancelled(stage: Stage) -> None:
    step = run(wait=WAIT)
    stage.around.each_rest = stage.cancel.set
    with pytest.raises(Cancelled):
        await stage.do(step, await stage.one(step))
    assert len(dispatched(stage)) == 1


async def test_what_cannot_be_started_by_hand_blocks(stage: Stage) -> None:
    none = await stage.one(RunWorkflow(do="run_workflow", workflow="build-verificaton.yml"))
    assert none.state == "blocked" and 'did you mean "build-verification.yml"' in none.why
    by_name = await stage.one(RunWorkflow(do="run_workflow", workflow="build verification"))
    assert by_name.state == "ready"
    unknown = await stage.one(run(inputs={"speed": "9"}))
    assert unknown.state == "blocked" and "no input speed" in unknown.why
    no_branch = await stage.one(run(ref="nowhere"))
    assert no_branch.state == "blocked" and "no branch nowhere" in no_branch.why
    stage.write({BUILD: (stage.text(BUILD) or "").replace("workflow_dispatch", "repository_dispatch")})
    undone = await stage.one(run())
    assert undone.state == "blocked" and "no workflow_dispatch" in undone.why


async def test_inputs_are_checked_before_they_are_sent(stage: Stage) -> None:
    text = (stage.text(BUILD) or "").replace(
        "workflow_dispatch:",
        "workflow_dispatch:\n    inputs:\n      place: {type: choice, options: [here, there], required: true}\n"
        "      count: {type: number, required: true}\n      dry: {type: boolean}\n",
        1,
    )
    assert "place" in text
    stage.write({BUILD: text})
    bad = await stage.one(run(inputs={"place": "nowhere", "count": "many", "dry": "maybe"}))
    assert bad.state == "blocked"
    assert "place must be one of here, there" in bad.why and "count must be a number" in bad.why
    assert "dry must be one of" in bad.why
    missing = await stage.one(run(inputs={}))
    assert "count must be given" in missing.why
    good = run(inputs={"place": "here", "count": "3", "dry": ""})
    plan = await stage.one(good)
    assert plan.state == "ready" and '"count": "3"' in plan.requests[0].body and "dry" not in plan.requests[0].body


# ---- rerun and cancel ----------------------------------------------------------------------------------------------


async def test_the_failed_jobs_run_again(stage: Stage) -> None:
    held = failed_run(stage)
    step = Rerun(do="rerun", run=str(held.id))
    plan = await stage.one(step)
    assert plan.state == "ready" and plan.requests[0].where.endswith("/rerun-failed-jobs") and not plan.undo.can
    made = await stage.do(step, plan)
    assert held.attempt == 2 and made.result["attempt"] == 2
    found = await stage.find(step, plan)
    assert found is not None and found.result == made.result, "it was me"
    whole = Rerun(do="rerun", run=f"run:{held.id}", jobs="all")
    assert "started attempt 2" in (await stage.one(whole)).why


async def test_a_rerun_that_somebody_else_just_started_is_refused_by_name(stage: Stage) -> None:
    held = failed_run(stage)
    step = Rerun(do="rerun", run=str(held.id))
    plan = await stage.one(step)
    with stage.box.world.lock:
        pipeline.rerun(stage.box.world, held, "backend-dev")
    assert "backend-dev started attempt 2" in await stage.kind(step).moved(plan)
    with pytest.raises(StepError, match="backend-dev started attempt 2") as raised:
        await stage.kind(step).do(plan, stage.running())
    assert raised.value.moved and held.attempt == 2
    with pytest.raises(StepError, match="backend-dev"):
        await stage.find(step, plan)
    again = await stage.one(step)
    assert again.state == "blocked" and "backend-dev started attempt 2" in again.why and "ago" in again.why


async def test_nothing_failed_and_no_such_run(stage: Stage) -> None:
    good = next(one for one in stage.box.world.runs.values() if one.conclusion == "success")
    assert (await stage.one(Rerun(do="rerun", run=str(good.id)))).state == "nothing"
    for bad in ("", "latest", "%{target.id}"):
        with pytest.raises(StepError, match="run"):
            await stage.one(Rerun(do="rerun", run=bad))
    with pytest.raises(StepError, match="12345"):
        await stage.one(Rerun(do="rerun", run="12345"))


async def test_a_run_is_cancelled_or_has_ended(stage: Stage) -> None:
    held = failed_run(stage)
    with stage.box.world.lock:
        pipeline.rerun(stage.box.world, held, "backend-dev")
    step = CancelRun(do="cancel", run=str(held.id))
    plan = await stage.one(step)
    assert plan.state == "ready" and "backend-dev started attempt 2" in plan.notes[0]
    assert await stage.find(step, plan) is None
    await stage.do(step, plan)
    stage.box.advance(600)
    assert held.conclusion == "cancelled" and await stage.find(step, plan) is not None
    assert (await stage.one(step)).state == "nothing"
    with pytest.raises(StepError, match="has ended as cancelled") as raised:
        await stage.kind(step).do(plan, stage.running())
    assert raised.value.moved


# ---- off and on ----------------------------------------------------------------------------------------------------


async def test_a_workflow_is_switched_off_and_on(stage: Stage) -> None:
    off = WorkflowState(do="workflow_state", workflow="production-deploy.yml", state="off")
    plan = await stage.one(off)
    assert plan.requests[0].verb == "PUT" and plan.requests[0].where.endswith("/disable") and plan.undo.can
    await stage.do(off, plan)
    assert await stage.find(off, plan) is not None and (await stage.one(off)).state == "nothing"
    assert "is disabled manually now" in await stage.kind(off).moved(plan)
    started = await stage.one(RunWorkflow(do="run_workflow", workflow="production-deploy.yml"))
    assert started.state == "blocked" and "switched off" in started.why
    assert "is on again" in await stage.undo(off, plan) and "is on again" in await stage.undo(off, plan)
    assert (await stage.one(off)).state == "ready"
