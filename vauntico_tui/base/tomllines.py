"""Where every key of a TOML document stands. tomllib keeps no positions, so this scans a second time, for messages."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping

KeyPath = tuple[str | int, ...]
"""("targets", 2, "check", "of", 0): keys, and places in arrays from 0."""

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+'""")
_STRING = re.compile(
    r'''"""(?:[^"\\]++|\\.|""?(?!"))*+"{3,5}'''
    r"""|'''(?:[^']++|''?(?!'))*+'{3,5}"""
    r"""|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+'""",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^\s,\[\]{}#\"'][^,\]}#\n]*+")


class Lines(Mapping[KeyPath, int]):
    """The line, from 1, of each key path of a valid document. Total: on an invalid one it stops where it is lost."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newlines = [at.start() for at in re.finditer("\n", text)]
        self._offsets: dict[KeyPath, int] = {}
        self._sizes: dict[KeyPath, int] = {}
        self._scan()

    def __getitem__(self, path: KeyPath) -> int:
        return self._line(self._offsets[path])

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._offsets)

    def __len__(self) -> int:
        return len(self._offsets)

    def near(self, path: KeyPath) -> int:
        """The line of a path, or of the nearest of its parents; 1 for the document itself."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._offsets:
                return self[path[:length]]
        return 1

    def _line(self, offset: int) -> int:
        return bisect_right(self._newlines, offset - 1) + 1

    def _note(self, path: KeyPath, offset: int) -> None:
        self._offsets.setdefault(path, offset)

    def _key(self, at: int) -> tuple[list[str], int]:
        """A dotted key from `at`: its parts and its end; no parts where there is none."""
        parts: list[str] = []
        while part := _KEY_PART.match(self._text, _skip(_SPACE, self._text, at)):
            parts.append(_plain(part[0]))
            at = _skip(_SPACE, self._text, part.end())
            if not self._text.startswith(".", at):
                break
            at += 1
        return parts, at

    def _scan(self) -> None:
        text, table = self._text, KeyPath()
        at = 1 if text.startswith("\ufeff") else 0
        while (at := _skip(_BLANK, text, at)) < len(text):
            start = at
            if text.startswith("[", at):
                array = text.startswith("[[", at)
                parts, at = self._key(at + 1 + array)
                if not parts:
                    return
                table = self._header(parts, array, start)
                at = at + 1 + array
                continue
            parts, at = self._key(at)
            if not parts or not text.startswith("=", at):
                return
            end = self._value(self._dotted(table, parts, start), at + 1)
            if end is None:
                return
            at = end

    def _header(self, parts: list[str], array: bool, offset: int) -> KeyPath:
        path = KeyPath()
        for number, part in enumerate(parts, 1):
            path += (part,)
            self._note(path, offset)
            if path in self._sizes and not (array and number == len(parts)):
                path += (self._sizes[path] - 1,)
        if array:
            self._sizes[path] = self._sizes.get(path, 0) + 1
            path += (self._sizes[path] - 1,)
        self._note(path, offset)
        return path

    def _dotted(self, table: KeyPath, parts: list[str], offset: int) -> KeyPath:
        path = table
        for part in parts:
            path += (part,)
            self._note(path, offset)
        return path

    def _value(self, path: KeyPath, at: int) -> int | None:
        """Past the value that starts at `at`, noting what an array or inline table holds; None where it is lost."""
        text = self._text
        # An open array is (path, next place); an open inline table is (path, None).
        stack: list[tuple[KeyPath, int | None]] = []
        while True:
            at = _skip(_BLANK, text, at)
            if at >= len(text):
                return None
            opened = text[at]
            if opened in "[{":
                stack.append((path, 0 if opened == "[" else None))
                at += 1
            else:
                found = (_STRING if opened in "\"'" else _SCALAR).match(text, at)
                if found is None:
                    return None
                at = found.end()
            # Close what ends here, then step to the next place of what is still open.
            while True:
                if not stack:
                    return at
                at = _skip(_BLANK, text, at)
                if at < len(text) and text[at] == ",":
                    at = _skip(_BLANK, text, at + 1)
                if at >= len(text):
                    return None
                if text[at] not in "]}":
                    break
                stack.pop()
                at += 1
            base, place = stack[-1]
            if place is None:
                start = at
                parts, at = self._key(at)
                if not parts or not text.startswith("=", at):
                    return None
                path, at = self._dotted(base, parts, start), at + 1
            else:
                path = (*base, place)
                self._note(path, at)
                stack[-1] = (base, place + 1)


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _plain(part: str) -> str:
    """A key part without its quotes and escapes."""
    if part.startswith("'"):
        return part[1:-1]
    if not part.startswith('"'):
        return part
    if "\\" not in part:
        return part[1:-1]
    try:
        return str(tomllib.loads(f"key = {part}")["key"])
    except ValueError:
        return part[1:-1]
