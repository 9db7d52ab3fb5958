"""What is new on Level 1 and nobody has taken: when to call the reader, and how a terminal does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vauntico_tui.tui.format import cut, tame

if TYPE_CHECKING:
    from vauntico_tui.view.model import View


@dataclass(frozen=True, slots=True)
class News:
    """`new`: something was triggered since the last look. `waiting` is how many nobody has taken."""

    new: bool
    waiting: int
    waiting_changed: bool
    words: str = ""


class Alarm:
    """Remembers what was there: the first look at a journal that answers is no news."""

    def __init__(self) -> None:
        self._known: frozenset[tuple[int, str]] | None = None
        self._waiting = 0

    def look(self, view: View) -> News:
        """What is new in this picture."""
        level = next((one for one in view.escalations.levels if one.level == 1), None)
        rows = [row for row in (level.rows if level is not None else ()) if row.number is not None]
        open_now = {(row.number or 0, row.state): row for row in rows if row.state == "triggered"}
        before, self._known = self._known, frozenset(open_now) if rows or self._known is not None else None
        new = sorted(set(open_now) - before) if before is not None else []
        waiting, was = len(open_now), self._waiting
        self._waiting = waiting
        words = ""
        if new:
            row = open_now[new[0]]
            words = f"Level 1: {row.subject} {row.title}" if row.subject not in row.title else f"Level 1: {row.title}"
            words += f" and {len(new) - 1} more" if len(new) > 1 else ""
        return News(bool(new), waiting, waiting != was, words)


def notification(words: str) -> str:
    """A bell, and what iTerm2, Windows Terminal (OSC 9) and urxvt, kitty, foot (OSC 777) show; others ignore it."""
    said = cut(tame(words).replace(";", ","), 200)
    return f"\x07\x1b]9;{said}\x1b\\\x1b]777;notify;Vauntico;{said}\x1b\\"
