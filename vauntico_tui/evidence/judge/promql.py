"""PromQL answers against a bound, now or for a time."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import Series
from vauntico_tui.evidence.figures import count, instant, number, reach, when
from vauntico_tui.evidence.ground import Ground, known, labels_text, resting_on, unknown, unread
from vauntico_tui.evidence.reading import Reading
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


def promql(check: specs.PromQL, ground: Ground) -> Verdict:
    asked = ground.readings.instants if check.hold is None else ground.readings.ranges
    reading = asked.get(check.query)
    if reading is None or not known(reading) or reading.value is None:
        return unread(reading, f"{one_line(check.query, 80)} from Prometheus", _CONFIGURE)
    series = [one for one in reading.value if one.last is not None and not math.isnan(one.last)]
    if len(series) < len(reading.value) and series:
        verdict = _incomplete(check, ground, series, len(reading.value))
    else:
        verdict = _judge_series(check, ground, series, reading)
    return resting_on(verdict, reading)


def _bound(check: specs.PromQL) -> str:
    sign = {">=": "", "<=": "at most ", ">": "over ", "<": "under ", "==": "", "!=": "not "}[check.op]
    return sign + number(check.bound, check.unit)


def _judge_series(
    check: specs.PromQL, ground: Ground, series: list[Series], reading: Reading[tuple[Series, ...]]
) -> Verdict:
    query, link = one_line(check.query, 80), ground.graph(check.query)
    if not series:
        return unknown(f"{query} has no data; see that the metric is exported and scraped", bound=_bound(check),
                       figure="no data", link=link)  # fmt: skip
    if check.hold is None:
        kept = {index: HOLDS[check.op](one.last or 0.0, check.bound) for index, one in enumerate(series)}
        return _weigh(check, ground, series, kept, {})
    kept = {}
    doubts: dict[int, str] = {}
    end = reading.as_of or ground.now
    for index, one in enumerate(series):
        held, doubt = _held(check, one, check.hold, end)
        kept[index] = held
        if doubt:
            doubts[index] = doubt
    return _weigh(check, ground, series, kept, doubts)


def _incomplete(check: specs.PromQL, ground: Ground, series: list[Series], total: int) -> Verdict:
    """Some series have no value: what the others break is proof, what they keep is none."""
    holds = [HOLDS[check.op](one.last or 0.0, check.bound) for one in series]
    settled = not all(holds) if check.series == "every" else sum(holds) >= check.at_least
    if settled and check.hold is None:
        return _weigh(check, ground, series, dict(enumerate(holds)), {})
    lack = total - len(series)
    return unknown(f"{lack} of {count(total, 'series', 'series')} of {one_line(check.query, 80)} have no value",
                   bound=_bound(check), link=ground.graph(check.query))  # fmt: skip


def _held(check: specs.PromQL, series: Series, hold: timedelta, end: datetime) -> tuple[bool, str]:
    """Whether the bound held from `end - hold` to `end`, and why that is in doubt, if it is."""
    start = end.timestamp() - hold.total_seconds()
    points = [point for point in series.points if point[0] >= start and not math.isnan(point[1])]
    if not all(HOLDS[check.op](value, check.bound) for _, value in points):
        return False, ""
    times = [time for time, _ in series.points]
    steps = [later - earlier for earlier, later in pairwise(times)]
    gap = max(_LEAST_GAP, 3 * median(steps)) if steps else _LEAST_GAP
    if not points or end.timestamp() - points[-1][0] > gap:
        last = instant(times[-1])
        return False, f"it has no value since {when(last)}" if last else "its newest value has no time"
    if times[0] > start + min(gap, hold.total_seconds() / 2):
        return True, f"its values reach back only {reach(timedelta(seconds=max(0.0, end.timestamp() - times[0])))}"
    if any(later[0] - earlier[0] > gap for earlier, later in pairwise(points)):
        return True, "there are gaps in its values"
    return True, ""


def _weigh(
    check: specs.PromQL, ground: Ground, series: list[Series], kept: dict[int, bool], doubts: dict[int, str]
) -> Verdict:
    """Every series against the bound, or any: the verdict, shown by the series that decides it."""
    good = [index for index, held in kept.items() if held and index not in doubts]
    bad = [index for index, held in kept.items() if not held and index not in doubts]
    mark = Mark.UNKNOWN
    if check.series == "every":
        if bad:
            mark = Mark.UNMET
        elif len(good) == len(series) >= check.at_least:
            mark = Mark.MET
    elif len(good) >= check.at_least:
        mark = Mark.MET
    elif len(bad) == len(series) >= check.at_least:
        mark = Mark.UNMET
    shown = _worst(
        check,
        series,
        bad if mark is Mark.UNMET else list(doubts) if mark is Mark.UNKNOWN and doubts else good or list(kept),
    )
    value = _deciding_value(check, shown, mark)
    figure, bound = number(value, check.unit, against=check.bound), _bound(check)
    said = _said(check, shown, figure, len(series))
    of = f"of {count(len(series), 'series', 'series')}" if len(series) > 1 or check.at_least > 1 else ""
    words = {">=": "at least", "<=": "at most", ">": "over", "<": "under", "==": "equal to", "!=": "other than"}[
        check.op
    ]
    held_for = f" for {write_duration(check.hold)}" if check.hold is not None else ""
    wanted = f"{words} {number(check.bound, check.unit)}{held_for}"
    if mark is Mark.MET:
        reason = f"{said}, {wanted}"
    elif mark is Mark.UNMET:
        since = _broken_at(check, shown, ground)
        reason = f"{said}{since}; {wanted} is wanted"
        if len(bad) > 1:
            reason += f", and so are {len(bad) - 1} other series" if len(bad) > 2 else ", and so is 1 other series"
    elif doubts:
        doubt = next(doubts[i] for i in doubts if series[i] is shown)
        reason = f"{said}, but {doubt}; {wanted} is wanted"
    else:
        reason = f"{said}, but only {len(series)} of {count(check.at_least, 'series', 'series')} have data"
    return Verdict(mark, reason, figure, bound, ground.graph(check.query), value=value, of=of)


def _worst(check: specs.PromQL, series: Sequence[Series], among: list[int]) -> Series:
    lowest = check.op in {">=", ">"}
    chosen = [series[index] for index in among]
    return min(chosen, key=lambda one: (one.last or 0.0) if lowest else -(one.last or 0.0))


def _deciding_value(check: specs.PromQL, series: Series, mark: Mark) -> float:
    """The newest value; where it holds now but did not all the time, still the newest."""
    return series.last if series.last is not None else math.nan


def _broken_at(check: specs.PromQL, series: Series, ground: Ground) -> str:
    """ ", broken at 22 Nov 14:02 UTC" where a bound that had to hold holds again now."""
    if check.hold is None or not HOLDS[check.op](series.last or 0.0, check.bound):
        return ""
    broken = [time for time, value in series.points if not HOLDS[check.op](value, check.bound)]
    at = instant(broken[-1]) if broken else None
    return f" now, but broke its bound at {when(at)}" if at else ""


def _said(check: specs.PromQL, series: Series, figure: str, many: int) -> str:
    labels = labels_text(series.labels)
    name = one_line(check.title or check.query, 80)
    return f"{name} is {figure}" + (f" for {labels}" if labels and many > 1 else "")
