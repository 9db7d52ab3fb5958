"""Labels, assignees, comments and the end of an issue (or pull request: they are issues to GitHub too)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vauntico_tui.actions.remedy.kinds import Made, Running
from vauntico_tui.actions.remedy.model import StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.refusals import Refused
from vauntico_tui.actions.remedy.steps.bench import Bench, blocked_by, failed, number_of, part, planned
from vauntico_tui.actions.remedy.steps.calls import EXECUTION, Call, calls_of, marker
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import Assign, CloseIssue, CommentOn, Label


class _OfIssue:
    """What the four have in common."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def _path(self, number: int, rest: str = "") -> str:
        return self._bench.remote.path(f"/issues/{number}{rest}")

    async def _now(self, number: int) -> Mapping[str, Any]:
        told = await self._bench.remote.json(self._path(number), what=f"#{number}")
        return told if isinstance(told, dict) else {}

    async def _issue(self, number: int) -> Mapping[str, Any]:
        """The issue, read once a planning."""
        told = await self._bench.scene.value(f"/issues/{number}", f"#{number}")
        return told if isinstance(told, dict) else {}

    async def _comment_with(self, plan: StepPlan, running: Running) -> int | None:
        """The comment that this step made, if it did, of those since the issue was last touched before the plan."""
        number, mark = int(plan.data["number"]), marker(running.execution, plan.index)
        query = f"/comments?per_page=100&since={plan.data['touched']}"
        told = await self._bench.remote.json(self._path(number, query), what="comments")
        return next((int(one["id"]) for one in told if mark in str(one.get("body") or "")), None)

    async def _delete_comment(self, comment: int, running: Running) -> None:
        call = Call("DELETE", self._bench.remote.path(f"/issues/comments/{comment}"))
        try:
            await self._bench.send(call, running, what="delete the comment")
        except Refused as refusal:
            if refusal.status != 404:
                raise


def _touched(told: Mapping[str, Any]) -> str:
    """When an issue was last changed, as GitHub writes it."""
    return part(str(told.get("updated_at") or "1970-01-01T00:00:00Z"))


def _labels(told: Mapping[str, Any]) -> list[str]:
    return [str(one.get("name")) for one in told.get("labels") or ()]


def _people(told: Mapping[str, Any]) -> list[str]:
    return [str(one.get("login")) for one in told.get("assignees") or ()]


def _lacks(names: Sequence[str], held: Sequence[str]) -> list[str]:
    """Those of `names` that are not held, each once; names differ by more than case."""
    have = {one.casefold() for one in held}
    return [name for name in dict.fromkeys(names) if name.casefold() not in have]


class LabelKind(_OfIssue):
    """`data`: number, add, remove, calls."""

    async def plan(self, step: Label, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        number = number_of(step.issue, "issue")
        held = _labels(await self._issue(number))
        add, gone = _lacks(step.add, held), {one.casefold() for one in step.remove}
        remove = [one for one in held if one.casefold() in gone]
        words = [
            *([f"add {', '.join(step.add)}"] if step.add else []),
            *([f"remove {', '.join(step.remove)}"] if step.remove else []),
        ]
        title = f"Label #{number}: {'; '.join(words)}"
        if not add and not remove:
            return planned(step, index, "label", title, state="nothing", why="its labels are so already")
        needs = await self._bench.needs("issues")
        unknown = _lacks(add, [str(one["name"]) for one in await self._known()])
        calls = self._calls(number, add, remove)
        return planned(
            step, index, "label", title,
            requests=tuple(call.shown(self._bench.remote) for call in calls),
            needs=needs,
            undo=Undo(True, "its labels are put back"),
            notes=tuple(f"the label {one_line(one, 60)} is new to the repository" for one in unknown),
            basis={f"labels of #{number}": ", ".join(sorted(held))},
            data={"number": number, "add": add, "remove": remove, "calls": [call.kept() for call in calls]},
            **blocked_by(needs),
        )  # fmt: skip

    async def _known(self) -> list[Any]:
        told = await self._bench.scene.value("/labels?per_page=100", "labels")
        return list(told) if isinstance(told, list) else []

    def _calls(self, number: int, add: Sequence[str], remove: Sequence[str]) -> list[Call]:
        calls = [Call("POST", self._path(number, "/labels"), {"labels": list(add)})] if add else []
        return [*calls, *(Call("DELETE", self._path(number, f"/labels/{part(name)}")) for name in remove)]

    async def moved(self, plan: StepPlan) -> str:
        """Adding what is there and removing what is gone change nothing: it need not be as it was."""
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        await self._send(calls_of(plan), int(plan.data["number"]), running)
        return self._made(plan)

    async def _send(self, calls: Sequence[Call], number: int, running: Running) -> None:
        for call in calls:
            try:
                await self._bench.send(call, running, what=f"label #{number}")
            except Refused as refusal:
                if call.verb != "DELETE" or not refusal.says("label does not exist"):  # gone is what was wanted
                    raise

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        held = _labels(await self._now(int(plan.data["number"])))
        left = [one for one in plan.data["remove"] if not _lacks([one], held)]
        return self._made(plan) if not left and not _lacks(plan.data["add"], held) else None

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        number = int(plan.data["number"])
        await self._send(self._calls(number, plan.data["remove"], plan.data["add"]), number, running)
        return f"the labels of #{number} are put back"

    def _made(self, plan: StepPlan) -> Made:
        return Made(f"#{plan.data['number']} is labelled", {"number": plan.data["number"]})


class AssignKind(_OfIssue):
    """`data`: number, add, calls."""

    async def plan(self, step: Assign, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        number = number_of(step.issue, "issue")
        people = [one.removeprefix("@") for one in step.to]
        title = f"Assign #{number} to {', '.join(people)}"
        if not people:
            return planned(step, index, "assign", title, state="blocked", why="nobody is named")
        add = _lacks(people, _people(await self._issue(number)))
        if not add:
            return planned(step, index, "assign", title, state="nothing", why="it is assigned to them already")
        needs = await self._bench.needs("issues")
        call = Call("POST", self._path(number, "/assignees"), {"assignees": add})
        return planned(
            step, index, "assign", title,
            requests=(call.shown(self._bench.remote),),
            needs=needs,
            undo=Undo(True, "they are taken off again"),
            data={"number": number, "add": add, "calls": [call.kept()]},
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        """Assigning somebody twice is assigning once."""
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        number = int(plan.data["number"])
        told = await self._bench.send(calls_of(plan)[0], running, what=f"assign #{number}")
        if missing := _lacks(plan.data["add"], _people(told.body or {})):  # GitHub leaves them out and says nothing
            cause = f"#{number}: {', '.join(missing)} can't be assigned"
            raise failed("refused", cause, "they must be able to see the repository; check the spelling")
        return self._made(plan)

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        held = _people(await self._now(int(plan.data["number"])))
        return None if _lacks(plan.data["add"], held) else self._made(plan)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        number = int(plan.data["number"])
        call = Call("DELETE", self._path(number, "/assignees"), {"assignees": list(plan.data["add"])})
        await self._bench.send(call, running, what=f"unassign #{number}")
        return f"{', '.join(plan.data['add'])} taken off #{number}"

    def _made(self, plan: StepPlan) -> Made:
        return Made(f"#{plan.data['number']} is assigned to {', '.join(plan.data['add'])}", {"add": plan.data["add"]})


class CommentKind(_OfIssue):
    """`data`: number, touched, calls."""

    async def plan(self, step: CommentOn, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        number = number_of(step.issue, "issue")
        title = f"Comment on #{number}"
        if not step.text.strip():
            return planned(step, index, "comment", title, state="blocked", why="the comment is empty")
        told = await self._issue(number)
        needs = await self._bench.needs("issues")
        call = Call(
            "POST", self._path(number, "/comments"), {"body": f"{step.text.rstrip()}\n\n{marker(EXECUTION, index)}"}
        )
        locked = f"#{number} is locked: only its maintainers may comment" if told.get("locked") else ""
        return planned(
            step, index, "comment", title,
            requests=(call.shown(self._bench.remote),),
            needs=needs,
            undo=Undo(True, "the comment is deleted; whoever watches the issue has had it by mail"),
            notes=(locked,) if locked else (),
            data={"number": number, "touched": _touched(told), "calls": [call.kept()]},
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        """A comment rests on nothing."""
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        number = int(plan.data["number"])
        call = calls_of(plan)[0].filled({EXECUTION: running.execution})
        told = await self._bench.send(call, running, what=f"comment on #{number}")
        return _commented(number, int((told.body or {}).get("id") or 0))

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        number = int(plan.data["number"])
        there = await self._comment_with(plan, running)
        return None if there is None else _commented(number, there)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        await self._delete_comment(int(made["comment"]), running)
        return f"the comment on #{plan.data['number']} is deleted"


def _commented(number: int, comment: int) -> Made:
    return Made(f"commented on #{number}", {"number": number, "comment": comment})


class CloseIssueKind(_OfIssue):
    """`data`: number, touched, comment (whether one goes before), calls."""

    async def plan(self, step: CloseIssue, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        number = number_of(step.issue, "issue")
        told = await self._issue(number)
        title = f"Close #{number} as {step.reason.replace('_', ' ')}"
        if told.get("state") == "closed":
            return planned(step, index, "close_issue", title, state="nothing", why="it is closed already")
        needs = await self._bench.needs("issues")
        calls = []
        if step.comment.strip():
            body = f"{step.comment.rstrip()}\n\n{marker(EXECUTION, index)}"
            calls.append(Call("POST", self._path(number, "/comments"), {"body": body}))
        calls.append(Call("PATCH", self._path(number), {"state": "closed", "state_reason": step.reason}))
        return planned(
            step, index, "close_issue", title,
            requests=tuple(call.shown(self._bench.remote) for call in calls),
            needs=needs,
            undo=Undo(True, "it is opened again" + (" and the comment deleted" if len(calls) > 1 else "")),
            basis={f"state of #{number}": "open"},
            data={
                "number": number, "touched": _touched(told), "comment": len(calls) > 1,
                "calls": [call.kept() for call in calls],
            },
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        number = int(plan.data["number"])
        told = await self._now(number)
        who = one_line(str((told.get("closed_by") or {}).get("login") or "somebody"), 100)
        return f"{who} has closed #{number} since" if told.get("state") == "closed" else ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        number, calls = int(plan.data["number"]), list(calls_of(plan))
        comment: int | None = None
        if plan.data["comment"]:
            first = calls.pop(0).filled({EXECUTION: running.execution})
            comment = await self._comment_with(plan, running)  # it may have come so far before
            if comment is None:
                told = await self._bench.send(first, running, what=f"comment on #{number}")
                comment = int((told.body or {}).get("id") or 0)
        await self._bench.send(calls[0], running, what=f"close #{number}")
        return _closed(number, comment)

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        number = int(plan.data["number"])
        if (await self._now(number)).get("state") != "closed":
            return None
        return _closed(number, await self._comment_with(plan, running) if plan.data["comment"] else None)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        number = int(plan.data["number"])
        if (await self._now(number)).get("state") == "closed":
            call = Call("PATCH", self._path(number), {"state": "open"})
            await self._bench.send(call, running, what=f"open #{number} again")
        if made.get("comment"):
            await self._delete_comment(int(made["comment"]), running)
        return f"#{number} is open again"


def _closed(number: int, comment: int | None) -> Made:
    return Made(f"closed #{number}", {"number": number, "comment": comment})
