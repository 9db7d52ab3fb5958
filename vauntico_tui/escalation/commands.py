"""Everything that may be asked of an escalation: by people, by evidence, by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vauntico_tui.escalation.policy import Person, Policy


@dataclass(frozen=True, slots=True)
class Trigger:
    """Evidence (or a person) says that this must be resolved. On an open one it brings title, level and members up to
    date; on one that was resolved although its evidence stands it does nothing until the evidence was gone.

    `since` is when it began by the evidence (an issue's creation): the window runs from then, or ends at `breaches_at`
    where another promise was made. A recurrence begins no earlier than the last one ended."""

    subject: str
    title: str
    level: int
    policy: Policy
    link: str | None = None
    reason: str = ""
    members: tuple[str, ...] = ()
    by_evidence: bool = True
    since: datetime | None = None
    breaches_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EvidenceGone:
    """The evidence of one member (or of all) is gone; the last one resolves it."""

    reason: str
    member: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceBack:
    """One more subject of the same cause."""

    member: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody has it: paging stops, the window runs on."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Unacknowledge:
    """Nobody has it any more: paged from the first contact again."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """No pages until then; the window runs on."""

    until: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wake:
    """The end of a snooze, before its time."""


@dataclass(frozen=True, slots=True)
class EscalateNow:
    """Page the next contact without waiting. `level` and `step` are what was seen: a stale press does nothing."""

    level: int
    step: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reassign:
    """Somebody else has it from now on, and is told."""

    to: Person
    note: str = ""


@dataclass(frozen=True, slots=True)
class AddNote:
    """What was seen or tried; also a sign of life."""

    text: str


@dataclass(frozen=True, slots=True)
class Resolve:
    """Done, with a reason. Although the evidence stands only when said so, and only until `reopens_at` (the level's
    window from now where it is None)."""

    reason: str
    despite_evidence: bool = False
    reopens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """This one is a duplicate of another open one, which carries its evidence from now on."""

    into: int


@dataclass(frozen=True, slots=True)
class RunTimers:
    """Do whatever is due by the clock; the rules ask it again under the lock, so that a late timer is harmless."""


Command = (
    Trigger | EvidenceGone | EvidenceBack | Acknowledge | Unacknowledge | Snooze | Wake | EscalateNow | Reassign
    | AddNote | Resolve | Merge | RunTimers
)  # fmt: skip

BY_EVIDENCE = (Trigger, EvidenceGone, EvidenceBack)
"""Commands that need no person, like RunTimers; the others are a person's and fenced by the version seen."""


def undo(command: Command) -> Command | str:
    """The command that takes this one back, or a sentence why there is none."""
    match command:
        case Acknowledge():
            return Unacknowledge()
        case Unacknowledge():
            return Acknowledge()
        case Snooze():
            return Wake()
        case Wake():
            return "a snooze that has ended is not undone; snooze it again"
        case EscalateNow():
            return "a page that went out can't be called back; acknowledge to stop the next"
        case Reassign():
            return "the person was told; reassign it back"
        case AddNote():
            return "notes stay; add another one"
        case Resolve():
            return "a resolution stays; evidence that comes back opens a new escalation"
        case Merge():
            return "a merge stays; the evidence now belongs to the other escalation"
        case _:
            return "evidence and clocks are not undone"
