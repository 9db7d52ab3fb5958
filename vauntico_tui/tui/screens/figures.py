"""The numbers of a KPI's chart: which series is meant, where the axes tick, what the figures in words are. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from vauntico_tui.evidence.facts import Series

Points = tuple[tuple[float, float], ...]
"""(unix seconds, value), oldest first."""

_TOO_LARGE = 1e100
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda value, bound: value >= bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    "<": lambda value, bound: value < bound,
    "==": lambda value, bound: value == bound,
    "!=": lambda value, bound: value != bound,
}
_HOUR = 3600.0
_STEPS = (1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 3, 4, 6, 12, 24, 48, 96, 168, 336)
"""Hours between two ticks of the time axis."""


def drawable(points: Sequence[tuple[float, float]], start: float, end: float) -> Points:
    """The points of a window that can be drawn: finite, and of a size that can be told apart."""
    return tuple(
        (time, value)
        for time, value in points
        if math.isfinite(time) and math.isfinite(value) and abs(value) < _TOO_LARGE and start <= time <= end
    )


def series_of(kpi_id: str, series: Sequence[Series]) -> Points:
    """The series that a KPI's row stands for: the one whose own labels the id names after its colon; the sum of several
    that only say yes or no; else the first."""
    known = [one for one in series if one.points]
    if len(known) <= 1:
        return known[0].points if known else ()
    _, colon, name = kpi_id.partition(":")
    if colon:
        common = {item for item in known[0].labels.items() if all(one.labels.get(item[0]) == item[1] for one in known)}
        for one in known:
            own = sorted(item for item in one.labels.items() if item not in common and item[0] != "__name__")
            if ", ".join(value for _, value in own) == name:
                return one.points
        return ()
    if all(value in {0.0, 1.0} for one in known for _, value in one.points):
        sums: defaultdict[float, float] = defaultdict(float)
        for one in known:
            for time, value in one.points:
                sums[time] += value
        return tuple(sorted(sums.items()))
    return known[0].points


@dataclass(frozen=True, slots=True)
class Figures:
    """What a series says in a window. `met_share` is the share of points that keep the target, or None without one."""

    first: tuple[float, float]
    last: tuple[float, float]
    low: tuple[float, float]
    high: tuple[float, float]
    mean: float
    met_share: float | None

    @property
    def change(self) -> float:
        return self.last[1] - self.first[1]

    @property
    def change_percent(self) -> float | None:
        return self.change / abs(self.first[1]) * 100 if self.first[1] else None


def figures_of(points: Points, op: str, target: float | None) -> Figures | None:
    """The figures of a series, None of an empty one."""
    if not points:
        return None
    values = [value for _, value in points]
    share = None
    if target is not None and (holds := _HOLDS.get(op)) is not None:
        share = sum(holds(value, target) for value in values) / len(values)
    return Figures(
        points[0],
        points[-1],
        min(points, key=lambda point: point[1]),
        max(points, key=lambda point: point[1]),
        math.fsum(values) / len(values),
        share,
    )


def value_ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from below `low` to above `high`, at most about `most` of them."""
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return [low]
    rough = span / max(1, most - 1)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * nice for nice in (1, 2, 2.5, 5, 10) if size * nice >= rough * 0.999)
    first = math.floor(low / step)
    last = math.ceil(high / step)
    if last - first > 4 * most:  # the span is lost in the size of the values
        return [low, high]
    return [index * step for index in range(first, last + 1)]


def time_ticks(start: float, end: float, most: int, zone: tzinfo | None) -> list[tuple[float, str]]:
    """Round times of the reader's zone in a window, with their words: "14:00", and the day where a day begins."""
    hours = (end - start) / _HOUR
    step = next((step for step in _STEPS if hours / step <= max(1, most)), _STEPS[-1]) * _HOUR
    begin = datetime.fromtimestamp(start, UTC).astimezone(zone)
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    ticks = []
    count = 0
    while count < 2000:
        at = _wall(midnight, count * step, zone)
        if at.timestamp() > end:
            break
        if at.timestamp() >= start:
            words = f"{at:%b} {at.day}" if step >= 24 * _HOUR or (at.hour, at.minute) == (0, 0) else f"{at:%H:%M}"
            ticks.append((at.timestamp(), words))
        count += 1
    return ticks


def _wall(midnight: datetime, seconds: float, zone: tzinfo | None) -> datetime:
    """So many seconds on by the wall clock, so that ticks stay round when the clocks change."""
    moved = midnight.replace(tzinfo=None) + timedelta(seconds=seconds)
    return moved.replace(tzinfo=zone) if zone is not None else moved.astimezone()
