"""One escalation in full, read when somebody looks at it: what happened, what was sent, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vauntico_tui.escalation.ahead import Upcoming, ahead
from vauntico_tui.escalation.state import Escalation

if TYPE_CHECKING:
    from vauntico_tui.journal.answers import Entry
    from vauntico_tui.journal.journal import Journal
    from vauntico_tui.journal.outbox import Delivery


@dataclass(frozen=True, slots=True)
class EscalationDetail:
    """`events` from the first on, `deliveries` newest first, `coming` what happens if nobody does anything."""

    escalation: Escalation
    events: tuple[Entry, ...]
    deliveries: tuple[Delivery, ...]
    coming: tuple[Upcoming, ...]


def detail(journal: Journal, number: int) -> EscalationDetail | None:
    """Runs in the journal's thread. Raises JournalError."""
    one = journal.escalation(number)
    if one is None:
        return None
    return EscalationDetail(
        one, whole_timeline(journal, one), journal.outbox.deliveries(number), ahead(one) if one.is_open else ()
    )


def whole_timeline(journal: Journal, one: Escalation) -> tuple[Entry, ...]:
    """Its events and how each runbook ended that was run for it, in order of time. Runs in the journal's thread. Raises
    JournalError."""
    from vauntico_tui.journal.tried import as_entry, tried_for  # noqa: PLC0415  SQLAlchemy

    subjects = (one.subject, *one.members)
    own = journal.timeline(one.id)
    ran = tried_for(journal, (*subjects, *(f"escalation:{it}" for it in subjects)), one.triggered_at)
    until = one.resolved_at
    told = [as_entry(it) for it in ran if until is None or it.started_at <= until]
    return tuple(sorted((*own, *told), key=lambda entry: entry.seq))
