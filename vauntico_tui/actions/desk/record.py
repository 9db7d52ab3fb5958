"""The team's record read from the journal, for `figures`. Runs in the journal's thread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from vauntico_tui.escalation.record import Case
from vauntico_tui.escalation.state import Escalation, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from vauntico_tui.journal.answers import Entry
    from vauntico_tui.journal.journal import Journal

MOST = 5_000
PAGES = frozenset({"page", "executives", "reminder"})


def cases(journal: Journal, span: timedelta) -> tuple[Case, ...]:
    """Every escalation that is open, or that was resolved within `span`; the latest 5,000. Raises JournalError."""
    since = journal.now() - span
    found: Iterable[Escalation] = (*journal.open_escalations(), *journal.resolved(since, MOST))
    return tuple(_case(one, journal.timeline(one.id)) for one in found if one.merged_into is None)


def _case(one: Escalation, events: tuple[Entry, ...]) -> Case:
    taken = next((event.at for event in events if event.kind == Kind.ACKNOWLEDGED), None)
    kinds = {event.kind for event in events}
    ended = one.resolved_at
    breached = Kind.PROMOTED in kinds or (ended is not None and ended > one.breaches_at)
    return Case(one.source_level, one.triggered_at, taken, ended, breached, Kind.RETRIGGERED in kinds)


def pages(journal: Journal) -> tuple[tuple[str, datetime], ...]:
    """Who was paged when, of the latest 5,000 messages. What was never sent counts for nobody. Raises JournalError."""
    sent = journal.outbox.deliveries(state="delivered", limit=MOST)
    return tuple(
        (one.message.person or one.message.destination.lane, one.done_at or one.created_at)
        for one in sent
        if one.message.kind in PAGES
    )
