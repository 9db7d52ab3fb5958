"""The alerting rules of Vauntico. Whether one fires follows from the series, at any instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vauntico_tui.sim.prometheus.held import Held, hold
from vauntico_tui.sim.prometheus.series import HISTORY, Store

SCAN = 60.0
"""Seconds between the instants that are looked at to find out since when an alert is active."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: it fires when its expression has had an answer for `hold` seconds."""

    name: str
    query: str
    hold: float
    severity: str
    summary: str
    description: str


RULES = (
    Rule("ApplicationDown", "probe_success == 0", 120, "critical", "api.vauntico.com does not answer",
         "The health probe has failed for two minutes."),
    Rule("DatabaseDown", "pg_up == 0", 60, "critical", "PostgreSQL does not answer", "The exporter cannot connect."),
    Rule("LowSubscriptionRate", "increase(pro_subscriptions_total[5m]) < 1.5", 1800, "warning",
         "Few Pro subscriptions", "Fewer than 18 an hour for half an hour."),
    Rule("MRRBehindTarget", "vauntico:mrr:progress_percentage < 80", 3600, "warning",
         "Monthly recurring revenue is behind the phase 1 target", "Less than 80 % of $100K."),
    Rule("BlindSpotCheckFailed", "blind_spot_check_success == 0", 300, "warning",
         "A blind-spot check failed", "The mitigation of a blind spot does not hold."),
    Rule("WebhookDeliveryFailure",
         "rate(vauntico_webhook_deliveries_failed_total[5m]) / rate(vauntico_webhook_deliveries_total[5m]) > 0.05",
         600, "warning", "Webhook deliveries fail", "More than 5 % for ten minutes."),
    Rule("EnterpriseSLAViolation", "vauntico_sla_uptime_percentage < 99.9", 300, "critical",
         "The uptime promised to enterprises is broken", "Less than 99.9 % over thirty days."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alert:
    """An active alert. Instants are unix seconds."""

    rule: Rule
    labels: dict[str, str]
    value: float
    since: float
    state: str

    def shown(self) -> dict[str, Any]:
        return {
            "labels": self.labels,
            "annotations": {"summary": self.rule.summary, "description": self.rule.description},
            "state": self.state,
            "activeAt": iso(self.since),
            "value": f"{self.value:e}",
        }


def iso(t: float) -> str:
    """An instant as Prometheus and Alertmanager write it."""
    return datetime.fromtimestamp(t, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def alerts(store: Store) -> list[Alert]:
    """The alerts that are pending or firing just now."""
    return [alert for rule in RULES for alert in _of(store, rule)]


def _of(store: Store, rule: Rule) -> Iterator[Alert]:
    now = float(store.world.now)
    held = hold(store, rule.query)
    for labels, value in held(now):
        since = _since(held, labels, now)
        state = "firing" if now - since >= rule.hold else "pending"
        named = {name: text for name, text in labels.items() if name != "__name__"}
        yield Alert(rule, {"alertname": rule.name, **named, "severity": rule.severity}, value, since, state)


def _since(held: Held, labels: dict[str, str], now: float) -> float:
    """Since when an expression has had this answer without a gap: doubling steps back, then by halves."""

    def active(t: float) -> bool:
        return any(found == labels for found, _ in held(t))

    first = now
    step = SCAN
    while active(first - step):
        first -= step
        step = min(step * 1.5, 6 * 3600)
        if now - first > HISTORY - 7 * 3600:
            return first
    low, high = first - step, first
    while high - low > 15:
        middle = (low + high) / 2
        low, high = (low, middle) if active(middle) else (middle, high)
    return high


def groups(store: Store) -> list[dict[str, Any]]:
    """The rules as `/api/v1/rules` shows them."""
    now = iso(store.last_scrape(store.world.now))
    active = alerts(store)
    shown = []
    for rule in RULES:
        own = [alert for alert in active if alert.rule is rule]
        states = {alert.state for alert in own}
        shown.append(
            {
                "state": "firing" if "firing" in states else "pending" if states else "inactive",
                "name": rule.name,
                "query": rule.query,
                "duration": rule.hold,
                "keepFiringFor": 0,
                "labels": {"severity": rule.severity},
                "annotations": {"summary": rule.summary, "description": rule.description},
                "alerts": [alert.shown() for alert in own],
                "health": "ok",
                "evaluationTime": 0.0003,
                "lastEvaluation": now,
                "type": "alerting",
            }
        )
    return [
        {
            "name": "vauntico",
            "file": "/etc/prometheus/rules/vauntico.yml",
            "rules": shown,
            "interval": 15,
            "limit": 0,
            "evaluationTime": 0.002,
            "lastEvaluation": now,
        }
    ]
