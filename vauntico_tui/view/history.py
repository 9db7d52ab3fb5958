"""How many issues were open at the end of each day, and how many will be resolved by the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from vauntico_tui.evidence.facts import Issue

DAYS = 14
_SLOPE = timedelta(days=7)


def burn(issues: Iterable[Issue], today: int) -> tuple[int, ...]:
    """Open issues at the end of each of the last 14 days (UTC), oldest first; the last is today so far. `today` is a
    proleptic ordinal."""
    first = today - DAYS + 1
    opened: Counter[int] = Counter()
    closed: Counter[int] = Counter()
    for issue in issues:
        opened[max(first, issue.created_at.toordinal())] += 1
        if issue.closed_at is not None:
            closed[max(first, issue.closed_at.toordinal())] += 1
        elif issue.state != "open":
            closed[max(first, issue.updated_at.toordinal())] += 1
    days, open_now = [], 0
    for day in range(first, today + 1):
        open_now += opened[day] - closed[day]
        days.append(max(0, open_now))
    return tuple(days)


def pace(issues: Collection[Issue], promised: int, ends_at: datetime, now: datetime) -> int:
    """How many of these issues will be resolved by `ends_at` if they go on closing as in the last 7 days; at most as
    many as were promised, or as there are by now."""
    resolved = sum(issue.state != "open" for issue in issues)
    lately = sum(issue.closed_at is not None and now - _SLOPE <= issue.closed_at <= now for issue in issues)
    left = max(timedelta(), ends_at - now)
    return min(max(promised, len(issues)), resolved + int(lately * (left / _SLOPE)))
