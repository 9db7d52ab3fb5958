# ruff: noqa: E501 (a table reads best one line a row)
"""What programs get of a plan; its clocks; its schema."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
from hypothesis import HealthCheck, given, settings

from tests.plan.plans import plans
from vauntico_tui.plan.bundled import bundled_plan, bundled_text
from vauntico_tui.plan.clocks import clocks, due_at
from vauntico_tui.plan.model import Plan, Week
from vauntico_tui.plan.schema import plan_schema
from vauntico_tui.plan.show import plan_json

START = datetime(2025, 3, 3, 8, tzinfo=timezone(timedelta(hours=1)))


def test_the_arrays_that_programs_count_on() -> None:
    data = plan_json(bundled_plan())
    counts = {key: len(value) for key, value in data.items() if isinstance(value, list)}
    assert counts == {
        "blockers": 4, "weeks": 3, "sections": 7, "deliverables": 21, "targets": 12, "risks": 5, "roles": 4, "reviews": 3,
        "long_term": 3, "levels": 3, "outcomes": 9, "approvals": 3, "next_steps": 4, "phases": 5, "kpis": 12, "notes": 0,
        "outline": 42, "runbooks": 0,
    }  # fmt: skip
    assert data["schema"] == 1
    assert data["summary"]["unblock_within"] == "48 h"
    assert data["summary"]["unblock_within_seconds"] == 172800
    assert data["blockers"][0]["check"]["of"][0]["workflow"] == "build-verification.yml"
    assert data["blockers"][0]["owner_title"] == "Backend Dev"
    assert [week["counts"]["deliverables"] for week in data["weeks"]] == [9, 6, 6]
    assert data["levels"][0]["acknowledge_within_seconds"] == 900


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(plans())
def test_any_plan_is_json(plan: Plan) -> None:
    data = plan_json(plan)
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_the_clocks_of_the_roadmap() -> None:
    assert clocks(bundled_plan(), None) == ()
    found = clocks(bundled_plan(), START)
    assert [(clock.id, clock.title, (clock.ends_at - START).total_seconds() / 3600) for clock in found] == [
        ("24-h", "24 h", 24),
        ("48-h", "48 h", 48),
        ("week-1", "week 1", 168),
        ("week-2", "week 2", 336),
        ("week-3-4", "week 3-4", 672),
        ("4-weeks", "4 weeks", 672),
    ]
    assert all(clock.ends_at.tzinfo is UTC for clock in found)


def test_when_promises_are_due() -> None:
    plan = bundled_plan()
    assert due_at(plan, plan.blockers[0], START) == START + timedelta(hours=24)
    assert due_at(plan, plan.targets[0], START) == START + timedelta(weeks=1)
    assert due_at(plan, plan.deliverables[-1], START) == START + timedelta(weeks=4)
    assert due_at(plan, plan.outcomes[-1], START) == START + timedelta(days=30)
    assert due_at(plan, plan.approvals[0], START) is None
    assert due_at(plan, plan.blockers[0], None) is None


def test_clocks_across_a_change_to_summer_time_and_at_the_end_of_time() -> None:
    plan = Plan(title="t", weeks=(Week(id="w", title="W", first=1, last=1),))
    start = datetime(2025, 3, 29, 12, tzinfo=timezone(timedelta(hours=1)))
    assert clocks(plan, start)[0].ends_at == datetime(2025, 4, 5, 11, tzinfo=UTC)
    assert clocks(plan, datetime(9999, 12, 30, tzinfo=UTC))[0].ends_at.year == 9999


def test_the_schema_accepts_the_bundled_plan_and_refuses_a_wrong_one() -> None:
    schema = plan_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    data = tomllib.loads(bundled_text())
    assert list(validator.iter_errors(data)) == []
    data["targets"][0]["check"]["check"] = "workflow_sucess"
    assert list(validator.iter_errors(data)) != []
