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
    `maybe_sent` says that the receiver may have taken it although no yes came back; `remote_id` is the receiver's own
    name for what it made of it, given back with later news of the same escalation.
    """

    outcome: Outcome
    detail: str
    after: timedelta | None = None
    maybe_sent: bool = False
    remote_id: str | None = None


class Channel(Protocol):
    """A receiver of messages. `deduplicates`: a message sent twice with the same key arrives once. `bundles`: several
    escalations may share a notice (not where each is an incident of its own)."""

    @property
    def kind(self) -> str: ...
    @property
    def deduplicates(self) -> bool: ...
    @property
    def bundles(self) -> bool: ...

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        """One attempt; never raises for what a receiver or a network does."""
        ...
