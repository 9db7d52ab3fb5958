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
    """A line to paint; `picked` is which of its pieces lie in the selected row. Blanks join the piece before them,
    so that fewer colours go to the terminal."""
    chosen = range(*picked.indices(len(line))) if picked else range(0)
    joined: list[tuple[str, str, bool]] = []
    for i, (text, tone) in enumerate(line):
        inside = i in chosen
        if joined and joined[-1][2] == inside and (tone == joined[-1][1] or not text.strip(" ")):
            joined[-1] = (joined[-1][0] + text, joined[-1][1], inside)
        elif text:
            joined.append((text, tone, inside))
    return Strip(
        [_segment(tame(text), theme, tone, inside, focused) for text, tone, inside in joined], line_cells(line)
    ).adjust_cell_length(width)


def changed_cells(before: Line, after: Line) -> tuple[int, int]:
    """The first cell that differs between two lines of the same width, and how many to the last that does."""
    old, new = _in_cells(before), _in_cells(after)
    if len(old) != len(new) or any(len(char) > 1 for char, _ in (*old, *new)):  # marks on letters: not cut beside
        return 0, 0 if before == after else max(len(old), len(new))
    first = next((x for x, (a, b) in enumerate(zip(old, new, strict=True)) if a != b), len(new))
    if first == len(new):
        return first, 0
    last = next(x for x in range(len(new) - 1, -1, -1) if old[x] != new[x])
    while first > 0 and (new[first][0] == "" or old[first][0] == ""):  # never from the middle of a wide character
        first -= 1
    while last + 1 < len(new) and (new[last + 1][0] == "" or old[last + 1][0] == ""):
        last += 1
    return first, last - first + 1


def _in_cells(line: Line) -> list[tuple[str, str]]:
    """A line cell by cell; the second cell of a wide character is "", what takes no cell is with what it stands on."""
    out: list[tuple[str, str]] = []
    for text, tone in line:
        for char in tame(text):
            size = cells(char)
            if size == 0 and out:
                out[-1] = (out[-1][0] + char, out[-1][1])
                continue
            out.append((char, tone))
            out.extend([("", tone)] * (size - 1))
    return out
