"""What every channel takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from vauntico_tui.escalation.state import Message

Outcome = Literal["accepted", "retry", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt. `retry`: network, 5xx, 429, 408; `refused`: it will not go through as it is.

    `detail` is the receiver's word in one line, without secrets; `after` is a Retry-After as asked, not yet clamped;
    `maybe_sent` says that the receiver may have taken it although no yes came back.
    """

    outcome: Outcome
    detail: str
    after: timedelta | None = None
    maybe_sent: bool = False


class Channel(Protocol):
    """A receiver of messages. `deduplicates`: a message sent twice with the same key arrives once."""

    kind: str
    deduplicates: bool

    async def send(self, message: Message) -> Answer:
        """One attempt; never raises for what a receiver or a network does."""
        ...
