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
        one, journal.timeline(number), journal.outbox.deliveries(number), ahead(one) if one.is_open else ()
    )
