"""The roadmap of Vauntico becomes a plan."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.plan.importer import import_markdown
from vauntico_tui.plan.load import parse_plan
from vauntico_tui.plan.model import Plan
from vauntico_tui.plan.write import dump_plan

ROADMAP = Path(__file__).with_name("roadmap.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return import_markdown(ROADMAP, "roadmap.md").plan


def test_summary_and_success_definition(plan: Plan) -> None:
    assert plan.title == "Vauntico Issues Resolution - Executive Roadmap"
    assert plan.summary.text.startswith("60 critical workflow issues identified")
    assert (plan.summary.issues, plan.summary.phases) == (60, 3)
    assert plan.summary.unblock_within == timedelta(hours=48)
    assert plan.summary.excellence_within == timedelta(weeks=4)
    assert plan.success_definition.startswith("Restore full deployment capability within 48 hours")
    assert plan.success_definition.endswith("100% governance compliance.")


def test_blockers(plan: Plan) -> None:
    assert [(one.title, one.hours) for one in plan.blockers] == [
        ("Database Test Infrastructure", 2),
        ("Production Secrets Configuration", 1),
        ("Jest Configuration Fix", 1),
        ("Basic Monitoring Setup", 2),
    ]
    assert {one.branch for one in plan.blockers} == {"hotfix/critical-deployment-blockers"}
    assert {one.due for one in plan.blockers} == {timedelta(hours=24)}
    snippets = [snippet for one in plan.blockers for snippet in one.snippets]
    assert [(one.language, one.file) for one in snippets] == [
        ("bash", ".github/workflows/build-verification.yml"),
        ("bash", None),
        ("javascript", "server-v2/jest.config.js"),
        ("yaml", "monitoring/prometheus.yml"),
    ]
    assert "      -e POSTGRES_PASSWORD=test \\\n" in snippets[0].text


def test_weeks_sections_and_deliverables(plan: Plan) -> None:
    assert [(one.id, one.first, one.last, one.hours, one.focus) for one in plan.weeks] == [
        ("week-1", 1, 1, 40, "Critical path focus"),
        ("week-2", 2, 2, 32, "Stabilization"),
        ("week-3-4", 3, 4, 24, "Optimization"),
    ]
    assert plan.weeks[0].title == "GOVERNANCE & KPI FOUNDATION"
    assert [(one.first_day, one.last_day, one.branch) for one in plan.sections][:4] == [
        (1, 2, "feature/governance-compliance"),
        (3, 4, "feature/kpi-tracking-infrastructure"),
        (5, 7, "feature/test-infrastructure-overhaul"),
        (None, None, None),
    ]
    assert [sum(one.week == week.id for one in plan.deliverables) for week in plan.weeks] == [9, 6, 6]
    assert plan.deliverables[0].title == "Updated PR templates with monetization phase selection"
    assert plan.deliverables[-1].section == "quality-assurance"


def test_targets_by_week(plan: Plan) -> None:
    assert [sum(one.week == week.id for one in plan.targets) for week in plan.weeks] == [4, 4, 4]
    assert plan.targets[5].title == "80%+ test coverage"
    assert plan.targets[5].id == "80-test-coverage"


def test_risks_roles_and_reviews(plan: Plan) -> None:
    assert [one.category for one in plan.risks] == ["Technical"] * 3 + ["Business"] * 2
    assert plan.risks[0].mitigation == "Implement blue-green deployment strategy"
    assert [(one.id, one.focus) for one in plan.roles] == [
        ("lead-dev", "Critical hotfix and architecture"),
        ("backend-dev", "Database and API issues"),
        ("frontend-dev", "Testing and monitoring setup"),
        ("devops", "Infrastructure and CI/CD"),
    ]
    assert plan.team == "3-4 developers"
    assert [one.cadence.days for one in plan.reviews] == [1, 7, 30]
    assert len(plan.long_term) == 3


def test_levels_outcomes_approvals_and_next_steps(plan: Plan) -> None:
    assert [(one.level, one.window, one.severity) for one in plan.levels] == [
        (1, timedelta(hours=24), "critical"),
        (2, timedelta(hours=48), "high"),
        (3, timedelta(weeks=1), "medium"),
    ]
    assert plan.levels[0].contacts == ("Lead Developer", "DevOps")
    assert plan.levels[1].resolution == "Feature branch deployment"
    assert [(one.horizon, one.due) for one in plan.outcomes][::3] == [
        ("Immediate", timedelta(hours=48)),
        ("Short-term", timedelta(weeks=1)),
        ("Long-term", timedelta(days=30)),
    ]
    assert plan.outcomes[0].title == "All deployments unblocked"
    assert [one.id for one in plan.approvals] == [
        "hotfix-deployment-strategy-approval",
        "resource-allocation-confirmation",
        "risk-mitigation-sign-off",
    ]
    assert plan.next_steps[0].title == "Immediate hotfix branch creation"
    assert len(plan.next_steps) == 4
    assert plan.notes == ()


def test_broken_characters_are_repaired(plan: Plan) -> None:
    dumped = dump_plan(plan)
    assert "## 🎯 IMMEDIATE ACTION ITEMS (Next 24 Hours)" in plan.outline
    assert "## 🛠️ WEEK 2: SYSTEM STABILIZATION" in plan.outline
    assert "ü" not in dumped and "\uf8ff" not in dumped and "‚" not in dumped


def test_the_bundled_plan_is_the_roadmap_with_what_people_added() -> None:
    added = {"check", "owner", "acknowledge_within"}
    document, bundled = (one.model_dump() for one in (import_markdown(ROADMAP).plan, bundled_plan()))
    for data in (document, bundled):
        data.pop("phases"), data.pop("kpis")
        for rows in data.values():
            for row in rows if isinstance(rows, tuple) else ():
                for key in added & row.keys() if isinstance(row, dict) else ():
                    row.pop(key)
    assert document == bundled


def test_it_is_the_same_every_time_and_comes_back_from_toml(plan: Plan) -> None:
    assert import_markdown(ROADMAP).plan == plan
    assert parse_plan(dump_plan(plan), "plan.toml") == plan
    assert import_markdown("\ufeff" + ROADMAP.replace("\n", "\r\n")).plan == plan
