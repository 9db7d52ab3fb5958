"""What hands need to know: who acts, who there is, by which rules; and what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from vauntico_tui.actions.registry import Target
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.policy import Person, Policy
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.journal import answers
from vauntico_tui.journal.answers import Answer, JournalError, NotAllowedError

Args = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What hands need to know of the war room: who acts, who there is, by which rules, and what evidence says."""

    me: str
    people: Callable[[str], Person | None]
    policy_of: Callable[[datetime, EscalationRow], Policy]
    row_of: Callable[[str], EscalationRow | None]
    now: Callable[[], datetime]
    zone: tzinfo | None = None

    def actor(self, args: Args) -> str:
        """Who does it: whom the arguments name, else whoever sits here."""
        return one_line(args.get("as", "")) or self.me


def needed(args: Args, name: str) -> str:
    """What was typed there. Raises InputError where nothing was."""
    words = args.get(name, "")
    if not words.strip():
        raise InputError([Problem(_ASKS.get(name, f"{name} is missing"))])
    return words


_ASKS = {
    "reason": "say why", "until": "say until when", "to": "name who has it from now on", "text": "the note is empty",
    "into": "name the escalation to merge it into",
}  # fmt: skip


def name_of(target: Target) -> str:
    return one_line(target.title, 80) or target.id


def refusal(trouble: JournalError) -> Answer:
    if isinstance(trouble, NotAllowedError):
        return answers.NotAllowed(trouble.cause, trouble.next_step)
    return answers.Unreachable(trouble.cause, trouble.next_step)
