"""The summary for the next shift: what is open, why, who has it, and what was tried. Plain text, to read and copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vauntico_tui.actions.desk.words import known_as
from vauntico_tui.base.durations import human
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.state import Escalation, Kind, Status

if TYPE_CHECKING:
    from vauntico_tui.journal.answers import Entry
    from vauntico_tui.journal.journal import Journal
    from vauntico_tui.journal.tried import Tried

MOST = 100
"""Escalations that are told in full."""
TRIED = frozenset({Kind.NOTED, Kind.ACKNOWLEDGED, Kind.UNACKNOWLEDGED, Kind.SNOOZED, Kind.ESCALATED, Kind.REASSIGNED,
                   Kind.JOINED, Kind.PROMOTED})  # fmt: skip
"""Kinds of events that say what was done about it."""


_COUNTED = (
    ("interrupted", "was cut off", "were cut off"),
    ("failed", "failed", "failed"),
    ("running", "still runs", "still run"),
)
A_DAY = timedelta(hours=24)
"""So far back runbooks are told where no shift was handed over."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the journal says of the shift: the latest events of each escalation, and the runbooks that ran since it
    began or that are still open."""

    events: Mapping[int, Sequence[Entry]]
    tried: Sequence[Tried] = ()
    since: datetime | None = None


def past(journal: Journal, opened: Sequence[Escalation]) -> Past:
    """Runs in the journal's thread. Raises JournalError."""
    from vauntico_tui.journal.tried import last_hand_over, tried  # noqa: PLC0415  SQLAlchemy

    since = last_hand_over(journal, A_DAY)
    timelines = {one.id: journal.timeline(one.id, 50) for one in urgent_first(opened)[:MOST]}
    return Past(timelines, tried(journal, since), since)


def urgent_first(opened: Sequence[Escalation]) -> list[Escalation]:
    """By level; in it what nobody has taken first, and what is due first."""
    return sorted(opened, key=lambda one: (one.level, one.state is not Status.TRIGGERED, one.breaches_at, one.id))


def summary(opened: Sequence[Escalation], known: Past, now: datetime, when: Callable[[datetime], str]) -> str:
    """The whole text. `when` says an instant in the reader's zone."""
    lines = [f"Hand-over, {when(now)}", _at_a_glance(opened, known.tried, now), ""]
    lines += _tried(known, when)
    level = None
    for one in urgent_first(opened)[:MOST]:
        if one.level != level:
            level = one.level
            here = [other for other in opened if other.level == level]
            lines += [f"LEVEL {level}  {len(here)} open", ""]
        lines += _one(one, known.events.get(one.id, ()), now, when)
    if len(opened) > MOST:
        lines.append(f"and {len(opened) - MOST} more: `vauntico-tui escalations` lists them")
    return "\n".join(lines).rstrip() + "\n"


def _at_a_glance(opened: Sequence[Escalation], tried: Sequence[Tried], now: datetime) -> str:
    """ "46 open: 7 late, 18 nobody has; 2 runbooks ran, 1 was cut off" """
    late = sum(one.breaches_at <= now for one in opened)
    free = sum(one.state is Status.TRIGGERED and one.assignee is None for one in opened)
    said = f"{len(opened)} open" + (f": {late} late, {free} nobody has" if opened else "")
    if not tried:
        return f"{said}; no runbook ran"
    said += f"; {len(tried)} runbook{'s' if len(tried) != 1 else ''} ran"
    marks = [one.mark for one in tried]
    for mark, single, plural in _COUNTED:
        if count := marks.count(mark):
            said += f", {count} {single if count == 1 else plural}"
    return said


def _tried(known: Past, when: Callable[[datetime], str]) -> list[str]:
    if not known.tried:
        return []
    lines = [f"RUNBOOKS  since {when(known.since)}" if known.since is not None else "RUNBOOKS", ""]
    for one in known.tried:
        about = f" for {one_line(one.subject, 100)}" if one.subject else ""
        lines.append(f"    {when(one.started_at)}  {one.by}: {one.title}{about}: {one.said}")
    return [*lines, ""]


def _one(one: Escalation, events: Sequence[Entry], now: datetime, when: Callable[[datetime], str]) -> list[str]:
    holder = one.assignee.name if one.assignee is not None else one.acknowledged_by
    state = one.state.value
    if one.state is Status.SNOOZED and one.snoozed_until is not None:
        state = f"snoozed by {one.snoozed_by} until {when(one.snoozed_until)}"
    if holder is not None:
        state = f"{state}, {holder} has it" + (f" since {when(one.acknowledged_at)}" if one.acknowledged_at else "")
    late = one.breaches_at <= now
    clock = f"late {human(now - one.breaches_at)}" if late else f"breaches in {human(one.breaches_at - now)}"
    lines = [f"E{one.id}  {known_as(one)}", f"    {state} · open {human(now - one.triggered_at)} · {clock}"]
    if one.reason:
        lines.append(f"    why: {one.reason}")
    if one.link:
        lines.append(f"    {one.link}")
    lines += [
        f"    {when(event.at)}  {event.actor}: {one_line(event.text, 300)}" for event in events if event.kind in TRIED
    ]
    if one.next_at is not None:
        lines.append(f"    next {when(one.next_at)}: {one.next_step}")
    return [*lines, ""]
