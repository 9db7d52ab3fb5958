"""One attempt to post JSON: total deadline, capped answer, and what the answer means."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.base.text import one_line
from vauntico_tui.sources.http import httpx

DEADLINE = timedelta(seconds=10)
"""For the whole attempt, connection to last byte."""

BODY_CAP = 64 * 1024
"""An answer longer than this is not read on."""

Reads = Callable[[int, str], str | None]
"""Finds an error that hides in a 2xx answer: (status, body) → what is wrong, or None."""


async def post(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str], hidden_error: Reads,
    *, deadline: timedelta = DEADLINE,
) -> Answer:  # fmt: skip
    """POST `body` once. No exception but cancellation leaves; the URL, which may hold a secret, is in no answer."""
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            return await _post(client, url, body, headers, hidden_error)
    except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout):
        return Answer("retry", f"no answer within {deadline.total_seconds():g} s", maybe_sent=True)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        return Answer("retry", one_line(f"can't connect: {error}", 200))
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
        return Answer("retry", one_line(f"the connection broke: {error}", 200), maybe_sent=True)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Answer("refused", one_line(f"can't be sent: {type(error).__name__}", 200))


async def _post(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str], hidden_error: Reads
) -> Answer:
    sent = {"Content-Type": "application/json", **headers}
    async with client.stream("POST", url, content=body, headers=sent, follow_redirects=False) as answer:
        read = bytearray()
        async for chunk in answer.aiter_bytes():
            read += chunk
            if len(read) > BODY_CAP:
                break
        text = bytes(read[:BODY_CAP]).decode("utf-8", "replace")
    said = one_line(text, 160)
    status = answer.status_code
    if status in {408, 429} or status >= 500:
        return Answer("retry", f"{status} {said}".strip(), after=retry_after(answer.headers.get("Retry-After")))
    if not 200 <= status < 300:
        return Answer("refused", f"{status} {said}".strip())
    if wrong := hidden_error(status, text):
        return Answer("refused", f"{status}, but it says: {one_line(wrong, 160)}")
    return Answer("accepted", f"{status} {said}".strip())


def retry_after(value: str | None) -> timedelta | None:
    """A Retry-After as seconds or as a date, however absurd, never negative; None for anything else."""
    if not value:
        return None
    try:
        seconds = float(value)
        return None if math.isnan(seconds) else timedelta(seconds=max(0.0, seconds))
    except OverflowError:
        return timedelta.max
    except ValueError:
        pass
    try:
        return max(timedelta(0), parsedate_to_datetime(value) - datetime.now(UTC))
    except (ValueError, TypeError):
        return None


def json_error(_status: int, body: str) -> str | None:
    """An error inside a 200: {"ok": false}, {"error": …}, {"status": "error" | "invalid event"}."""
    try:
        data = json.loads(body)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    if data.get("ok") is False or data.get("success") is False or data.get("error") or data.get("errors"):
        return str(data.get("error") or data.get("errors") or data.get("message") or "ok: false")
    if str(data.get("status", "")).lower() in {"error", "failed", "failure", "invalid event"}:
        return str(data.get("message") or data["status"])
    return None
