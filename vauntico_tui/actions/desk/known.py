"""What the journal last said. Plain values: a picture is made from them before any database library is loaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from vauntico_tui.escalation.forecast import PastCase
from vauntico_tui.escalation.state import Escalation
from vauntico_tui.evidence.facts import Readings, Signature
from vauntico_tui.evidence.reading import Reading, State, Trouble, fresh


@dataclass(frozen=True, slots=True)
class Known:
    """The journal's part of a picture. `set_aside` are those that a person resolved although their evidence stands;
    `history` is how long the resolved ones took; `pending` and `dead` count messages of the outbox."""

    state: State = State.OFF
    shown: str = ""  # where the journal is, without secrets
    as_of: datetime | None = None
    trouble: Trouble | None = None
    seq: int = 0
    open: tuple[Escalation, ...] = ()
    set_aside: tuple[Escalation, ...] = ()
    history: tuple[PastCase, ...] = ()
    approvals: tuple[Signature, ...] = ()
    reviews: tuple[Signature, ...] = ()
    overrides: tuple[Signature, ...] = ()
    pending: int = 0
    dead: int = 0
    overdue: int = 0

    def failed(self, trouble: Trouble) -> Known:
        """The same, marked: what was known stands."""
        return replace(self, state=State.FAILED, trouble=trouble)

    @property
    def answers(self) -> bool:
        """Whether the journal can be written to just now, as far as is known."""
        return self.state is State.FRESH

    def within(self, readings: Readings) -> Readings:
        """The readings with the journal's signatures and held reviews."""
        if self.state is State.OFF:
            return readings
        return replace(readings, signatures=self._reading(self.approvals), reviews=self._reading(self.reviews))

    def _reading(self, value: tuple[Signature, ...]) -> Reading[tuple[Signature, ...]]:
        if self.as_of is None:
            return Reading(state=self.state, trouble=self.trouble)
        if self.state is State.FRESH:
            return fresh(value, self.as_of)
        return Reading(value, self.as_of, self.state, self.trouble)
