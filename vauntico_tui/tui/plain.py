"""ASCII for terminals that can't show more. One filter over everything drawn: each cell stays one cell wide."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_GLYPHS = str.maketrans(
    "✓✗◷⟳●◐○◌▶▸▲▼↑↓→←·•…−–—×‘’“”≥≤≠°\u00a0└▁▂▃▄▅▆▇█▓▒░▌▐▊▎▔▀■□◼▪",
    "+xz~*=o.>>^v^v><-*~---x''\"\"><!o `_.-=+*%##=.||||--#-#*",
)
_LINES_ACROSS = frozenset("─━┄┅┈┉╌╍═╴╶╸╺╼╾")
_LINES_DOWN = frozenset("│┃┆┇┊┋╎╏║╵╷╹╻╽╿")


@lru_cache(maxsize=4096)
def _one(char: str) -> str:
    if char in _LINES_ACROSS:
        return "-"
    if char in _LINES_DOWN:
        return "|"
    code = ord(char)
    if 0x2500 <= code <= 0x257F:
        return "+"
    if 0x2800 <= code <= 0x28FF:  # Braille, as charts draw with it
        return " " if code == 0x2800 else "*"
    if 0x2580 <= code <= 0x259F:
        return "#"
    width = cell_len(char)
    if width == 0:
        return ""
    base = unicodedata.normalize("NFKD", char)[0]
    return base if width == 1 and base.isascii() and base.isprintable() else "?" * width


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text in ASCII, as many cells wide."""
    if text.isascii():
        return text
    said = "".join(char if char.isascii() else _one(char) for char in text.translate(_GLYPHS))
    lost = cell_len(text) - len(said)
    return said + "?" * lost if lost > 0 else said[:lost] if lost < 0 else said


class PlainFilter(LineFilter):
    """Textual's hook over every line of every widget."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.control or segment.text.isascii() else Segment(plain(segment.text), segment.style)
            for segment in segments
        ]
