"""Checks as they are written, before they are typed: what no type can say. Paths lead from the check's own table."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KeyPath = tuple[str | int, ...]

_ASKS = {
    "file_matches": ("text", "regex", "at"),
    "issues": ("at_most", "at_least", "share_at_least"),
    "merged": ("branch", "pull"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong at a key of a check."""

    path: KeyPath
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A key that names something of the plan: a review or a role."""

    path: KeyPath
    table: Mapping[str, Any]
    key: str
    what: str


def parts(check: Mapping[str, Any], path: KeyPath = ()) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """A check and, under all and any, every part of it; what is no table is left out."""
    yield path, check
    of = check.get("of") if check.get("check") in ("all", "any") else None
    for place, part in enumerate(of if isinstance(of, list) else ()):
        if isinstance(part, dict):
            yield from parts(part, (*path, "of", place))


def wrong(check: Mapping[str, Any], path: KeyPath = ()) -> Iterator[Wrong]:
    """What is wrong with a check by itself: patterns that are none, checks that ask for nothing."""
    for here, part in parts(check, path):
        kind = part.get("check")
        if kind == "file_matches":
            yield from _pattern((*here, "regex"), part.get("regex"))
        asks = _ASKS.get(kind, ()) if isinstance(kind, str) else ()
        if asks and not any(key in part for key in asks):
            hint = f"give it {', '.join(asks[:-1])} or {asks[-1]}"
            yield Wrong((*here, "check"), "asks for nothing", hint)
        if kind == "file_matches" and ("equals" in part or "contains" in part) and "at" not in part:
            key = "equals" if "equals" in part else "contains"
            yield Wrong((*here, key), f"{key} needs at, the path to look at", 'at = "scrape_configs[*].job_name"')
        if kind == "no_alert":
            matching = part.get("matching")
            for name, pattern in matching.items() if isinstance(matching, dict) else ():
                yield from _pattern((*here, "matching", name), pattern)


def named(check: Mapping[str, Any], path: KeyPath = ()) -> Iterator[Named]:
    """The reviews and roles of the plan that a check names."""
    for here, part in parts(check, path):
        if part.get("check") == "review_held":
            yield Named(here, part, "review", "review")
        elif part.get("check") == "signed_by":
            yield Named(here, part, "role", "role")


def _pattern(path: KeyPath, pattern: object) -> Iterator[Wrong]:
    if not isinstance(pattern, str):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        where = f" at character {error.pos + 1}" if error.pos is not None else ""
        yield Wrong(path, f"{path[-1]} is no regular expression: {error.msg}{where}")
    except (RecursionError, OverflowError):
        yield Wrong(path, f"{path[-1]} is no regular expression: too large")
