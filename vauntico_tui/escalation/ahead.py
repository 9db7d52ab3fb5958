"""What will happen, and when, if nobody does anything: the clocks run ahead on a copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vauntico_tui.escalation.clockwork import run_timers
from vauntico_tui.escalation.state import Decision, Escalation


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One step to come."""

    at: datetime
    text: str


def ahead(escalation: Escalation, limit: int = 12) -> tuple[Upcoming, ...]:
    """The steps still to come, soonest first; decided by the same rules that will take them."""
    found: list[Upcoming] = []
    it = escalation
    while it.next_at is not None and len(found) < limit:
        at, words = it.next_at, it.next_step
        outcome = run_timers(it, at)
        if not isinstance(outcome, Decision):
            break
        found.append(Upcoming(at, words))
        it = outcome.escalation
    return tuple(found)
