"""What a command to the journal comes to. Cheap to import: a face may match on these before any database is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vauntico_tui.escalation.state import Escalation


class JournalError(Exception):
    """The journal can't do it: what happened, and what to do next. Never holds a password."""

    def __init__(self, cause: str, next_step: str) -> None:
        super().__init__(f"{cause}; {next_step}")
        self.cause = cause
        self.next_step = next_step


class UnreachableError(JournalError):
    """No answer from the database or the file: nothing was done, or it is not known whether it was."""


class NotAllowedError(JournalError):
    """The database refuses this login."""


class TooNewError(JournalError):
    """A newer program has written this journal."""


class DamagedError(JournalError):
    """The file or the chain is broken."""


class FenceLostError(JournalError):
    """This worker's lease is over and another has the lane."""

    def __init__(self, lane: str) -> None:
        super().__init__(f"the lane {lane} belongs to another worker now", "claim again")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the log. `seq` counts all events of the journal from 1; `version` those of one escalation."""

    seq: int
    at: datetime
    kind: str
    actor: str
    text: str
    subject: str
    login: str
    console: str
    hash: str
    escalation_id: int | None = None
    version: int | None = None
    state: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """It is so, durably. `entry` is None where it was so before and nothing was written; `repeated` where the same key
    had been answered before: then `escalation` is as it was then."""

    escalation: Escalation | None
    entry: Entry | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody else was first. Nothing was done."""

    by: str
    at: datetime
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The rules forbid it. Nothing was done."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """This login may not. Nothing was done."""

    reason: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer from the journal. Repeating it with `key` can't do it twice."""

    reason: str
    next_step: str = ""
    key: str | None = None


Answer = Done | Lost | Refused | NotAllowed | Unreachable
