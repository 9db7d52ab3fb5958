"""The summary for the next shift: what is open, why, who has it, and what was tried. Plain text, to read and copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vauntico_tui.actions.desk.words import known_as
from vauntico_tui.base.durations import human
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.state import Escalation, Kind, Status

if TYPE_CHECKING:
    from vauntico_tui.journal.answers import Entry
    from vauntico_tui.journal.journal import Journal

MOST = 100
"""Escalations that are told in full."""
TRIED = frozenset({Kind.NOTED, Kind.ACKNOWLEDGED, Kind.UNACKNOWLEDGED, Kind.SNOOZED, Kind.ESCALATED, Kind.REASSIGNED,
                   Kind.JOINED, Kind.PROMOTED})  # fmt: skip
"""Kinds of events that say what was done about it."""


def timelines(journal: Journal, opened: Sequence[Escalation]) -> dict[int, tuple[Entry, ...]]:
    """The latest events of each. Runs in the journal's thread."""
    return {one.id: journal.timeline(one.id, 50) for one in urgent_first(opened)[:MOST]}


def urgent_first(opened: Sequence[Escalation]) -> list[Escalation]:
    """By level; in it what nobody has taken first, and what is due first."""
    return sorted(opened, key=lambda one: (one.level, one.state is not Status.TRIGGERED, one.breaches_at, one.id))


def summary(
    opened: Sequence[Escalation], events: Mapping[int, Sequence[Entry]], now: datetime, when: Callable[[datetime], str]
) -> str:
    """The whole text. `when` says an instant in the reader's zone."""
    waiting = sum(one.state is Status.TRIGGERED for one in opened)
    lines = [f"Hand-over, {when(now)}", f"{len(opened)} open, {waiting} not acknowledged", ""]
    level = None
    for one in urgent_first(opened)[:MOST]:
        if one.level != level:
            level = one.level
            here = [other for other in opened if other.level == level]
            lines += [f"LEVEL {level}  {len(here)} open", ""]
        lines += _one(one, events.get(one.id, ()), now, when)
    if len(opened) > MOST:
        lines.append(f"and {len(opened) - MOST} more: `vauntico-tui escalations` lists them")
    return "\n".join(lines).rstrip() + "\n"


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
