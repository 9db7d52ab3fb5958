"""One picture from plan and readings."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.evidence.given import NOW, REFUSED, URL, ago, check, failed_job, issue, run, series
from tests.evidence.strategies import any_readings
from tests.view.world import CRITICAL, FRESH, LOADING, PLAN, STARTED, readings, view
from vauntico_tui.evidence.facts import IssueSet, Readings, RunSet
from vauntico_tui.evidence.reading import Reading, State, fresh
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.plan.model import Kpi, Plan, Target
from vauntico_tui.view.changes import MOST
from vauntico_tui.view.model import Change, KpiView


def test_promises_carry_verdict_owner_due_time_and_check() -> None:
    picture = view()
    blocker = picture.blockers[0]
    assert (blocker.kind, blocker.verdict.mark, blocker.owner, blocker.hours) == (
        "blocker",
        Mark.UNMET,
        "backend-dev",
        2,
    )
    assert blocker.due_at == STARTED + timedelta(hours=24)
    assert blocker.snippets[0].text == "docker run postgres\n"
    assert tomllib.loads(blocker.check) == {
        "check": "workflow_latest",
        "workflow": "build-verification.yml",
        "job": "integration",
    }
    assert picture.targets[0].group == "week-1"
    assert picture.outcomes[0].group == "immediate"
    assert picture.outcomes[0].verdict.mark is Mark.UNKNOWN
    assert picture.approvals[0].verdict.reason.startswith("not signed")
    assert picture.repository_url == URL


def test_without_a_start_no_clock_runs() -> None:
    picture = view(started_at=None)
    assert picture.clocks == ()
    assert picture.blockers[0].due_at is None
    assert picture.plan.weeks[0].ends_at is None
    assert not any(row.id.startswith("blocker:") for level in picture.escalations.levels for row in level.rows)


def test_issues_are_counted_and_their_history_drawn() -> None:
    issues = view().issues
    assert (issues.total, issues.open, issues.closed, issues.resolved, issues.promised) == (3, 2, 1, 1, 60)
    assert issues.burn == (0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 3, 3, 3, 2)
    assert issues.by_severity == {"critical": 1, "high": 1, "medium": 0, "low": 0}
    assert issues.pace is not None
    assert issues.pace >= issues.resolved
    partial = view(readings(issues=fresh(IssueSet({1: issue(1)}, False), NOW))).issues
    assert (partial.burn, partial.pace, partial.complete) == ((), None, False)


def test_the_promised_issues_are_those_that_the_plans_check_wants_closed() -> None:
    spec = check("issues", any_labels=["category: tests"], state="closed", at_least=60)
    plan = PLAN.model_copy(update={"targets": (Target(id="all", title="All 60", week="week-1", check=spec),)})
    known = [issue(1, "category: tests", state="closed"), issue(2, "category: tests"), issue(3, state="closed")]
    issues = view(readings(issues=fresh(IssueSet({one.number: one for one in known}, True), NOW)), plan=plan).issues
    assert (issues.total, issues.closed, issues.resolved, issues.burn[-1]) == (3, 2, 1, 1)


def test_the_pace_is_never_above_what_is_aimed_at() -> None:
    known = {number: issue(number, state="closed") for number in range(1, 63)}
    issues = view(readings(issues=fresh(IssueSet(known, True), NOW))).issues
    assert (issues.promised, issues.aim, issues.resolved, issues.pace) == (60, 62, 62, 62)
    assert view().issues.aim == 60


def test_a_link_to_a_graph_never_carries_a_password() -> None:
    kpi = view(prometheus_url="https://ops:s3cret@prom.example/prometheus/").kpis[0]
    assert kpi.link == "https://prom.example/prometheus/graph?g0.expr=licences&g0.tab=0&g0.range_input=1d"


def test_a_source_that_never_answered_counts_nothing() -> None:
    issues = view(Readings(issues=Reading(state=State.FAILED, trouble=REFUSED))).issues
    assert (issues.state, issues.total, issues.trouble) == (State.FAILED, 0, REFUSED)


def test_trends_are_the_figures_own() -> None:
    targets = view().targets
    assert targets[0].trend[-3:] == (2.0, 2.0, 1.0)
    assert len(targets[1].trend) == 24
    assert targets[1].trend[-1] == pytest.approx(78.8)


def test_workflows_that_are_red_come_first_and_one_that_runs_stays_where_it_was() -> None:
    runs = (run(9, None, status="in_progress", workflow="Zoo", path="zoo.yml"), run(8, workflow="Zoo", path="zoo.yml"),
            run(1, "failure", jobs=[failed_job()]), run(2), run(4, "cancelled", at=ago(minutes=1)),
            run(5, workflow="Lint", path="lint.yml"),
            run(6, workflow="CodeQL", path="codeql.yml", at=ago(days=8)))  # fmt: skip
    workflows = view(readings(runs=fresh(RunSet(runs, 7), NOW))).ci.workflows
    assert [one.name for one in workflows] == ["Build Verification", "CodeQL", "Lint", "Zoo"]
    build, codeql, _, zoo = workflows
    assert (build.success_rate, build.counted, [one.mark for one in build.runs]) == (
        50.0,
        2,
        ["cancelled", "failure", "success"],
    )
    assert build.failed is not None
    assert build.failed.failed_jobs[0].reason == "ECONNREFUSED"
    assert zoo.running is not None
    assert (zoo.running.mark, zoo.failed) == ("running", None)
    assert (codeql.success_rate, codeql.counted, len(codeql.runs)) == (None, 0, 1)


def _kpi(picture_kpis: tuple[KpiView, ...], kpi_id: str) -> KpiView:
    return next(kpi for kpi in picture_kpis if kpi.id == kpi_id)


def test_kpis_are_scaled_grouped_by_phase_and_told_apart_by_label() -> None:
    kpis = view(prometheus_url="http://prom:9090/").kpis
    assert [kpi.id for kpi in kpis] == ["licences", "coverage", "spots", "findings:high", "findings:low"]
    licences = kpis[0]
    assert (licences.value, licences.change, licences.mark) == (24.0, 0.0, Mark.MET)
    assert licences.link == "http://prom:9090/graph?g0.expr=licences&g0.tab=0&g0.range_input=1d"
    spots = _kpi(kpis, "spots")
    assert (spots.value, spots.unit, spots.mark) == (4.0, "/4", Mark.MET)
    assert _kpi(kpis, "findings:high").title == "Findings · high"
    coverage = _kpi(kpis, "coverage")
    assert coverage.change == pytest.approx((78.8 - 50) / 50 * 100)
    assert (coverage.mark, coverage.since) == (Mark.UNMET, None)


def _one_kpi(*values: float, step: float = 300, **keys: Any) -> KpiView:
    plan = Plan(title="x", kpis=(Kpi(id="k", title="K", query="q", target=5, **keys),))
    return view(readings(ranges={"q": fresh((series(*values, step=step),), NOW)}), plan=plan).kpis[0]


def test_a_kpi_tells_since_when_it_is_missed() -> None:
    kpi = _one_kpi(6, 6, 4, 6, 3, 3, 3)
    assert (kpi.mark, kpi.since) == (Mark.UNMET, ago(minutes=10))
    assert _one_kpi(6, 4, 6).since is None
    assert _one_kpi(4, 4, op="<=").mark is Mark.MET


def test_a_kpi_without_a_base_has_no_change_and_nan_is_no_value() -> None:
    assert _one_kpi(1, 2, 3).change is None
    assert _one_kpi(*[0.0] * 288, 5.0).change is None
    assert _one_kpi(*[10.0] * 288, 5.0).change == -50.0
    assert _one_kpi(1.0, float("nan"), float("inf")).value == 1.0


def test_a_kpi_without_data_or_fallen_silent_says_so() -> None:
    plan = Plan(title="x", kpis=(Kpi(id="k", title="K", query="q", target=5),))
    empty = view(readings(ranges={"q": fresh((), NOW)}), plan=plan).kpis[0]
    assert (empty.value, empty.mark, str(empty.trouble)) == (
        None,
        Mark.UNKNOWN,
        "the query has no data; see that the metric is exported and scraped",
    )
    line = series(*[6.0] * 100)
    silent = view(readings(ranges={"q": fresh((replace(line, points=line.points[:-12]),), NOW)}), plan=plan).kpis[0]
    assert (silent.state, silent.mark) == (State.STALE, Mark.UNKNOWN)
    assert silent.trouble is not None
    assert silent.trouble.cause == "no value since 22 Nov 13:02 UTC"
    assert view(readings(ranges={}), plan=plan).kpis[0].state is State.LOADING


def test_escalations_join_issues_alerts_and_blockers() -> None:
    picture = view()
    first = picture.escalations.levels[0]
    assert {row.id.split(":")[0] for row in first.rows} == {"issue", "alert", "blocker"}
    assert (first.window_text, first.severity, picture.escalations.state) == ("24 h", "critical", State.FRESH)
    failing = view(readings(alerts=readings().alerts.failed(REFUSED)))
    assert (failing.escalations.state, failing.escalations.trouble) == (State.FAILED, REFUSED)
    assert any(row.stale for row in failing.escalations.levels[0].rows)
    assert view(readings(alerts=Reading(state=State.OFF))).escalations.state is State.FRESH


def test_the_plan_as_paper() -> None:
    paper = view().plan
    assert (paper.title, paper.file, paper.weeks[0].ends_at) == (PLAN.title, "plan.toml", STARTED + timedelta(weeks=1))
    assert (paper.risks[0].text, paper.risks[0].group) == ("Blue-green", "technical")
    assert paper.reviews[0].text == "every week"
    assert paper.horizons[0].ends_at == STARTED + timedelta(hours=48)
    assert paper.notes[0].group == "risks"


def test_nothing_changes_while_time_goes_by_and_nothing_comes() -> None:
    world = readings()
    first = view(world)
    later = view(world, NOW + timedelta(seconds=30), previous=first)
    assert replace(later, as_of=first.as_of) == first
    assert later.plan is first.plan
    assert later.all_issues is first.all_issues
    assert later.kpis[0] is first.kpis[0]


def test_what_is_taken_from_the_view_before_is_what_would_be_made() -> None:
    world = readings()
    first = view(world)
    known = {**readings().issues.value.issues, 4: issue(4, CRITICAL)}  # type: ignore[union-attr]
    changed = replace(world, issues=fresh(IssueSet(known, True), NOW))
    again = view(changed, previous=first)
    assert replace(again, changes=()) == replace(view(changed), changes=())
    assert [one.number for one in again.all_issues] == [1, 2, 3, 4]
    assert again.targets[0].verdict.figure == "2"


def test_verdicts_that_change_are_told_once() -> None:
    before = view()
    mended = readings(runs=fresh(RunSet((run(5, at=NOW),), 1), NOW))
    after = view(mended, NOW + timedelta(minutes=1), previous=before)
    assert [(one.subject, one.before, one.after) for one in after.changes] == [("blocker:db", Mark.UNMET, Mark.MET)]
    assert after.changes[0].at == NOW + timedelta(minutes=1)
    assert view(mended, previous=after).changes == after.changes


def test_a_start_that_loads_is_no_change() -> None:
    kept = view()
    loading = view(Readings(), previous=replace(kept, memo=None), statuses=LOADING)
    assert loading.changes == ()
    assert view(previous=loading).changes == ()
    mended = readings(runs=fresh(RunSet((run(5, at=NOW),), 1), NOW))
    back = view(mended, previous=loading)
    assert [(one.before, one.after) for one in back.changes] == [(Mark.UNMET, Mark.MET)]


def test_a_picture_kept_while_loading_starts_no_change_either() -> None:
    plan = PLAN.model_copy(update={"approvals": ()})
    loading = view(Readings(), statuses=LOADING, plan=plan)
    assert view(previous=loading, plan=plan).changes == ()
    assert view(previous=replace(loading, memo=None), plan=plan).changes == ()


def test_losing_the_evidence_later_is_a_change() -> None:
    lost = view(readings(runs=Reading(state=State.FAILED, trouble=REFUSED)), previous=view(), statuses=FRESH)
    assert [(one.subject, one.after) for one in lost.changes] == [("blocker:db", Mark.UNKNOWN)]


def test_changes_are_bounded() -> None:
    told = tuple(Change("blocker:x", ago(minutes=n), Mark.MET, Mark.UNMET, "r") for n in range(MOST))
    before = replace(view(), changes=told)
    after = view(readings(runs=fresh(RunSet((run(5, at=NOW),), 1), NOW)), previous=before)
    assert (len(after.changes), after.changes[-1].subject, after.changes[0]) == (MOST, "blocker:db", told[1])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(any_readings())
def test_no_readings_make_it_raise(world: Readings) -> None:
    first = view(world)
    assert view(world, previous=first).changes == ()
