"""How things are said on these screens: glyph and colour of a verdict, instants in the reader's zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from textual.content import Content

from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.format import MARKS, RUNS, STATES, age, at, spell

GLYPHS: dict[str, tuple[str, str]] = {
    **RUNS,
    **STATES,
    **{mark.value: glyph for mark, glyph in MARKS.items()},
    "error": RUNS["failure"],
    "in_progress": RUNS["running"],
    "pending": RUNS["queued"],
    "inactive": RUNS["other"],
    "open": ("○", "soon"),
    "closed": ("✓", "met"),
}
"""Glyph and tone of a verdict, of a run, of a deployment, of an escalation and of an issue."""

_COLOURS = {"unknown": "$tone-dim", "dim": "$tone-dim"}


def glyph(word: Mark | str) -> str:
    """One cell that says it without colour."""
    return GLYPHS.get(str(word), GLYPHS["unknown"])[0]


def colour(word: Mark | str) -> str:
    """Its colour, by the theme's name for it."""
    tone = GLYPHS.get(str(word), GLYPHS["unknown"])[1]
    return _COLOURS.get(tone, f"$tone-{tone}")


def mark(word: Mark | str) -> Content:
    """The glyph in its colour."""
    return Content.styled(glyph(word), colour(word))


@dataclass(frozen=True, slots=True)
class Look:
    """The reader's now and time zone (None: the machine's own)."""

    now: datetime
    zone: tzinfo | None = None

    def when(self, instant: datetime) -> str:
        """ "14:02" for today, "Mar 11 14:02" this year."""
        return at(instant, self.now, self.zone)

    def ago(self, instant: datetime) -> str:
        """ "9 min ago" """
        words = age(instant, self.now)
        return "just now" if words == "now" else f"{words} ago"

    def when_ago(self, instant: datetime) -> str:
        """ "14:02, 46 min ago" """
        return f"{self.when(instant)}, {self.ago(instant)}"

    def left(self, due: datetime) -> Content:
        """ "in 09:12"; "late 02:10" in red once it has passed."""
        words, tone = spell(due, self.now)
        return Content.styled(words if tone == "late" else f"in {words}", f"$tone-{tone}" if tone else "")
