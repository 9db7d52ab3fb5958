"""Open a pull request, its body the repository's own template filled in; one that is open already is adopted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vauntico_tui.actions.remedy.kinds import Made, Running
from vauntico_tui.actions.remedy.model import Change, StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.refusals import Refused
from vauntico_tui.actions.remedy.steps.bench import Bench, blocked_by, failed, part, planned
from vauntico_tui.actions.remedy.steps.calls import EXECUTION, Call, calls_of, marker
from vauntico_tui.actions.remedy.steps.description import Fields, complete, describe
from vauntico_tui.actions.remedy.steps.overlay import ahead
from vauntico_tui.actions.remedy.steps.scene import PullRequest
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.template import read_description
from vauntico_tui.runbooks.model import OpenPullRequest

REVERT = "revert it with a pull request of its own"
BODY = "the pull request's description"


class PullRequestKind:
    """`data`: branch, into, number (of one that is adopted), before (its body), calls."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(self, step: OpenPullRequest, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        scene = self._bench.scene
        pulls = await scene.pulls(step.branch)
        base = await scene.start(step.into)
        into = step.into or scene.default
        title = f"Open a pull request from {step.branch} into {into}"
        if step.branch == into:
            return planned(
                step, index, "pull_request", title, state="blocked", why=f"{into} can't be merged into itself"
            )
        fields = Fields(step.about, step.phase, step.revenue, step.memories, step.kpis)
        is_open = next((one for one in pulls if one.state == "OPEN" and one.base == into), None)
        if is_open is not None:
            return await self._adopt(step, index, title, is_open, fields)
        if base is None:
            return planned(step, index, "pull_request", title, state="blocked", why=f"there is no branch {into}")
        if why := await self._empty(step.branch, before, into, pulls):
            state = "nothing" if "nothing to merge" in why else "blocked"
            data = {"branch": step.branch, "into": into, "empty": state == "nothing"}
            return planned(step, index, "pull_request", title, state=state, why=why, data=data)
        needs = await self._bench.needs("pull requests")
        template, note = _template(scene.templates)
        body = f"{describe(template, fields)}\n{marker(EXECUTION, index)}\n"
        asked = {
            "title": one_line(step.name, 250), "head": step.branch, "base": into, "body": body, "draft": step.draft,
        }  # fmt: skip
        call = Call("POST", self._bench.remote.path("/pulls"), asked)
        lacks = read_description(body).lacks(("phase", "revenue", "memories", "kpis"))
        named = ", ".join(one.replace("exactly one phase", "its phase") for one in lacks)
        notes = [note, *([f"the runbook does not give {named}: the description lacks it"] if lacks else [])]
        return planned(
            step, index, "pull_request", title,
            requests=(call.shown(self._bench.remote),),
            changes=(Change(BODY, template or None, body),),
            needs=needs,
            undo=Undo(True, "the pull request is closed, unless it is merged by then"),
            notes=tuple(notes),
            basis={f"pull request from {step.branch}": "none"},
            data={"branch": step.branch, "into": into, "calls": [call.kept()]},
            **blocked_by(needs),
        )  # fmt: skip

    async def _empty(self, branch: str, before: tuple[StepPlan, ...], into: str, pulls: tuple[PullRequest, ...]) -> str:
        """Why there is nothing that a pull request could hold; "" where there is something."""
        later = ahead(before, branch)
        if later.commits:
            return ""
        there = await self._bench.scene.branch(branch)
        if there is None and not later.made:
            return f"there is no branch {branch}; a step before must create it"
        if there is None or (into == self._bench.scene.default and there.ahead == 0):
            return f"there is nothing to merge: {branch} holds no commit that {into} lacks"
        whole = (one for one in pulls if one.state == "MERGED" and one.base == into and one.head_oid == there.oid)
        merged = next(whole, None)  # squashed: its commits are not in the history, what they did is
        return f"there is nothing to merge: #{merged.number} has merged all of {branch}" if merged else ""

    async def _adopt(
        self, step: OpenPullRequest, index: int, title: str, there: PullRequest, fields: Fields
    ) -> StepPlan:
        """The one that is open is used; what its description lacks is put in."""
        body = complete(there.body, fields)
        named = f"#{there.number} by {there.author} is open already and is used"
        data: dict[str, Any] = {"branch": step.branch, "into": there.base, "number": there.number, "url": there.url}
        if not read_description(there.body).lacks(fields.rules):
            return planned(step, index, "pull_request", title, state="nothing", why=named, data=data)
        needs = await self._bench.needs("pull requests")
        call = Call("PATCH", self._bench.remote.path(f"/pulls/{there.number}"), {"body": body})
        return planned(
            step, index, "pull_request", step.title or f"Complete the description of #{there.number}",
            requests=(call.shown(self._bench.remote),),
            changes=(Change(BODY, there.body, body),),
            needs=needs,
            undo=Undo(True, "its description is put back, unless somebody has changed it since"),
            notes=(named,),
            basis={f"description of #{there.number}": there.body},
            data={**data, "before": there.body, "after": body, "calls": [call.kept()]},
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        """A new one is GitHub's own to refuse where one was opened since; a description is looked at."""
        number = plan.data.get("number")
        if number is None:
            return ""
        told = await self._read(number)
        if told.get("state") != "open":
            return f"#{number} was closed since"
        return (
            "" if _plain(told.get("body")) == _plain(plan.data["before"]) else f"somebody has changed #{number} since"
        )

    async def do(self, plan: StepPlan, running: Running) -> Made:
        call = calls_of(plan)[0].filled({EXECUTION: running.execution})
        number = plan.data.get("number")
        what = f"complete #{number}" if number else f"open a pull request from {plan.data['branch']}"
        try:
            told = await self._bench.send(call, running, what=what)
        except Refused as refusal:
            if refusal.says("already exists"):
                cause = f"a pull request from {plan.data['branch']} was opened since"
                raise failed("moved", cause, "plan it again: it is then adopted", moved=True) from None
            if refusal.says("no commits between"):
                cause = f"{plan.data['branch']} holds no commit that {plan.data['into']} lacks"
                raise failed("refused", cause, "nothing is left to merge") from None
            raise
        return self._made(plan, told.body or {})

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        number = plan.data.get("number")
        if number is not None:
            told = await self._read(number)
            return self._made(plan, told) if _plain(told.get("body")) == _plain(plan.data["after"]) else None
        head = f"{self._bench.remote.owner_and_name[0]}:{plan.data['branch']}"
        query = f"/pulls?state=all&per_page=20&head={part(head)}"
        held = await self._bench.remote.json(self._bench.remote.path(query), what="pull requests")
        mark = marker(running.execution, plan.index)
        return next((self._made(plan, one) for one in held if mark in str(one.get("body") or "")), None)

    async def stays(self, plan: StepPlan, made: Mapping[str, Any]) -> str:
        """One that was opened and is merged stays."""
        if plan.data.get("number") is not None or not made.get("number"):
            return ""
        number = int(made["number"])
        return f"{_merged(number)}; {REVERT}" if (await self._read(number)).get("merged") else ""

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        number = int(made["number"])
        told = await self._read(number)
        path = self._bench.remote.path(f"/pulls/{number}")
        if plan.data.get("number") is not None:
            if _plain(told.get("body")) == _plain(plan.data["before"]):
                return f"the description of #{number} is as it was"
            if _plain(told.get("body")) != _plain(plan.data["after"]):
                cause = f"somebody has changed the description of #{number} since"
                raise failed("moved", cause, "edit it by hand", stays=True)
            await self._bench.send(
                Call("PATCH", path, {"body": plan.data["before"]}), running, what=f"put #{number} back"
            )
            return f"the description of #{number} is put back"
        if told.get("merged"):
            raise failed("moved", _merged(number), REVERT, stays=True)
        if told.get("state") != "closed":
            await self._bench.send(Call("PATCH", path, {"state": "closed"}), running, what=f"close #{number}")
        return f"pull request #{number} is closed"

    async def _read(self, number: object) -> Mapping[str, Any]:
        told = await self._bench.remote.json(self._bench.remote.path(f"/pulls/{number}"), what=f"#{number}")
        return told if isinstance(told, dict) else {}

    def _made(self, plan: StepPlan, told: Mapping[str, Any]) -> Made:
        number = int(told.get("number") or plan.data.get("number") or 0)
        url = str(told.get("html_url") or plan.data.get("url") or "")
        verb = "completed" if plan.data.get("number") else "opened"
        return Made(f"{verb} #{number} {url}".strip(), {"number": number, "url": url, "from": plan.data["branch"]})


def _merged(number: int) -> str:
    return f"#{number} is merged"


def _plain(body: object) -> str:
    return str(body or "").replace("\r\n", "\n").strip()


def _template(templates: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The template that GitHub itself would fill in, and a note that names it."""
    if not templates:
        return "", "the repository has no template: the description is made of the governance fields"
    default = [one for one in templates if one[0].rpartition("/")[2].casefold().startswith("pull_request_template")]
    name, body = (default or sorted(templates))[0]
    return body, f"the description is the template {one_line(name, 120)}, filled in"
