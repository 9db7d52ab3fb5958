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
    state: str  # triggered | acknowledged | snoozed
    triggered_at: datetime
    breaches_at: datetime
    contacts: tuple[str, ...]
    assignees: tuple[str, ...] = ()
    reason: str = ""
    link: str | None = None
    stale: bool = False
    labels: tuple[tuple[str, str], ...] = ()  # an alert's, sorted by name
    annotations: tuple[tuple[str, str], ...] = ()
