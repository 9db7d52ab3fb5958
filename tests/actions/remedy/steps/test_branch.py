"""Creating a branch: planned against the world, refused where it moved, found again after a cut, taken back."""

from __future__ import annotations

import pytest

from tests.actions.remedy.steps.stage import BRANCH, Stage, branch, put
from vauntico_tui.actions.remedy.kinds import StepError


async def test_it_is_planned_done_and_taken_back(stage: Stage) -> None:
    main = stage.head()
    plan = await stage.one(branch())
    assert plan.state == "ready" and plan.undo.can and [need.have for need in plan.needs] == [True]
    assert [(one.verb, one.later) for one in plan.requests] == [("POST", False)]
    assert f'"sha": "{main}"' in plan.requests[0].body and plan.requests[0].where.endswith("/git/refs")
    assert stage.head(BRANCH) is None, "planning changes nothing"
    made = await stage.do(branch(), plan)
    assert stage.head(BRANCH) == main and made.result["made"]
    assert await stage.find(branch(), plan) == made
    assert "deleted" in await stage.undo(branch(), plan) and stage.head(BRANCH) is None
    assert "gone already" in await stage.undo(branch(), plan), "twice is once"


async def test_one_that_is_there_is_used_as_it_stands(stage: Stage) -> None:
    await stage.all(branch(), put("a.txt", "a\n"))
    stage.write({"b.txt": "b\n"})
    plan = await stage.one(branch())
    assert plan.state == "nothing" and not plan.requests
    assert "used as it stands: 1 commit ahead of main, 1 behind" in plan.why


async def test_a_start_that_moved_or_a_branch_created_since_is_said(stage: Stage) -> None:
    plan = await stage.one(branch())
    stage.write({"x.txt": "x\n"})
    assert "main moved from" in await stage.kind(branch()).moved(plan)
    plan = await stage.one(branch())
    await stage.do(branch(), plan)
    assert "was created since" in await stage.kind(branch()).moved(plan)
    with pytest.raises(StepError, match="was created since") as raised:
        await stage.kind(branch()).do(plan, stage.running())
    assert raised.value.moved


async def test_a_lost_answer_is_looked_at(stage: Stage) -> None:
    plan = await stage.one(branch())
    stage.box.faults.add("github", "lost_answer", path="*/git/refs", times=1)
    with pytest.raises(StepError) as raised:
        await stage.do(branch(), plan)
    assert raised.value.unsure and not raised.value.moved
    found = await stage.find(branch(), plan)
    assert found is not None and found.result["made"] and stage.head(BRANCH) is not None


async def test_a_request_that_never_arrived_was_not_done(stage: Stage) -> None:
    plan = await stage.one(branch())
    stage.box.faults.add("github", "refused", path="*/git/refs", times=1)
    with pytest.raises(StepError):
        await stage.do(branch(), plan)
    assert await stage.find(branch(), plan) is None


async def test_a_branch_with_commits_of_others_stays(stage: Stage) -> None:
    plan = await stage.one(branch())
    await stage.do(branch(), plan)
    stage.write({"theirs.txt": "x\n"}, BRANCH)
    with pytest.raises(StepError, match="somebody else has committed"):
        await stage.undo(branch(), plan)
    assert stage.head(BRANCH) is not None


async def test_a_start_that_is_not_there_blocks(stage: Stage) -> None:
    plan = await stage.one(branch(start="develop"))
    assert plan.state == "blocked" and "no branch develop" in plan.why


async def test_a_token_without_the_scope_is_seen_in_the_plan(stage: Stage) -> None:
    stage.box.accounts.of(stage.box.token).scopes = ("repo",)
    plan = await stage.one(put(".github/workflows/new.yml", "on: push\njobs: {}\n", on="main"))
    needs = {need.permission: need for need in plan.needs}
    assert needs["contents: write (classic: repo)"].have
    assert needs["workflows: write (classic: workflow)"].have is False
    assert plan.state == "blocked" and "gh auth refresh -s workflow" in plan.why


async def test_a_fine_grained_token_names_no_scopes(stage: Stage) -> None:
    stage.box.accounts.of(stage.box.token).scopes = None
    plan = await stage.one(branch())
    assert plan.state == "ready" and [need.have for need in plan.needs] == [None]
