"""KPIs from Prometheus' ranges: value, change, target, and since when it is missed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from statistics import median

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.facts import Series
from vauntico_tui.evidence.figures import instant, when
from vauntico_tui.evidence.ground import Ground, labels_text
from vauntico_tui.evidence.judge.promql import HOLDS
from vauntico_tui.evidence.reading import Reading, State, Trouble
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.plan.model import Kpi
from vauntico_tui.view.model import KpiView
from vauntico_tui.view.scene import Scene

MOST_SERIES = 20
"""Series of one query that get a row each."""
_DAY = timedelta(hours=24).total_seconds()
_LEAST_GAP = timedelta(minutes=10).total_seconds()

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """One row to be: its points scaled as they are shown."""

    suffix: str
    title: str
    unit: str
    points: Points


def kpi_views(scene: Scene) -> tuple[KpiView, ...]:
    """Every KPI, in the order of the plan's phases; those of no phase last."""
    order = {phase.number: place for place, phase in enumerate(scene.plan.phases)}
    last = len(order)
    rows: list[KpiView] = []
    for kpi in sorted(scene.plan.kpis, key=lambda kpi: last + 1 if kpi.phase is None else order.get(kpi.phase, last)):
        reading = scene.readings.ranges.get(kpi.query) or Reading()
        basis = (kpi, reading, scene.ground.prometheus_url)
        rows += scene.memo.part(("kpi", kpi.id), basis, partial(_views, kpi, reading, scene.ground))
    return tuple(rows)


def _views(kpi: Kpi, reading: Reading[tuple[Series, ...]], ground: Ground) -> tuple[KpiView, ...]:
    link = ground.graph(kpi.query)
    lines = _lines(kpi, reading.value or ())
    if not lines:
        nothing = reading.trouble
        if reading.value is not None and nothing is None:
            nothing = Trouble("empty", "the query has no data", "see that the metric is exported and scraped")
        return (_row(kpi, _Line("", kpi.title, kpi.unit, ()), replace(reading, trouble=nothing), link),)
    return tuple(_row(kpi, line, reading, link) for line in lines)


def _lines(kpi: Kpi, series: tuple[Series, ...]) -> list[_Line]:
    """One line for one series. Several that only say yes or no are counted ("3" of "/4"); others get a line each, by
    their labels."""
    found = [(one.labels, _scaled(one, kpi.scale)) for one in series]
    found = [(labels, points) for labels, points in found if points]
    if len(found) <= 1:
        return [_Line("", kpi.title, kpi.unit, points) for _, points in found]
    if all(value in {0.0, 1.0} for _, points in found for _, value in points):
        return [_Line("", kpi.title, kpi.unit or f"/{len(found)}", _summed([points for _, points in found]))]
    common = {item for item in found[0][0].items() if all(labels.get(item[0]) == item[1] for labels, _ in found)}
    named = sorted((_own(labels, common), points) for labels, points in found)[:MOST_SERIES]
    return [_Line(f":{name}", f"{kpi.title} · {name}", kpi.unit, points) for name, points in named]


def _own(labels: Mapping[str, str], common: set[tuple[str, str]]) -> str:
    """What tells a series from the others: the values of the labels that they do not share."""
    own = {name: value for name, value in labels.items() if (name, value) not in common and name != "__name__"}
    return one_line(", ".join(value for _, value in sorted(own.items())), 60) or labels_text(labels) or "other"


def _scaled(series: Series, scale: float) -> Points:
    return tuple(
        (time, value * scale) for time, value in series.points if math.isfinite(value * scale) and math.isfinite(time)
    )


def _summed(lines: list[Points]) -> Points:
    sums: defaultdict[float, float] = defaultdict(float)
    for points in lines:
        for time, value in points:
            sums[time] += value
    return tuple(sorted((time, total) for time, total in sums.items() if math.isfinite(total)))


def _row(kpi: Kpi, line: _Line, reading: Reading[tuple[Series, ...]], link: str | None) -> KpiView:
    points = line.points
    value = points[-1][1] if points else None
    state, trouble = reading.state, reading.trouble
    silent = _silent_since(points, reading.as_of)
    if silent is not None and trouble is None:
        state = State.STALE
        trouble = Trouble("empty", f"no value since {when(silent)}", "see that the metric is still scraped")
    target = kpi.target
    mark, since = Mark.UNKNOWN, None
    if value is not None and target is not None and silent is None:
        kept = HOLDS[kpi.op]
        mark = Mark.MET if kept(value, target) else Mark.UNMET
        since = _missed_since(points, kpi) if mark is Mark.UNMET else None
    return KpiView(
        f"{kpi.id}{line.suffix}",
        line.title,
        kpi.phase,
        line.unit,
        kpi.decimals,
        kpi.query,
        state,
        reading.as_of,
        trouble,
        value,
        _change(points, reading.as_of),
        kpi.op,
        target,
        mark,
        points,
        since,
        link,
    )


def _silent_since(points: Points, as_of: datetime | None) -> datetime | None:
    """When the last value came, if the series has fallen silent since."""
    if as_of is None or not points:
        return None
    steps = [later[0] - earlier[0] for earlier, later in pairwise(points[-50:])]
    gap = max(_LEAST_GAP, 3 * median(steps)) if steps else _LEAST_GAP
    return instant(points[-1][0]) if as_of.timestamp() - points[-1][0] > gap else None


def _change(points: Points, as_of: datetime | None) -> float | None:
    """Percent against 24 h ago; None where the series is younger than 23 h or began at nothing."""
    if len(points) < 2:
        return None
    end = as_of.timestamp() if as_of is not None else points[-1][0]
    time, base = next((point for point in points if point[0] >= end - _DAY * 1.01), points[0])
    if base == 0 or time > end - _DAY * 23 / 24:
        return None
    change = (points[-1][1] - base) / abs(base) * 100
    return change if math.isfinite(change) else None


def _missed_since(points: Points, kpi: Kpi) -> datetime | None:
    """When it crossed its target; None where it has missed it for as long as the points reach."""
    first = len(points)
    kept = HOLDS[kpi.op]
    while first and kpi.target is not None and not kept(points[first - 1][1], kpi.target):
        first -= 1
    return instant(points[first][0]) if 0 < first < len(points) else None
