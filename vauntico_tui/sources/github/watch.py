"""A REST list that tells by its ETag whether anything changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from vauntico_tui.sources.failures import Place
from vauntico_tui.sources.github.ask import Ask, Got
from vauntico_tui.sources.github.memory import KeptWatch

T = TypeVar("T")


@dataclass(slots=True)
class Watch:
    """Keeps the ETag of one URL. With another URL the ETag is dropped."""

    what: str
    url: str = ""
    etag: str | None = None

    def keep(self) -> KeptWatch:
        return KeptWatch(self.url, self.etag)

    def restore(self, kept: KeptWatch) -> None:
        self.url, self.etag = kept.url, kept.etag

    async def look(self, ask: Ask, url: str, read: Callable[[str, Place], T]) -> Got[T]:
        """Ask; `value` is None where nothing changed. Raises SourceError, and then asks in full next time."""
        etag = self.etag if url == self.url else None
        self.etag, self.url = None, url
        got = await ask.get(url, read, what=self.what, etag=etag)
        self.etag = got.etag
        return got
