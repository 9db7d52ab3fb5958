"""What the readings prove just now: what must be escalated, and what is over. Absence proves nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.matrix import Kept, OpenIssues, all_rows
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.evidence.facts import Deployment, Issue, Readings
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.plan.model import Plan

ABSENT = {
    "issue": "the issue is closed, gone, or no longer labelled with a severity that escalates",
    "alert": "the alert no longer fires",
}
"""Why a subject that a complete reading of its kind does not show is over."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`rows` stand; `complete` are the kinds of subject of which nothing is missing from them; `over` are subjects that
    are proved to be over, each with the reason."""

    rows: tuple[EscalationRow, ...] = ()
    complete: frozenset[str] = frozenset()
    over: Mapping[str, str] = field(default_factory=dict)

    def gone(self, subject: str, standing: frozenset[str] | set[str]) -> str | None:
        """Why a subject is over, or None where that is not proved. `standing` are the ids of the rows."""
        if subject in standing:
            return None
        if subject in self.over:
            return self.over[subject]
        kind = subject.partition(":")[0]
        return ABSENT.get(kind) if kind in self.complete else None


def evidence_now(
    plan: Plan,
    readings: Readings,
    blockers: Sequence[Kept],
    *,
    started_at: datetime | None = None,
    issues: OpenIssues | None = None,
) -> Evidence:
    """What stands and what is over by these readings. Failed, stale and partial ones resolve nothing."""
    complete = set()
    if _sure(readings.issues) and readings.issues.value is not None and readings.issues.value.complete:
        complete.add("issue")
    if _sure(readings.alerts):
        complete.add("alert")
    return Evidence(
        tuple(all_rows(plan, readings, blockers, started_at=started_at, issues=issues)),
        frozenset(complete),
        {**dict(_closed(readings)), **dict(_deployed(readings.deployments)), **dict(_met(blockers))},
    )


def _sure(reading: Reading[Any]) -> bool:
    return reading.state is State.FRESH and reading.trouble is None and reading.value is not None


def _closed(readings: Readings) -> Iterator[tuple[str, str]]:
    """A closed issue is proof, even where not all issues were read."""
    if _sure(readings.issues) and readings.issues.value is not None:
        for issue in readings.issues.value.issues.values():
            if issue.state == "closed":
                yield f"issue:{issue.number}", _how(issue)


def _how(issue: Issue) -> str:
    reason = {"completed": " as completed", "not_planned": " as not planned"}.get(issue.state_reason or "", "")
    return f"#{issue.number} was closed{reason}"


def _deployed(reading: Reading[tuple[Deployment, ...]]) -> Iterator[tuple[str, str]]:
    """An environment whose latest finished deployment succeeded."""
    if not _sure(reading):
        return
    finished = [one for one in reading.value or () if one.state in {"success", "inactive", "failure", "error"}]
    latest = {one.environment: one for one in sorted(finished, key=lambda one: (one.created_at, one.id))}
    for environment, one in latest.items():
        if one.state in {"success", "inactive"}:
            yield f"deployment:{environment}", f"{one_line(one.ref, 80)} was deployed to {one_line(environment, 80)}"


def _met(blockers: Sequence[Kept]) -> Iterator[tuple[str, str]]:
    """Blockers that are met or overridden; an unknown one proves nothing."""
    for promise in blockers:
        verdict = promise.verdict
        if promise.kind == "blocker" and verdict.mark in {Mark.MET, Mark.OVERRIDDEN} and not verdict.stale:
            yield f"blocker:{promise.id}", f"{verdict.mark.value}: {one_line(verdict.reason, 200)}"
