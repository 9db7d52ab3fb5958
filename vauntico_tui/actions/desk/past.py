"""What figures are made from, read from the journal in one go. Runs in the journal's thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from vauntico_tui.escalation.figures import Case, Page, case_of

if TYPE_CHECKING:
    from vauntico_tui.journal.journal import Journal
    from vauntico_tui.journal.outbox import Delivery

MOST = 50_000
"""Resolved escalations that figures rest on, the latest ones."""


def past(journal: Journal, since: datetime) -> tuple[tuple[Case, ...], tuple[Page, ...]]:
    """Every escalation that is open or was resolved since then, and every page that a receiver accepted since then.
    Raises JournalError."""
    now = journal.now()
    found = (*journal.open_escalations(), *journal.resolved(since, MOST))
    acts = journal.acts([one.id for one in found])
    cases = tuple(case_of(one, acts.get(one.id, ()), now) for one in found)
    return cases, tuple(page for sent in journal.outbox.pages(since) for page in _pages(sent))


def _pages(sent: Delivery) -> Iterator[Page]:
    """One a person that it reached. What a sleeping host held back came as one notice, whatever it was about."""
    message, at = sent.message, sent.done_at or sent.created_at
    turn = (message.escalation_id, message.version)
    if message.late is not None:
        turn = (0, int(at.timestamp()) // 60)
    for person in (message.person, *message.also):
        if person is not None:
            yield Page(person, at, message.level, turn)
