"""The moves that people, evidence and clocks share: the next state, a page, a level begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from vauntico_tui.escalation.messages import destinations_of, page, unique
from vauntico_tui.escalation.state import Escalation, Message, Status
from vauntico_tui.escalation.timers import next_step, who

Moved = tuple[Escalation, tuple[Message, ...]]

LATE = timedelta(minutes=5)
"""A page that goes out this long after it was due says so."""


def after(escalation: Escalation, **fields: Any) -> Escalation:
    """The next version, with its next clock."""
    return with_clock(replace(escalation, version=escalation.version + 1, **fields))


def with_clock(escalation: Escalation) -> Escalation:
    """The same version with `next_at` and `next_step` made to fit."""
    at, words = next_step(escalation)
    return replace(escalation, next_at=at, next_step=words)


def page_step(
    escalation: Escalation, step: int, now: datetime, why: str, *, at_once: bool = False, due: datetime | None = None
) -> Moved:
    """Page a step now, or put it off to the level's page hours unless `at_once`. Does not count the version up."""
    contact = escalation.step_at(step)
    rules = escalation.rules
    if contact is None or rules is None:
        return with_clock(replace(escalation, acknowledge_by=None)), ()
    hours = rules.hours if escalation.breached_at is None and not at_once else None
    opens = hours.next_open(now) if hours else now
    if opens > now:
        return with_clock(replace(escalation, step=step - 1, acknowledge_by=opens)), ()
    following = now + rules.acknowledge_within
    made = with_clock(
        replace(
            escalation,
            step=step,
            paged_at=now,
            acknowledge_by=hours.next_open(following) if hours else following,
            notified=unique((*escalation.notified, *destinations_of(contact.people))),
        )
    )
    kind = "executives" if escalation.breached_at is not None else "page"
    late = due if due is not None and now - due > LATE else None
    return made, page(made, contact.people, f"{why}; paging {who(contact)}", now, kind=kind, late=late)


def restart(
    escalation: Escalation, now: datetime, why: str, *, at_once: bool = False, due: datetime | None = None
) -> Moved:
    """Triggered again, from the first contact of its level."""
    bare = replace(
        escalation, state=Status.TRIGGERED, acknowledged_by=None, acknowledged_at=None, reminded_at=None,
        snoozed_by=None, snoozed_until=None, touched_at=now, step=-1, acknowledge_by=None,
    )  # fmt: skip
    return page_step(bare, 0, now, why, at_once=at_once, due=due)


def begin_level(
    escalation: Escalation,
    since: datetime,
    now: datetime,
    why: str,
    *,
    early: bool = False,
    due: datetime | None = None,
) -> Moved:
    """One level up, or to the executives above the most severe, triggered from its first contact.

    The new window runs from `since`; begun early it does not outlast the window it replaces.
    """
    above = escalation.policy.above(escalation.level)
    if above is None:
        top = replace(escalation, breached_at=since)
        return restart(top, now, why, due=due) if top.policy.executives else (with_clock(top), ())
    breaches_at = since + above.window
    if early and escalation.breaches_at > now:
        breaches_at = min(breaches_at, escalation.breaches_at)
    return restart(
        replace(escalation, level=above.level, level_since=since, breaches_at=breaches_at),
        now,
        why,
        at_once=early,
        due=due,
    )
