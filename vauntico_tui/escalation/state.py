"""An escalation and what can happen to it, as values. `decide` is the only place that makes the next from the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vauntico_tui.escalation.policy import Destination, LevelPolicy, Person, Policy, Step

RULES = "rules"
"""The actor of timers."""
EVIDENCE = "evidence"
"""The actor of what sources saw."""

TITLE_LIMIT = 300
TEXT_LIMIT = 4000
NAME_LIMIT = 100


class Status(StrEnum):
    """`resolved` is the end: a recurrence is a new escalation."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


ALLOWED: dict[Status, frozenset[Status]] = {
    Status.TRIGGERED: frozenset(Status),
    Status.ACKNOWLEDGED: frozenset(Status),
    Status.SNOOZED: frozenset(Status),
    Status.RESOLVED: frozenset({Status.RESOLVED}),
}
"""Where each state may go. The journal's schema forbids the rest as well."""


@dataclass(frozen=True, slots=True)
class LastHand:
    """The last change by a person, or a resolution: what a key press that saw an older version loses to."""

    version: int
    by: str
    at: datetime
    how: str  # acknowledged snoozed resolved ...


@dataclass(frozen=True, slots=True)
class Escalation:
    """Something that must be resolved by `breaches_at`. `version` grows by one with every event.

    `step` counts the pages of this level from 0 (-1: none was due yet); `source_level` is the level that the evidence
    asked for, `level` where promotion has brought it. `members` are the subjects whose evidence keeps it open.
    `next_at`/`next_step` say what happens next if nobody does anything.
    """

    id: int
    subject: str
    title: str
    level: int
    source_level: int
    state: Status
    version: int
    triggered_at: datetime
    level_since: datetime
    breaches_at: datetime
    touched_at: datetime  # the last sign of life by a person, or of the rules that began this state
    policy: Policy
    link: str | None = None
    reason: str = ""
    step: int = -1
    paged_at: datetime | None = None
    acknowledge_by: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    reminded_at: datetime | None = None
    snoozed_by: str | None = None
    snoozed_until: datetime | None = None
    assignee: Person | None = None
    noticed_at: datetime | None = None  # when the war room first saw it, if that was after it began
    breached_at: datetime | None = None  # when the most severe level's window passed; the executives were paged
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolution: str = ""
    reopens_at: datetime | None = None  # resolved although the evidence stands: until then
    merged_into: int | None = None
    previous_id: int | None = None
    members: tuple[str, ...] = ()
    still_true: bool = True
    notified: tuple[Destination, ...] = ()  # told so far, and told how it goes on
    last_hand: LastHand | None = None
    next_at: datetime | None = None
    next_step: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is not Status.RESOLVED

    @property
    def rules(self) -> LevelPolicy | None:
        """The rules of the level it is on."""
        return self.policy.level(self.level)

    def step_at(self, step: int) -> Step | None:
        """Who the page numbered `step` goes to; None past the last. Executives, once paged, take the level's place."""
        if self.breached_at is not None:
            return self.policy.executives if step == 0 else None
        rules = self.rules
        if rules is None or not rules.steps or not 0 <= step < rules.pages:
            return None
        return rules.steps[step % len(rules.steps)]


class Kind(StrEnum):
    """What an event says has happened."""

    TRIGGERED = "triggered"
    UPDATED = "updated"
    RELEVELLED = "relevelled"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    ESCALATED = "escalated"
    REASSIGNED = "reassigned"
    NOTED = "noted"
    RESOLVED = "resolved"
    MERGED = "merged"
    JOINED = "joined"
    PAGED = "paged"
    REMINDED = "reminded"
    RETRIGGERED = "retriggered"
    PROMOTED = "promoted"
    EVIDENCE_GONE = "evidence_gone"
    EVIDENCE_BACK = "evidence_back"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an escalation, by whom, when, and in a sentence."""

    kind: Kind
    actor: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be sent. `urgent` ones are pages: void once somebody has acknowledged. `late` says since when a page
    was due that a sleeping host held back, or since when that is so which was found at a first look; `also` are others
    than `person` whom it reaches at the same destination."""

    kind: str  # page reminder executives acknowledged unacknowledged snoozed resolved ...
    destination: Destination
    escalation_id: int
    version: int
    subject: str
    title: str
    level: int
    state: str
    text: str
    at: datetime
    urgent: bool = False
    person: str | None = None
    link: str | None = None
    breaches_at: datetime | None = None
    late: datetime | None = None
    also: tuple[str, ...] = ()
    holder: str | None = None  # who has it by now: the id or name of whoever was given it or acknowledged

    @property
    def dedup_key(self) -> str:
        """The same however often it is sent; receivers that deduplicate get it."""
        return f"{self.escalation_id}.{self.version}.{self.kind}.{self.destination.lane}"


@dataclass(frozen=True, slots=True)
class Change:
    """The next state of one escalation and the event that says why."""

    escalation: Escalation
    event: Event


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command leads to; `changes[0]` is the escalation that it was for."""

    changes: tuple[Change, ...]
    messages: tuple[Message, ...] = ()

    @property
    def escalation(self) -> Escalation:
        return self.changes[0].escalation

    @property
    def event(self) -> Event:
        return self.changes[0].event


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not. `by` and `at` name who was first, where somebody was."""

    reason: str
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The command asks for what already is: nothing is written."""

    escalation: Escalation | None
