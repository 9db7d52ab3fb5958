"""Create a branch. One that is there already is used as it stands, and its distance is said; one all of which is merged
starts again from where it was to start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vauntico_tui.actions.remedy.kinds import Made, Running
from vauntico_tui.actions.remedy.model import StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.refusals import Refused
from vauntico_tui.actions.remedy.steps.bench import Bench, blocked_by, failed, part, planned
from vauntico_tui.actions.remedy.steps.calls import Call, calls_of
from vauntico_tui.actions.remedy.steps.overlay import ahead
from vauntico_tui.actions.remedy.steps.scene import Branch, PullRequest, Scene
from vauntico_tui.runbooks.model import CreateBranch


class BranchKind:
    """`data`: branch, start, oid, calls; of one that starts again also `was` (its commit) and `over` (why)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(self, step: CreateBranch, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        scene, remote = self._bench.scene, self._bench.remote
        there, start = await scene.branch(step.name), await scene.start(step.start)
        title = f"Create the branch {step.name}"
        if there is not None and start is not None and there.may_push and not ahead(before, step.name).made:
            why = _over(there, start, await scene.pulls(step.name), default=scene.default)
            if why:
                return await self._again(step, index, there, start, why)
        if there is not None or ahead(before, step.name).made:
            notes = () if there is None else _distance(there.ahead, there.behind, scene.default)
            return planned(
                step, index, "branch", title, state="nothing", notes=notes, data={"branch": step.name},
                why="it is there already and is used as it stands" + (f": {notes[0]}" if notes else ""),
            )  # fmt: skip
        needs = await self._bench.needs("contents")
        if start is None:
            said = f"there is no branch {step.start or 'that is the default one'} to start from"
            return planned(step, index, "branch", title, needs=needs, **blocked_by(needs, said))
        call = Call("POST", remote.path("/git/refs"), {"ref": f"refs/heads/{step.name}", "sha": start.oid})
        return planned(
            step, index, "branch", title,
            requests=(call.shown(remote),),
            needs=needs,
            undo=Undo(True, "the branch is deleted, unless somebody else has committed to it"),
            notes=(f"from {start.name} at {start.oid[:7]}",),
            basis={f"branch {start.name}": start.oid, f"branch {step.name}": "absent"},
            data={"branch": step.name, "start": start.name, "oid": start.oid, "calls": [call.kept()]},
            **blocked_by(needs),
        )  # fmt: skip

    async def _again(self, step: CreateBranch, index: int, there: Branch, start: Branch, why: str) -> StepPlan:
        """It starts again: one request that moves it, and undoing moves it back."""
        remote = self._bench.remote
        needs = await self._bench.needs("contents")
        call = Call("PATCH", remote.path(f"/git/refs/heads/{_ref(step.name)}"), {"sha": start.oid, "force": True})
        return planned(
            step, index, "branch", f"Start the branch {step.name} again from {start.name}",
            requests=(call.shown(remote),),
            needs=needs,
            undo=Undo(True, f"the branch goes back to {there.oid[:7]}, unless somebody else has committed to it"),
            notes=(f"{why}: it is at {there.oid[:7]} and is moved to {start.name} at {start.oid[:7]}",),
            basis={f"branch {start.name}": start.oid, f"branch {step.name}": there.oid},
            data={
                "branch": step.name, "start": start.name, "oid": start.oid, "was": there.oid, "over": why,
                "calls": [call.kept()],
            },
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        name, start, was = str(plan.data["branch"]), str(plan.data["start"]), str(plan.data.get("was") or "")
        now = Scene(self._bench.remote)
        there, source = await now.branch(name), await now.start(start)
        if there is None and was:
            return f"the branch {name} is gone since"
        if there is not None and there.oid != was:
            how = f"moved from {was[:7]} to" if was else "was created since, at"
            return f"the branch {name} {how} {there.oid[:7]}"
        if source is None:
            return f"the branch {start} is gone"
        if source.oid != plan.data["oid"]:
            return f"{start} moved from {str(plan.data['oid'])[:7]} to {source.oid[:7]} since"
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        name = str(plan.data["branch"])
        what = f"{'start' if plan.data.get('was') else 'create'} the branch {name}"
        try:
            await self._bench.send(calls_of(plan)[0], running, what=what)
        except Refused as refusal:
            if refusal.says("already exists"):
                raise failed("moved", f"the branch {name} was created since", "plan it again", moved=True) from None
            if plan.data.get("was") and refusal.says("does not exist"):
                raise failed("moved", f"the branch {name} is gone since", "plan it again", moved=True) from None
            raise
        return self._made(plan)

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        name = str(plan.data["branch"])
        there = await Scene(self._bench.remote).branch(name)
        if there is None or there.oid == plan.data.get("was"):
            return None
        if there.oid != plan.data["oid"]:
            step = "plan it again: it is then used as it stands"
            raise failed("moved", f"the branch {name} is there, but at {there.oid[:7]}", step, moved=True)
        return self._made(plan)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        name = str(plan.data["branch"])
        there = await Scene(self._bench.remote).branch(name)
        if there is None:
            return f"the branch {name} is gone already"
        ours = {str(plan.data["oid"]), *(str(one["commit"]) for one in running.results.values() if one.get("commit"))}
        was = str(plan.data.get("was") or "")
        if was and there.oid == was:
            return f"the branch {name} is at {was[:7]} already"
        if there.oid not in ours:
            step = f"look at its commits, then {'move it back' if was else 'delete it'} by hand"
            raise failed("moved", f"somebody else has committed to {name} (it is at {there.oid[:7]})", step, stays=True)
        if was:
            path = self._bench.remote.path(f"/git/refs/heads/{_ref(name)}")
            back = Call("PATCH", path, {"sha": was, "force": True})
            await self._bench.send(back, running, what=f"move the branch {name} back")
            return f"the branch {name} is back at {was[:7]}"
        call = Call("DELETE", self._bench.remote.path(f"/git/refs/heads/{_ref(name)}"))
        try:
            await self._bench.send(call, running, what=f"delete the branch {name}")
        except Refused as refusal:
            if not refusal.says("does not exist"):
                raise
        return f"the branch {name} is deleted"

    def _made(self, plan: StepPlan) -> Made:
        name = str(plan.data["branch"])
        result = {"branch": name, "made": True, "oid": plan.data["oid"]}
        return Made(f"branch {name} at {str(plan.data['oid'])[:7]}", result)


def _over(there: Branch, start: Branch, pulls: Sequence[PullRequest], *, default: str) -> str:
    """Why a branch holds nothing that is not merged; "" where it does, where it is open for review, or where it stands
    at its start."""
    if there.oid == start.oid or any(one.state == "OPEN" for one in pulls):
        return ""
    if start.name == default and there.ahead == 0:
        return f"it holds no commit that {default} lacks"
    whole = (one for one in pulls if one.state == "MERGED" and one.base == start.name and one.head_oid == there.oid)
    merged = next(whole, None)
    return f"all that is on it was merged by #{merged.number}" if merged is not None else ""


def _ref(name: str) -> str:
    return "/".join(part(one) for one in name.split("/"))


def _distance(ahead_by: int | None, behind_by: int | None, default: str) -> tuple[str, ...]:
    """ "2 commits ahead of main, 0 behind"."""
    if ahead_by is None or behind_by is None:
        return ()
    return (f"{ahead_by} commit{'' if ahead_by == 1 else 's'} ahead of {default}, {behind_by} behind",)
