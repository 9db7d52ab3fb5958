"""Brings what evidence says into the journal: what is new is triggered, what is proved to be over resolved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.escalation.commands import Trigger
from vauntico_tui.escalation.evidence_now import Evidence
from vauntico_tui.escalation.policy import Policy
from vauntico_tui.escalation.reconcile import Wanted, reconcile
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.answers import NotAllowed, NotAllowedError, Unreachable, UnreachableError

if TYPE_CHECKING:
    from vauntico_tui.journal.journal import Journal

BATCH = 50
"""Commands in one call: a person's own command waits for no more than these."""


class Clerk:
    """Any number of consoles may have one: what is so already changes nothing."""

    def __init__(self, desk: Desk, policy_of: Callable[[datetime, EscalationRow], Policy]) -> None:
        self._desk, self._policy_of = desk, policy_of

    async def settle(self, evidence: Evidence, now: datetime) -> int:
        """Write what evidence wants; the number of commands. Raises JournalError; then what is missing is wanted again
        the next time."""
        known = (*self._desk.known.open, *self._desk.known.set_aside)
        wanted = reconcile(evidence, known, lambda row: self._policy_of(now, row), now)
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            await self._desk.call(lambda journal, batch=batch: _write(journal, batch))  # type: ignore[misc]
        if wanted:
            await self._desk.look()
        return len(wanted)


def _write(journal: Journal, wanted: Sequence[Wanted]) -> None:
    for one in wanted:
        subject = one.command.subject if isinstance(one.command, Trigger) else None
        made = journal.perform(one.command, actor=EVIDENCE, id=one.id, subject=subject)
        if isinstance(made, Unreachable):
            raise UnreachableError(made.reason, made.next_step)
        if isinstance(made, NotAllowed):
            raise NotAllowedError(made.reason, made.next_step)
