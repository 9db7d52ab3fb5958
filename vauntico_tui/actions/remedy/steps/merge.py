"""Merge a pull request once its checks have ended; a failing one needs a person's yes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from vauntico_tui.actions.remedy.kinds import Made, Running, StepError
from vauntico_tui.actions.remedy.model import Doubt, Shown, StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.refusals import Refused
from vauntico_tui.actions.remedy.steps.bench import Bench, Looks, blocked_by, failed, planned, span
from vauntico_tui.actions.remedy.steps.calls import Call, calls_of
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import MergePullRequest

QUERY = """query Merge($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      number url state isDraft mergeable headRefOid baseRefName mergeCommit { oid } mergedBy { login }
      commits(last: 1) { nodes { commit { statusCheckRollup { state contexts(first: 100) { nodes {
        ... on CheckRun { name status conclusion } ... on StatusContext { context state }
      } } } } } }
    }
  }
}"""
_GOOD = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})
NO_CHECKS_AFTER = 3
"""Looks without any check after which there are none: they take a moment to begin."""


@dataclass(frozen=True, slots=True)
class _Checks:
    running: tuple[str, ...]
    failed: tuple[str, ...]
    count: int


class MergeKind:
    """`data`: branch, number (or "" where an earlier step opens it), method, wait (seconds), needs_checks, calls."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(
        self, step: MergePullRequest, index: int, before: tuple[StepPlan, ...], subject: Subject
    ) -> StepPlan:
        pulls = await self._bench.scene.pulls(step.branch)
        opener = next(
            (one for one in before if one.do == "pull_request" and one.data.get("branch") == step.branch), None
        )
        into = opener.data.get("into") if opener is not None else None
        is_open = [one for one in pulls if one.state == "OPEN" and into in {None, one.base}]
        number = str(is_open[0].number) if is_open else ""
        title = f"Merge {f'#{number}' if number else f'the pull request from {step.branch}'}"
        if not number and opener is not None and opener.state != "nothing":
            number = f"‹number of step {opener.id}›"
        elif not number:
            if opener is not None and opener.data.get("empty"):
                return planned(
                    step, index, "merge", title, state="nothing", why=opener.why, data={"branch": step.branch}
                )  # fmt: skip
            merged = next((one for one in pulls if one.state == "MERGED"), None)
            if merged is not None:
                return planned(
                    step, index, "merge", title, state="nothing", why=f"#{merged.number} is merged already",
                    data={"branch": step.branch},
                )  # fmt: skip
            why = f"there is no open pull request from {step.branch}"
            return planned(step, index, "merge", title, state="blocked", why=why)
        needs = await self._bench.needs("contents")
        asked = {"merge_method": step.method, "sha": "‹the commit whose checks were seen›"}
        call = Call("PUT", self._bench.remote.path(f"/pulls/{number}/merge"), asked)
        wait = Shown("…", f"its checks, at most {span(step.wait)}") if step.needs_checks else None
        note = (
            "a check that fails is asked about: nothing is merged without a yes" if step.needs_checks
            else "merged although checks may fail or still run"
        )  # fmt: skip
        return planned(
            step, index, "merge", title,
            requests=(*([wait] if wait else []), call.shown(self._bench.remote)),
            needs=needs,
            undo=Undo(False, "a merge stays in the history; revert it with a pull request of its own"),
            notes=(note,),
            basis={} if number.startswith("‹") else {f"pull request from {step.branch}": number},
            data={
                "branch": step.branch, "number": number, "method": step.method,
                "opener": opener.id if opener and number.startswith("‹") else "",
                "wait": step.wait.total_seconds(), "needs_checks": step.needs_checks, "calls": [call.kept()],
            },
            **blocked_by(needs),
        )  # fmt: skip

    async def moved(self, plan: StepPlan) -> str:
        """What it merges is looked at in `do`, with its checks, before anything is sent."""
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        number = self._number(plan, running)
        looks = self._bench.looks(timedelta(seconds=float(plan.data["wait"])))
        for last in (False, False, True):
            head = await self._ready(plan, number, looks, running)
            if isinstance(head, Made):
                return head
            known = {"‹the commit whose checks were seen›": head, str(plan.data["number"]): number}
            try:
                told = await self._bench.send(calls_of(plan)[0].filled(known), running, what=f"merge #{number}")
            except Refused as refusal:
                if refusal.says("base branch was modified") and not last:
                    await looks.again(running)
                    continue
                raise _refusal(refusal, number) from None
            return _made(number, str((told.body or {}).get("sha") or ""))
        raise AssertionError("unreachable")  # the last round returns or raises

    async def _ready(self, plan: StepPlan, number: str, looks: Looks, running: Running) -> str | Made:
        """The head whose checks have ended, or what was made where it is merged by now. Raises StepError."""
        seen, needs_checks = 0, bool(plan.data["needs_checks"])
        if needs_checks and plan.data["opener"]:  # just opened: no check has ended yet
            running.told(f"#{number} waits for its checks to begin", looks.share)
            await looks.again(running)
        while True:
            told = await looks.at(self._look(number), running)
            if told is None:
                await self._again(looks, number, (), running)
                continue
            if told["state"] == "MERGED":
                return _made(number, str((told.get("mergeCommit") or {}).get("oid") or ""))
            _mergeable(told, number)
            checks = _checks(told)
            seen += 1
            none_yet = checks.count == 0 and seen < NO_CHECKS_AFTER
            if told["mergeable"] != "UNKNOWN" and not needs_checks:
                return str(told["headRefOid"])
            if told["mergeable"] != "UNKNOWN" and not checks.running and not none_yet:
                if checks.failed and not await self._yes(checks.failed, number, running):
                    said = ", ".join(checks.failed[:5])
                    raise failed("refused", f"#{number} was not merged: {said} failed", "mend it, then resume")
                return str(told["headRefOid"])
            waits = f"waits for {', '.join(checks.running[:3])}" if checks.running else "waits for its checks to begin"
            running.told(f"#{number} {waits}", looks.share)
            await self._again(looks, number, checks.running, running, commit=str(told["headRefOid"]))

    async def _again(
        self, looks: Looks, number: str, names: tuple[str, ...], running: Running, *, commit: str = ""
    ) -> None:
        """Wait for the next look. Raises StepError where time is out."""
        if not await looks.again(running, commit=commit):
            said = ", ".join(names[:5]) or "its checks"
            raise failed("timeout", f"#{number} was not merged: {said} did not end in time", "resume to wait on")

    async def _yes(self, names: tuple[str, ...], number: str, running: Running) -> bool:
        question = Doubt(f"{', '.join(names[:5])} failed on #{number}. Merge it all the same?")
        told = running.confirmed(question)
        return bool(await told) if inspect.isawaitable(told) else bool(told)

    async def _look(self, number: str) -> dict[str, Any]:
        owner, name = self._bench.remote.owner_and_name
        variables = {"owner": owner, "name": name, "number": int(number)}
        told = await self._bench.remote.graphql(QUERY, variables, what=f"#{number}")
        pull = (told.get("repository") or {}).get("pullRequest")
        if not isinstance(pull, dict):
            raise failed("not_found", f"there is no pull request #{number}", "plan it again", moved=True)
        return pull

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        number = self._number(plan, running)
        told = await self._look(number)
        return (
            _made(number, str((told.get("mergeCommit") or {}).get("oid") or "")) if told["state"] == "MERGED" else None
        )

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        cause = f"#{made.get('number')} is merged"
        raise failed("refused", cause, "revert it with a pull request of its own", stays=True)

    def _number(self, plan: StepPlan, running: Running) -> str:
        number = str(plan.data["number"])
        if not number.startswith("‹"):
            return number
        told = running.results.get(str(plan.data["opener"]), {}).get("number")
        if not told:
            raise failed("moved", "the pull request is not known", "plan it again", moved=True)
        return str(told)


def _mergeable(told: Mapping[str, Any], number: str) -> None:
    """Raises StepError where it can't be merged as it is."""
    if told["state"] == "CLOSED":
        raise failed("moved", f"#{number} was closed without a merge", "open it again, then resume", moved=True)
    if told["isDraft"]:
        raise failed("refused", f"#{number} is a draft", "mark it as ready for review, then resume")
    if told["mergeable"] == "CONFLICTING":
        base = told.get("baseRefName")
        raise failed("refused", f"#{number} conflicts with {base}", f"merge {base} into its branch, then resume")


def _checks(told: Mapping[str, Any]) -> _Checks:
    nodes = (told.get("commits") or {}).get("nodes") or [{}]
    rollup = (nodes[0].get("commit") or {}).get("statusCheckRollup") or {}
    running, bad, count = [], [], 0
    for one in (rollup.get("contexts") or {}).get("nodes") or ():
        name = one_line(str(one.get("name") or one.get("context") or ""), 80)
        count += 1
        if "context" in one:
            ended, good = one.get("state") not in {"PENDING", "EXPECTED"}, one.get("state") == "SUCCESS"
        else:
            ended, good = one.get("status") == "COMPLETED", one.get("conclusion") in _GOOD
        if not ended:
            running.append(name)
        elif not good:
            bad.append(name)
    return _Checks(tuple(running), tuple(bad), count)


def _refusal(refusal: Refused, number: str) -> StepError:
    if refusal.status == 409:
        cause = f"#{number} was pushed to while it was about to be merged"
        return failed("moved", cause, "look at what came, then resume", moved=True)
    if refusal.status == 405 and refusal.trouble.kind != "protected":
        return failed("refused", f"#{number} can't be merged: {refusal.message}", "see what it names, then resume")
    return refusal


def _made(number: str, commit: str) -> Made:
    return Made(f"merged #{number} ({commit[:7]})", {"number": int(number), "commit_on_base": commit})
