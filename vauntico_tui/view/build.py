"""From plan and readings to one picture. Pure and quick: what did not change since the last View is taken from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from vauntico_tui.actions.desk.known import Known
from vauntico_tui.escalation.matrix import open_escalations, sort_issues
from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.ground import Ground
from vauntico_tui.evidence.issue_index import IssueIndex
from vauntico_tui.evidence.reading import Budget, SourceStatus
from vauntico_tui.plan.clocks import clocks
from vauntico_tui.plan.model import Plan
from vauntico_tui.view.changes import changes
from vauntico_tui.view.ci import ci_view
from vauntico_tui.view.issues import all_issues, issues_view
from vauntico_tui.view.known import journal_view, overridden, with_known
from vauntico_tui.view.kpis import kpi_views
from vauntico_tui.view.levels import escalations_view
from vauntico_tui.view.memo import Memo
from vauntico_tui.view.model import ClockView, View
from vauntico_tui.view.paper import plan_view
from vauntico_tui.view.promises import promise_views
from vauntico_tui.view.scene import Scene


def build_view(  # noqa: PLR0917 - the sources' state is handed over part by part
    plan: Plan,
    plan_file: str,
    readings: Readings,
    statuses: Sequence[SourceStatus],
    budget: Budget | None,
    now: datetime,
    *,
    started_at: datetime | None,
    demo: bool = False,
    read_only: bool = False,
    paused: bool = False,
    previous: View | None = None,
    prometheus_url: str | None = None,
    known: Known | None = None,
    ahead: timedelta = timedelta(0),
) -> View:
    """One picture at `now`. `started_at` is when the clocks began, None while they stand; `previous` is the View
    before, from which unchanged parts and the history of verdicts are taken; `prometheus_url` is what links to graphs
    are made from; `known` is what the journal says, `ahead` by how much its clock is before `now`. Never raises for any
    readings."""
    known = known or _NO_JOURNAL
    readings = known.within(readings)
    memo = Memo(previous.memo if previous is not None and isinstance(previous.memo, Memo) else None)
    repository = readings.repository.value
    kept = readings.issues.value
    index = memo.part("issue index", (kept,), lambda: IssueIndex(kept) if kept is not None else None)
    ground = Ground(readings, now, "", repository.url if repository else None, prometheus_url, index)
    scene = Scene(plan, started_at, ground, memo)
    running = memo.part("clocks", (plan, started_at), lambda: _clocks(plan, started_at))
    kinds = (
        ("blocker", plan.blockers),
        ("target", plan.targets),
        ("deliverable", plan.deliverables),
        ("outcome", plan.outcomes),
        ("approval", plan.approvals),
    )
    promises = {kind: overridden(promise_views(kind, ones, scene), known.overrides) for kind, ones in kinds}
    issues = memo.part(
        "open issues", (plan, kept), lambda: sort_issues(plan, kept.issues.values() if kept is not None else ())
    )
    matrix = open_escalations(plan, readings, promises["blocker"], now, started_at=started_at, issues=issues)
    every = [promise for kind, _ in kinds for promise in promises[kind]]
    return View(
        as_of=now,
        repository=repository.full_name if repository else None,
        repository_url=repository.url if repository else None,
        demo=demo,
        read_only=read_only,
        paused=paused,
        sources=tuple(statuses),
        budget=budget,
        clocks=running,
        issues=issues_view(scene, matrix, running),
        blockers=promises["blocker"],
        targets=promises["target"],
        deliverables=promises["deliverable"],
        outcomes=promises["outcome"],
        approvals=promises["approval"],
        ci=ci_view(scene),
        kpis=kpi_views(scene),
        escalations=with_known(escalations_view(matrix, readings), known, now + ahead),
        ahead=ahead,
        journal=journal_view(known),
        plan=memo.part("plan", (plan, plan_file, started_at), lambda: plan_view(plan, plan_file, started_at)),
        changes=changes(every, statuses, previous, now, memo),
        all_issues=all_issues(kept, memo),
        memo=memo.done(),
    )


_NO_JOURNAL = Known()


def _clocks(plan: Plan, started_at: datetime | None) -> tuple[ClockView, ...]:
    if started_at is None:
        return ()
    return tuple(ClockView(clock.id, clock.title, clock.ends_at) for clock in clocks(plan, started_at))
