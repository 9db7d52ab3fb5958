"""The bundled runbooks through their steps, on the box: what they plan, how little they ask, what a second run does."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.actions.remedy.steps.stage import BRANCH, Stage
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.runbooks.fill import fill
from vauntico_tui.runbooks.load import bundled_runbooks
from vauntico_tui.runbooks.model import Param, Runbook, StepBase
from vauntico_tui.runbooks.params import read_params

HOTFIX = next(one for one in bundled_runbooks() if one.id == "hotfix")
SECRETS = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "PAYSTACK_SECRET_KEY", "RESEND_API_KEY", "DATABASE_URL")


def steps_of(runbook: Runbook, subject: Subject | None = None, **params: str) -> list[StepBase]:
    values = read_params(runbook.params, params)
    return [fill(step, values, subject or Subject()) for step in runbook.steps]


def _value(param: Param) -> str:
    """Something that a parameter takes."""
    if param.choices:
        return param.choices[0]
    if param.kind in {"number", "yes_no", "duration"}:
        return {"number": "1", "yes_no": "no", "duration": "1 h"}[param.kind]
    given = ("given", "GIVEN", "1", "http://127.0.0.1:9/flag", "main")
    return next(one for one in given if param.pattern is None or re.fullmatch(param.pattern, one))


async def test_the_whole_hotfix_asks_github_25_times_at_most_and_a_second_one_does_nothing_again(stage: Stage) -> None:
    steps = steps_of(HOTFIX)
    plans = await stage.plan(*steps)
    assert [plan.state for plan in plans] == ["ready"] * len(steps), [plan.why for plan in plans]
    planned = len(stage.requests())
    stage.around.each_rest = lambda: stage.box.advance(300)  # a build is shorter than the time between two looks
    for step, plan in zip(steps, plans, strict=True):
        await stage.do(step, plan, secrets=dict.fromkeys(SECRETS, "x"))
    assert planned <= 5 and len(stage.requests()) <= 25, stage.requests()
    assert "postgres" in (stage.text(".github/workflows/build-verification.yml") or "")
    assert stage.text("monitoring/prometheus.yml") and stage.confirms == []
    again = await stage.plan(*steps)
    states = {plan.do: plan.state for plan in again}
    assert [states[do] for do in ("branch", "files", "pull_request", "merge")] == ["nothing"] * 4
    assert "has merged all of" in next(plan.why for plan in again if plan.do == "pull_request")


async def test_the_whole_hotfix_is_taken_back_before_it_is_merged(stage: Stage) -> None:
    before = stage.box.picture()
    steps = [step for step in steps_of(HOTFIX) if step.id in {"branch", "files", "pull-request"}]
    plans = await stage.all(*steps)
    for step, plan in reversed(list(zip(steps, plans, strict=True))):
        await stage.undo(step, plan)
    after = stage.box.picture()
    assert stage.head(BRANCH) is None and after["branches"] == before["branches"]
    assert [one.state for one in stage.box.world.pulls() if one.head == BRANCH] == ["closed"]


@pytest.mark.parametrize("runbook", bundled_runbooks(), ids=lambda one: one.id)
async def test_every_bundled_runbook_can_be_planned(stage: Stage, runbook: Runbook) -> None:
    """What the box lacks blocks a step with a sentence; nothing else is wrong, and nothing is written."""
    run = next(one for one in stage.box.world.runs.values() if one.conclusion == "failure")
    issue = next(one for one in stage.box.world.issues() if one.state == "open")
    subjects = {
        "run": Subject("run", str(run.id), "Build", "http://x/runs/1"),
        "workflow": Subject("workflow", "build-verification.yml", "Build Verification"),
        "issue": Subject("issue", str(issue.number), issue.title, f"http://x/issues/{issue.number}"),
        "alert": Subject("alert", "DatabaseDown", "DatabaseDown", None, (("alertname", "DatabaseDown"),)),
    }
    kinds = [bound.partition(":")[0] for bound in runbook.bound]
    subject = next((subjects[kind] for kind in kinds if kind in subjects), Subject("blocker", "x", "X", "http://x"))
    params = {one.id: _value(one) for one in runbook.params if (one.default is None and one.needed) or one.id == "add"}
    plans = await stage.plan(*steps_of(runbook, subject, **params), subject=subject)
    for plan in plans:
        assert plan.state != "blocked" or plan.why, plan.title
        assert plan.state != "ready" or plan.requests, plan.title
        assert not plan.changes or all(change.before != change.after for change in plan.changes)
    assert not [one for one in stage.requests() if one.startswith(("PUT", "PATCH", "DELETE"))]
    assert set(stage.requests("POST")) <= {"POST /api/graphql"}


async def test_two_plans_at_once_do_not_disturb_each_other(stage: Stage) -> None:
    steps = steps_of(HOTFIX)
    one, other = await asyncio.gather(stage.plan(*steps), stage.plan(*steps))
    assert one == other
    await stage.do(steps[0], one[0])
    assert "was created since" in await stage.kind(steps[0]).moved(other[0])
