"""Workflows by name or file, and switching them off and on: how deployments are blocked and let go again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vauntico_tui.actions.remedy.kinds import Made, Running
from vauntico_tui.actions.remedy.model import StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.steps.bench import Bench, blocked_by, failed, planned
from vauntico_tui.actions.remedy.steps.calls import Call, calls_of
from vauntico_tui.base.problems import did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import WorkflowState

FOLDER = ".github/workflows/"


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow as GitHub lists it. `state`: active, disabled_manually, disabled_inactivity, ..."""

    id: int
    name: str
    path: str
    state: str

    @property
    def on(self) -> bool:
        return self.state == "active"


async def find_workflow(bench: Bench, wanted: str) -> Workflow | None:
    """By its number, its file (with its folder or without) or its name. Raises StepError where two have the name."""
    held = [_read(one) for one in await bench.scene.once("workflows", "/actions/workflows", "workflows", "workflows")]
    text = wanted.strip().casefold()
    for match in (
        lambda flow: str(flow.id) == text,
        lambda flow: flow.path.casefold() == text or flow.path.rpartition("/")[2].casefold() == text,
        lambda flow: flow.name.casefold() == text,
    ):
        found = [flow for flow in held if match(flow)]
        if len(found) > 1:
            said = ", ".join(flow.path for flow in found)
            raise failed("input", f"several workflows are called {one_line(wanted, 60)}: {said}", "name the file")
        if found:
            return found[0]
    return None


async def no_workflow(bench: Bench, wanted: str) -> str:
    """Why `find_workflow` found none."""
    held = [_read(one) for one in await bench.scene.once("workflows", "/actions/workflows", "workflows", "workflows")]
    names = [name for flow in held for name in (flow.name, flow.path.rpartition("/")[2])]
    if not wanted.strip():
        return "no workflow is named"
    hint = did_you_mean(wanted, names)
    return f"there is no workflow {one_line(wanted, 60)}" + (f"; {hint}" if hint else "")


def _read(told: Mapping[str, Any]) -> Workflow:
    return Workflow(
        int(told["id"]), one_line(str(told.get("name") or ""), 120), str(told.get("path") or ""), str(told.get("state"))
    )


class WorkflowStateKind:
    """`data`: id, name, want ("off" or "on"), was (GitHub's state), calls."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(self, step: WorkflowState, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        flow = await find_workflow(self._bench, step.workflow)
        title = f"Switch {one_line(step.workflow, 60)} {step.state}"
        if flow is None:
            why = await no_workflow(self._bench, step.workflow)
            return planned(step, index, "workflow_state", title, state="blocked", why=why)
        title = f"Switch the workflow {flow.name} {step.state}"
        if flow.on == (step.state == "on"):
            return planned(step, index, "workflow_state", title, state="nothing", why=f"it is {step.state} already")
        needs = await self._bench.needs("actions")
        call = self._call(flow.id, step.state)
        note = (
            "runs that are under way go on; nothing starts it any more, neither a push nor a person"
            if step.state == "off" else "it starts again with the next push or by hand; what was missed is not run"
        )  # fmt: skip
        return planned(
            step, index, "workflow_state", title,
            requests=(call.shown(self._bench.remote),),
            needs=needs,
            undo=Undo(True, f"it is switched {'on' if step.state == 'off' else 'off'} again"),
            notes=(note,),
            basis={f"workflow {flow.name}": flow.state},
            data={"id": flow.id, "name": flow.name, "want": step.state, "was": flow.state, "calls": [call.kept()]},
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        now = await self._now(plan)
        return "" if now.state == plan.data["was"] else f"the workflow {now.name} is {now.state.replace('_', ' ')} now"

    async def do(self, plan: StepPlan, running: Running) -> Made:
        name, want = plan.data["name"], plan.data["want"]
        await self._bench.send(calls_of(plan)[0], running, what=f"switch {name} {want}")
        return _made(plan)

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        return _made(plan) if (await self._now(plan)).on == (plan.data["want"] == "on") else None

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        back = "on" if plan.data["want"] == "off" else "off"
        if (await self._now(plan)).on != (back == "on"):
            await self._bench.send(
                self._call(plan.data["id"], back), running, what=f"switch {plan.data['name']} {back}"
            )
        return f"{plan.data['name']} is {back} again"

    def _call(self, workflow: int, state: str) -> Call:
        verb = "enable" if state == "on" else "disable"
        return Call("PUT", self._bench.remote.path(f"/actions/workflows/{workflow}/{verb}"))

    async def _now(self, plan: StepPlan) -> Workflow:
        path = self._bench.remote.path(f"/actions/workflows/{plan.data['id']}")
        return _read(await self._bench.remote.json(path, what=f"the workflow {plan.data['name']}"))


def _made(plan: StepPlan) -> Made:
    return Made(f"{plan.data['name']} is {plan.data['want']}", {"id": plan.data["id"], "state": plan.data["want"]})
