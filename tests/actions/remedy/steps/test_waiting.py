"""Steps that wait: for a check, an approval, a person."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.actions.remedy.steps.stage import Stage, branch
from vauntico_tui.actions.remedy.kinds import Cancelled, StepError
from vauntico_tui.actions.remedy.model import Gate, Subject
from vauntico_tui.evidence.specs import AllOf, FileExists, NoAlert, TargetsUp
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.runbooks.model import AskApproval, AskPerson, WaitFor

CHECK = AllOf(
    check="all", title="monitoring is up",
    of=(TargetsUp(check="targets_up", jobs=("vauntico-api",)), NoAlert(check="no_alert", matching={"a": "b.*"}),
        FileExists(check="file_exists", path="monitoring/prometheus.yml")),
)  # fmt: skip
WAIT = WaitFor(do="wait", until=CHECK, within=timedelta(minutes=5))


async def test_it_waits_until_the_check_is_met(stage: Stage) -> None:
    unmet, met = Verdict(Mark.UNMET, "0 of 1 up"), Verdict(Mark.MET, "1 of 1 up")
    stage.around.verdicts = [unmet, unmet, Verdict(Mark.UNKNOWN, "nothing read"), unmet, met]
    plan = await stage.one(WAIT, subject=Subject("blocker", "basic-monitoring-setup"))
    assert plan.title == "Wait until monitoring is up" and plan.notes == ("now: 0 of 1 up",)
    assert json.loads(json.dumps(dict(plan.data)))["subject"] == "blocker:basic-monitoring-setup"
    made = await stage.do(WAIT, plan)
    assert made.said == "met: 1 of 1 up" and stage.around.asked >= 1
    shares = [share for _, share in stage.said if share is not None]
    assert len(shares) == 3 and shares == sorted(shares) and stage.said[1][0] == "not met yet: nothing read"
    assert stage.requests() == [], "readings come by themselves"


async def test_one_that_is_met_already_is_nothing_unless_something_comes_before(stage: Stage) -> None:
    stage.around.verdicts = [Verdict(Mark.MET, "1 of 1 up")]
    assert (await stage.one(WAIT)).state == "nothing"
    assert (await stage.plan(branch(), WAIT))[1].state == "ready"


async def test_overridden_is_not_met(stage: Stage) -> None:
    stage.around.verdicts = [Verdict(Mark.OVERRIDDEN, "signed away")]
    with pytest.raises(StepError, match="not met within 5 min: signed away") as raised:
        await stage.do(WAIT, await stage.one(WAIT))
    assert not raised.value.moved and 299 <= stage.around.rested < 310


async def test_waiting_is_cancelled_within_a_second(stage: Stage) -> None:
    stage.around.each_rest = stage.cancel.set
    with pytest.raises(Cancelled):
        await stage.do(WAIT, await stage.one(WAIT))
    assert stage.around.rested <= 1


async def test_an_approval_opens_it(stage: Stage) -> None:
    closed, opened = Gate("a", "Hotfix approval", False, "not signed"), Gate("a", "Hotfix approval", True, "Ada signed")
    step = AskApproval(do="approval", approval="a", within=timedelta(minutes=1))
    stage.around.gates = [closed, closed, opened]
    plan = await stage.one(step)
    assert plan.state == "ready" and plan.notes == ("not signed",)
    made = await stage.do(step, plan)
    assert made.said == "Hotfix approval: Ada signed"
    assert (await stage.one(step)).state == "nothing"
    stage.around.gates = [closed]
    with pytest.raises(StepError, match="was not given within 1 min"):
        await stage.do(step, plan)


async def test_a_person_says_that_it_is_done(stage: Stage) -> None:
    step = AskPerson(do="person", text="Rotate the key at Stripe.\nIt is under Developers.", question="Rotated?")
    plan = await stage.one(step)
    assert [(one.kind, one.name) for one in plan.asks] == [("confirm", "Rotated?")]
    assert "Developers" in plan.asks[0].help
    made = await stage.do(step, plan)
    assert stage.confirms == ["Rotated?"] and made.said == "Ada confirmed: Rotated?"
    stage.answer = False
    with pytest.raises(StepError, match="not confirmed"):
        await stage.do(step, plan)
    assert await stage.find(step, plan) is None and await stage.undo(step, plan) == "it changed nothing"
