"""A channel that can't be used: what is sent to it is put aside with the reason, and waits for a person."""

from __future__ import annotations

from dataclasses import dataclass

from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.escalation.state import Message


@dataclass(frozen=True, slots=True)
class Unusable:
    """`why` is a sentence with what to do next: a name that the config does not have, a secret that is not there."""

    why: str
    kind: str = "unusable"
    deduplicates: bool = True
    bundles: bool = False

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        return Answer("refused", self.why)
