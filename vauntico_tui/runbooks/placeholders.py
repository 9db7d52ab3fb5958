"""`%{name}` in a text: found, and put in in one pass. What is put in is never read again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_ANY = re.compile(r"%(%?)\{([^{}\n]{0,200})(\}?)")
_NAME = re.compile(r"[a-z][a-z0-9_]*|target(\.[A-Za-z_][A-Za-z0-9_]*){1,2}")
TARGET = ("target.id", "target.number", "target.title", "target.link")
LABELS = "target.labels"
"""All labels of an alert: only as `"*" = "%{target.labels}"`; one of them is `target.labels.NAME`."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One in a text. `name` "" where it is written wrongly: `raw` is what stands there."""

    name: str
    raw: str
    start: int
    end: int


def placeholders(text: str) -> Iterator[Placeholder]:
    """Those of a text, the escaped ones (`%%{`) left out."""
    for found in _ANY.finditer(text):
        if not found[1]:
            good = found[3] and _NAME.fullmatch(found[2])
            yield Placeholder(found[2] if good else "", found[0], found.start(), found.end())


def alone(text: str) -> str | None:
    """The name of the placeholder that is the whole text, or None."""
    ones = list(placeholders(text))
    return ones[0].name if len(ones) == 1 and ones[0].raw == text else None


def put_in(text: str, value: Callable[[Placeholder], str]) -> str:
    """The text with each placeholder's value, and `%%{` as `%{`."""
    parts, at = [], 0
    for found in _ANY.finditer(text):
        parts.append(text[at : found.start()])
        if found[1]:
            parts.append(found[0][1:])
        else:
            name = found[2] if found[3] else ""
            parts.append(value(Placeholder(name, found[0], found.start(), found.end())))
        at = found.end()
    return "".join((*parts, text[at:]))
