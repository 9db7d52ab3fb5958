"""Text laid out in lines: what a Sheet shows. Pure; knows cells, not widgets.

Content made here never parses markup, so text from outside stays text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content

EMPTY = Content("")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A paragraph. `first` stands before its first line and `rest` before the others; `right` ends the first line.
    A block with a `key` can be picked; `cut` ends it with an ellipsis where others wrap."""

    content: Content = EMPTY
    first: Content = EMPTY
    rest: Content = EMPTY
    right: Content = EMPTY
    key: str | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet and the row that it belongs to."""

    content: Content
    key: str | None = None


GAP = Block()
"""An empty line."""


def lay(block: Block, width: int) -> list[Line]:
    """The block's lines, none wider than `width` cells."""
    width = max(width, 8)
    lead = max(block.first.cell_length, block.rest.cell_length)
    tail = block.right.cell_length
    room = max(4, width - lead - (tail + 2 if tail else 0))
    if not block.content.plain:
        pieces = [EMPTY]
    elif block.cut:
        pieces = [line.truncate(room, ellipsis=True) for line in block.content.split("\n", allow_blank=True)]
    else:
        pieces = block.content.wrap(room)
    lines = []
    for index, piece in enumerate(pieces):
        content = (block.rest if index else block.first) + piece
        if not index and tail:
            content = content.pad_right(max(1, width - content.cell_length - tail)) + block.right
        lines.append(Line(content.truncate(width) if content.cell_length > width else content, block.key))
    return lines


def table(rows: Iterable[Iterable[str]]) -> list[Content]:
    """Rows as columns, each as wide as its widest cell, two cells apart."""
    cells = [[Content(cell) for cell in row] for row in rows]
    widths = [max(cell.cell_length for cell in column) for column in zip(*cells, strict=False)]
    return [
        Content("  ").join(cell.pad_right(width - cell.cell_length) for cell, width in zip(row, widths, strict=False))
        for row in cells
    ]
