"""What the clocks do. A host that slept catches up in one event: levels by the time that passed, one page now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vauntico_tui.escalation.messages import mirror, page, tell
from vauntico_tui.escalation.policy import Person
from vauntico_tui.escalation.state import (
    RULES,
    Change,
    Decision,
    Escalation,
    Event,
    Kind,
    Message,
    Unchanged,
)
from vauntico_tui.escalation.steps import after, begin_level, page_step, restart, with_clock
from vauntico_tui.escalation.timers import Timer, TimerKind, due, holder, who


def run_timers(escalation: Escalation, now: datetime) -> Decision | Unchanged:
    """Everything that is due by `now`, as one event and one bundle of messages."""
    first = due(escalation, now)
    if first is None:
        return Unchanged(escalation)
    if first.kind is TimerKind.PROMOTE:
        return _promote(escalation, first, now)
    return _single(after(escalation), first, now)


def _decision(escalation: Escalation, kind: Kind, now: datetime, text: str, *messages: tuple[Message, ...]) -> Decision:
    event = Event(kind, RULES, now, text)
    return Decision((Change(escalation, event),), tuple(message for group in messages for message in group))


def _promote(escalation: Escalation, first: Timer, now: datetime) -> Decision:
    """One level for every window that has passed; only the last is paged."""
    made = after(escalation)
    paged: tuple[Message, ...] = ()
    said: list[str] = []
    timer: Timer | None = first
    while timer is not None and timer.kind is TimerKind.PROMOTE:
        before = made.level
        lead = f"window of Level {before} breached {made.breaches_at:%Y-%m-%d %H:%M} UTC"
        above = made.policy.above(before)
        top = "the executives" if made.policy.executives else "nobody above is configured"
        said.append(f"{lead}: " + (f"now Level {above.level}" if above else top))
        made, paged = begin_level(made, timer.at, now, "; ".join(said), due=first.at)
        timer = due(made, now)
    text = "; ".join(said)
    return _decision(made, Kind.PROMOTED, now, text, mirror(made, "promoted", text, now), paged)


def _single(escalation: Escalation, timer: Timer, now: datetime) -> Decision:
    match timer.kind:
        case TimerKind.PAGE:
            contact = escalation.step_at(escalation.step + 1)
            why = "not acknowledged" if escalation.step >= 0 else "triggered"
            made, paged = page_step(escalation, escalation.step + 1, now, why, due=timer.at)
            text = f"{why}: paged {who(contact)}" if contact and made.step > escalation.step else f"{why}: put off"
            return _decision(made, Kind.PAGED, now, text, mirror(made, "paged", text, now), paged)
        case TimerKind.REMIND:
            text = f"no sign of life from {holder(escalation)} since {escalation.touched_at:%Y-%m-%d %H:%M} UTC"
            made = with_clock(replace(escalation, reminded_at=now))
            person = held_by(made)
            told = page(made, [person], text, now, kind="reminder") if person else tell(made, "reminder", text, now)
            return _decision(made, Kind.REMINDED, now, text, told)
        case TimerKind.RETRIGGER:
            text = f"forgotten by {holder(escalation)}: triggered again"
            made, paged = restart(escalation, now, text, due=timer.at)
            return _decision(made, Kind.RETRIGGERED, now, text, mirror(made, "retriggered", text, now), paged)
        case _:
            text = "the snooze has ended"
            made, paged = restart(escalation, now, text, due=timer.at)
            return _decision(made, Kind.WOKEN, now, text, mirror(made, "woken", text, now), paged)


def held_by(escalation: Escalation) -> Person | None:
    """The person of the policy (or the assignee) who has it, to be reminded where they are reached."""
    if escalation.assignee is not None and escalation.assignee.destinations:
        return escalation.assignee
    name = escalation.acknowledged_by
    people = (
        person
        for rules in escalation.policy.levels
        for step in rules.steps
        for person in step.people
        if name in (person.id, person.name) and person.destinations
    )
    return next(people, None)
