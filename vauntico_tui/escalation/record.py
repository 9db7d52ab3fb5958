"""How the team did, from what the journal holds: time to acknowledge and to resolve, breaches, forgotten
acknowledgements by level and week; pages by person and night."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import mean

NIGHT = (22, 7)
"""From this hour to that one of the reader's clock it is night; a night is named by the day on which it began."""


@dataclass(frozen=True, slots=True)
class Case:
    """One escalation's life. `level` is where it began; `acknowledged_at` is the first time anybody had it."""

    level: int
    triggered_at: datetime
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    breached: bool = False
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one level in one week (its Monday). Means are None where there was no case."""

    week: str
    level: int
    cases: int
    acknowledged: int
    resolved: int
    breaches: int
    forgotten: int
    mean_to_acknowledge: timedelta | None
    mean_to_resolve: timedelta | None


@dataclass(frozen=True, slots=True)
class Night:
    """Pages that one person got in one night."""

    night: str
    person: str
    pages: int


def figures(cases: Iterable[Case], zone: tzinfo | None) -> tuple[Figures, ...]:
    """By the week in which they began, the latest week first, then by level."""
    groups: defaultdict[tuple[str, int], list[Case]] = defaultdict(list)
    for case in cases:
        day = case.triggered_at.astimezone(zone).date()
        groups[str(day - timedelta(days=day.weekday())), case.level].append(case)
    return tuple(_one(week, level, group) for (week, level), group in sorted(groups.items(), key=_latest_first))


def _latest_first(item: tuple[tuple[str, int], list[Case]]) -> tuple[int, int]:
    (week, level), _ = item
    return -int(week.replace("-", "")), level


def _one(week: str, level: int, cases: list[Case]) -> Figures:
    seen = [case.acknowledged_at - case.triggered_at for case in cases if case.acknowledged_at is not None]
    done = [case.resolved_at - case.triggered_at for case in cases if case.resolved_at is not None]
    return Figures(
        week, level, len(cases), len(seen), len(done), sum(case.breached for case in cases),
        sum(case.forgotten for case in cases), _mean(seen), _mean(done),
    )  # fmt: skip


def _mean(spans: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=mean(span.total_seconds() for span in spans)) if spans else None


def nights(pages: Iterable[tuple[str, datetime]], zone: tzinfo | None) -> tuple[Night, ...]:
    """Who was paged how often in which night, the latest night first. Pages by day are not counted."""
    counts: Counter[tuple[str, str]] = Counter()
    start, end = NIGHT
    for person, at in pages:
        local = at.astimezone(zone)
        if local.hour >= start:
            counts[str(local.date()), person] += 1
        elif local.hour < end:
            counts[str(local.date() - timedelta(days=1)), person] += 1
    found = sorted(counts.items(), key=lambda item: (item[0][0], item[1]), reverse=True)
    return tuple(Night(night, person, count) for (night, person), count in found)
