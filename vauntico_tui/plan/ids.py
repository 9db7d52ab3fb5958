"""Ids made from titles: readable, unique in their list, the same every time."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LONGEST = 48
_OTHER = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def slug(title: str) -> str:
    """ "80%+ test coverage" → "80-test-coverage"; "" where a title has no Latin letter or digit."""
    folded = title[:400]
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    whole = _OTHER.sub("-", folded.lower()).strip("-")
    if len(whole) <= _LONGEST:
        return whole
    cut = whole[: _LONGEST + 1]
    return cut.rsplit("-", 1)[0] if "-" in cut[1:] else whole[:_LONGEST]


class Ids:
    """Hands out ids of one list; the second "x" is "x-2"."""

    def __init__(self, fallback: str) -> None:
        self._fallback = fallback
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, title: str) -> str:
        base = slug(title) or self._fallback
        one, number = base, self._next.get(base, 2)
        while one in self._taken:
            one, number = f"{base}-{number}", number + 1
        self._next[base] = number
        self._taken.add(one)
        return one
