"""How the rows of a log are drawn: what stands before a line's words, and the words in their looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

from rich.style import Style

from vauntico_tui.tui.format import tame
from vauntico_tui.tui.screens.log_rows import Row, Rows
from vauntico_tui.tui.screens.look import GLYPHS
from vauntico_tui.tui.theme import TONES, picked_style, style_of

Piece = tuple[str, str]
"""A text and its look: a tone, and bold, italic, underline or found."""
_MARKS = {"error": ("✗", "unmet"), "warning": ("!", "soon"), "notice": ("i", "accent"), "command": ("$", "accent")}
_TONES = {
    "error": "unmet",
    "warning": "soon",
    "notice": "accent",
    "command": "accent",
    "debug": "dim",
    "group": "strong",
}


@dataclass(slots=True)
class How:
    """What is shown beside the words, and which of them are looked for."""

    numbers: bool = True
    times: bool = False
    words: str = ""
    zone: tzinfo | None = None


def parts(rows: Rows, row: Row, how: How) -> tuple[list[Piece], list[Piece]]:
    """What stands before a row's words, and the words."""
    log = rows.log
    if row.kind == "step":
        step = log.steps[row.ref]
        glyph, tone = GLYPHS.get(step.mark, GLYPHS["unknown"])
        took = f"  {_seconds(step.seconds)}" if step.seconds is not None else ""
        fold = "▾ " if rows.is_open(row.key) else "▸ "
        return [(fold, "dim"), (f"{glyph} ", tone)], [(tame(step.title), "strong"), (took, "dim")]
    number = log.groups[row.ref].first if row.kind == "group" else row.ref
    line = log.line(number)
    lead: list[Piece] = []
    first = row.part == 0
    if how.numbers:
        digits = len(str(len(log)))
        lead.append((f"{number + 1 if first else '':>{digits}} ", "frame"))
    if how.times:
        lead.append((f"{line.at.astimezone(how.zone):%H:%M:%S} " if line.at and first else " " * 9, "dim"))
    if row.kind == "group":
        lead.append(("▾ " if rows.is_open(row.key) else "▸ ", "dim"))
    else:
        cause = number == log.cause and line.kind == ""
        glyph, tone = _MARKS.get("error" if cause else line.kind, ("│" if row.deep else " ", "frame"))
        lead.append((f"{glyph if first else ' '} ", tone))
    base = _TONES.get(line.kind, "")
    body = [(tame(text), look or base) for text, look in line.spans]
    return lead, lit(body, how.words) if how.words else body


def lit(body: list[Piece], words: str) -> list[Piece]:
    """The words that are looked for, shown in a line."""
    fold = words == words.lower()
    text = "".join(part for part, _ in body)
    where = text.lower() if fold else text
    if len(where) != len(text):  # a letter whose small form is longer: not cut beside
        return body
    cuts: list[tuple[int, int]] = []
    at = where.find(words)
    while at >= 0 and len(cuts) < 200:
        cuts.append((at, at + len(words)))
        at = where.find(words, at + max(1, len(words)))
    if not cuts:
        return body
    out: list[Piece] = []
    start = 0
    for part, look in body:
        end = start + len(part)
        at = start
        for low, high in cuts:
            if high <= at or low >= end:
                continue
            out.append((text[at : max(at, low)], look))
            out.append((text[max(at, low) : min(high, end)], f"found {look}".strip()))
            at = min(high, end)
        out.append((text[at:end], look))
        start = end
    return [piece for piece in out if piece[0]]


@lru_cache(512)
def ink(theme: str, words: str, picked: bool, focused: bool) -> Style:
    """A look ("bold unmet", "found") in a theme."""
    names = words.split()
    tone = next((name for name in names if name in TONES), "")
    style = picked_style(theme, tone, focused) if picked else style_of(theme, tone)
    if "found" in names:
        style += Style(reverse=True)
    return style + Style(
        bold=True if "bold" in names else None, italic=True if "italic" in names else None,
        underline=True if "underline" in names else None,
    )  # fmt: skip


def _seconds(seconds: float) -> str:
    whole = int(seconds)
    return (
        f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
        if whole >= 3600
        else f"{whole // 60}:{whole % 60:02d}"
    )
