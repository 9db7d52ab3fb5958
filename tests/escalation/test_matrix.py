"""Who must act by when: levels, order, counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.given import NOW, ago, alert, deployment, issue, issues
from vauntico_tui.escalation.matrix import MOST_ROWS, Matrix, OpenLevel, open_escalations
from vauntico_tui.escalation.severity import alert_severity, severity_names, severity_of
from vauntico_tui.evidence.facts import Issue, Readings
from vauntico_tui.evidence.reading import fresh
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.plan.model import Level, Plan, Severities
from vauntico_tui.view.model import PromiseView

PLAN = Plan(
    title="a plan",
    levels=(
        Level(level=1, window=timedelta(hours=24), issue_class="Critical", contacts=("Lead Developer", "DevOps"),
              resolution="Hotfix deployment", severity="critical"),
        Level(level=2, window=timedelta(hours=48), issue_class="High", contacts=("Full development team",)),
        Level(level=3, window=timedelta(weeks=1), issue_class="Medium", contacts=("Assigned developers",)),
    ),
)  # fmt: skip
CRITICAL, HIGH, MEDIUM, LOW = (f"severity: {name}" for name in ("critical", "high", "medium", "low"))


def _matrix(readings: Readings, promises: tuple[PromiseView, ...] = (), now: datetime = NOW, **more: Any) -> Matrix:
    return open_escalations(PLAN, readings, promises, now, **more)


def _level(matrix: Matrix, number: int) -> OpenLevel:
    return next(one for one in matrix.levels if one.level.level == number)


def _ids(matrix: Matrix, number: int) -> list[str]:
    return [row.id for row in _level(matrix, number).rows]


def test_severities_pick_levels_and_low_ones_are_backlog() -> None:
    matrix = _matrix(issues(issue(1, CRITICAL), issue(2, HIGH), issue(3, MEDIUM), issue(4, LOW), issue(5, "bug"),
                            issue(6, CRITICAL, state="closed")))  # fmt: skip
    assert [(one.level.level, one.open) for one in matrix.levels] == [(1, 1), (2, 1), (3, 1)]
    assert matrix.backlog == 2
    assert matrix.by_severity == {"critical": 1, "high": 1, "medium": 1, "low": 1, "none": 1}


def test_the_first_label_that_names_a_severity_decides() -> None:
    names = severity_names(Severities())
    assert severity_of(("bug", "P1", "Severity: Critical"), names) == "high"
    assert severity_of(("SEVERITY: CRITICAL",), names) == "critical"
    assert severity_of((), names) == "none"


def test_late_ones_first_the_latest_on_top_then_what_breaches_next() -> None:
    readings = issues(
        issue(1, CRITICAL, created=ago(hours=200)),
        issue(2, CRITICAL, created=ago(hours=25)),
        issue(3, CRITICAL, created=ago(hours=2)),
        issue(4, CRITICAL, created=ago(hours=20)),
    )
    matrix = _matrix(readings)
    assert _ids(matrix, 1) == ["issue:2", "issue:1", "issue:4", "issue:3"]
    level = _level(matrix, 1)
    assert (level.open, level.breached, level.next_breach) == (4, 2, NOW + timedelta(hours=4))
    row = level.rows[0]
    assert (row.subject, row.triggered_at, row.breaches_at) == ("#2", ago(hours=25), ago(hours=1))
    assert (row.contacts, row.state, row.stale) == (("Lead Developer", "DevOps"), "triggered", False)


def test_firing_alerts_by_their_severity() -> None:
    ones = (alert("DatabaseDown", severity="critical"), alert("Slow", severity="warning"),
            alert("Odd", severity="info"), alert("Soon", "pending", severity="critical"),
            alert("Watchdog", severity="none"),
            alert("Known", "suppressed", severity="critical", at=ago(hours=3)))  # fmt: skip
    matrix = _matrix(Readings(alerts=fresh(ones, NOW)))
    assert [row.subject for row in _level(matrix, 1).rows] == ["Known", "DatabaseDown"]
    assert [row.state for row in _level(matrix, 1).rows] == ["snoozed", "triggered"]
    assert [row.subject for row in _level(matrix, 2).rows] == ["Slow"]
    assert [row.subject for row in _level(matrix, 3).rows] == ["Odd"]
    assert _level(matrix, 1).rows[1].breaches_at == ago(hours=1) + timedelta(hours=24)
    assert ("severity", "critical") in _level(matrix, 1).rows[1].labels


def test_a_failing_production_counts_from_its_first_failure() -> None:
    ones = (deployment(1, "failure"), deployment(2, "in_progress"), deployment(3, "error", description="no disk"),
            deployment(4), deployment(5, "failure"), deployment(1, "failure", environment="staging"))  # fmt: skip
    matrix = _matrix(Readings(deployments=fresh(ones, NOW)))
    (row,) = _level(matrix, 1).rows
    assert (row.id, row.triggered_at, row.reason) == ("deployment:production", ago(hours=3), "2 in a row failed")
    assert _matrix(Readings(deployments=fresh((deployment(1), *ones[2:]), NOW))).levels[0].open == 0


def _blocker(mark: Mark, due: datetime | None = NOW + timedelta(hours=9)) -> PromiseView:
    return PromiseView("blocker", "db", "Database", Verdict(mark, "4 of 5 failed"), owner="backend-dev", due_at=due)


def test_unmet_blockers_run_until_they_are_due() -> None:
    matrix = _matrix(Readings(), (_blocker(Mark.UNMET),), started_at=ago(hours=15))
    (row,) = _level(matrix, 1).rows
    assert (row.id, row.triggered_at, row.breaches_at) == ("blocker:db", ago(hours=15), NOW + timedelta(hours=9))
    assert (row.assignees, row.reason) == (("backend-dev",), "4 of 5 failed")
    for promise, start in ((_blocker(Mark.MET), NOW), (_blocker(Mark.UNKNOWN), NOW), (_blocker(Mark.UNMET), None),
                           (_blocker(Mark.UNMET, None), NOW)):  # fmt: skip
        assert _matrix(Readings(), (promise,), started_at=start).levels[0].open == 0


def test_a_plan_without_levels_has_everything_in_its_backlog() -> None:
    matrix = open_escalations(Plan(title="x"), issues(issue(1, CRITICAL)), (), NOW)
    assert (matrix.levels, matrix.backlog) == ((), 1)


def test_rows_are_the_nearest_and_counts_are_of_all() -> None:
    many = [issue(n, CRITICAL, created=ago(hours=25, minutes=n)) for n in range(MOST_ROWS + 50)]
    level = _level(_matrix(issues(*many)), 1)
    assert (level.open, level.breached, len(level.rows)) == (MOST_ROWS + 50, MOST_ROWS + 50, MOST_ROWS)
    assert level.rows[0].id == "issue:0"


def test_other_words_for_an_alerts_severity() -> None:
    words = {"page": "critical", "Critical": "critical", "high": "high", "": "medium", "none": None}
    assert {word: alert_severity(word) for word in words} == words


_issues = st.lists(
    st.builds(lambda n, severity, minutes: issue(n, f"severity: {severity}", created=ago(minutes=minutes)),
              st.integers(1, 10**6), st.sampled_from(["critical", "high", "medium", "low"]), st.integers(0, 20_000)),
    max_size=40, unique_by=lambda one: one.number,
)  # fmt: skip


@given(_issues)
def test_every_open_issue_is_in_one_level_or_the_backlog_and_in_order(ones: list[Issue]) -> None:
    matrix = _matrix(issues(*ones))
    assert sum(level.open for level in matrix.levels) + matrix.backlog == len(ones)
    for level in matrix.levels:
        late = [row.breaches_at for row in level.rows if row.breaches_at <= NOW]
        coming = [row.breaches_at for row in level.rows if row.breaches_at > NOW]
        assert [row.breaches_at for row in level.rows] == sorted(late, reverse=True) + sorted(coming)
        assert (level.breached, level.next_breach) == (len(late), min(coming, default=None))
        assert len({row.id for row in level.rows}) == len(level.rows) == level.open


@given(_issues, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_as_time_goes_by_nothing_comes_back_from_being_late(ones: list[Issue], later: timedelta) -> None:
    before, after = _matrix(issues(*ones)), _matrix(issues(*ones), now=NOW + later)
    for one, other in zip(before.levels, after.levels, strict=True):
        assert other.breached >= one.breached
        assert other.open == one.open
