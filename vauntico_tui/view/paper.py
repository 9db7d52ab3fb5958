"""The parts of the plan that are only read: weeks, sections, risks, roles, reviews, next steps, notes."""

from __future__ import annotations

from datetime import datetime

from vauntico_tui.base.durations import write_duration
from vauntico_tui.evidence.figures import after
from vauntico_tui.plan.model import Plan
from vauntico_tui.view.model import PhaseView, PlanView, Row, SectionView, WeekView


def plan_view(plan: Plan, file: str, started_at: datetime | None) -> PlanView:
    """The plan as paper; the clocks' ends are worked in where the clocks run."""
    return PlanView(
        title=plan.title,
        summary=plan.summary.text,
        success_definition=plan.success_definition,
        team=plan.team,
        started_at=started_at,
        file=file,
        weeks=tuple(
            WeekView(
                week.id, week.title, after(started_at, week.ends_after) if started_at else None, week.hours, week.focus
            )
            for week in plan.weeks
        ),
        sections=tuple(
            SectionView(one.id, one.week, one.title, one.first_day, one.last_day, one.branch) for one in plan.sections
        ),
        risks=tuple(Row(risk.id, risk.title, risk.mitigation, risk.category) for risk in plan.risks),
        roles=tuple(Row(role.id, role.title, role.focus) for role in plan.roles),
        reviews=tuple(
            Row(one.id, one.title, f"every {write_duration(one.cadence).removeprefix('1 ')}") for one in plan.reviews
        ),
        long_term=tuple(Row(item.id, item.title) for item in plan.long_term),
        next_steps=tuple(Row(item.id, item.title) for item in plan.next_steps),
        notes=tuple(Row(f"note-{place}", one.heading, one.text, one.after) for place, one in enumerate(plan.notes, 1)),
        phases=tuple(PhaseView(phase.number, phase.title, phase.mrr_target) for phase in plan.phases),
        horizons=_horizons(plan, started_at),
    )


def _horizons(plan: Plan, started_at: datetime | None) -> tuple[WeekView, ...]:
    """The outcomes' horizons, in order, each due when the last of its outcomes is."""
    due: dict[str, list[datetime]] = {}
    for outcome in plan.outcomes:
        ends = due.setdefault(outcome.horizon, [])
        if started_at is not None and outcome.due is not None:
            ends.append(after(started_at, outcome.due))
    return tuple(
        WeekView(horizon, horizon[:1].upper() + horizon[1:], max(ends, default=None), None, "")
        for horizon, ends in due.items()
    )
