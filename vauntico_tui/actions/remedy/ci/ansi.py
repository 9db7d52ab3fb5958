"""Terminal output tamed: colours become tones that every theme can show, all other escapes go, text stays data."""

from __future__ import annotations

import re
from functools import lru_cache

from vauntico_tui.base.text import clean

Span = tuple[str, str]
"""A text and how it looks: words of bold, italic, underline, and at most one of met, unmet, soon, accent, dim."""

_SGR = re.compile(r"\x1b\[([0-9;:]*)m")
_TONES = {1: "unmet", 2: "met", 3: "soon", 4: "accent", 5: "accent", 6: "accent"}
"""Red, green, yellow, blue, magenta, cyan. Black and white are the reader's own text colour."""
TAB = 8


def spans(text: str) -> tuple[Span, ...]:
    """A line of output in styled pieces, with nothing in it that a terminal would obey. Of what a carriage return wrote
    over, only the last stays, as on a terminal."""
    text = _last_written(text)
    if "\x1b" not in text:
        plain = clean(text).expandtabs(TAB)
        return ((plain, ""),) if plain else ()
    out: list[Span] = []
    style = _Style()
    end = column = 0
    for match in _SGR.finditer(text):
        column = _put(out, text[end : match.start()], style.words, column)
        style.take(match[1])
        end = match.end()
    _put(out, text[end:], style.words, column)
    return tuple(out)


def plain(text: str) -> str:
    """The same without its looks."""
    text = _last_written(text)
    return clean(text).expandtabs(TAB)


def _last_written(text: str) -> str:
    text = text.rstrip("\r\n")
    return text.rpartition("\r")[2] if "\r" in text else text


def _put(out: list[Span], text: str, style: str, column: int) -> int:
    safe = clean(text).replace("\n", " ")
    if "\t" in safe:
        pieces = []
        at = column
        for part in re.split("(\t)", safe):
            grown = " " * (TAB - at % TAB) if part == "\t" else part
            pieces.append(grown)
            at += len(grown)
        safe = "".join(pieces)
    if safe:
        if out and out[-1][1] == style:
            out[-1] = (out[-1][0] + safe, style)
        else:
            out.append((safe, style))
    return column + len(safe)


class _Style:
    """What the codes so far have set."""

    __slots__ = ("bold", "dim", "italic", "tone", "underline")

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.bold = self.dim = self.italic = self.underline = False
        self.tone = ""

    @property
    def words(self) -> str:
        tone = self.tone or ("dim" if self.dim else "")
        names = [name for name in ("bold", "italic", "underline") if getattr(self, name)]
        return " ".join([*names, tone] if tone else names)

    def take(self, told: str) -> None:
        codes = [int(code) if code and len(code) < 4 else 0 for code in re.split("[;:]", told)]
        at = 0
        while at < len(codes):
            code = codes[at]
            if code in {38, 48}:  # a colour by number or by red, green and blue
                size = 3 if codes[at + 1 : at + 2] == [5] else 5 if codes[at + 1 : at + 2] == [2] else 1
                if code == 38:
                    self.tone = _nearest(tuple(codes[at + 1 : at + size]))
                at += size
                continue
            self._one(code)
            at += 1

    def _one(self, code: int) -> None:
        match code:
            case 0:
                self._clear()
            case 1:
                self.bold = True
            case 2:
                self.dim = True
            case 3:
                self.italic = True
            case 4:
                self.underline = True
            case 22:
                self.bold = self.dim = False
            case 23:
                self.italic = False
            case 24:
                self.underline = False
            case 39:
                self.tone = ""
            case 90:
                self.tone = "dim"
            case _ if 30 <= code <= 37 or 91 <= code <= 97:
                self.tone = _TONES.get(code % 10, "")


@lru_cache(512)
def _nearest(told: tuple[int, ...]) -> str:
    """The tone nearest to a colour of 256 or of all."""
    if len(told) >= 2 and told[0] == 5:
        number = min(told[1], 255)
        if number < 16:
            return "dim" if number == 8 else _TONES.get(number % 8, "")
        if number >= 232:
            return "dim" if number < 248 else ""
        number -= 16
        red, green, blue = number // 36 * 51, number // 6 % 6 * 51, number % 6 * 51
    elif len(told) >= 4 and told[0] == 2:
        red, green, blue = (min(part, 255) for part in told[1:4])
    else:
        return ""
    high, low = max(red, green, blue), min(red, green, blue)
    if high - low < 48:
        return "dim" if high < 170 else ""
    if red == high:
        return "soon" if green > (red + blue) / 2 + 24 else "unmet" if blue < red - 40 else "accent"
    return "met" if green == high and blue < green - 30 else "accent"
