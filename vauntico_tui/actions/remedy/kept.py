"""Plans and executions as the journal keeps them: JSON and back. No secret has a place in any of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from vauntico_tui.actions.remedy.model import Execution, RunMark, RunPlan, StepPlan, StepRun
from vauntico_tui.journal.executions import Kept

LINES = 20
"""So many last lines of a command's output are kept."""
CUT_OFF: Mapping[str, RunMark] = {"running": "interrupted", "undoing": "interrupted"}
"""What a mark comes to where whoever was at work is gone."""


def plan_fields(plan: RunPlan) -> dict[str, Any]:
    """A plan as plain values."""
    fields: dict[str, Any] = msgspec.to_builtins(plan)
    return fields


def read_plan(fields: Mapping[str, Any]) -> RunPlan:
    """The other way. Fields that this program does not know are left out."""
    return msgspec.convert(fields, RunPlan)


def step_fields(step: StepRun) -> dict[str, Any]:
    """How far a step is, for good: without its live share."""
    fields: dict[str, Any] = msgspec.to_builtins(replace(step, share=None, lines=step.lines[-LINES:]))
    return fields


def read_execution(kept: Kept) -> Execution:
    """An execution as it stands; one whose worker is gone is interrupted, and what it had begun unsure."""
    data = kept.data
    steps = tuple(msgspec.convert(one, StepRun) for one in data["steps"])
    mark = kept.mark if kept.held else CUT_OFF.get(kept.mark, kept.mark)
    if mark != kept.mark or mark == "interrupted":
        steps = tuple(replace(one, mark="unsure") if one.mark == "running" else one for one in steps)
    return Execution(
        kept.id, read_plan(kept.plan), kept.by, data.get("console", ""), kept.started_at,
        msgspec.convert(mark, RunMark),
        steps, data.get("outcome", ""), kept.ended_at, kept.version, data.get("override", ""),
    )  # fmt: skip


def digest_of(runbook: str, subject: str, params: Mapping[str, str], steps: tuple[StepPlan, ...], check: str) -> str:
    """Of everything that is sent: the same plan has the same."""
    sent = [[one.do, one.state, one.requests, one.changes, one.data] for one in steps]
    whole = msgspec.to_builtins([runbook, subject, dict(params), sent, check])
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
