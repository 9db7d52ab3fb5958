"""Labels, people, comments, the end of an issue; and that a number is never guessed."""

from __future__ import annotations

import pytest

from tests.actions.remedy.steps.stage import EXECUTION, Stage
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.runbooks.model import Assign, CloseIssue, CommentOn, Label, StepBase
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.records import Issue


def issue(stage: Stage) -> Issue:
    return next(one for one in stage.box.world.issues() if one.state == "open" and one.labels)


async def test_labels_are_put_on_taken_off_and_put_back(stage: Stage) -> None:
    held = issue(stage)
    before = list(held.labels)
    step = Label(do="label", issue=f"#{held.number}", add=("fix now 100%",), remove=(before[0].upper(), "no"))
    plan = await stage.one(step)
    assert [one.verb for one in plan.requests] == ["POST", "DELETE"] and "new to the repository" in plan.notes[0]
    assert await stage.find(step, plan) is None
    await stage.do(step, plan)
    assert "fix now 100%" in held.labels and before[0] not in held.labels
    assert await stage.find(step, plan) is not None and (await stage.one(step)).state == "nothing"
    await stage.kind(step).do(plan, stage.running())
    await stage.undo(step, plan)
    assert sorted(held.labels) == sorted(before)


async def test_people_are_assigned_and_taken_off(stage: Stage) -> None:
    held = issue(stage)
    held.assignees = ["backend-dev"]
    step = Assign(do="assign", issue=str(held.number), to=("@frontend-dev", "backend-dev"))
    plan = await stage.one(step)
    assert '"frontend-dev"' in plan.requests[0].body and "backend-dev" not in plan.requests[0].body
    await stage.do(step, plan)
    assert held.assignees == ["backend-dev", "frontend-dev"] and await stage.find(step, plan) is not None
    assert (await stage.one(step)).state == "nothing"
    await stage.undo(step, plan)
    assert held.assignees == ["backend-dev"]


async def test_somebody_who_cannot_be_assigned_is_said(stage: Stage) -> None:
    step = Assign(do="assign", issue=str(issue(stage).number), to=("nobody-here",))
    with pytest.raises(StepError, match="nobody-here can't be assigned"):
        await stage.do(step, await stage.one(step))


async def test_a_comment_is_made_once_and_deleted(stage: Stage) -> None:
    held = issue(stage)
    step = CommentOn(do="comment", issue=str(held.number), text="It is being mended.")
    plan = await stage.one(step)
    assert plan.requests[0].later
    stage.box.faults.add("github", "lost_answer", path="*/comments", times=1)
    with pytest.raises(StepError) as raised:
        await stage.do(step, plan)
    assert raised.value.unsure
    found = await stage.find(step, plan)
    assert found is not None and len([one for one in held.comments if EXECUTION in one.body]) == 1
    stage.results[plan.id] = found.result
    await stage.undo(step, plan)
    assert not [one for one in held.comments if EXECUTION in one.body]
    assert "is deleted" in await stage.undo(step, plan)
    assert (await stage.one(CommentOn(do="comment", issue="1", text="  "))).state == "blocked"


async def test_an_issue_is_closed_with_a_last_word_and_opened_again(stage: Stage) -> None:
    held = issue(stage)
    step = CloseIssue(do="close_issue", issue=str(held.number), reason="not_planned", comment="No more.")
    plan = await stage.one(step)
    assert [one.verb for one in plan.requests] == ["POST", "PATCH"] and plan.undo.can
    stage.box.faults.add("github", "refused", path=f"*/issues/{held.number}", method="PATCH", times=1)
    with pytest.raises(StepError):
        await stage.do(step, plan)
    assert held.state == "open" and await stage.find(step, plan) is None
    await stage.do(step, plan)
    assert (held.state, held.state_reason) == ("closed", "not_planned")
    assert len([one for one in held.comments if EXECUTION in one.body]) == 1, "the comment is not made twice"
    assert await stage.find(step, plan) is not None and (await stage.one(step)).state == "nothing"
    await stage.undo(step, plan)
    assert held.state == "open" and not [one for one in held.comments if EXECUTION in one.body]


async def test_one_that_was_closed_since_is_said(stage: Stage) -> None:
    held = issue(stage)
    step = CloseIssue(do="close_issue", issue=str(held.number))
    plan = await stage.one(step)
    with stage.box.world.lock:
        changes.set_state(stage.box.world, held, "closed", "completed", "backend-dev")
    assert f"has closed #{held.number} since" in await stage.kind(step).moved(plan)


@pytest.mark.parametrize("number", ["", "the current one", "12 13", "#", "-1"])
@pytest.mark.parametrize("make", [
    lambda number: Label(do="label", issue=number, add=("x",)),
    lambda number: Assign(do="assign", issue=number, to=("x",)),
    lambda number: CommentOn(do="comment", issue=number, text="x"),
    lambda number: CloseIssue(do="close_issue", issue=number),
])  # fmt: skip
async def test_an_empty_target_is_an_error(stage: Stage, make: object, number: str) -> None:
    step: StepBase = make(number)  # type: ignore[operator]
    with pytest.raises(StepError, match="issue"):
        await stage.one(step)
    assert stage.requests() == []
