"""A URL that is called while nothing is overdue: whoever waits for it in vain knows that nobody keeps the clocks."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vauntico_tui.sources.http import httpx

if TYPE_CHECKING:
    from vauntico_tui.actions.keeper.keeper import Work
    from vauntico_tui.config.paging import EscalationSettings

SOON = 5.0
"""Seconds until one that was withheld is tried again, so that it does not stay away longer than its reason."""


class Heartbeat:
    """Sent by the one that leads. The URL, which may be a secret, is never shown."""

    def __init__(self, settings: EscalationSettings, say: Callable[[str], None]) -> None:
        self._settings, self._say = settings, say
        self._withheld: str | None = None
        self.last: datetime | None = None

    async def run(self, work: Callable[[], Work]) -> None:
        """Until cancelled; at once where none is configured."""
        variable = self._settings.heartbeat_env
        if variable is None:
            return
        url = os.environ.get(variable, "").strip()
        if not url:
            self._say(f"heartbeat: {variable} is not set; none is sent")
            return
        async with httpx.AsyncClient(timeout=10, follow_redirects=False) as client:
            while True:
                sent = await self.beat(client, url, work())
                every = self._settings.heartbeat_every.total_seconds()
                await asyncio.sleep(every if sent else min(every, SOON))

    async def beat(self, client: httpx.AsyncClient, url: str, work: Work) -> bool:
        """Once: sent, or withheld; a change is said."""
        why = work.overdue or ("" if work.leads else "another one leads")
        if not why:
            why = await _call(client, url)
        if not why:
            self.last = datetime.now(UTC)
        if why != self._withheld:
            self._say(f"heartbeat: withheld: {why}" if why else "heartbeat: sent")
            self._withheld = why
        return not why


async def _call(client: httpx.AsyncClient, url: str) -> str:
    """Why it did not arrive; "" where it did."""
    try:
        async with client.stream("GET", url) as answer:
            return "" if answer.is_success else f"its receiver says {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return f"it can't be sent: {type(error).__name__}"
