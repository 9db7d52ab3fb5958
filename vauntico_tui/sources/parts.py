"""How a source hands over what it read: parts of Readings, by name, the moment they are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.reading import Reading, State, Trouble
from vauntico_tui.sources.failures import WHOLE_SOURCE, SourceError

Key = tuple[str, Any]
"""A part: the field of Readings, and the key in it where the field is a mapping (else None)."""


class Board:
    """The readings as they are now. Sources pin parts on it; whoever draws takes a copy that never changes."""

    def __init__(self, readings: Readings, changed: Callable[[], None]) -> None:
        self.readings, self._changed = readings, changed

    def get(self, part: Key) -> Reading[Any]:
        """A part's reading; one that was never read is loading."""
        name, key = part
        told: Any = getattr(self.readings, name)
        found: Reading[Any] = told.get(key, Reading()) if isinstance(told, Mapping) else told
        return found

    def pin(self, told: Mapping[Key, Reading[Any]]) -> None:
        """Replace these parts."""
        fields: dict[str, Any] = {}
        for (name, key), reading in told.items():
            if key is None:
                fields[name] = reading
            else:
                if name not in fields:
                    fields[name] = dict(getattr(self.readings, name))
                fields[name][key] = reading
        if fields:
            self.readings = replace(self.readings, **fields)
            self._changed()

    def fresh(self, part: Key, value: Any, at: datetime, trouble: Trouble | None = None) -> None:
        """A part was read just now; `trouble` is what it lacks and can do without."""
        self.pin({part: Reading(value, at, State.FRESH, trouble)})

    def confirm(self, parts: Iterable[Key], at: datetime) -> None:
        """What these parts say was found to be so still."""
        self.pin({
            part: Reading(known.value, at, State.FRESH, known.trouble if known.state is State.FRESH else None)
            for part in parts if (known := self.get(part)).value is not None
        })  # fmt: skip

    def fail(self, parts: Iterable[Key], trouble: Trouble) -> None:
        """These parts could not be read; their last good values stay."""
        self.pin({part: self.get(part).failed(trouble) for part in parts if self.get(part).state is not State.OFF})


@dataclass(slots=True)
class Progress:
    """One round: which parts were read, which failed, and whether going on is any use."""

    board: Board
    reads: int = 0
    read: set[Key] = field(default_factory=set)
    failed: dict[Key, Trouble] = field(default_factory=dict)
    misses: int = 0

    @property
    def trouble(self) -> Trouble | None:
        """What to tell of the source as a whole: the first part's trouble."""
        return next(iter(self.failed.values()), None)

    def well(self, parts: Iterable[Key] = ()) -> None:
        """A request was answered; these parts are good."""
        self.reads += 1
        self.read.update(parts)

    def miss(self, parts: Iterable[Key], trouble: Trouble) -> None:
        """A request failed. Raises SourceError where asking for anything else is no use just now."""
        parts = list(parts)
        self.failed |= dict.fromkeys(parts, trouble)
        self.board.fail(parts, trouble)
        self.misses += 1
        if trouble.kind in WHOLE_SOURCE or (self.misses >= 2 and self.reads == 0):
            raise SourceError(trouble)

    def note(self, part: Key, trouble: Trouble) -> None:
        """A part was read, but lacks something."""
        self.failed.setdefault(part, trouble)

    def give_up(self, parts: Iterable[Key], trouble: Trouble) -> None:
        """The round ends here: every part that it did not read has failed."""
        left = [part for part in parts if part not in self.read and part not in self.failed]
        self.failed = dict.fromkeys(left, trouble) | self.failed or {("", None): trouble}
        self.board.fail(left, trouble)
