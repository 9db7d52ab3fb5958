"""Prometheus' answers, scrape targets, alerts and URLs."""

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
from vauntico_tui.evidence.facts import Alert, ScrapeTarget, Series, UrlAnswer
from vauntico_tui.evidence.figures import count, instant, listed, number, reach, when
from vauntico_tui.evidence.ground import Ground, known, labels_text, near, resting_on, unknown, unread
from vauntico_tui.evidence.patterns import BadPatternError, found
from vauntico_tui.evidence.reading import Reading, State
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


def targets_up(check: specs.TargetsUp, ground: Ground) -> Verdict:
    reading = ground.readings.targets
    if not known(reading) or reading.value is None:
        return unread(reading, "Prometheus' scrape targets", _CONFIGURE)
    return resting_on(_judge_targets(check, ground, reading.value), reading)


def _judge_targets(check: specs.TargetsUp, ground: Ground, targets: tuple[ScrapeTarget, ...]) -> Verdict:
    by_job = {job: [target for target in targets if target.job == job] for job in check.jobs}
    link = f"{ground.prometheus_url.rstrip('/')}/targets" if ground.prometheus_url else None
    up = [job for job, here in by_job.items() if here and all(target.health == "up" for target in here)]
    total = len(by_job)
    figure, bound = f"{len(up)} of {total} up", f"{total} of {total}"
    absent = [job for job, here in by_job.items() if not here]
    down = [target for here in by_job.values() for target in here if target.health == "down"]
    unsure = [target for here in by_job.values() for target in here if target.health not in {"up", "down"}]
    problems = []
    if down:
        why = f": {one_line(down[0].error, 120)}" if down[0].error else ""
        names = listed([f"{target.job} at {target.instance}" for target in down], 3)
        problems.append(f"{names} {'is' if len(down) == 1 else 'are'} down{why}")
    if absent:
        others = near(absent[0], (target.job for target in targets))
        problems.append(f"no target has the job {listed(absent)} ({others})")
    if problems:
        return Verdict(Mark.UNMET, "; ".join(problems), figure, bound, link, value=float(len(up)))
    if unsure:
        reason = f"{listed([f'{target.job} at {target.instance}' for target in unsure], 3)} was never scraped"
        return Verdict(Mark.UNKNOWN, reason, figure, bound, link, value=float(len(up)))
    number_of = sum(len(here) for here in by_job.values())
    reason = (
        f"all {count(number_of, 'target')} of {listed(check.jobs)} are up"
        if number_of > 1
        else f"{listed(check.jobs)} is up"
    )
    return Verdict(Mark.MET, reason, figure, bound, link, value=float(len(up)))


def no_alert(check: specs.NoAlert, ground: Ground) -> Verdict:
    reading = ground.readings.alerts
    if not known(reading) or reading.value is None:
        return unread(reading, "the alerts", "set url under [prometheus] or [alertmanager] in the configuration")
    what = ", ".join(f"{name}=~{one_line(pattern, 40)}" for name, pattern in sorted(check.matching.items()))
    try:
        found_ones = [alert for alert in reading.value if _counts(alert, check) and _matches(alert, check)]
    except BadPatternError as problem:
        return resting_on(unknown(f"the check can't be used: {one_line(str(problem), 200)}"), reading)
    like = f" like {what}" if what else ""
    if not found_ones:
        verdict = Verdict(Mark.MET, f"no alert{like} is firing", "0", "0", _alerts_page(ground), value=0.0)
        return resting_on(verdict, reading)
    first = min(found_ones, key=lambda alert: (alert.active_at, alert.key))
    about = labels_text(first.labels, frozenset({"__name__", "alertname"}))
    reason = f"{one_line(first.name, 60)}{f' ({about})' if about else ''} is {_is(first)} since {when(first.active_at)}"
    if len(found_ones) > 1:
        reason += f", and {count(len(found_ones) - 1, 'other alert')}{like} too"
    verdict = Verdict(
        Mark.UNMET, reason, str(len(found_ones)), "0", first.url or _alerts_page(ground), value=float(len(found_ones))
    )
    return resting_on(verdict, reading)


def _alerts_page(ground: Ground) -> str | None:
    return f"{ground.prometheus_url.rstrip('/')}/alerts" if ground.prometheus_url else None


def _is(alert: Alert) -> str:
    return "firing, silenced," if alert.state == "suppressed" else one_line(alert.state, 20)


def _counts(alert: Alert, check: specs.NoAlert) -> bool:
    """A silenced alert still fires: a silence holds the noise, not the truth."""
    return alert.state in {"firing", "suppressed", "active"} or (check.pending and alert.state == "pending")


def _matches(alert: Alert, check: specs.NoAlert) -> bool:
    labels = {"alertname": alert.name, **alert.labels}
    return all(found(pattern, labels.get(name, ""), whole=True) for name, pattern in check.matching.items())


_REFUSALS = frozenset({"refused", "tls", "timeout"})


def url_answers(check: specs.UrlAnswers, ground: Ground) -> Verdict:
    reading = ground.readings.urls.get(check.url)
    shown = one_line(check.url, 80)
    if reading is not None and reading.state is State.FAILED and reading.trouble is not None:
        # A probe that was refused is itself the answer; what a resolver or a proxy says is not.
        if reading.trouble.kind in _REFUSALS:
            reason = f"{shown} does not answer: {one_line(str(reading.trouble), 200)}"
            return Verdict(Mark.UNMET, reason, "no answer", str(check.status), check.url, as_of=reading.as_of)
        return unknown(f"{shown} can't be probed: {one_line(str(reading.trouble), 200)}", link=check.url)
    if reading is None or not known(reading) or reading.value is None:
        return unread(reading, shown, "see the sources of vauntico-tui doctor")
    return resting_on(_judge_answer(check, reading.value, shown), reading)


def _judge_answer(check: specs.UrlAnswers, answer: UrlAnswer, shown: str) -> Verdict:
    took = f"{answer.elapsed_ms:.0f} ms"
    figure, bound = str(answer.status), str(check.status)
    if answer.status != check.status:
        return Verdict(Mark.UNMET, f"{shown} answers {answer.status}, not {check.status}", figure, bound, check.url)
    if check.contains is not None and check.contains not in answer.excerpt:
        lack = f'{shown} answers {answer.status} without "{one_line(check.contains, 60)}"'
        return Verdict(Mark.UNMET, lack, "text missing", "text there", check.url)
    if check.within is not None:
        most = check.within.total_seconds() * 1000
        if answer.elapsed_ms > most:
            reason = f"{shown} answers {answer.status} in {took}; {write_duration(check.within)} is wanted"
            bound = write_duration(check.within)
            return Verdict(Mark.UNMET, reason, took, bound, check.url, value=answer.elapsed_ms)
        figure, bound = took, write_duration(check.within)
    return Verdict(
        Mark.MET, f"{shown} answers {answer.status} in {took}", figure, bound, check.url, value=answer.elapsed_ms
    )
