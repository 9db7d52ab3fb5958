"""What GitHub said, unread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from vauntico_tui.evidence.reading import Budget


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub said: headers in lower case, the body as text."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def budget(self) -> tuple[str, Budget] | None:
        """The rate limit's name ("core", "graphql") and state, as the headers tell it."""
        try:
            remaining, limit = int(self.headers["x-ratelimit-remaining"]), int(self.headers["x-ratelimit-limit"])
            resets_at = datetime.fromtimestamp(int(self.headers["x-ratelimit-reset"]), UTC)
        except (KeyError, ValueError, OverflowError, OSError):
            return None
        return self.headers.get("x-ratelimit-resource", "core"), Budget(remaining, limit, resets_at)

    @property
    def next_page(self) -> bool:
        return 'rel="next"' in self.headers.get("link", "")
