"""A plan as plain data for programs: `plan show --json`. Keys are stable; `schema` counts their changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from vauntico_tui.base.durations import write_duration
from vauntico_tui.plan.model import Blocker, Outcome, Plan, Promise

PLAN_SCHEMA = 1


def plan_json(plan: Plan) -> dict[str, Any]:
    """Everything in a plan. A duration is text under its own name and a number under `..._seconds`."""
    titles = {role.id: role.title for role in plan.roles}
    summary = plan.summary
    return {
        "schema": PLAN_SCHEMA,
        "title": plan.title,
        "started_at": _instant(plan.started_at),
        "summary": {
            "text": summary.text,
            "issues": summary.issues,
            "phases": summary.phases,
            **_span("unblock_within", summary.unblock_within),
            **_span("excellence_within", summary.excellence_within),
        },
        "success_definition": plan.success_definition,
        "team": plan.team,
        "blockers": [_promise(one, titles) for one in plan.blockers],
        "weeks": [
            {**_plain(week), **_span("ends_after", week.ends_after), "counts": _counts(plan, week.id)}
            for week in plan.weeks
        ],
        "sections": [_plain(one) for one in plan.sections],
        "deliverables": [_promise(one, titles) for one in plan.deliverables],
        "targets": [_promise(one, titles) for one in plan.targets],
        "risks": [_plain(one) for one in plan.risks],
        "roles": [_plain(one) for one in plan.roles],
        "reviews": [{**_plain(one), **_span("cadence", one.cadence)} for one in plan.reviews],
        "long_term": [_plain(one) for one in plan.long_term],
        "levels": [
            {
                **_plain(one),
                **_span("window", one.window),
                **_span("acknowledge_within", one.acknowledge_within),
            }
            for one in plan.levels
        ],
        "outcomes": [_promise(one, titles) for one in plan.outcomes],
        "approvals": [_promise(one, titles) for one in plan.approvals],
        "next_steps": [_plain(one) for one in plan.next_steps],
        "phases": [_plain(one) for one in plan.phases],
        "kpis": [_plain(one) for one in plan.kpis],
        "severities": _plain(plan.severities),
        "notes": [_plain(one) for one in plan.notes],
        "runbooks": [one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for one in plan.runbooks],
        "outline": list(plan.outline),
    }


def _plain(part: BaseModel) -> dict[str, Any]:
    return part.model_dump(mode="json")


def _promise(promise: Promise, titles: dict[str, str]) -> dict[str, Any]:
    """A promise with its owner's title, and its check as written (null: nothing proves it yet)."""
    data = promise.model_dump(mode="json", exclude={"check"})
    check = promise.check
    data["owner_title"] = titles.get(promise.owner or "")
    if isinstance(promise, Blocker | Outcome):
        data |= _span("due", promise.due)
    data["check"] = None if check is None else check.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return data


def _counts(plan: Plan, week: str) -> dict[str, int]:
    def of(promises: Sequence[Any]) -> int:
        return sum(one.week == week for one in promises)

    return {"sections": of(plan.sections), "deliverables": of(plan.deliverables), "targets": of(plan.targets)}


def _span(name: str, span: timedelta | None) -> dict[str, Any]:
    return {
        name: None if span is None else write_duration(span),
        f"{name}_seconds": None if span is None else span.total_seconds(),
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
