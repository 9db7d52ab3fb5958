"""Puts text into text. Everything else of the file stays as it is: line ends, byte order mark, missing last newline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|\n|\r")


class CannotMerge(Exception):  # noqa: N818  an answer, not an error
    """It can't be merged safely: `reason` is one sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """`text` in the place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all of them; equal ones count once. Those of one place keep their order. Raises CannotMerge where
    two overlap."""
    ordered = sorted(dict.fromkeys(splices), key=lambda splice: (splice.start, splice.end))
    parts: list[str] = []
    at = 0
    for splice in ordered:
        if splice.start < at:
            raise CannotMerge("two changes of it touch the same place")
        parts += (text[at : splice.start], splice.text)
        at = splice.end
    return "".join((*parts, text[at:]))


def newline_of(text: str) -> str:
    """The line end that most of its lines have; "\\n" where it has none."""
    found = _LINE_END.findall(text)
    return max(dict.fromkeys(found), key=found.count) if found else "\n"


def newline_near(text: str, at: int) -> str:
    """The line end in front of the line that holds this place, for files that mix them; in the first line, its own."""
    start = line_start(text, at)
    if start > 0:
        return "\r\n" if text[start - 2 : start] == "\r\n" else text[start - 1]
    match = _LINE_END.match(text, line_end(text, start))
    return match[0] if match is not None else newline_of(text)


def line_start(text: str, at: int) -> int:
    """Where the line begins that holds this place."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def line_end(text: str, at: int) -> int:
    """Where the line ends, in front of its line end."""
    match = _LINE_END.search(text, at)
    return match.start() if match is not None else len(text)


def next_line(text: str, at: int) -> int:
    """Where the next line begins; the text's end behind the last."""
    match = _LINE_END.search(text, at)
    return match.end() if match is not None else len(text)


def lines_at(text: str, at: int, lines: Sequence[str]) -> Splice:
    """Whole lines in front of the line that begins at `at` (or behind the last one)."""
    newline = newline_near(text, at)
    if at == len(text) and text and text[-1] not in "\r\n":
        return Splice(at, at, newline + newline.join(lines))
    return Splice(at, at, newline.join(lines) + newline)


def above_comments(text: str, at: int) -> int:
    """The start of the line that holds `at`, or of the comment lines that stand directly above it, as far in as it."""
    start = line_start(text, at)
    indent = _indent(text[start : line_end(text, start)])
    while start > 0:
        above = line_start(text, start - 1 if text[start - 2 : start] != "\r\n" else start - 2)
        line = text[above : line_end(text, above)]
        if not line.lstrip(" ").startswith("#") or _indent(line) != indent:
            break
        start = above
    return start


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
