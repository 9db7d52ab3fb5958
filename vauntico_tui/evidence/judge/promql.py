"""PromQL answers against a bound, now or for a time."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import Series
from vauntico_tui.evidence.figures import count, instant, number, reach, when
from vauntico_tui.evidence.ground import Ground, known, labels_text, resting_on, unknown, unread
from vauntico_tui.evidence.verdict import Mark, Verdict

_CONFIGURE = "set url under [prometheus] in the configuration"
_LEAST_GAP = timedelta(minutes=10).total_seconds()

HOLDS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


_WORDS = {">=": "at least", "<=": "at most", ">": "over", "<": "under", "==": "equal to", "!=": "other than"}
_SIGNS = {">=": "", "<=": "at most ", ">": "over ", "<": "under ", "==": "", "!=": "not "}


@dataclass(frozen=True, slots=True)
class _Line:
    """A series of the answer: does it keep the bound? `kept` is None where that is in doubt, for the reason given."""

    labels: Mapping[str, str]
    value: float | None
    kept: bool | None
    doubt: str = ""
    note: str = ""


def promql(check: specs.PromQL, ground: Ground) -> Verdict:
    asked = ground.readings.instants if check.hold is None else ground.readings.ranges
    reading = asked.get(check.query)
    if reading is None or not known(reading) or reading.value is None:
        return unread(reading, f"{one_line(check.query, 80)} from Prometheus", _CONFIGURE)
    end = reading.as_of or ground.now
    lines = [_line(check, one, end) for one in reading.value]
    return resting_on(_weigh(check, ground, lines), reading)


def _line(check: specs.PromQL, series: Series, end: datetime) -> _Line:
    points = [point for point in series.points if math.isfinite(point[0]) and math.isfinite(point[1])]
    if not points or (check.hold is None and len(points) < len(series.points)):
        return _Line(series.labels, None, None, "it has no value")
    value = points[-1][1]
    if check.hold is None:
        return _Line(series.labels, value, HOLDS[check.op](value, check.bound))
    return _held(check, check.hold, _Line(series.labels, value, None), points, end)


def _held(check: specs.PromQL, hold: timedelta, line: _Line, points: list[tuple[float, float]], end: datetime) -> _Line:
    """Whether the bound held in every sample from `end - hold` to `end`. A gap and a history too short leave it open; a
    sample that breaks the bound settles it."""
    start = end.timestamp() - hold.total_seconds()
    steps = [later[0] - earlier[0] for earlier, later in pairwise(points)]
    gap = max(_LEAST_GAP, 3 * median(steps)) if steps else _LEAST_GAP
    within = [point for point in points if point[0] >= start]
    broken = [time for time, value in within if not HOLDS[check.op](value, check.bound)]
    if broken:
        at = instant(broken[-1])
        again = HOLDS[check.op](points[-1][1], check.bound)
        return replace(line, kept=False, note=f" now, but broke its bound at {when(at)}" if again and at else "")
    if not within or end.timestamp() - within[-1][0] > gap:
        last = instant(points[-1][0])
        return replace(line, doubt=f"it has no value since {when(last)}" if last else "its newest value has no time")
    if points[0][0] > start + min(gap, hold.total_seconds() / 2):
        reached = reach(timedelta(seconds=max(0.0, end.timestamp() - points[0][0])))
        return replace(line, doubt=f"its values reach back only {reached}")
    times = [start, *(time for time, _ in within)]
    if any(later - earlier > gap for earlier, later in pairwise(times)):
        return replace(line, doubt="there are gaps in its values")
    return replace(line, kept=True)


def _weigh(check: specs.PromQL, ground: Ground, lines: list[_Line]) -> Verdict:
    """Every series against the bound, or any: the verdict, shown by the series that decides it."""
    link, bound = ground.graph(check.query), _SIGNS[check.op] + number(check.bound, check.unit)
    if all(line.value is None for line in lines):
        reason = f"{_name(check)} has no data; see that the metric is exported and scraped"
        return unknown(reason, bound=bound, figure="no data", link=link)
    good = [line for line in lines if line.kept]
    bad = [line for line in lines if line.kept is False]
    mark = _mark(check, len(lines), len(good), len(bad))
    deciding = {Mark.MET: good, Mark.UNMET: bad}.get(mark) or [line for line in lines if line.kept is None] or lines
    shown = _worst(check, deciding)
    figure = number(shown.value, check.unit, against=check.bound) if shown.value is not None else "no data"
    reason = _reason(check, mark, shown, figure, len(lines))
    if mark is Mark.UNMET and len(bad) > 1:
        others = len(bad) - 1
        reason += f"; {count(others, 'other series', 'other series')} {'breaks' if others == 1 else 'break'} it too"
    of = f"of {count(len(lines), 'series', 'series')}" if len(lines) > 1 or check.at_least > 1 else ""
    return Verdict(mark, reason, figure, bound, link, value=shown.value, of=of)


def _mark(check: specs.PromQL, total: int, good: int, bad: int) -> Mark:
    if check.series == "every":
        if bad:
            return Mark.UNMET
        return Mark.MET if good == total >= check.at_least else Mark.UNKNOWN
    if good >= check.at_least:
        return Mark.MET
    return Mark.UNMET if bad == total >= check.at_least else Mark.UNKNOWN


def _worst(check: specs.PromQL, lines: Sequence[_Line]) -> _Line:
    sign = 1 if check.op in {">=", ">"} else -1
    return min(lines, key=lambda line: sign * line.value if line.value is not None else math.inf)


def _name(check: specs.PromQL) -> str:
    return one_line(check.title or check.query, 80)


def _reason(check: specs.PromQL, mark: Mark, shown: _Line, figure: str, many: int) -> str:
    labels = labels_text(shown.labels) if many > 1 else ""
    said = f"{_name(check)} is {figure}" + (f" for {labels}" if labels else "")
    held_for = f" for {write_duration(check.hold)}" if check.hold is not None else ""
    wanted = f"{_WORDS[check.op]} {number(check.bound, check.unit)}{held_for}"
    if mark is Mark.MET:
        return f"{said}, {wanted}"
    if mark is Mark.UNMET:
        return f"{said}{shown.note}; {wanted} is wanted"
    if shown.doubt:
        return f"{said}, but {shown.doubt}; {wanted} is wanted"
    return f"{said}, but only {many} of {count(check.at_least, 'series', 'series')} have data"
