"""How plans and executions are said: glyphs, colours, sums. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from vauntico_tui.tui.format import cut

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Execution, RunPlan, StepPlan, StepRun, Subject

PLANNED: dict[str, tuple[str, str]] = {
    "ready": ("→", "$tone-accent"),
    "nothing": ("✓", "$tone-dim"),
    "blocked": ("✗", "$tone-unmet"),
}
"""Glyph and colour of a planned step."""

STEPS: dict[str, tuple[str, str]] = {
    "to do": ("◌", "$tone-dim"),
    "running": ("⟳", "$tone-accent"),
    "done": ("✓", "$tone-met"),
    "nothing": ("✓", "$tone-dim"),
    "failed": ("✗", "$tone-unmet"),
    "unsure": ("?", "$tone-soon"),
    "cancelled": ("-", "$tone-soon"),
    "undoing": ("⟳", "$tone-soon"),
    "undone": ("←", "$tone-dim"),
    "stays": ("!", "$tone-soon"),
}
"""Glyph and colour of a step that runs or ran."""

RUNS: dict[str, tuple[str, str, str]] = {
    "running": ("⟳", "$tone-accent", "running"),
    "interrupted": ("!", "$tone-soon", "interrupted"),
    "failed": ("✗", "$tone-unmet", "failed"),
    "cancelled": ("-", "$tone-soon", "cancelled"),
    "watching": ("◷", "$tone-accent", "watching"),
    "done": ("✓", "$tone-met", "done"),
    "undoing": ("⟳", "$tone-soon", "taking back"),
    "undone": ("←", "$tone-dim", "taken back"),
}
"""Glyph, colour and word of an execution."""

_SUMS: dict[str, tuple[str, str]] = {
    "branch": ("branch", "branches"),
    "pull_request": ("pull request", "pull requests"),
    "merge": ("merge", "merges"),
    "run_workflow": ("workflow run", "workflow runs"),
    "rerun": ("rerun", "reruns"),
    "cancel": ("run cancelled", "runs cancelled"),
    "workflow_state": ("workflow switched", "workflows switched"),
    "label": ("label change", "label changes"),
    "assign": ("assignment", "assignments"),
    "comment": ("comment", "comments"),
    "close_issue": ("issue closed", "issues closed"),
    "silence": ("silence", "silences"),
    "http": ("HTTP request", "HTTP requests"),
    "command": ("local command", "local commands"),
    "wait": ("wait", "waits"),
    "approval": ("approval waited for", "approvals waited for"),
    "person": ("question to you", "questions to you"),
}
_BRIEF = 26
LIVE = frozenset({"running", "watching", "undoing"})
"""Marks of an execution that goes on."""


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 file", "3 files" """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def ready(plan: RunPlan) -> list[StepPlan]:
    """The steps that do something."""
    return [step for step in plan.steps if step.state == "ready"]


def sums(steps: Iterable[StepPlan]) -> str:
    """What is made in all: "1 branch, 1 commit of 3 files, 1 pull request, 5 secrets"."""
    found: dict[str, int] = {}
    for step in steps:
        if step.do == "files":
            files = sum(change.before != change.after for change in step.changes)
            name = f"commit of {plural(files, 'file')}"
            found[name] = found.get(name, 0) + 1
        elif step.do == "secrets":
            found["secrets"] = found.get("secrets", 0) + sum(ask.kind == "secret" for ask in step.asks)
        elif step.do == "run_workflow":
            found[step.do] = found.get(step.do, 0) + int(step.data.get("times") or 1)
        else:
            found[step.do] = found.get(step.do, 0) + 1
    return ", ".join(_sum(name, count) for name, count in found.items())


def _sum(name: str, count: int) -> str:
    if name == "secrets":
        return plural(count, "secret")
    one, many = _SUMS.get(name, (name, name.replace("commit ", "commits ", 1)))
    return plural(count, one, many)


def confirming(plan: RunPlan) -> str:
    """What saying yes does, exactly: "these 6 steps: 1 branch, …"; one step by its name."""
    steps = ready(plan)
    if len(steps) == 1:
        return f"this step: {steps[0].title}"
    return f"these {len(steps)} steps: {sums(steps)}"


def secret_asks(steps: Iterable[StepPlan]) -> list[str]:
    """The secrets' names that steps ask for, each once."""
    return list(dict.fromkeys(ask.name for step in steps for ask in step.asks if ask.kind == "secret"))


def for_whom(subject: Subject) -> str:
    """What it was started for: "blocker Jest configuration fix"; "" for nothing."""
    return f"{subject.kind} {subject.title or subject.id}" if subject.kind else ""


def done_of(execution: Execution) -> tuple[int, int]:
    """How many steps have ended well, of how many."""
    return sum(step.mark in {"done", "nothing", "stays"} for step in execution.steps), len(execution.steps)


def brief(execution: Execution) -> str:
    """ "⟳ Hotfix 3/6", for a header."""
    glyph, _, word = RUNS[execution.mark]
    done, count = done_of(execution)
    at = next((step.index for step in execution.steps if step.mark == "running"), None)
    place = f"{at + 1 if at is not None else done}/{count}"
    said = "" if execution.mark == "running" else f" {word}"
    return f"{glyph} {cut(execution.plan.title, _BRIEF)}{said} {place}"


def current(execution: Execution) -> StepRun | None:
    """The step that runs, failed or is not known, if there is one."""
    marks = {"running", "undoing", "failed", "unsure", "cancelled"}
    return next((step for step in execution.steps if step.mark in marks), None)


def elapsed(span: timedelta) -> str:
    """ "0:42", "12:03", "1:02:03" """
    seconds = max(0, int(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def writes(step: StepPlan) -> bool:
    """Whether a step changes anything outside."""
    return any(shown.verb not in {"GET", "…"} for shown in step.requests)


def stays(plan: RunPlan) -> str:
    """What can't be taken back, said before it is done."""
    kept = [step for step in ready(plan) if not step.undo.can and writes(step)]
    if not kept:
        return ""
    first = f"step {kept[0].index + 1} can't be taken back: {kept[0].undo.how}"
    return first if len(kept) == 1 else f"{first}; nor can {plural(len(kept) - 1, 'step')} more"
