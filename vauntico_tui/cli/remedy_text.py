"""Plans and executions as text and as JSON, and progress on stderr."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.base.text import clean
from vauntico_tui.cli.journaled import instant

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Change, Execution, RunPlan, StepPlan, StepRun

_STATES = {"ready": "->", "nothing": "ok", "blocked": "NO"}
_MARKS = {"done": "ok", "nothing": "ok", "failed": "FAILED", "unsure": "UNSURE", "running": "..", "undone": "undone",
          "undoing": "..", "stays": "stays", "cancelled": "cancelled"}  # fmt: skip
_BODY = 2000  # characters of a request's body that are shown


def plan_text(plan: RunPlan) -> Iterator[str]:
    """A plan for reading: every step with its requests, differences, needs, and whether it can be taken back."""
    about = f" for {plan.subject.title or plan.subject.key}" if plan.subject.kind else ""
    yield f"{plan.title}{about}"
    if plan.cannot:
        yield "  what it can't do:"
        yield from (f"    {line}" for line in plan.cannot.strip().splitlines())
    for gate in plan.gates:
        yield f"  {'ok' if gate.open else 'NO'} {gate.title}: {gate.said}"
    for step in plan.steps:
        yield from _step(step, len(plan.steps))
    if plan.verify:
        yield f"then watched: {plan.verify}"


def _step(step: StepPlan, count: int) -> Iterator[str]:
    yield f"{step.index + 1}/{count} {_STATES[step.state]} {step.title}" + (f": {step.why}" if step.why else "")
    for note in step.notes:
        yield f"      {note}"
    for request in step.requests:
        yield f"      {request.verb} {request.where}" + (" (as far as is known now)" if request.later else "")
        for line in request.body[:_BODY].splitlines():
            yield f"        {line}"
    for change in step.changes:
        yield from ("      " + line for line in difference(change))
    for need in step.needs:
        have = {True: "ok", False: "NO", None: "can't be told"}[need.have]
        yield f"      needs {need.permission}: {have}" + (f"; {need.next_step}" if need.have is False else "")
    for ask in step.asks:
        yield f"      asks for {ask.name}" + (f": {ask.help}" if ask.help else "")
    if step.state == "ready":
        yield f"      {'undo' if step.undo.can else 'no undo'}: {step.undo.how}"


def difference(change: Change) -> Iterator[str]:
    """A file's change as a unified diff."""
    before, after = (change.before or "").splitlines(), (change.after or "").splitlines()
    yield from difflib.unified_diff(before, after, change.path if change.before is not None else "/dev/null",
                                    change.path if change.after is not None else "/dev/null", lineterm="")  # fmt: skip
    yield from change.notes
    if change.by_hand:
        yield f"{change.path} must be merged by hand: {change.by_hand}"
        yield f"give what you made of it as --merged {change.path}=FILE; what is wanted:"
        yield from (f"  {line}" for line in difflib.ndiff(before, change.wanted.splitlines()) if line[0] != "?")


def plan_json(plan: RunPlan) -> dict[str, Any]:
    """All of a plan; no secret is in one."""
    return {
        "id": plan.id, "runbook": plan.runbook, "title": plan.title, "subject": plan.subject.key or None,
        "params": dict(plan.params), "digest": plan.digest, "made_at": instant(plan.made_at),
        "blocked": list(plan.blocked), "nothing_to_do": plan.nothing_to_do, "verify": plan.verify or None,
        "about": plan.about, "cannot": plan.cannot,
        "gates": [{"id": it.id, "title": it.title, "open": it.open, "said": it.said} for it in plan.gates],
        "steps": [_step_json(step) for step in plan.steps],
    }  # fmt: skip


def _step_json(step: StepPlan) -> dict[str, Any]:
    return {
        "index": step.index + 1, "id": step.id, "do": step.do, "title": step.title, "state": step.state,
        "why": step.why or None, "notes": list(step.notes),
        "requests": [{"verb": it.verb, "where": it.where, "body": it.body or None, "later": it.later}
                     for it in step.requests],
        "changes": [{"path": it.path, "before": it.before, "after": it.after, "notes": list(it.notes),
                     "by_hand": it.by_hand or None, "wanted": it.wanted or None} for it in step.changes],
        "needs": [{"permission": it.permission, "have": it.have, "next_step": it.next_step or None}
                  for it in step.needs],
        "asks": [{"kind": it.kind, "name": it.name} for it in step.asks],
        "undo": {"can": step.undo.can, "how": step.undo.how},
    }  # fmt: skip


def execution_json(one: Execution) -> dict[str, Any]:
    """How far an execution is."""
    return {
        "id": one.id, "runbook": one.plan.runbook, "subject": one.plan.subject.key or None, "mark": one.mark,
        "by": one.by, "console": one.console, "started_at": instant(one.started_at), "ended_at": instant(one.ended_at),
        "outcome": one.outcome or None, "override": one.override or None, "can_resume": one.can_resume,
        "can_undo": one.can_undo,
        "steps": [{"index": it.index + 1, "do": it.do, "title": it.title, "mark": it.mark, "said": it.said or None,
                   "at": instant(it.at), "result": dict(it.result)} for it in one.steps],
    }  # fmt: skip


class Progress:
    """Tells each step on stderr as it begins and ends, its output, and on a terminal a bar for a long one."""

    def __init__(self, *, bars: bool, before: Execution | None = None) -> None:
        self.execution: Execution | None = None
        self._bars, self._bar = bars, False
        self._told: dict[int, tuple[str, str]] = {}
        self._printed: dict[int, tuple[str, ...]] = {}
        self._known = before is not None  # as it is taken up it is no news
        self._mark = ""
        self._heard = True

    def told(self, execution: Execution) -> None:
        """An execution went on."""
        if self.execution is not None and self.execution.id != execution.id:
            return
        self.execution = execution
        if self._known:
            self._known = False
            self._told = {one.index: (one.mark, one.said) for one in execution.steps}
            self._printed = {one.index: one.lines for one in execution.steps}
        for step in execution.steps:
            self._step(step, len(execution.steps))
        if execution.mark != self._mark:
            self._mark = execution.mark
            if execution.mark == "watching":
                self._say(f"watching: {execution.plan.verify}")

    def _step(self, step: StepRun, count: int) -> None:
        now = (step.mark, step.said)
        news = step.mark != "to do" and self._told.get(step.index) != now
        self._told[step.index] = now
        said = f": {step.said}" if step.said else ""
        line = f"{step.index + 1}/{count} {_MARKS.get(step.mark, step.mark)} {step.title}{said}"
        if news and step.mark == "running":  # its end comes behind its output
            self._say(line)
        for told in _new(self._printed.get(step.index, ()), step.lines):
            self._say(f"      {told}")
        self._printed[step.index] = step.lines
        if news and step.mark != "running":
            self._say(line)
        if step.mark == "running" and step.share is not None:
            self._draw(step, count)

    def _draw(self, step: StepRun, count: int) -> None:
        if self._bars and step.share is not None:
            full = round(max(0.0, min(1.0, step.share)) * 30)
            self._write(f"\r{step.index + 1}/{count} [{'#' * full}{'.' * (30 - full)}] {step.share:.0%} ")
            self._bar = True

    def _say(self, line: str) -> None:
        self.end()
        self._write(clean(line) + "\n")

    def end(self) -> None:
        """Take a bar away."""
        if self._bar:
            self._write("\r\x1b[K")
            self._bar = False

    def _write(self, words: str) -> None:
        """Whoever read it may have gone (a closed pipe, a terminal hung up): what runs goes on."""
        if self._heard:
            try:
                click.echo(words, err=True, nl=False)
            except OSError:
                self._heard = False


def _new(before: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that came since; a step keeps its last ones only."""
    for kept in range(min(len(before), len(now)), -1, -1):
        if before[len(before) - kept :] == now[:kept]:
            return now[kept:]
    return now
