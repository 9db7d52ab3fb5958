"""Alerts and alerting rules as Prometheus and Alertmanager tell them, and the two lists of alerts as one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import msgspec

from vauntico_tui.evidence.facts import Alert, AlertRule
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.sources import door
from vauntico_tui.sources.parts import Board, Key

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
ALERTS: Key = ("alerts", None)


class PromAlert(msgspec.Struct, rename="camel"):
    labels: dict[str, str]
    state: str
    active_at: Instant
    annotations: dict[str, str] = msgspec.field(default_factory=dict)


class PromAlerts(msgspec.Struct):
    alerts: list[PromAlert]


class PromRule(msgspec.Struct, rename="camel"):
    name: str
    state: str = "unknown"
    health: str = "unknown"
    query: str = ""
    last_error: str = ""
    type: str = "alerting"
    labels: dict[str, str] = msgspec.field(default_factory=dict)


class PromGroup(msgspec.Struct):
    name: str
    rules: list[PromRule]


class PromGroups(msgspec.Struct):
    groups: list[PromGroup]


class AlertsAnswer(msgspec.Struct):
    data: PromAlerts


class RulesAnswer(msgspec.Struct):
    data: PromGroups


class ManagedStatus(msgspec.Struct):
    state: str


class Managed(msgspec.Struct, rename={"starts_at": "startsAt", "generator_url": "generatorURL"}):
    labels: dict[str, str]
    starts_at: Instant
    status: ManagedStatus
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    generator_url: str = ""


def labels(told: Mapping[str, str]) -> dict[str, str]:
    return {door.name(key): door.line(value) for key, value in sorted(told.items())}


def key_of(told: Mapping[str, str]) -> str:
    """A short name for a label set, the same while the alert fires."""
    spelled = "\x00".join(f"{key}\x01{value}" for key, value in sorted(told.items()))
    return f"{told.get('alertname', 'alert')}:{hashlib.sha256(spelled.encode()).hexdigest()[:12]}"


def from_prometheus(told: AlertsAnswer, url: str) -> tuple[Alert, ...]:
    found = []
    for one in told.data.alerts:
        named = labels(one.labels)
        found.append(
            Alert(
                key_of(named), named.get("alertname", "alert"), "pending" if one.state == "pending" else "firing",
                named,
                _annotations(one.annotations), door.utc(one.active_at), door.link(f"{url.rstrip('/')}/alerts") or None,
            )
        )  # fmt: skip
    return tuple(found)


def from_alertmanager(told: Iterable[Managed], url: str) -> tuple[Alert, ...]:
    found = []
    for one in told:
        named = labels(one.labels)
        state = "suppressed" if one.status.state == "suppressed" else "firing"
        link = door.link(one.generator_url) or door.link(f"{url.rstrip('/')}/#/alerts")
        found.append(
            Alert(
                key_of(named), named.get("alertname", "alert"), state, named, _annotations(one.annotations),
                door.utc(one.starts_at), link or None, "alertmanager",
            )
        )  # fmt: skip
    return tuple(found)


def rules(told: RulesAnswer) -> tuple[AlertRule, ...]:
    return tuple(
        AlertRule(
            door.name(rule.name), door.name(group.name), door.name(rule.state), door.name(rule.health),
            door.line(rule.query, 1000), door.line(rule.last_error), labels(rule.labels),
        )
        for group in told.data.groups for rule in group.rules if rule.type == "alerting"
    )  # fmt: skip


def _annotations(told: Mapping[str, str]) -> dict[str, str]:
    return {door.name(key): door.note(value) for key, value in told.items()}


def merged(prometheus: Iterable[Alert], alertmanager: Iterable[Alert]) -> tuple[Alert, ...]:
    """One list. Alertmanager's copy of an alert may carry more labels (external ones); it says what is suppressed, and
    Prometheus' key stays, so that an alert keeps its name when Alertmanager is away."""
    managed = {alert.key: alert for alert in alertmanager}
    by_name: dict[str, list[Alert]] = {}
    for alert in managed.values():
        by_name.setdefault(alert.name, []).append(alert)
    found = []
    for alert in prometheus:
        own = alert.labels.items()
        twin = managed.get(alert.key) or next(
            (one for one in by_name.get(alert.name, ()) if one.key in managed and own <= one.labels.items()), None
        )
        if twin is None or alert.state == "pending":
            found.append(alert)
            continue
        del managed[twin.key]
        found.append(replace(alert, state=twin.state, source="alertmanager"))
    found += managed.values()
    found.sort(key=lambda alert: (alert.active_at, alert.key))
    return tuple(found)


class Alerts:
    """What both say, joined on the board. While one of them fails the list is marked failed: it may lack alerts."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._told: dict[str, Reading[tuple[Alert, ...]]] = {}

    def expect(self, source: str) -> None:
        """This source is configured."""
        self._told[source] = Reading()

    def get(self, source: str) -> Reading[tuple[Alert, ...]]:
        return self._told[source]

    def others(self, source: str) -> bool:
        """Whether another source tells alerts too."""
        return bool(self._told.keys() - {source})

    def tell(self, source: str, reading: Reading[tuple[Alert, ...]]) -> None:
        """What a source says now."""
        if self._told.get(source) == reading:
            return
        self._told[source] = reading
        self._board.pin({ALERTS: self._joined()})

    def _joined(self) -> Reading[tuple[Alert, ...]]:
        told = list(self._told.values())
        worst = next((one for state in (State.FAILED, State.LOADING) for one in told if one.state is state), told[0])
        times = [one.as_of for one in told if one.as_of is not None]
        if not times:
            return Reading(None, None, worst.state, worst.trouble)
        lists = {source: one.value or () for source, one in self._told.items()}
        value = merged(lists.get("prometheus", ()), lists.get("alertmanager", ()))
        return Reading(value, min(times), worst.state, worst.trouble)
