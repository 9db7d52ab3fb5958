"""Opening and merging a pull request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.actions.remedy.steps.stage import BRANCH, BUILD, EXECUTION, Stage, branch, pull, put
from vauntico_tui.actions.remedy.kinds import Cancelled, StepError
from vauntico_tui.actions.remedy.model import Doubt
from vauntico_tui.evidence.template import read_description
from vauntico_tui.runbooks.model import ChangeFiles, MergePullRequest, WorkflowDatabase
from vauntico_tui.sim.acts import act
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.protection import Protection
from vauntico_tui.sim.world.records import Pull

ALL = ("phase", "revenue", "memories", "kpis")
MERGE = MergePullRequest(do="merge", branch=BRANCH)
QUICK = MergePullRequest(do="merge", branch=BRANCH, needs_checks=False)


def opened(stage: Stage) -> Pull:
    return next(one for one in stage.box.world.pulls() if one.head == BRANCH)


def by_hand(stage: Stage, body: str) -> Pull:
    world = stage.box.world
    with world.lock:
        return changes.open_pull(world, "by hand", body, "backend-dev", head=BRANCH, base="main")


async def test_the_body_is_the_template_filled_in(stage: Stage) -> None:
    plans = await stage.all(branch(), put("a.txt", "a\n"), pull())
    held = opened(stage)
    assert held.title == "1: fix: unblock" and "## How it was tested" in held.body
    assert read_description(held.body).lacks(ALL) == []
    assert f"<!-- vauntico-tui execution: {EXECUTION}/3 -->" in held.body
    assert plans[2].changes[0].before is not None and plans[2].notes[0].startswith("the description is the template")
    assert "carries no" not in " ".join(plans[2].notes)
    found = await stage.find(pull(), plans[2])
    assert found is not None and found.result["number"] == held.number
    assert await stage.undo(pull(), plans[2]) == f"pull request #{held.number} is closed"
    assert held.state == "closed" and "is closed" in await stage.undo(pull(), plans[2])


async def test_what_a_runbook_leaves_out_is_said(stage: Stage) -> None:
    plans = await stage.plan(branch(), put("a.txt", "a\n"), pull(phase=None, kpis=()))
    assert plans[2].state == "ready" and "its phase, its KPIs" in plans[2].notes[-1]


async def test_one_that_is_open_is_adopted(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"))
    held = by_hand(stage, "My words.")
    plan = (await stage.plan(pull()))[0]
    assert plan.state == "ready" and plan.changes[0].before == "My words." and "by backend-dev" in plan.notes[0]
    assert plan.requests[0].verb == "PATCH"
    await stage.do(pull(), plan)
    assert held.body.startswith("My words.") and read_description(held.body).lacks(ALL) == []
    assert await stage.find(pull(), plan) is not None
    again = (await stage.plan(pull()))[0]
    assert again.state == "nothing" and f"#{held.number}" in again.why
    assert "put back" in await stage.undo(pull(), plan) and held.body.strip() == "My words."
    held.body = "other"
    with pytest.raises(StepError, match="changed"):
        await stage.undo(pull(), plan)


async def test_one_that_was_opened_since_is_said(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"))
    plan = (await stage.plan(pull()))[0]
    by_hand(stage, "")
    with pytest.raises(StepError, match="was opened since") as raised:
        await stage.do(pull(), plan)
    assert raised.value.moved


async def test_nothing_to_merge_is_nothing_to_do(stage: Stage) -> None:
    await stage.all(branch())
    plans = await stage.plan(pull(), MERGE)
    assert [plan.state for plan in plans] == ["nothing", "nothing"]
    assert "no commit that main lacks" in plans[0].why


async def test_a_lost_answer_is_found_by_its_mark(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"))
    plan = (await stage.plan(pull()))[0]
    stage.box.faults.add("github", "lost_answer", path="*/pulls", times=1)
    with pytest.raises(StepError) as raised:
        await stage.do(pull(), plan)
    found = await stage.find(pull(), plan)
    assert raised.value.unsure and found is not None and found.result["number"] == opened(stage).number


async def test_it_is_merged_when_its_checks_have_ended(stage: Stage) -> None:
    database = ChangeFiles(
        do="files", branch=BRANCH, message="1: fix: a database",
        edits=(WorkflowDatabase(edit="workflow_database", path=BUILD),),
    )  # fmt: skip
    with stage.box.world.lock:
        act(stage.box.world, {"act": "jest"})  # the other half of a green build
    plans = await stage.all(branch(), database, pull(), MERGE)
    held = opened(stage)
    assert held.merged_at is not None and "postgres" in (stage.text(BUILD) or "")
    assert any("waits for" in line and share is not None for line, share in stage.said)
    assert plans[3].requests[1].later and not plans[3].undo.can and stage.confirms == []
    found = await stage.find(MERGE, plans[3])
    assert found is not None and found.result["number"] == held.number
    with pytest.raises(StepError, match="merged"):
        await stage.undo(pull(), plans[2])
    assert (await stage.plan(MERGE))[0].state == "nothing"


async def _failing(stage: Stage) -> None:
    """A pull request whose build fails: its integration tests have no database."""
    await stage.all(branch(), put("server-v2/src/x.ts", "export {};\n"), pull())
    for run in stage.box.world.runs.values():
        if run.branch == BRANCH:
            run.failure = run.failure or "integration"
    stage.box.advance(3600)


async def test_a_failing_check_needs_a_persons_yes(stage: Stage) -> None:
    await _failing(stage)
    stage.answer = False
    plan = (await stage.plan(MERGE))[0]
    with pytest.raises(StepError, match="was not merged"):
        await stage.do(MERGE, plan)
    assert "failed on #" in stage.confirms[0] and "Merge it all the same?" in stage.confirms[0]
    assert isinstance(stage.confirms[0], Doubt), "no --yes merges over a failing check"
    assert opened(stage).merged_at is None
    stage.answer = True
    await stage.do(MERGE, plan)
    assert opened(stage).merged_at is not None


async def test_checks_that_do_not_end_in_time(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"), pull())
    step = MergePullRequest(do="merge", branch=BRANCH, wait=timedelta(seconds=1))
    with pytest.raises(StepError, match="did not end in time"):
        await stage.all(step)
    assert opened(stage).merged_at is None


async def test_waiting_is_cancelled_between_two_looks(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"), pull())
    stage.around.each_rest = stage.cancel.set
    with pytest.raises(Cancelled):
        await stage.all(MERGE)
    assert opened(stage).merged_at is None


async def test_a_protected_base_refuses_with_its_own_words(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"), pull())
    stage.box.world.protections["main"] = Protection(1, "main", reviews=1, bind_admins=True)
    with pytest.raises(StepError, match="approving review") as raised:
        await stage.all(QUICK)
    assert not raised.value.moved and not raised.value.unsure and opened(stage).merged_at is None


async def test_a_conflict_a_draft_and_a_closed_one_are_said(stage: Stage) -> None:
    await stage.all(branch(), put("README.md", "ours\n"), pull(draft=True))
    plan = (await stage.plan(QUICK))[0]
    with pytest.raises(StepError, match="is a draft"):
        await stage.do(QUICK, plan)
    opened(stage).draft = False
    stage.write({"README.md": "theirs\n"})
    with pytest.raises(StepError, match="conflicts with main"):
        await stage.do(QUICK, plan)
    opened(stage).state = "closed"
    with pytest.raises(StepError, match="was closed without a merge"):
        await stage.do(QUICK, plan)


async def test_one_that_is_pushed_to_meanwhile_is_not_merged_unseen(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"), pull())
    plan = (await stage.plan(QUICK))[0]
    stage.box.faults.add("github", "status", value=409, path="*/merge", times=1)
    with pytest.raises(StepError, match="pushed to") as raised:
        await stage.do(QUICK, plan)
    assert raised.value.moved and opened(stage).merged_at is None


async def test_somebody_elses_merge_is_adopted(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"), pull())
    plan = (await stage.plan(MERGE))[0]
    with stage.box.world.lock:
        changes.merge_pull(stage.box.world, opened(stage), "backend-dev")
    made = await stage.do(MERGE, plan)
    assert made.result["number"] == opened(stage).number
    assert [one for one in stage.requests("PUT") if "/merge" in one] == []
