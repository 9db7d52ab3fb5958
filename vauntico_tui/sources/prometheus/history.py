"""The last day of a query, kept: asked whole once, then only the steps that are new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from vauntico_tui.evidence.facts import Series

DAY = 86_400.0
STEP = 720.0  # seconds
POINTS = 119  # and the newest value after them: 120
WHOLE_EVERY = 3_600.0  # seconds; late samples and recording rules change what was

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """What to ask: unix seconds, on the step."""

    start: float
    end: float


@dataclass(slots=True)
class History:
    """One query's points by series. Times are the server's, in unix seconds."""

    points: dict[Labels, list[tuple[float, float]]] = field(default_factory=dict)
    until: float | None = None  # the last step that was asked for
    whole_at: float = 0.0

    def missing(self, now: float) -> Window | None:
        """What is to be asked just now; None while no step has passed."""
        end = now // STEP * STEP
        start = end - (POINTS - 1) * STEP
        if self.until is None or self.until < start or now - self.whole_at >= WHOLE_EVERY or end < self.until:
            return Window(start, end)
        return Window(self.until + STEP, end) if end > self.until else None

    def take(self, told: Iterable[Series], window: Window, now: float) -> None:
        """Add what was asked."""
        first = window.end - (POINTS - 1) * STEP
        if window.start <= first:
            self.points, self.whole_at = {}, now
        for series in told:
            known = self.points.setdefault(tuple(sorted(series.labels.items())), [])
            last = known[-1][0] if known else float("-inf")
            known += [point for point in series.points if point[0] > last]
        self.until = window.end
        for labels in list(self.points):
            kept = [point for point in self.points[labels] if point[0] >= first]
            if kept:
                self.points[labels] = kept
            else:
                del self.points[labels]

    def series(self, newest: Iterable[Series]) -> tuple[Series, ...]:
        """Every series, with its newest value at the end."""
        ends = {tuple(sorted(series.labels.items())): series.points for series in newest}
        found = []
        for labels in sorted(self.points.keys() | {labels for labels, points in ends.items() if points}):
            points = self.points.get(labels, [])
            last = points[-1][0] if points else float("-inf")
            found.append(Series(dict(labels), (*points, *(point for point in ends.get(labels, ()) if point[0] > last))))
        return tuple(found)
