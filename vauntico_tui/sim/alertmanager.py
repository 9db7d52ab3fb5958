"""Alertmanager's v2 API: the firing alerts of the box's Prometheus, and silences."""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vauntico_tui.sim.http import Request, Response
from vauntico_tui.sim.prometheus.rules import Alert, alerts, iso
from vauntico_tui.sim.prometheus.series import Store
from vauntico_tui.sim.world.world import World

RECEIVER = "war-room"


@dataclass(slots=True)
class Silence:
    """A silence; instants are unix seconds."""

    id: str
    matchers: list[dict[str, Any]]
    starts_at: float
    ends_at: float
    updated_at: float
    by: str
    comment: str

    def state(self, now: float) -> str:
        return "expired" if now >= self.ends_at else "active" if now >= self.starts_at else "pending"

    def matches(self, labels: dict[str, str]) -> bool:
        for matcher in self.matchers:
            have, value = labels.get(matcher["name"], ""), matcher["value"]
            hit = re.fullmatch(value, have) is not None if matcher["isRegex"] else have == value
            if hit != matcher.get("isEqual", True):
                return False
        return True

    def shown(self, now: float) -> dict[str, Any]:
        return {
            "id": self.id, "status": {"state": self.state(now)}, "updatedAt": iso(self.updated_at),
            "comment": self.comment, "createdBy": self.by, "endsAt": iso(self.ends_at),
            "matchers": self.matchers, "startsAt": iso(self.starts_at),
        }  # fmt: skip


class BadRequestError(Exception):
    """A silence that Alertmanager refuses, with its sentence."""


class Alertmanager:
    """The application."""

    def __init__(self, world: Callable[[], World], store: Callable[[World], Store]) -> None:
        self._world, self._store = world, store
        self.silences: dict[str, Silence] = {}
        self.url = ""

    def __call__(self, request: Request) -> Response:
        world = self._world()
        with world.lock:
            world.live()
            try:
                return self._route(request, self._store(world))
            except BadRequestError as error:
                return Response.of(str(error), 400)

    def _route(self, request: Request, store: Store) -> Response:
        now = time.time()
        path = request.path.rstrip("/")
        match request.method, path.removeprefix("/api/v2"):
            case _, "/-/ready" | "/-/healthy":
                return Response.text("OK")
            case "GET", "/alerts":
                return Response.of(self._alerts(request, store, now))
            case "GET", "/alerts/groups":
                return Response.of(self._groups(request, store, now))
            case "GET", "/silences":
                held = [one for one in self.silences.values() if _filtered(request, _labels_of(one))]
                return Response.of([silence.shown(now) for silence in held])
            case "POST", "/silences":
                return Response.of({"silenceID": self._silence(request, now)})
            case "GET", "/status":
                return Response.of(self._status(store))
            case "GET", "/receivers":
                return Response.of([{"name": RECEIVER}])
            case method, rest if match := re.fullmatch(r"/silence/([0-9a-f-]{36})", rest):
                return self._one(method, match[1], now)
        return Response.text("404 page not found\n", 404)

    def _alerts(self, request: Request, store: Store, now: float) -> list[dict[str, Any]]:
        wanted = {name: request.first(name, "true") != "false" for name in ("active", "silenced", "inhibited")}
        shown = []
        for alert in alerts(store):
            if alert.state != "firing" or not _filtered(request, alert.labels):
                continue
            by = [one.id for one in self.silences.values() if one.state(now) == "active" and one.matches(alert.labels)]
            if wanted["silenced" if by else "active"]:
                shown.append(self._shown(alert, by, now))
        return sorted(shown, key=lambda alert: alert["fingerprint"])

    @staticmethod
    def _shown(alert: Alert, silenced_by: list[str], now: float) -> dict[str, Any]:
        text = json.dumps(sorted(alert.labels.items()))
        return {
            "annotations": {"summary": alert.rule.summary, "description": alert.rule.description},
            "endsAt": iso(now + 240),
            "fingerprint": hashlib.sha256(text.encode()).hexdigest()[:16],
            "receivers": [{"name": RECEIVER}],
            "startsAt": iso(alert.since + alert.rule.hold),
            "status": {
                "inhibitedBy": [], "silencedBy": silenced_by, "mutedBy": [],
                "state": "suppressed" if silenced_by else "active",
            },
            "updatedAt": iso(now - now % 15),
            "generatorURL": f"http://prometheus/graph?g0.expr={alert.rule.name}",
            "labels": alert.labels,
        }  # fmt: skip

    def _groups(self, request: Request, store: Store, now: float) -> list[dict[str, Any]]:
        by_name: dict[str, list[dict[str, Any]]] = {}
        for alert in self._alerts(request, store, now):
            by_name.setdefault(alert["labels"]["alertname"], []).append(alert)
        return [
            {"alerts": held, "labels": {"alertname": name}, "receiver": {"name": RECEIVER}}
            for name, held in sorted(by_name.items())
        ]

    def _silence(self, request: Request, now: float) -> str:
        try:
            body = request.json()
            starts, ends = (datetime.fromisoformat(body[name].replace("Z", "+00:00")).timestamp()
                            for name in ("startsAt", "endsAt"))  # fmt: skip
            matchers = [
                {"isEqual": bool(one.get("isEqual", True)), "isRegex": bool(one["isRegex"]),
                 "name": str(one["name"]), "value": str(one["value"])}
                for one in body["matchers"]
            ]  # fmt: skip
            by, comment = str(body["createdBy"]), str(body["comment"])
            for matcher in matchers:
                re.compile(str(matcher["value"]) if matcher["isRegex"] else "")
        except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
            raise BadRequestError(f"bad silence: {error}") from None
        if not matchers or all(not matcher["value"] for matcher in matchers):
            raise BadRequestError("bad silence: at least one matcher must not match the empty string")
        if ends <= starts:
            raise BadRequestError("bad silence: end time must not be before start time")
        if ends <= now:
            raise BadRequestError("bad silence: end time can't be in the past")
        old = self.silences.get(str(body.get("id", "")))
        number = old.id if old and old.state(now) != "expired" else str(uuid.uuid4())
        self.silences[number] = Silence(number, matchers, max(starts, now), ends, now, by, comment)
        return number

    def _one(self, method: str, number: str, now: float) -> Response:
        silence = self.silences.get(number)
        if silence is None:
            return Response(404)
        if method == "DELETE":
            if silence.state(now) == "expired":
                return Response.of(f"silence {number} already expired", 500)
            silence.ends_at = silence.updated_at = now
            return Response(200)
        return Response.of(silence.shown(now))

    def _status(self, store: Store) -> dict[str, Any]:
        return {
            "cluster": {"name": "box", "peers": [], "status": "disabled"},
            "config": {"original": f"route:\n  receiver: {RECEIVER}\nreceivers:\n- name: {RECEIVER}\n"},
            "uptime": iso(store.start),
            "versionInfo": {
                "branch": "HEAD", "buildDate": "", "buildUser": "box", "goVersion": "", "revision": "box",
                "version": "0.27.0-box",
            },
        }  # fmt: skip


def _labels_of(silence: Silence) -> dict[str, str]:
    return {matcher["name"]: matcher["value"] for matcher in silence.matchers}


_FILTER = re.compile(r'\s*"?([a-zA-Z_]\w*)"?\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*\Z')


def _filtered(request: Request, labels: dict[str, str]) -> bool:
    """Whether labels pass every `filter` of a request."""
    for text in request.query.get("filter", []):
        match = _FILTER.match(text)
        if match is None:
            raise BadRequestError(f"bad matcher format: {text}")
        have = labels.get(match[1], "")
        hit = re.fullmatch(match[3], have) is not None if match[2] in ("=~", "!~") else have == match[3]
        if hit != (match[2] in ("=", "=~")):
            return False
    return True
