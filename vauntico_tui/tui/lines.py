"""Lines of a screen as data: pieces of text with tones. Compared to know what changed, turned into strips to paint.

Nothing here reads markup: a piece's text is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment
from textual.strip import Strip

from vauntico_tui.tui.format import cells, cut, fit, tame
from vauntico_tui.tui.theme import picked_style, style_of

Piece = tuple[str, str]
"""Text and its tone."""
Line = tuple[Piece, ...]
"""One line, left to right."""


@dataclass(frozen=True, slots=True)
class Col:
    """A column of a line: `width` cells, or what is left over where `width` is 0 (one such column a line)."""

    text: str | Line
    tone: str = ""
    width: int = 0
    align: str = "<"


def line_cells(line: Iterable[Piece]) -> int:
    """How many cells a line takes."""
    return sum(cells(tame(text)) for text, _ in line)


def cut_line(line: Line, width: int) -> Line:
    """A line in exactly `width` cells: cut with an ellipsis, or padded."""
    size = line_cells(line)
    if size <= width:
        return (*line, (" " * (width - size), "")) if size < width else line
    out: list[Piece] = []
    room = width
    for text, tone in line:
        size = cells(tame(text))
        if size < room:  # one cell is kept for the ellipsis
            out.append((text, tone))
            room -= size
            continue
        shown = cut(text + "…", room) if size == room else cut(text, room)
        out.append((fit(shown, room), tone))
        break
    return tuple(out)


def columns(width: int, *cols: Col, gap: int = 2) -> Line:
    """Columns side by side in exactly `width` cells; where they don't fit the flexible one shrinks to nothing."""
    shown = [col for col in cols if col.width or col.text]
    fixed = sum(col.width for col in shown) + gap * (len(shown) - 1)
    out: list[Piece] = []
    for i, col in enumerate(shown):
        if i:
            out.append((" " * gap, ""))
        size = col.width or max(0, width - fixed)
        if isinstance(col.text, str):
            out.append((fit(col.text, size, col.align), col.tone))
        elif col.align == ">" and (space := size - line_cells(col.text)) > 0:
            out.append((" " * space, ""))
            out.extend(col.text)
        else:
            out.extend(cut_line(col.text, size))
    return cut_line(tuple(out), width)


def spread(width: int, left: Line, right: Line) -> Line:
    """Two lines in one, the right one flush right; the left one is cut where they meet."""
    room = width - line_cells(right)
    if room < 8 or not right:
        return cut_line(left, width)
    return (*cut_line(left, room - 1), (" ", ""), *right)


@lru_cache(maxsize=4096)
def _segment(text: str, theme: str, tone: str, picked: bool, focused: bool) -> Segment:
    style = picked_style(theme, tone, focused) if picked else style_of(theme, tone)
    return Segment(text, style)


def strip(line: Line, theme: str, width: int, *, picked: slice | None = None, focused: bool = True) -> Strip:
    """A line to paint; `picked` is which of its pieces lie in the selected row."""
    chosen = range(*picked.indices(len(line))) if picked else range(0)
    return Strip(
        [_segment(tame(text), theme, tone, i in chosen, focused) for i, (text, tone) in enumerate(line) if text],
        line_cells(line),
    ).adjust_cell_length(width)
