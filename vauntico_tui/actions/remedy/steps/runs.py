"""Rerun and cancel a workflow's run. A rerun that somebody else just started is not started twice: it says who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vauntico_tui.actions.remedy.kinds import Made, Running
from vauntico_tui.actions.remedy.model import StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.refusals import Refused
from vauntico_tui.actions.remedy.steps.bench import Bench, ago, blocked_by, failed, instant, number_of, planned
from vauntico_tui.actions.remedy.steps.calls import Call, calls_of
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import CancelRun, Rerun


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a workflow. `by` is who started this attempt."""

    id: int
    name: str
    number: int
    status: str
    conclusion: str
    attempt: int
    by: str
    started_at: datetime | None
    url: str

    @property
    def called(self) -> str:
        return f"{self.name} #{self.number}"


def read_run(told: Mapping[str, Any]) -> Run:
    """A run as REST gives it."""
    who = told.get("triggering_actor") or told.get("actor") or {}
    return Run(
        int(told["id"]), one_line(str(told.get("name") or "run"), 100), int(told.get("run_number") or 0),
        str(told.get("status") or ""), str(told.get("conclusion") or ""), int(told.get("run_attempt") or 1),
        one_line(str(who.get("login") or "somebody"), 100), instant(told.get("run_started_at")),
        str(told.get("html_url") or ""),
    )  # fmt: skip


async def look(bench: Bench, run: int) -> Run:
    """The run as it is now. Raises StepError."""
    return read_run(await bench.remote.json(bench.remote.path(f"/actions/runs/{run}"), what=f"the run {run}"))


class RerunKind:
    """`data`: run, attempt, called, login, calls."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(self, step: Rerun, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        run = await look(self._bench, number_of(step.run, "run"))
        what = "the failed jobs" if step.jobs == "failed" else "all jobs"
        title = f"Rerun {what} of {run.called}"
        if run.status != "completed":
            return planned(step, index, "rerun", title, state="blocked", why=self._who(run))
        if step.jobs == "failed" and run.conclusion == "success":
            return planned(step, index, "rerun", title, state="nothing", why="no job of it failed")
        needs = await self._bench.needs("actions")
        verb = "rerun-failed-jobs" if step.jobs == "failed" else "rerun"
        call = Call("POST", self._bench.remote.path(f"/actions/runs/{run.id}/{verb}"))
        return planned(
            step, index, "rerun", title,
            requests=(call.shown(self._bench.remote),),
            needs=needs,
            undo=Undo(False, "what runs again can be cancelled, not taken back"),
            notes=(f"attempt {run.attempt} ended as {run.conclusion}; this is attempt {run.attempt + 1}",),
            basis={f"attempt of {run.called}": str(run.attempt)},
            data={
                "run": run.id, "attempt": run.attempt, "called": run.called, "login": self._bench.scene.login,
                "calls": [call.kept()],
            },
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        now = await look(self._bench, int(plan.data["run"]))
        return self._who(now) if now.attempt != plan.data["attempt"] or now.status != "completed" else ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        try:
            await self._bench.send(calls_of(plan)[0], running, what=f"rerun {plan.data['called']}")
        except Refused as refusal:
            now = await look(self._bench, int(plan.data["run"]))
            if now.attempt != plan.data["attempt"] or now.status != "completed":
                raise failed("moved", self._who(now), "watch that one", moved=True) from None
            raise refusal from None
        return self._made(plan)

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        now = await look(self._bench, int(plan.data["run"]))
        if now.attempt == plan.data["attempt"] and now.status == "completed":
            return None
        await self._bench.scene.read()
        if now.by in {plan.data["login"], self._bench.scene.login}:
            return self._made(plan)
        raise failed("moved", self._who(now), "watch that one", moved=True)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        raise failed("refused", f"{plan.data['called']} ran again", "cancel it while it runs", stays=True)

    def _made(self, plan: StepPlan) -> Made:
        attempt = int(plan.data["attempt"]) + 1
        return Made(
            f"{plan.data['called']} runs again, attempt {attempt}", {"run": plan.data["run"], "attempt": attempt}
        )

    def _who(self, run: Run) -> str:
        """Who runs it, and since when."""
        when = ago(run.started_at, self._bench.around.now())
        verb = "is running" if run.status != "completed" else f"ended as {run.conclusion}"
        return f"{run.by} started attempt {run.attempt} of {run.called} {when}; it {verb}"


class CancelKind:
    """`data`: run, called, attempt, calls."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(self, step: CancelRun, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        run = await look(self._bench, number_of(step.run, "run"))
        title = f"Cancel {run.called}"
        if run.status == "completed":
            return planned(step, index, "cancel", title, state="nothing", why=f"it has ended as {run.conclusion}")
        needs = await self._bench.needs("actions")
        call = Call("POST", self._bench.remote.path(f"/actions/runs/{run.id}/cancel"))
        return planned(
            step, index, "cancel", title,
            requests=(call.shown(self._bench.remote),),
            needs=needs,
            undo=Undo(False, "a run that was cancelled stays cancelled; rerun it"),
            notes=(f"{run.by} started attempt {run.attempt} {ago(run.started_at, self._bench.around.now())}",),
            basis={f"attempt of {run.called}": str(run.attempt)},
            data={"run": run.id, "called": run.called, "attempt": run.attempt, "calls": [call.kept()]},
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        now = await look(self._bench, int(plan.data["run"]))
        if now.attempt != plan.data["attempt"]:
            return f"{now.by} started attempt {now.attempt} of {now.called} since"
        return f"{now.called} has ended as {now.conclusion}" if now.status == "completed" else ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        try:
            await self._bench.send(calls_of(plan)[0], running, what=f"cancel {plan.data['called']}")
        except Refused as refusal:
            now = await look(self._bench, int(plan.data["run"]))
            if refusal.status == 409 and now.status == "completed":
                cause = f"{now.called} has ended as {now.conclusion}"
                raise failed("moved", cause, "there is nothing left to cancel", moved=True) from None
            raise
        return Made(f"{plan.data['called']} is being cancelled", {"run": plan.data["run"]})

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        now = await look(self._bench, int(plan.data["run"]))
        if now.attempt != plan.data["attempt"] or now.conclusion == "cancelled":
            return Made(f"{plan.data['called']} is cancelled", {"run": plan.data["run"]})
        return None

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        raise failed("refused", f"{plan.data['called']} was cancelled", "rerun it", stays=True)
