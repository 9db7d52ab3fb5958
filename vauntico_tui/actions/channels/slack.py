"""Slack-compatible incoming webhooks (Slack, Mattermost, Rocket.Chat): https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta

from vauntico_tui.actions.channels.http import DEADLINE, json_error, post
from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.escalation.state import Message
from vauntico_tui.sources.http import httpx


@dataclass(frozen=True)
class Slack:
    """The URL is the secret. A webhook does not deduplicate: a crash between send and mark may send twice."""

    client: httpx.AsyncClient
    url: str = field(repr=False)
    kind: str = "slack"
    deduplicates: bool = False
    bundles: bool = True
    deadline: timedelta = DEADLINE

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        title = plain(message.title)
        head = f"Level {message.level} · {title}"
        text = f"{head}\n{plain(message.text)}" + (f"\n{message.link}" if message.link else "")
        body = json.dumps({"text": text, "mrkdwn": False, "unfurl_links": False}).encode()
        return await post(self.client, self.url, body, {}, _said, deadline=self.deadline)


def plain(text: str) -> str:
    """Slack's three control characters escaped: a title mentions nobody and links nowhere."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _said(status: int, body: str) -> str | None:
    """A webhook says "ok"; words such as "no_service" or "invalid_payload" in a 200 are errors."""
    word = body.strip()
    if word.startswith(("no_", "invalid_", "channel_", "action_", "user_")) and len(word) < 80:
        return word
    return json_error(status, body)
