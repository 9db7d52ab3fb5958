"""The expressions that the box holds: a handful of forms over selectors of its own series."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from vauntico_tui.base.durations import parse_duration
from vauntico_tui.sim.prometheus.series import Metric, Selector, Store, read_selector

Vector = list[tuple[dict[str, str], float]]
Held = Callable[[float], Vector]
_SEL = r"(?P<%s>(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{[^{}]*\})?)"
_AGGREGATE = re.compile(
    r"(?P<op>sum|min|max|avg|count)\s*(?:by\s*\((?P<by>[^()]*)\))?\s*\((?P<inner>.*)\)\s*(?:by\s*\((?P<after>[^()]*)\))?\Z",
    re.DOTALL,
)
_RANGED = re.compile(r"(?P<fn>increase|rate)\s*\(\s*" + _SEL % "sel" + r"\s*\[(?P<range>\w+)\]\s*\)\Z")
_QUANTILE = re.compile(r"histogram_quantile\s*\(\s*(?P<q>[\d.]+)\s*,(?P<inner>.*)\)\Z", re.DOTALL)
_AGE = re.compile(r"time\(\)\s*-\s*timestamp\s*\(\s*" + _SEL % "sel" + r"\s*\)\Z")
_COMPARED = re.compile(r"(?P<left>.*?)\s*(?P<op>==|!=|>=|<=|>|<)\s*(?P<bound>-?[\d.]+)\Z", re.DOTALL)
_FOLD: dict[str, Callable[[list[float]], float]] = {
    "sum": math.fsum,
    "min": min,
    "max": max,
    "avg": lambda values: math.fsum(values) / len(values),
    "count": lambda values: float(len(values)),
}


class NotHeldError(Exception):
    """The expression is none that the box holds; the sentence lists what it does hold."""


def hold(store: Store, query: str) -> Held:
    """The expression as a function of time. Raises NotHeldError."""
    text = " ".join(query.split())
    while text.startswith("(") and _closes(text):
        text = text[1:-1].strip()
    found = _hold(store, text)
    if found is None:
        names = ", ".join(sorted(store.names))
        raise NotHeldError(
            f"this is Vauntico in a box, not a PromQL engine: it does not hold {query!r}. It holds selectors, "
            "increase() and rate() of them, sum/min/max/avg/count of those, the quotient of two, "
            "histogram_quantile(), time() - timestamp() and comparisons with a number, over these series: "
            f"{names}"
        )
    return found


def _closes(text: str) -> bool:
    """Whether the bracket that the text begins with closes at its end."""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return index == len(text) - 1
    return False


def _hold(store: Store, text: str) -> Held | None:
    if (match := _COMPARED.match(text)) and (inner := _hold(store, match["left"].strip())) is not None:
        return _compare(inner, match["op"], float(match["bound"]))
    if (quotient := _divide(text)) is not None:
        left, right = (_hold(store, side.strip()) for side in quotient)
        return None if left is None or right is None else _ratio(left, right)
    if match := _AGGREGATE.match(text):
        inner = _hold(store, match["inner"].strip())
        by = match["by"] if match["by"] is not None else match["after"]
        return None if inner is None else _aggregate(match["op"], inner, by)
    if match := _RANGED.match(text):
        return _ranged(store, match)
    if match := _QUANTILE.match(text):
        inner = _hold(store, match["inner"].strip())
        return None if inner is None else _quantile(float(match["q"]), inner)
    if match := _AGE.match(text):
        return _ages(store, match["sel"])
    if (selector := read_selector(text)) is not None:
        return _select(store, selector)
    return None


def _metrics(store: Store, selector: Selector) -> list[Metric] | None:
    """The series a selector names; None where it names a series that is not held."""
    names = [value for name, sign, value in selector.matchers if name == "__name__" and sign == "="]
    if any(name not in store.names for name in names):
        return None
    return [metric for metric in store.metrics if selector.matches(metric.all_labels)]


def _select(store: Store, selector: Selector) -> Held | None:
    metrics = _metrics(store, selector)
    if metrics is None:
        return None

    def at(t: float) -> Vector:
        values = ((metric.all_labels, store.sample(metric, t)) for metric in metrics)
        return [(labels, value) for labels, value in values if value is not None]

    return at


def _ranged(store: Store, match: re.Match[str]) -> Held | None:
    selector = read_selector(match["sel"])
    try:
        seconds = parse_duration(match["range"]).total_seconds()
    except ValueError:
        return None
    metrics = _metrics(store, selector) if selector else None
    if metrics is None or seconds <= 0 or any(metric.kind == "gauge" for metric in metrics):
        return None
    divisor = seconds if match["fn"] == "rate" else 1.0

    def at(t: float) -> Vector:
        end = store.last_scrape(t)
        found: Vector = []
        for metric in metrics:
            now, then = store.sample(metric, end), store.sample(metric, end - seconds)
            if now is not None and then is not None:
                found.append((dict(metric.labels), (now - then) / divisor))
        return found

    return at


def _aggregate(op: str, inner: Held, by: str | None) -> Held:
    names = None if by is None else [name.strip() for name in by.split(",") if name.strip()]

    def at(t: float) -> Vector:
        groups: dict[tuple[tuple[str, str], ...], list[float]] = {}
        for labels, value in inner(t):
            key = tuple((name, labels[name]) for name in names or () if name in labels)
            groups.setdefault(key, []).append(value)
        return [(dict(key), _FOLD[op](values)) for key, values in groups.items()]

    return at


def _divide(text: str) -> tuple[str, str] | None:
    """The two sides of a division at the top level."""
    depth, quoted = 0, False
    for index, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif not quoted:
            depth += (letter in "({[") - (letter in ")}]")
            if letter == "/" and depth == 0:
                return text[:index], text[index + 1 :]
    return None


def _ratio(left: Held, right: Held) -> Held:
    def at(t: float) -> Vector:
        below = {tuple(sorted(_bare(labels).items())): value for labels, value in right(t)}
        found: Vector = []
        for labels, value in left(t):
            key = tuple(sorted(_bare(labels).items()))
            if key in below:
                divisor = below[key]
                found.append((_bare(labels), value / divisor if divisor else math.nan))
        return found

    return at


def _bare(labels: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if name != "__name__"}


def _compare(inner: Held, op: str, bound: float) -> Held:
    holds: dict[str, Callable[[float], bool]] = {
        "==": lambda value: value == bound,
        "!=": lambda value: value != bound,
        ">=": lambda value: value >= bound,
        "<=": lambda value: value <= bound,
        ">": lambda value: value > bound,
        "<": lambda value: value < bound,
    }
    return lambda t: [(labels, value) for labels, value in inner(t) if holds[op](value)]


def _ages(store: Store, text: str) -> Held | None:
    selector = read_selector(text)
    metrics = _metrics(store, selector) if selector else None
    if metrics is None:
        return None

    def at(t: float) -> Vector:
        there = [metric for metric in metrics if store.sample(metric, t) is not None]
        return [(dict(metric.labels), t - store.last_scrape(t)) for metric in there]

    return at


def _quantile(q: float, inner: Held) -> Held:
    """histogram_quantile: linear inside a bucket, as Prometheus does it."""

    def at(t: float) -> Vector:
        groups: dict[tuple[tuple[str, str], ...], list[tuple[float, float]]] = {}
        for labels, value in inner(t):
            if "le" in labels:
                rest = tuple(sorted((k, v) for k, v in labels.items() if k not in ("le", "__name__")))
                groups.setdefault(rest, []).append((float(labels["le"].replace("+Inf", "inf")), value))
        return [(dict(key), _within(q, sorted(buckets))) for key, buckets in groups.items()]

    return at


def _within(q: float, buckets: list[tuple[float, float]]) -> float:
    if len(buckets) < 2 or not math.isinf(buckets[-1][0]) or buckets[-1][1] <= 0:
        return math.nan
    rank = q * buckets[-1][1]
    below, under = 0.0, 0.0
    for bound, count in buckets:
        if count >= rank:
            if math.isinf(bound):
                return buckets[-2][0]
            return below + (bound - below) * (rank - under) / (count - under or 1)
        below, under = bound, count
    return math.nan
