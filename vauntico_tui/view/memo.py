"""What the last View was made of, so that the next one makes only what has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
_PLAIN = (str, int, float, date, timedelta)


class Memo:
    """Parts by name, each with what it was made from. A part is kept while all of that is the same object (or an equal
    plain value); what the next build does not ask for is forgotten. `marks` are the verdicts last told as changes."""

    def __init__(self, before: Memo | None = None) -> None:
        self._before = before._parts if before is not None else {}
        self._parts: dict[Hashable, tuple[tuple[object, ...], Any]] = {}
        self.marks: dict[str, Any] = dict(before.marks) if before is not None else {}

    def part(self, name: Hashable, basis: tuple[object, ...], make: Callable[[], T]) -> T:
        """The part as it was if its basis is the same, else made anew."""
        kept = self._parts.get(name) or self._before.get(name)
        if kept is None or len(kept[0]) != len(basis) or not all(map(_same, kept[0], basis)):
            kept = (basis, make())
        self._parts[name] = kept
        made: T = kept[1]
        return made

    def done(self) -> Memo:
        """This memo, letting go of the one before."""
        self._before = {}
        return self


def _same(one: object, other: object) -> bool:
    return one is other or (isinstance(one, _PLAIN) and type(one) is type(other) and one == other)
