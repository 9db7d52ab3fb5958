"""A generic JSON webhook, signed with HMAC-SHA256 so that the receiver knows who speaks and when."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from vauntico_tui.actions.channels.http import DEADLINE, json_error, post
from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.escalation.state import Message
from vauntico_tui.sources.http import httpx


@dataclass(frozen=True)
class Webhook:
    """`X-Vauntico-Signature: t=UNIX,v1=HEX` over "UNIX.BODY"; `Idempotency-Key` is the same each time."""

    client: httpx.AsyncClient
    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    deduplicates: bool = False
    kind: str = "webhook"
    bundles: bool = True
    deadline: timedelta = DEADLINE

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        body = payload(message)
        headers = {"Idempotency-Key": message.dedup_key}
        if self.secret:
            at = int(datetime.now(UTC).timestamp())
            headers["X-Vauntico-Signature"] = f"t={at},v1={sign(self.secret, at, body)}"
        return await post(self.client, self.url, body, headers, json_error, deadline=self.deadline)


def payload(message: Message) -> bytes:
    """The message as JSON: its own fields, instants in ISO 8601, and the dedup key."""
    fields = {key: value for key, value in asdict(message).items() if key != "destination"}
    fields = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in fields.items()}
    return json.dumps({"schema": 1, "dedup_key": message.dedup_key, **fields}, ensure_ascii=False).encode()


def sign(secret: str, at: int, body: bytes) -> str:
    """HMAC-SHA256 over the time and the body, as lower-case hex."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
