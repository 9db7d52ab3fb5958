"""Every series that the box holds, as functions of time and of what was done to the organisation."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from vauntico_tui.sim.prometheus.curves import DAY, Curve, Ramp, Wave, waves
from vauntico_tui.sim.world.world import World

HISTORY = 31 * DAY
"""How far back the box remembers, in seconds."""
STEP = 15.0
"""Seconds between scrapes; between two scrapes a series keeps its value."""
API = {"job": "vauntico-api", "instance": "api.vauntico.com:3000"}
JOBS = {
    "vauntico-api": "api.vauntico.com:3000",
    "prometheus": "localhost:9090",
    "vauntico-frontend": "vauntico.com:80",
    "grafana": "grafana.vauntico.com:3000",
    "alertmanager": "alertmanager.vauntico.com:9093",
}
"""The jobs that have something to scrape, with their instances; the first two are scraped from the start."""
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, math.inf)


@dataclass(frozen=True, slots=True)
class Metric:
    """A series: its name and labels, its kind, and its value at an instant (None: not there)."""

    name: str
    labels: Mapping[str, str]
    kind: str
    value: Callable[[float], float | None]

    @property
    def all_labels(self) -> dict[str, str]:
        return {"__name__": self.name, **self.labels}


class Store:
    """The series of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.start = world.agenda.started_at
        self.outages = _outages(world, self.start)
        self.metrics: tuple[Metric, ...] = tuple(self._metrics())
        self.names = frozenset(metric.name for metric in self.metrics)

    def warp(self, t: float) -> float:
        """Curve time: the wall clock's until the start, then as fast as the world goes."""
        if t <= self.start:
            return t
        return self.start + self.world.agenda.elapsed_at(t)

    def counted(self, curve: Curve, t: float) -> float:
        """What a counter holds that grows as the curve says. The curve runs in curve time, yet a second is a second:
        what is counted in five minutes keeps its size however fast the world goes, and over what is skipped."""
        agenda = self.world.agenda
        total = curve.integral(min(t, self.start)) - curve.integral(self.start - HISTORY)
        for elapsed, seconds in agenda.stretches(t) if t > self.start else ():
            begin, speed = self.start + elapsed, agenda.speed
            if speed:
                total += (curve.integral(begin + seconds * speed) - curve.integral(begin)) / speed
            else:
                total += curve.at(begin) * seconds
        return total

    def sample(self, metric: Metric, t: float) -> float | None:
        """The value that a scrape at or before `t` found; None outside of what is remembered."""
        now = self.world.now
        if t > now + 300 or t < now - HISTORY:
            return None
        return metric.value(math.floor(min(t, now) / STEP) * STEP)

    def last_scrape(self, t: float) -> float:
        return math.floor(min(t, float(self.world.now)) / STEP) * STEP

    def nudged(self, name: str, t: float) -> float:
        """What was done to the organisation adds this to a series."""
        return sum(add for at, series, add in self.world.nudges if series == name and at <= t)

    def scraped(self, job: str, t: float) -> bool:
        """Whether a job is scraped: always, or since monitoring/prometheus.yml on the default branch names it."""
        return job in ("vauntico-api", "prometheus") or self.world.scraped.get(job, t + 1) <= t

    # ---- the series -------------------------------------------------------------------------------------------------

    def _metrics(self) -> Iterator[Metric]:
        yield from self._revenue()
        yield from self._quality()
        yield from self._service()

    def _counter(
        self, name: str, per_hour: float, labels: Mapping[str, str], *ramps: Ramp, noise: float = 0.25
    ) -> Metric:
        shape = waves(self.world.rng("series", name, *sorted(labels.items())), 0.3, 0.12, noise)
        curve = Curve(per_hour / 3600, (*shape, *ramps), origin=self.start - HISTORY)
        return Metric(name, labels, "counter", lambda t: max(0.0, self.counted(curve, t)))

    def _gauge(self, name: str, labels: Mapping[str, str], value: Callable[[float], float | None]) -> Metric:
        return Metric(name, labels, "gauge", value)

    def _revenue(self) -> Iterator[Metric]:
        hour = 3600.0
        yield self._counter("pro_subscriptions_total", 41, API)
        fall = Ramp(self.start - 15 * hour, self.start - 9 * hour, -0.45)
        yield self._counter("score_insurance_signups_total", 6.5, API, fall, noise=0.1)
        yield self._counter("trust_calculator_usage_total", 318, API)
        mrr = Curve(61_200, waves(self.world.rng("mrr"), 0.004, 0.01, 0.003), 1250 / DAY, self.start)

        def level(t: float) -> float:
            return round(mrr.at(self.warp(t)) + self.nudged("mrr", t), 2)

        yield self._gauge("vauntico:mrr:current", {}, level)
        yield self._gauge("vauntico:mrr:progress_percentage", {}, lambda t: level(t) / 1000)
        second = Curve(187_000, waves(self.world.rng("phase2"), 0.003, 0.02, 0.004), 2100 / DAY, self.start)
        yield self._gauge("vauntico_phase2_mrr_total", API, lambda t: round(second.at(self.warp(t)), 2))
        yield self._gauge("vauntico_phase2_mrr_target", API, lambda t: 500_000.0)
        yield self._counter("vauntico_webhook_deliveries_total", 1480, API)
        yield self._counter("vauntico_webhook_deliveries_failed_total", 21, API, noise=0.3)

    def _quality(self) -> Iterator[Metric]:
        def drift(name: str, level: float, a_day: float, low: float, high: float) -> Callable[[float], float]:
            curve = Curve(level, waves(self.world.rng(name), 0.001, 0.004, 0.002), a_day / DAY, self.start)
            return lambda t: round(min(high, max(low, curve.at(self.warp(t)) + self.nudged(name, t))), 2)

        yield self._gauge("vauntico_test_coverage_percentage", API, drift("coverage", 61.3, 0.4, 0, 100))
        yield self._gauge("vauntico_standards_compliance_percentage", API, drift("standards", 72, 0.3, 0, 100))
        yield self._gauge("vauntico_compliance_score", API, drift("compliance", 84, 0.2, 0, 100))
        for severity, count in (("critical", 0), ("high", 5), ("medium", 11), ("low", 17)):
            yield self._findings(severity, count)
        for spot in ("data_privacy", "platform_dependency", "algorithm_gaming", "commoditization"):
            yield self._spot(spot)

    def _findings(self, severity: str, count: int) -> Metric:
        key = f"findings {severity}"
        labels = {**API, "severity": severity}
        return self._gauge("vauntico_security_findings_total", labels, lambda t: max(0.0, count + self.nudged(key, t)))

    def _spot(self, spot: str) -> Metric:
        def value(t: float) -> float:
            if spot != "algorithm_gaming":
                return 1.0
            return 0.0 if math.fmod(self.warp(t) - self.start + 50 * DAY + 3600, 2 * DAY) > 2 * DAY - 5400 else 1.0

        return self._gauge("blind_spot_check_success", {**API, "blind_spot": spot}, value)

    def _service(self) -> Iterator[Metric]:
        for job, instance in JOBS.items():
            yield self._up(job, instance)
        probe = {"job": "blackbox", "instance": "https://api.vauntico.com/health"}
        yield self._gauge("probe_success", probe, lambda t: 0.0 if self.down(t) else 1.0)
        yield self._gauge("pg_up", {"job": "postgres", "instance": "db.vauntico.com:9187"}, lambda t: 1.0)
        yield self._gauge("vauntico_sla_uptime_percentage", API, self.uptime)
        for bound in BUCKETS:
            yield self._bucket(bound)

    def _up(self, job: str, instance: str) -> Metric:
        return self._gauge("up", {"job": job, "instance": instance}, lambda t: 1.0 if self.scraped(job, t) else None)

    def down(self, t: float) -> bool:
        """Whether the API is in an outage."""
        at = self.warp(t)
        return any(begin <= at < end for begin, end in self.outages)

    def uptime(self, t: float) -> float:
        """Percent of the thirty days before `t`."""
        at, month = self.warp(t), 30 * DAY
        lost = sum(max(0.0, min(end, at) - max(begin, at - month)) for begin, end in self.outages)
        return round(100 * (1 - lost / month), 4)

    def _bucket(self, bound: float) -> Metric:
        """Requests at least as fast as a bound. The 95th percentile lies near 0.9 s, and near 0.4 s once the issue
        about performance is closed."""
        slow = {0.05: 0.22, 0.1: 0.48, 0.25: 0.74, 0.5: 0.9, 1.0: 0.97, 2.5: 0.995}.get(bound, 1.0)
        fast = {0.05: 0.41, 0.1: 0.72, 0.25: 0.91, 0.5: 0.97, 1.0: 0.99, 2.5: 0.999}.get(bound, 1.0)
        crowd = Wave(DAY, {0.25: -0.02, 0.5: -0.015, 1.0: -0.01}.get(bound, 0.0), -2 * math.pi * 15 / 24 + math.pi / 2)
        shape = (*waves(self.world.rng("requests"), 0.35, 0.1, 0.2), crowd)
        curve = Curve(5200 / 3600, shape, origin=self.start - HISTORY)

        def value(t: float) -> float:
            all_of_them = self.counted(curve, t)
            since = next((at for at, series, _ in self.world.nudges if series == "performance" and at <= t), None)
            if since is None:
                return slow * all_of_them
            before = self.counted(curve, since)
            return slow * before + fast * (all_of_them - before)

        text = "+Inf" if math.isinf(bound) else f"{bound:g}"
        return Metric("http_request_duration_seconds_bucket", {**API, "le": text}, "histogram", value)


def _outages(world: World, start: float) -> tuple[tuple[float, float], ...]:
    """Outages of the API: one that began twelve minutes ago, some before, and some to come."""
    found = [(start - 720, start + 1500)]
    for index, days in enumerate((-26, -19, -8, 2, 5, 9, 14, 20)):
        chance = world.rng("outage", index)
        begin = start + (days + chance.random()) * DAY
        found.append((begin, begin + chance.uniform(120, 420)))
    return tuple(sorted(found))


# ---- selectors ------------------------------------------------------------------------------------------------------

_SELECTOR = re.compile(r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{(?P<matchers>[^{}]*)\})?\Z")
_MATCHER = re.compile(r'\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|\Z)')


@dataclass(frozen=True, slots=True)
class Selector:
    """A parsed instant-vector selector."""

    matchers: tuple[tuple[str, str, str], ...]

    def matches(self, labels: Mapping[str, str]) -> bool:
        for name, sign, value in self.matchers:
            have = labels.get(name, "")
            hit = have == value if sign in ("=", "!=") else re.fullmatch(value, have) is not None
            if hit != (sign in ("=", "=~")):
                return False
        return True


def read_selector(text: str) -> Selector | None:
    """A selector such as `up{job="api"}`, or None where the text is none."""
    match = _SELECTOR.match(text.strip())
    if match is None or not text.strip() or match["name"] in ("NaN", "Inf", "inf", "nan"):
        return None
    matchers = [("__name__", "=", match["name"])] if match["name"] else []
    rest = (match["matchers"] or "").strip()
    while rest:
        one = _MATCHER.match(rest)
        if one is None:
            return None
        try:
            re.compile(one[3])
        except re.error:
            return None
        matchers.append((one[1], one[2], re.sub(r'\\(["\\])', r"\1", one[3])))
        rest = rest[one.end() :].strip()
    return Selector(tuple(matchers)) if any(value for _, _, value in matchers) else None
