"""Alerts of one cause: the same alert on several places, or alerts of one service that began together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from vauntico_tui.escalation.rows import EscalationRow

TOGETHER = timedelta(minutes=5)
"""Alerts of one service whose beginnings lie no further apart are of one cause. A later one pages by itself: it must
not disappear behind what somebody has acknowledged."""


def causes(rows: Iterable[EscalationRow]) -> tuple[tuple[EscalationRow, ...], ...]:
    """The alerts among the rows by cause, each cause's first alert first; every other row by itself."""
    ordered = sorted(rows, key=lambda row: (row.triggered_at, row.id))
    group: dict[str, int] = {}
    members: dict[int, list[EscalationRow]] = {}
    named: dict[str, int] = {}
    served: dict[str, tuple[int, EscalationRow]] = {}

    def join(one: int, other: int) -> int:
        if one == other:
            return one
        keep, drop = min(one, other), max(one, other)
        for row in members[drop]:
            group[row.id] = keep
        members[keep] += members.pop(drop)
        named.update({name: keep for name, at in named.items() if at == drop})
        served.update({name: (keep, row) for name, (at, row) in served.items() if at == drop})
        return keep

    for number, row in enumerate(ordered):
        here = number
        members[here], group[row.id] = [row], here
        if not row.id.startswith("alert:"):
            continue
        if row.subject in named:
            here = join(named[row.subject], here)
        named[row.subject] = here
        if service := _service(row):
            if service in served and row.triggered_at - served[service][1].triggered_at <= TOGETHER:
                here = join(served[service][0], here)
            served[service] = (here, row)
    return tuple(tuple(sorted(found, key=lambda row: (row.triggered_at, row.id))) for found in members.values())


def _service(row: EscalationRow) -> str:
    labels = dict(row.labels)
    return labels.get("service") or labels.get("job") or ""
