"""The clocks of an escalation: what is due, and what comes next. Elapsed time, so a night of daylight saving is no
shorter or longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vauntico_tui.escalation.policy import Step
from vauntico_tui.escalation.state import Escalation, Status


class TimerKind(StrEnum):
    PAGE = "page"  # the next contact, for want of an acknowledgement
    REMIND = "remind"  # whoever acknowledged and has given no sign of life since
    RETRIGGER = "retrigger"  # forgotten even after the reminder
    WAKE = "wake"  # the end of a snooze
    PROMOTE = "promote"  # the window has passed


@dataclass(frozen=True, slots=True)
class Timer:
    kind: TimerKind
    at: datetime


def running(escalation: Escalation) -> tuple[Timer, ...]:
    """Every clock that runs in this state, soonest first; a promotion before anything else at the same instant."""
    found: list[Timer] = []
    if escalation.is_open and escalation.breached_at is None:
        found.append(Timer(TimerKind.PROMOTE, _promotion(escalation)))
    match escalation.state:
        case Status.TRIGGERED:
            if escalation.acknowledge_by is not None and escalation.step_at(escalation.step + 1) is not None:
                found.append(Timer(TimerKind.PAGE, escalation.acknowledge_by))
        case Status.ACKNOWLEDGED:
            rules = escalation.rules
            if rules is not None:
                reminded = escalation.reminded_at
                kind = TimerKind.REMIND if reminded is None else TimerKind.RETRIGGER
                found.append(Timer(kind, (reminded or escalation.touched_at) + rules.remind_after))
        case Status.SNOOZED:
            if escalation.snoozed_until is not None:
                found.append(Timer(TimerKind.WAKE, escalation.snoozed_until))
    return tuple(sorted(found, key=lambda timer: timer.at))


def _promotion(escalation: Escalation) -> datetime:
    """When the window ends. What was late before anybody could know of it first gets its level's time to be seen."""
    noticed, rules = escalation.noticed_at, escalation.rules
    if noticed is None or rules is None or escalation.breaches_at > noticed:
        return escalation.breaches_at
    return noticed + rules.acknowledge_within


def due(escalation: Escalation, now: datetime) -> Timer | None:
    """What must be done now: a promotion that is due comes before a page that is due, so that a host that slept pages
    the right level."""
    ready = [timer for timer in running(escalation) if timer.at <= now]
    return min(ready, key=lambda timer: (timer.kind is not TimerKind.PROMOTE, timer.at), default=None)


def next_step(escalation: Escalation) -> tuple[datetime | None, str]:
    """When the next clock runs out and what it does, in words."""
    clocks = running(escalation)
    if not clocks:
        return None, ""
    timer = clocks[0]
    return timer.at, _words(escalation, timer.kind)


def _words(escalation: Escalation, kind: TimerKind) -> str:
    match kind:
        case TimerKind.PAGE:
            step = escalation.step_at(escalation.step + 1)
            return f"pages {who(step)} if not acknowledged" if step else ""
        case TimerKind.REMIND:
            return f"reminds {holder(escalation)}"
        case TimerKind.RETRIGGER:
            return "triggers again if there is no sign of life"
        case TimerKind.WAKE:
            return "the snooze ends and it is paged again"
        case TimerKind.PROMOTE:
            above = escalation.policy.above(escalation.level)
            late = _promotion(escalation) != escalation.breaches_at
            if above is not None:
                return f"goes to Level {above.level}, late" if late else f"breaches and goes to Level {above.level}"
            if escalation.policy.executives:
                return "pages the executives, late" if late else "breaches and pages the executives"
            return "the breach is noted" if late else "breaches"


def who(step: Step) -> str:
    """ "DevOps (Dave, Eve)"; the contact alone where nobody is known behind it."""
    names = ", ".join(person.name for person in step.people if person.name != step.contact)
    return f"{step.contact} ({names})" if names else step.contact


def holder(escalation: Escalation) -> str:
    """Who has it."""
    return escalation.assignee.name if escalation.assignee else escalation.acknowledged_by or "nobody"
