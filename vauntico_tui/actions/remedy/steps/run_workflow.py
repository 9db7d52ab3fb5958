"""Run a workflow with its inputs, so many times, each seen to its end where that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from vauntico_tui.actions.remedy.ci.dispatch import Input, inputs_of
from vauntico_tui.actions.remedy.kinds import Made, Running
from vauntico_tui.actions.remedy.model import Shown, StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.steps.bench import Bench, Looks, blocked_by, failed, part, planned, span
from vauntico_tui.actions.remedy.steps.calls import Call, calls_of
from vauntico_tui.actions.remedy.steps.inputs import check, given
from vauntico_tui.actions.remedy.steps.overlay import ahead
from vauntico_tui.actions.remedy.steps.runs import Run, read_run
from vauntico_tui.actions.remedy.steps.workflows import find_workflow, no_workflow
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import RunWorkflow

START = timedelta(minutes=2)
"""Within this a run that was asked for is seen; GitHub takes some seconds."""
SKEW = timedelta(minutes=5)
"""So far this machine's clock and GitHub's may be apart."""


class RunWorkflowKind:
    """`data`: id, name, ref, times, login, wait (seconds or None), floor (the newest run's id before), calls."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._found: dict[int, list[Run]] = {}  # of a step that was cut off: the runs that it started

    async def plan(self, step: RunWorkflow, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        scene = self._bench.scene
        flow = await find_workflow(self._bench, step.workflow)
        times = "" if step.times == 1 else f" {step.times} times"
        if flow is None:
            title = f"Run {one_line(step.workflow, 60)}{times}"
            why = await no_workflow(self._bench, step.workflow)
            return planned(step, index, "run_workflow", title, state="blocked", why=why)
        await scene.read()
        ref = step.ref or scene.default
        title = f"Run {flow.name} on {ref}{times}"
        later = ahead(before, ref)
        whys = [] if flow.on else [f"{flow.name} is switched off ({flow.state.replace('_', ' ')}): switch it on first"]
        if await scene.branch(ref) is None and not later.made:
            whys.append(f"there is no branch {ref}")
        inputs = await self._inputs(flow.path, ref, later.files, later.start)
        if inputs is None:
            whys.append(f"{flow.path} on {ref} can't be started by hand: it has no workflow_dispatch")
        else:
            whys += check(inputs, step.inputs)
        values = given(inputs or (), step.inputs)
        needs = await self._bench.needs("actions")
        asked: dict[str, Any] = {"ref": ref}
        if values:
            asked["inputs"] = values
        call = Call("POST", self._bench.remote.path(f"/actions/workflows/{flow.id}/dispatches"), asked)
        shown = [call.shown(self._bench.remote)]
        if step.wait is not None:
            shown.append(Shown("…", f"until it has ended, at most {span(step.wait)}"))
        newest = await self._runs(flow.id)
        return planned(
            step, index, "run_workflow", title,
            requests=tuple(shown * step.times),
            needs=needs,
            undo=Undo(False, "what has run has run; cancel it while it runs"),
            basis={f"workflow {flow.name}": flow.state},
            data={
                "id": flow.id, "name": flow.name, "ref": ref, "times": step.times, "login": scene.login,
                "wait": None if step.wait is None else step.wait.total_seconds(), "must_pass": step.must_pass,
                "floor": self._floor(index, newest), "calls": [call.kept()],
            },
            **blocked_by(needs, *whys),
        )  # fmt: skip

    def _floor(self, index: int, newest: list[Run]) -> int:
        """The newest run before this step's own: where it was cut off and is planned anew, its own still count."""
        if found := self._found.get(index):
            return min(run.id for run in found) - 1
        return max((run.id for run in newest), default=0)

    async def _inputs(
        self, path: str, ref: str, later: Mapping[str, str | None], start: str
    ) -> tuple[Input, ...] | None:
        """The workflow's inputs as its file on the ref will have them; None where it can't be started by hand."""
        text = later.get(path)
        if text is None and path not in later:
            held = await self._bench.scene.file(start or ref, path)
            text = held.text if held is not None else None
        return inputs_of(text, path) if text is not None else None

    async def moved(self, plan: StepPlan) -> str:
        """Nothing is taken for granted: GitHub refuses a workflow that is off, gone, or has other inputs."""
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        times, name = int(plan.data["times"]), str(plan.data["name"])
        found = self._found.pop(plan.index, [])
        newest = max((run.id for run in found), default=int(plan.data["floor"]))
        done = [run for run in found if _counts(plan, run)][-times:]
        for at in range(times):
            said = f"{name} on {plan.data['ref']}" + (f", {at + 1} of {times}" if times > 1 else "")
            wait = plan.data["wait"]
            looks = self._bench.looks(START if wait is None else timedelta(seconds=float(wait)))
            if at >= len(done):
                await self._bench.send(calls_of(plan)[0], running, what=f"run {said}")
                done.append(await self._started(plan, newest, said, looks, running))
                newest = done[-1].id
            if wait is not None:
                done[at] = await self._ended(plan, done[at], said, looks, running, count=(at, times))
        return _made(plan, done)

    async def _started(self, plan: StepPlan, newest: int, said: str, looks: Looks, running: Running) -> Run:
        """The run that was just asked for: the newest of ours after `newest`."""
        began = self._bench.around.now()
        if plan.data["wait"] is not None:
            running.told(f"{said} is asked for; it has not begun yet", None)
            await looks.again(running)
        while True:
            ours = [run for run in await looks.at(self._ours(plan), running) or () if run.id > newest]
            if ours:
                return ours[-1]
            running.told(f"{said} is asked for; it has not begun yet", None)
            late = self._bench.around.now() - began >= START
            if late or not await looks.again(running):
                cause = f"{said} was asked for, and no run of it is seen after {span(START)}"
                raise failed("timeout", cause, "look at its runs, then resume", unsure=True)

    async def _ended(
        self, plan: StepPlan, run: Run, said: str, looks: Looks, running: Running, *, count: tuple[int, int]
    ) -> Run:
        now = run
        while now.status != "completed":
            running.told(
                f"{said}: #{now.number} is {now.status.replace('_', ' ')}", (count[0] + looks.share) / count[1]
            )
            if not await looks.again(running, run=now.id):
                raise failed("timeout", f"{now.called} did not end in time", f"see {now.url}, then resume to wait on")
            held = await looks.at(self._runs(int(plan.data["id"])), running) or ()
            now = next((one for one in held if one.id == run.id), now)
        if now.conclusion != "success" and _must_pass(plan):
            raise failed("refused", f"{now.called} ended as {now.conclusion}", f"see {now.url}; resume runs it again")
        return now

    async def _runs(self, workflow: int) -> list[Run]:
        """The newest runs that were started by hand."""
        path = f"/actions/workflows/{workflow}/runs?event=workflow_dispatch&per_page=30"
        told = await self._bench.remote.json(self._bench.remote.path(path), what="runs")
        return [read_run(one) for one in told.get("workflow_runs") or ()]

    async def _ours(self, plan: StepPlan) -> list[Run]:
        """Runs since the plan that this person started on the ref, oldest first."""
        query = f"event=workflow_dispatch&branch={part(str(plan.data['ref']))}&per_page=30"
        path = self._bench.remote.path(f"/actions/workflows/{plan.data['id']}/runs?{query}")
        held = [read_run(one) for one in (await self._bench.remote.json(path, what="runs")).get("workflow_runs") or ()]
        logins = {str(plan.data["login"]), self._bench.scene.login}  # whoever planned it, and whoever goes on
        ours = [run for run in held if run.id > int(plan.data["floor"]) and run.by in logins]
        return sorted(ours, key=lambda run: run.id)

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        await self._bench.scene.read()
        found = [run for run in await self._ours(plan) if not _before(run, running.began_at)]
        self._found[plan.index] = found
        ours = [run for run in found if _counts(plan, run)]
        wait = plan.data["wait"] is not None
        enough = [run for run in ours if run.status == "completed" or not wait]
        times = int(plan.data["times"])
        return _made(plan, enough[-times:]) if len(enough) >= times else None

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        raise failed("refused", f"{plan.data['name']} has run", "cancel it while it runs", stays=True)


def _before(run: Run, at: datetime | None) -> bool:
    """Whether a run was surely started before the step was begun, whatever the clocks say."""
    return at is not None and run.started_at is not None and run.started_at < at - SKEW


def _must_pass(plan: StepPlan) -> bool:
    return bool(plan.data.get("must_pass", True))


def _counts(plan: StepPlan, run: Run) -> bool:
    """Whether a run need not be made again."""
    return run.status != "completed" or run.conclusion == "success" or not _must_pass(plan)


def _made(plan: StepPlan, runs: list[Run]) -> Made:
    waited = plan.data["wait"] is not None
    bad = [run for run in runs if waited and run.conclusion != "success"]
    good = ", ".join(f"#{run.number}" for run in runs if run not in bad)
    said = [f"{good} {'ended green' if waited else 'started'}"] if good else []
    said += [f"#{run.number} ended as {run.conclusion or run.status}" for run in bad]
    return Made(
        f"{plan.data['name']} {', '.join(said)}", {"runs": [run.id for run in runs], "urls": [r.url for r in runs]}
    )
