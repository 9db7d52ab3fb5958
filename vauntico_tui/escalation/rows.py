"""A line of the escalation matrix as it is drawn and kept. Plain: a face draws it before any validator is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """Something that must be resolved by `breaches_at`. `id` is stable: "issue:14", "alert:...", "blocker:...",
    "deployment:production"."""

    id: str
    subject: str
    title: str
    level: int
    state: str  # triggered | acknowledged | snoozed | resolved (by a person, although the evidence stands)
    triggered_at: datetime
    breaches_at: datetime
    contacts: tuple[str, ...]
    assignees: tuple[str, ...] = ()
    reason: str = ""
    link: str | None = None
    stale: bool = False
    labels: tuple[tuple[str, str], ...] = ()  # an alert's, sorted by name
    annotations: tuple[tuple[str, str], ...] = ()
    # what the journal says of it; without a number it is evidence that no rule has brought there yet
    number: int | None = None
    version: int | None = None
    step: int = -1  # the page that went out last, counted from 0; -1: none
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    snoozed_by: str | None = None
    snoozed_until: datetime | None = None
    assignee: str | None = None  # whom a hand gave it to
    next_step: str = ""  # "pages DevOps if not acknowledged"
    next_at: datetime | None = None
    previous: int | None = None  # it happened before as this number
    resolved_by: str | None = None
    resolution: str = ""
    reopens_at: datetime | None = None  # resolved until then
    members: tuple[str, ...] = ()  # the other subjects of the same cause
    forecast: str = ""  # "3 of 4 like it were met"
