"""PagerDuty Events API v2: https://developer.pagerduty.com/docs/events-api-v2-overview"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from vauntico_tui.actions.channels.http import json_error, post
from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.escalation.state import Message
from vauntico_tui.sources.http import httpx

EVENTS_URL = "https://events.pagerduty.com/v2/enqueue"
SEVERITY = {1: "critical", 2: "error", 3: "warning"}
"""PagerDuty's word for each level; info below."""

ACTIONS = {"acknowledged": "acknowledge", "resolved": "resolve", "merged": "resolve"}
"""What a message asks PagerDuty to do with its incident; every other kind triggers."""


@dataclass(frozen=True)
class PagerDuty:
    """One incident an escalation: the dedup key is the escalation's own, so a message sent twice changes nothing."""

    client: httpx.AsyncClient
    routing_key: str = field(repr=False)
    source: str = "vauntico-tui"
    url: str = EVENTS_URL
    kind: str = "pagerduty"
    deduplicates: bool = True
    bundles: bool = False

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        action = ACTIONS.get(message.kind, "trigger")
        event: dict[str, Any] = {
            "routing_key": self.routing_key,
            "event_action": action,
            "dedup_key": f"{self.source}-{message.escalation_id}",
        }
        if action == "trigger":
            event["payload"] = {
                "summary": f"{message.title} · {message.text}"[:1024],
                "source": self.source,
                "severity": SEVERITY.get(message.level, "info"),
                "timestamp": message.at.isoformat(),
                "custom_details": {"subject": message.subject, "level": message.level, "state": message.state},
            }
            if message.link:
                event["links"] = [{"href": message.link, "text": message.subject}]
        return await post(self.client, self.url, json.dumps(event).encode(), {}, json_error)
