"""A receiver of pages: Slack-like, PagerDuty-like and plain webhooks. It keeps and lists what it got."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from itertools import count
from typing import Any
from urllib.parse import parse_qs

from vauntico_tui.sim.http import Request, Response

KEPT = 2000
_ACTIONS = ("trigger", "acknowledge", "resolve")


class Webhook:
    """The application: `/slack`, `/pagerduty/v2/enqueue`, `/hook/*` take pages; `GET /received` lists them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._incidents: dict[str, dict[str, Any]] = {}
        self._numbers = count(1)
        self.url = ""

    def __call__(self, request: Request) -> Response:
        path = request.path.rstrip("/")
        with self._lock:
            match request.method, path:
                case "GET", "/received":
                    return Response.of({"received": list(self._received), "incidents": list(self._incidents.values())})
                case "DELETE", "/received":
                    self._received.clear()
                    self._incidents.clear()
                    return Response(204)
                case "POST", _ if path.startswith("/slack"):
                    return self._slack(request)
                case "POST", "/pagerduty/v2/enqueue" | "/v2/enqueue":
                    return self._pagerduty(request)
                case "POST" | "PUT", _ if path.startswith("/hook"):
                    self._keep(request, _parsed(request))
                    return Response.of({"ok": True})
        return Response.text("POST /slack, /pagerduty/v2/enqueue or /hook/NAME; GET /received\n", 404)

    def _keep(self, request: Request, body: object) -> None:
        shown = {
            name: text for name, text in request.headers.items() if name.startswith(("x-", "content-type", "idem"))
        }
        self._received.append(
            {
                "number": next(self._numbers), "at": time.time(), "path": request.path, "headers": shown,
                "body": body, "text": request.body.decode("utf-8", "replace"),
            }
        )  # fmt: skip

    def _slack(self, request: Request) -> Response:
        body = _parsed(request)
        if not isinstance(body, dict) or not (body.get("text") or body.get("blocks") or body.get("attachments")):
            return Response.text("no_text" if isinstance(body, dict) else "invalid_payload", 400)
        self._keep(request, body)
        return Response.text("ok")

    def _pagerduty(self, request: Request) -> Response:
        """Events v2: the same dedup_key is the same incident, whatever comes twice."""
        body = _parsed(request)
        errors = _wrong(body)
        if errors or not isinstance(body, dict):
            return Response.of({"status": "invalid event", "message": "Event object is invalid", "errors": errors}, 400)
        key = str(body.get("dedup_key") or f"box-{len(self._incidents) + 1}")
        incident = self._incidents.get(key)
        action = body["event_action"]
        if action == "trigger" and (incident is None or incident["status"] == "resolved"):
            incident = {"dedup_key": key, "status": "triggered", "events": 0, "payload": body.get("payload")}
            self._incidents[key] = incident
        if incident is not None:
            incident["events"] += 1
            if action != "trigger" and incident["status"] != "resolved":
                incident["status"] = "acknowledged" if action == "acknowledge" else "resolved"
        self._keep(request, body)
        return Response.of({"status": "success", "message": "Event processed", "dedup_key": key}, 202)


def _parsed(request: Request) -> object:
    """The body as JSON, or the `payload` of a form; None where it is neither."""
    try:
        if "form" in request.headers.get("content-type", ""):
            return json.loads(parse_qs(request.body.decode()).get("payload", [""])[0])
        return request.json()
    except ValueError:
        return None


def _wrong(body: object) -> list[str]:
    if not isinstance(body, dict):
        return ["the body is not a JSON object"]
    errors = [f"'{name}' is missing or blank" for name in ("routing_key", "event_action") if not body.get(name)]
    action = body.get("event_action")
    if action and action not in _ACTIONS:
        errors.append("'event_action' must be one of trigger, acknowledge, resolve")
    if action == "trigger":
        given = body.get("payload")
        payload: dict[str, Any] = given if isinstance(given, dict) else {}
        errors += [f"'payload.{name}' is missing or blank" for name in ("summary", "source", "severity")
                   if not payload.get(name)]  # fmt: skip
    elif action in _ACTIONS and not body.get("dedup_key"):
        errors.append("'dedup_key' is missing or blank")
    return errors
