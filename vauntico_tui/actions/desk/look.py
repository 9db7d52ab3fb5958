"""One look at the journal: everything a picture needs of it, in one go. Runs in the journal's thread."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vauntico_tui.actions.desk.known import Known
from vauntico_tui.escalation.forecast import PastCase
from vauntico_tui.evidence.facts import Signature
from vauntico_tui.evidence.reading import State

if TYPE_CHECKING:
    from vauntico_tui.escalation.state import Escalation
    from vauntico_tui.journal.journal import Journal
    from vauntico_tui.journal.records import Signed

HISTORY = timedelta(days=90)
MOST_CASES = 2_000
"""Resolved escalations that forecasts rest on, the latest ones."""


def look(journal: Journal, before: Known) -> Known:
    """What it says now. Escalations are read again only where an event came since `before`. Raises JournalError."""
    with journal.database.together():
        return _look(journal, before)


def _look(journal: Journal, before: Known) -> Known:
    now, seq, waiting = journal.now(), journal.last_seq(), journal.outbox.waiting()
    signed = journal.records.standing()
    same = before.as_of is not None and before.seq == seq and before.shown == journal.shown
    if same:
        opened, set_aside, history = before.open, before.set_aside, before.history
    else:
        opened = journal.open_escalations()
        closed = journal.resolved(now - HISTORY, MOST_CASES)
        set_aside = tuple(one for one in closed if one.still_true and one.merged_into is None)
        history = tuple(_case(one) for one in closed if one.merged_into is None)
    return Known(
        State.FRESH, journal.shown, now, None, seq, opened, _still(set_aside, opened), history,
        _of(signed, "approval"), _of(signed, "review"), _of(signed, "override"),
        waiting["pending"] + waiting["sending"], waiting["dead"], waiting["overdue"],
    )  # fmt: skip


def _still(closed: tuple[Escalation, ...], opened: tuple[Escalation, ...]) -> tuple[Escalation, ...]:
    """Of those resolved against their evidence, the latest of each subject that has not opened again since."""
    again = {member for one in opened for member in (one.subject, *one.members)}
    latest: dict[str, Escalation] = {}
    for one in closed:
        if one.subject not in again and (one.subject not in latest or latest[one.subject].id < one.id):
            latest[one.subject] = one
    return tuple(latest.values())


def _case(one: Escalation) -> PastCase:
    took = (one.resolved_at or one.touched_at) - one.triggered_at
    return PastCase(one.source_level, took)


def _of(signed: tuple[Signed, ...], kind: str) -> tuple[Signature, ...]:
    return tuple(
        Signature(one.subject, one.by, one.role, one.at, one.reason, one.until) for one in signed if one.kind == kind
    )
