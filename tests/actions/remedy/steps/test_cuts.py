"""The network is cut at each request of each step in turn, before and after it was done. Going on as the engine does
ends in the same state as an undisturbed run, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.actions.remedy.steps.stage import BRANCH, Stage, branch, pull, put
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.actions.remedy.model import StepPlan
from vauntico_tui.runbooks import model as runbook
from vauntico_tui.runbooks.model import StepBase
from vauntico_tui.sim.acts import act
from vauntico_tui.sim.world import pipeline

SECRETS = {"NEW_ONE": "a", "NEW_TWO": "b"}
LOOKS = frozenset({"merge", "run_workflow"})
Steps = Callable[[Stage], tuple[StepBase, ...]]


def _failed(stage: Stage) -> str:
    return str(next(one.id for one in stage.box.world.runs.values() if one.conclusion == "failure"))


def _running(stage: Stage) -> str:
    run = _failed(stage)
    with stage.box.world.lock:
        pipeline.rerun(stage.box.world, stage.box.world.runs[int(run)], "backend-dev")
    return run


def _issue(stage: Stage) -> str:
    return str(next(one.number for one in stage.box.world.issues() if one.state == "open"))


FILE = put("a.txt", "a\n")
CASES: dict[str, Steps] = {
    "branch": lambda _: (branch(),),
    "files": lambda _: (branch(), FILE),
    "pull_request": lambda _: (branch(), FILE, pull()),
    "merge": lambda _: (branch(), FILE, pull(), runbook.MergePullRequest(do="merge", branch=BRANCH)),
    "secrets": lambda _: (runbook.SetSecrets(do="secrets", names=tuple(SECRETS)),),
    "run_workflow": lambda _: (
        runbook.RunWorkflow(do="run_workflow", workflow="build-verification.yml", times=2, wait=timedelta(minutes=30)),
    ),
    "rerun": lambda stage: (runbook.Rerun(do="rerun", run=_failed(stage)),),
    "cancel": lambda stage: (runbook.CancelRun(do="cancel", run=_running(stage)),),
    "workflow_state": lambda _: (
        runbook.WorkflowState(do="workflow_state", workflow="production-deploy.yml", state="off"),
    ),
    "label": lambda stage: (
        runbook.Label(do="label", issue=_issue(stage), add=("one", "two"), remove=("severity: critical",)),
    ),
    "assign": lambda stage: (runbook.Assign(do="assign", issue=_issue(stage), to=("frontend-dev",)),),
    "comment": lambda stage: (runbook.CommentOn(do="comment", issue=_issue(stage), text="Being mended."),),
    "close_issue": lambda stage: (runbook.CloseIssue(do="close_issue", issue=_issue(stage), comment="Done."),),
}  # fmt: skip


async def _before(stage: Stage, case: str) -> tuple[StepBase, StepPlan]:
    """A repository that builds, the steps before done, the last one planned."""
    with stage.box.world.lock:
        act(stage.box.world, {"act": "jest"})
        act(stage.box.world, {"act": "database"})
        stage.box.world.live()
    steps = CASES[case](stage)
    plans = await stage.plan(*steps)
    for step, plan in zip(steps[:-1], plans[:-1], strict=True):
        await stage.do(step, plan)
    assert plans[-1].state == "ready", plans[-1].why
    stage.box.record.reset()
    return steps[-1], plans[-1]


async def _go_on(stage: Stage, step: StepBase, plan: StepPlan, began_at: datetime) -> None:
    """As after a cut: another process looks whether it was done, and does it where it was not."""
    stage.renew()
    kind, running = stage.kind(step), stage.running(began_at=began_at, secrets=SECRETS)
    made = await kind.find(plan, running)
    if made is None:
        moved = await kind.moved(plan)
        assert moved == "", moved
        made = await kind.do(plan, running)
    stage.results[plan.id] = made.result


def _picture(stage: Stage) -> dict[str, Any]:
    """What can be compared; a run's attempt is in it, its progress is not."""
    stage.box.advance(4000)
    return dict(stage.box.picture())


@pytest.mark.parametrize("kind", ["lost_answer", "refused"])
@pytest.mark.parametrize("case", CASES)
async def test_going_on_after_any_cut_ends_in_the_same_state(case: str, kind: str, tmp_path: Path) -> None:
    whole = Stage(tmp_path, runs=20, issues=30)
    step, plan = await _before(whole, case)
    await whole.kind(step).do(plan, whole.running(secrets=SECRETS))
    count, wanted = len(whole.requests()), _picture(whole)
    whole.stop()
    assert count >= 1
    for at in range(count):
        stage = Stage(tmp_path, runs=20, issues=30)
        try:
            step, plan = await _before(stage, case)
            stage.box.faults.add("github", kind, times=1, skip=at)
            began_at = datetime.now(UTC) - timedelta(seconds=1)
            try:
                await stage.kind(step).do(plan, stage.running(secrets=SECRETS, began_at=began_at))
                assert case in LOOKS, "only a look among others may fail and be made good by the next one"
            except StepError as error:
                assert not error.moved, f"request {at + 1}: {error}"
                await _go_on(stage, step, plan, began_at)
            assert stage.box.faults.all()[0].times == 0, "the cut was there"
            assert _picture(stage) == wanted, f"request {at + 1} of {count}: {stage.writes()}"
        finally:
            stage.stop()
