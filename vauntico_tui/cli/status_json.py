"""`status --json`: the whole View for programs. Keys are stable; docs/commands.md describes them; additions only.

Times are ISO 8601 in UTC with Z, or null. A figure that was never read is null, not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from vauntico_tui.evidence.reading import SourceStatus, State
from vauntico_tui.view.model import CiView, IssuesView, KpiView, LevelView, PromiseView, View

SCHEMA = 1
SOURCES = ("github", "prometheus", "alertmanager")


def status_json(view: View) -> dict[str, Any]:
    """The View as plain data."""
    return {
        "schema": SCHEMA,
        "as_of": _time(view.as_of),
        "repository": view.repository,
        "demo": view.demo,
        "read_only": view.read_only,
        "notices": list(view.notices),
        "plan": {"title": view.plan.title, "file": view.plan.file, "started_at": _time(view.plan.started_at)},
        "sources": _sources(view.sources),
        "clocks": [
            {
                "id": clock.id,
                "title": clock.title,
                "ends_at": _time(clock.ends_at),
                "seconds_left": int((clock.ends_at - view.as_of).total_seconds()),
            }
            for clock in view.clocks
        ],
        "issues": _issues(view.issues),
        "blockers": _promises(view.blockers),
        "targets": _promises(view.targets),
        "deliverables": _promises(view.deliverables),
        "outcomes": _promises(view.outcomes),
        "approvals": _promises(view.approvals),
        "ci": _ci(view.ci),
        "kpis": [_kpi(kpi) for kpi in view.kpis],
        "escalations": [_level(level) for level in view.escalations.levels],
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _sources(statuses: Sequence[SourceStatus]) -> dict[str, Any]:
    known = {status.id: status for status in statuses}
    result = {}
    for name in SOURCES:
        status = known.get(name)
        result[name] = {
            "state": str(status.state if status else State.OFF),
            "as_of": _time(status.as_of) if status else None,
            "problem": str(status.trouble) if status and status.trouble else None,
        }
    return result


def _issues(issues: IssuesView) -> dict[str, Any]:
    known = issues.as_of is not None
    return {
        "total": issues.total if known else None,
        "open": issues.open if known else None,
        "closed": issues.closed if known else None,
        "state": str(issues.state),
        "as_of": _time(issues.as_of),
        "problem": str(issues.trouble) if issues.trouble else None,
        "complete": issues.complete,
        "promised": issues.promised,
        "resolved": issues.resolved if known else None,
        "pace": issues.pace,
        "open_by_severity": dict(issues.by_severity or {}),
    }


def _promises(promises: Sequence[PromiseView]) -> list[dict[str, Any]]:
    return [
        {
            "id": promise.id,
            "title": promise.title,
            "verdict": str(promise.verdict.mark),
            "figure": promise.verdict.figure,
            "bound": promise.verdict.bound,
            "of": promise.verdict.of,
            "reason": promise.verdict.reason,
            "link": promise.verdict.link,
            "as_of": _time(promise.verdict.as_of),
            "stale": promise.verdict.stale,
            "owner": promise.owner,
            "group": promise.group,
            "due_at": _time(promise.due_at),
        }
        for promise in promises
    ]


def _ci(ci: CiView) -> dict[str, Any]:
    return {
        "state": str(ci.state),
        "as_of": _time(ci.as_of),
        "problem": str(ci.trouble) if ci.trouble else None,
        "workflows": [
            {
                "name": workflow.name,
                "success_rate": workflow.success_rate,
                "runs": workflow.counted,
                "latest": next((run.mark for run in workflow.runs if run.mark not in {"running", "queued"}), None),
                "running": workflow.running is not None,
                "path": workflow.path,
                "link": workflow.runs[0].url if workflow.runs else None,
            }
            for workflow in ci.workflows
        ],
    }


def _kpi(kpi: KpiView) -> dict[str, Any]:
    return {
        "id": kpi.id,
        "title": kpi.title,
        "value": kpi.value,
        "target": kpi.target,
        "series": [[at, value] for at, value in kpi.series],
        "op": kpi.op,
        "unit": kpi.unit,
        "phase": kpi.phase,
        "change": kpi.change,
        "verdict": str(kpi.mark),
        "state": str(kpi.state),
        "as_of": _time(kpi.as_of),
        "problem": str(kpi.trouble) if kpi.trouble else None,
    }


def _level(level: LevelView) -> dict[str, Any]:
    return {
        "level": level.level,
        "open": level.open,
        "next_breach": _time(level.next_breach),
        "severity": level.severity,
        "window": level.window_text,
        "breached": level.breached,
        "contacts": list(level.contacts),
        "resolution": level.resolution,
        "subjects": [
            {
                "id": row.id,
                "title": row.title,
                "state": row.state,
                "triggered_at": _time(row.triggered_at),
                "breaches_at": _time(row.breaches_at),
                "assignees": list(row.assignees),
                "link": row.link,
            }
            for row in level.rows
        ],
    }
