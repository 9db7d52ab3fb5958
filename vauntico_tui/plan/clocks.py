"""The plan's clocks: what ends when, counted from its start. Instants are UTC; a face shows the reader's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vauntico_tui.base.durations import write_duration
from vauntico_tui.plan.model import Blocker, Deliverable, Outcome, Plan, Promise, Target


@dataclass(frozen=True, slots=True)
class PlanClock:
    """A clock: "24 h", "48 h", "week 1", "4 weeks"."""

    id: str
    title: str
    ends_at: datetime


def clocks(plan: Plan, started_at: datetime | None) -> tuple[PlanClock, ...]:
    """The clocks by their end: the blockers' time, the time to unblock, each week, the whole. None without a start."""
    if started_at is None:
        return ()
    found: dict[str, tuple[str, timedelta]] = {}
    dues = sorted({blocker.due for blocker in plan.blockers if blocker.due is not None})
    for span in (*dues, plan.summary.unblock_within):
        if span is not None:
            title = write_duration(span)
            found.setdefault(title.replace(" ", "-"), (title, span))
    for week in sorted(plan.weeks, key=lambda week: (week.last, week.first)):
        title = f"week {week.first}" if week.first == week.last else f"week {week.first}-{week.last}"
        found.setdefault(week.id, (title, week.ends_after))
    if plan.summary.excellence_within is not None:
        title = write_duration(plan.summary.excellence_within)
        found.setdefault(title.replace(" ", "-"), (title, plan.summary.excellence_within))
    ends = [PlanClock(name, title, _after(started_at, span)) for name, (title, span) in found.items()]
    return tuple(sorted(ends, key=lambda clock: clock.ends_at))


def due_at(plan: Plan, promise: Promise, started_at: datetime | None) -> datetime | None:
    """When a promise is due: its own time after the start, or its week's end; None where nothing says."""
    if started_at is None:
        return None
    if isinstance(promise, Blocker | Outcome):
        return None if promise.due is None else _after(started_at, promise.due)
    if isinstance(promise, Target | Deliverable):
        week = next((week for week in plan.weeks if week.id == promise.week), None)
        return None if week is None else _after(started_at, week.ends_after)
    return None


def _after(start: datetime, span: timedelta) -> datetime:
    """An instant in UTC; the end of time where there is none that late."""
    try:
        return start.astimezone(UTC) + span
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
