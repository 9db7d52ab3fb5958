"""What stands beside a plan: whether its promise is kept by now, who runs the same, what is different now. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from vauntico_tui.actions.remedy.model import Execution, RunPlan, StepPlan, Subject
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.screens.look import Look
from vauntico_tui.tui.screens.pages.promise import find
from vauntico_tui.tui.screens.remedy.words import LIVE, for_whom
from vauntico_tui.view.model import View

_OID = 7
_NAMED = 3  # of what is different, told by name


def kept_now(view: View | None, subject: Subject) -> str:
    """Whether the promise that it is for is kept as things stand; "" where it is not, or is none."""
    promise = find(view, subject.kind, subject.id) if view is not None else None
    if promise is None or promise.verdict.mark not in {Mark.MET, Mark.OVERRIDDEN}:
        return ""
    return f"{promise.title} is {promise.verdict.mark.value} as it is: {promise.verdict.reason}"


def others(executions: Iterable[Execution], plan: RunPlan, look: Look, key: str) -> tuple[str, ...]:
    """Who runs the same runbook now, or another one for the same thing; `key` shows them."""
    told = []
    for one in executions:
        alike = one.plan.runbook == plan.runbook or (plan.subject.key and one.plan.subject.key == plan.subject.key)
        if alike and one.mark in LIVE and one.id != plan.id:
            whom = for_whom(one.plan.subject)
            what = one.plan.title + (f" for {whom}" if whom else "")
            told.append(f"{one.by} runs {what} since {look.when(one.started_at)}; {key} shows it")
    return tuple(told)


def differences(old: RunPlan, new: RunPlan) -> str:
    """What of the world is another than when it was planned last, and which steps are; "" where none is."""
    if old.digest == new.digest:
        return ""
    before, after = _basis(old), _basis(new)
    moved = [_moved(name, value, after[name]) for name, value in before.items() if after.get(name, value) != value]
    if len(moved) > _NAMED:
        moved = [*moved[:_NAMED], f"{len(moved) - _NAMED} more"]
    steps = [
        str(new.steps[at].index + 1)
        for at in range(len(new.steps))
        if at >= len(old.steps) or _seen(old.steps[at]) != _seen(new.steps[at])
    ]
    what = "; ".join(moved) or "it is planned otherwise"
    if not steps:
        return f"The world has moved on: {what}"
    return f"The world has moved on: {what}. Different now: step{'s' if len(steps) > 1 else ''} {', '.join(steps)}"


def _basis(plan: RunPlan) -> dict[str, str]:
    found: dict[str, str] = {}
    for step in plan.steps:
        for name, value in step.basis.items():
            found.setdefault(name, value)
    return found


def _moved(name: str, old: str, new: str) -> str:
    kind, _, what = name.partition(" ")
    if new == "absent":
        return f"{what} is gone"
    if old == "absent":
        return f"{what} is there by now"
    if kind == "branch":
        return f"{what} is at {new[:_OID]}, no longer at {old[:_OID]}"
    return f"{what} was changed" if kind == "file" else f"{name} is another"


def _seen(step: StepPlan) -> tuple[object, ...]:
    return step.title, step.state, step.why, step.requests, step.changes
