"""Steps that wait: until a check is met, an approval is given, a person has done something."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from vauntico_tui.actions.remedy.kinds import Made, Running
from vauntico_tui.actions.remedy.model import Ask, Doubt, Shown, StepPlan, Subject
from vauntico_tui.actions.remedy.steps.bench import Bench, failed, go_on, planned, span
from vauntico_tui.base.text import clean, one_line
from vauntico_tui.evidence.specs import Check
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.runbooks.model import AskApproval, AskPerson, WaitFor

LOOK = 2.0
"""Seconds between two looks at readings that are here; no request is made for one."""
AGAIN = 15.0
"""Seconds between two requests to have the sources read again."""
_CHECK: TypeAdapter[Any] = TypeAdapter(Check)


class _Waits:
    """What the three have in common: nothing is sent, so nothing moves, and nothing is taken back."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def moved(self, plan: StepPlan) -> str:
        return ""

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        return None

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        return "it changed nothing"

    def _ask_again(self, last: datetime | None) -> datetime:
        """Have everything read again where that is long enough ago; when that was."""
        now = self._bench.around.now()
        if last is not None and (now - last).total_seconds() < AGAIN:
            return last
        self._bench.around.ask_again()
        return now


class WaitKind(_Waits):
    """`data`: check (JSON), subject, within (seconds)."""

    async def plan(self, step: WaitFor, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        verdict = self._bench.around.verdict(step.until, subject.key)
        said = one_line(step.until.title or verdict.reason, 160)
        title = f"Wait until {one_line(step.until.title, 80)}" if step.until.title else "Wait until its check is met"
        if verdict.mark is Mark.MET and not any(one.state == "ready" for one in before):
            return planned(step, index, "wait", title, state="nothing", why=f"it is met already: {verdict.reason}")
        return planned(
            step, index, "wait", title,
            requests=(Shown("…", f"{said}; at most {span(step.within)}"),),
            notes=(f"now: {verdict.reason}",) if verdict.reason else (),
            data={
                "check": _CHECK.dump_python(step.until, mode="json", by_alias=True), "subject": subject.key,
                "within": step.within.total_seconds(),
            },
        )  # fmt: skip

    async def do(self, plan: StepPlan, running: Running) -> Made:
        check = _CHECK.validate_python(plan.data["check"])
        looks = self._bench.looks(timedelta(seconds=float(plan.data["within"])))
        asked_at = None
        while True:
            go_on(running)
            verdict = self._bench.around.verdict(check, str(plan.data["subject"]))
            if verdict.mark is Mark.MET:
                return Made(f"met: {verdict.reason}", {"met": True})
            running.told(f"not met yet: {verdict.reason}", looks.share)
            if not looks.left:
                cause = f"not met within {span(timedelta(seconds=float(plan.data['within'])))}: {verdict.reason}"
                raise failed("timeout", cause, "resume to wait on")
            asked_at = self._ask_again(asked_at)
            await self._bench.rest(min(LOOK, max(looks.left.total_seconds(), 0.05)), running)


class ApprovalKind(_Waits):
    """`data`: approval, within (seconds)."""

    async def plan(self, step: AskApproval, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        gate = self._bench.around.gate(step.approval)
        title = f"Ask for the approval {gate.title or step.approval}"
        if gate.open:
            return planned(step, index, "approval", title, state="nothing", why=gate.said)
        return planned(
            step, index, "approval", title,
            requests=(Shown("…", f"{gate.title or step.approval}; at most {span(step.within)}"),),
            notes=(gate.said,),
            data={"approval": step.approval, "within": step.within.total_seconds()},
        )  # fmt: skip

    async def do(self, plan: StepPlan, running: Running) -> Made:
        looks = self._bench.looks(timedelta(seconds=float(plan.data["within"])))
        asked_at = None
        while True:
            go_on(running)
            gate = self._bench.around.gate(str(plan.data["approval"]))
            if gate.open:
                return Made(f"{gate.title}: {gate.said}", {"approval": gate.id})
            running.told(f"waits for {gate.title}: {gate.said}", looks.share)
            if not looks.left:
                cause = f"{gate.title} was not given within {span(timedelta(seconds=float(plan.data['within'])))}"
                raise failed("timeout", cause, "have it signed, then resume")
            asked_at = self._ask_again(asked_at)
            await self._bench.rest(min(LOOK, max(looks.left.total_seconds(), 0.05)), running)


class PersonKind(_Waits):
    """`data`: text, question."""

    async def plan(self, step: AskPerson, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        return planned(
            step, index, "person", f"You: {one_line(step.text, 90)}",
            requests=(Shown("…", "a person", clean(step.text)),),
            asks=(Ask("confirm", step.question, clean(step.text)),),
            data={"text": step.text, "question": step.question},
        )  # fmt: skip

    async def do(self, plan: StepPlan, running: Running) -> Made:
        go_on(running)
        running.told(one_line(str(plan.data["text"]), 300), None)
        told = running.confirmed(Doubt(str(plan.data["question"])))
        if not (await told if inspect.isawaitable(told) else told):
            raise failed("refused", f"not confirmed: {plan.data['question']}", "do it, then resume")
        go_on(running)
        return Made(f"{running.by} confirmed: {one_line(str(plan.data['question']), 120)}", {"by": running.by})
