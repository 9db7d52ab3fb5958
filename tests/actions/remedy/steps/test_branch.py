"""Creating a branch: planned against the world, refused where it moved, found again after a cut, taken back."""

from __future__ import annotations

import pytest

from tests.actions.remedy.steps.stage import BRANCH, Stage, branch, pull, put
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.sim.world import changes


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


@pytest.fixture
async def merged(stage: Stage) -> Stage:
    """Of what the branch held all is merged, and main has gone on to lose it."""
    await stage.all(branch(), put("a.txt", "a\n"), pull())
    with stage.box.world.lock:
        open_pull = next(one for one in stage.box.world.pulls() if one.head == BRANCH)
        changes.merge_pull(stage.box.world, open_pull, "ada", method="squash")
    assert stage.text("a.txt") == "a\n"
    stage.write({"a.txt": "worse\n", "c.txt": "c\n"})
    stage.results.clear()
    return stage


async def test_one_whose_commits_are_merged_starts_again(merged: Stage) -> None:
    old, main = merged.head(BRANCH), merged.head()
    assert old is not None and main is not None
    steps = (branch(), put("a.txt", "a\n"), pull())
    plans = await merged.plan(*steps)
    assert [plan.state for plan in plans] == ["ready"] * 3, "the file is compared with main's, not with the old one"
    assert plans[0].title == f"Start the branch {BRANCH} again from main" and plans[0].undo.can
    assert [one.verb for one in plans[0].requests] == ["PATCH"] and f'"sha": "{main}"' in plans[0].requests[0].body
    assert plans[0].basis == {"branch main": main, f"branch {BRANCH}": old} and "was merged by #" in plans[0].notes[0]
    assert plans[1].changes[0].before == "worse\n"
    for step, plan in zip(steps, plans, strict=True):
        await merged.do(step, plan)
    assert merged.text("a.txt", BRANCH) == "a\n" and merged.text("c.txt", BRANCH) == "c\n"
    assert merged.text("a.txt") == "worse\n"
    for step, plan in reversed(list(zip(steps, plans, strict=True))):
        await merged.undo(step, plan)
    assert merged.head(BRANCH) == old, "it is put back to where it was"
    assert "already" in await merged.undo(branch(), plans[0]), "twice is once"


async def test_one_that_is_merged_is_left_where_nothing_is_to_be_put_on_it(merged: Stage) -> None:
    plans = await merged.plan(branch(), put("c.txt", "c\n"), pull())
    assert [plan.state for plan in plans] == ["nothing"] * 3 and "nothing is to be put on it" in plans[0].why
    assert not plans[0].requests and "was" not in plans[0].data


async def test_one_that_starts_again_is_looked_at_before_and_after_a_cut(merged: Stage) -> None:
    plan = (await merged.plan(branch(), put("a.txt", "a\n")))[0]
    assert await merged.find(branch(), plan) is None
    merged.box.faults.add("github", "lost_answer", path="*/git/refs/*", times=1)
    with pytest.raises(StepError) as raised:
        await merged.do(branch(), plan)
    assert raised.value.unsure
    found = await merged.find(branch(), plan)
    assert found is not None and merged.head(BRANCH) == merged.head()
    assert "moved from" in await merged.kind(branch()).moved(plan)


async def test_one_with_a_commit_since_its_merge_is_used_as_it_stands(merged: Stage) -> None:
    merged.write({"later.txt": "x\n"}, BRANCH)
    plan = (await merged.plan(branch(), put("a.txt", "new\n")))[0]
    assert plan.state == "nothing" and "used as it stands" in plan.why


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
