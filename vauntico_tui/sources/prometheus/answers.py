"""Prometheus' answers into facts. NaN and the infinities stay outside. Raises BadDataError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from vauntico_tui.evidence.facts import ScrapeTarget, Series
from vauntico_tui.sources import door
from vauntico_tui.sources.failures import BadDataError

MOST_SERIES = 1000  # of one query


class Vector(msgspec.Struct):
    metric: dict[str, str]
    value: tuple[float, str] | None = None
    values: list[tuple[float, str]] | None = None


class Target(msgspec.Struct, rename="camel"):
    labels: dict[str, str]
    health: str
    last_error: str = ""
    last_scrape: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Targets(msgspec.Struct, rename="camel"):
    active_targets: list[Target]


def instant(told: Any, query: str) -> tuple[Series, ...]:
    """A vector, a scalar or a string with a number in it. A series whose value is NaN has no point."""
    if isinstance(told, list) and len(told) == 2 and not any(isinstance(part, Mapping | list) for part in told):
        at, value = door.number(told[0]), door.number(told[1])
        if at is None or value is None:
            raise BadDataError(f"{door.line(query, 60)} says {door.line(str(told[1]), 30)}, which is no number")
        return (Series({}, ((at, value),)),)
    found = []
    for one in _vectors(told, query):
        last = one.value or (one.values[-1] if one.values else None)
        value = door.number(last[1]) if last else None
        points = ((float(last[0]), value),) if last and value is not None else ()
        found.append(Series(_labels(one.metric), points))
    return _not_all_nan(found, query)


def matrix(told: Any, query: str) -> tuple[Series, ...]:
    """Series with every finite point, oldest first."""
    found = []
    for one in _vectors(told, query):
        points = tuple((float(at), value) for at, text in one.values or () if (value := door.number(text)) is not None)
        found.append(Series(_labels(one.metric), points))
    return tuple(found)


def targets(told: Any) -> tuple[ScrapeTarget, ...]:
    return tuple(
        ScrapeTarget(
            door.name(one.labels.get("job", "")), door.name(one.labels.get("instance", "")), door.name(one.health),
            door.utc(one.last_scrape) if one.last_scrape and one.last_scrape.year > 1 else None,
            door.line(one.last_error),
        )
        for one in _as(told, Targets, "the scrape targets").active_targets
    )  # fmt: skip


def _vectors(told: Any, query: str) -> list[Vector]:
    found: list[Vector] = _as(told, list[Vector], door.line(query, 60))
    if len(found) > MOST_SERIES:
        raise BadDataError(f"{door.line(query, 60)} has {len(found):,} series; at most {MOST_SERIES:,} can be shown")
    return found


def _as(told: Any, shape: Any, what: str) -> Any:
    try:
        return msgspec.convert(told, type=shape)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadDataError(f"the answer to {what} is not as it should be ({door.line(str(error), 120)})") from None


def _labels(metric: Mapping[str, str]) -> dict[str, str]:
    return {door.name(key): door.line(value) for key, value in metric.items()}


def _not_all_nan(found: list[Series], query: str) -> tuple[Series, ...]:
    if found and not any(series.points for series in found):
        raise BadDataError(
            f"NaN, there is nothing yet to calculate from: {door.line(query, 60)}",
            "it is asked again by itself; if it stays, correct the query in the plan",
        )
    return tuple(found)
