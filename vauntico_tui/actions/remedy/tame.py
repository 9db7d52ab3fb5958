"""Secrets that were handed over are struck out of everything that is told or written, whoever says them: a program's
output, a server's error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from vauntico_tui.actions.remedy.model import HIDDEN

T = TypeVar("T")
SHORTEST = 3
"""Shorter values are struck out of nothing: they stand in every other word."""


def tamer(values: Iterable[str]) -> Callable[[T], T]:
    """What strikes these values out of texts, and of lists and tables of texts."""
    words: set[str] = set()
    for value in values:
        for one in (value, value.strip(), *value.splitlines()):
            if len(one.strip()) >= SHORTEST:
                words |= {one, json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1], quote(one, safe="")}
    ordered = sorted(words, key=len, reverse=True)

    def tame(value: Any) -> Any:
        if isinstance(value, str):
            for word in ordered:
                value = value.replace(word, HIDDEN)
            return value
        if isinstance(value, Mapping):
            return {tame(name): tame(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(tame(one) for one in value)
        return value

    return tame if ordered else lambda value: value
