"""What a line of a roadmap says, without its Markdown marks: titles, labels, spans of days and weeks, hours."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from vauntico_tui.base.durations import parse_duration
from vauntico_tui.base.text import clean

_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMOJI = re.compile(
    "^(?:[0-9#*]\ufe0f?\u20e3|[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u3030\u303d\ufe0e\ufe0f\u200d"
    "\U0001f000-\U0001faff]|\\s)+"
)
_LABEL = re.compile(
    r"(?:\*\*|__)(?P<bold>(?:(?!\*\*|__).){1,200})(?:\*\*|__)(?P<colon>\s*:)?\s*(?P<value>.*)$", re.DOTALL
)
_BARE_LABEL = re.compile(
    r"(?P<bold>contacts?|resolution|risk|mitigation|branch|owner|estimate|deliverables)(?P<colon>\s*:)\s*(?P<value>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_SPAN = (
    r"(?P<first>[1-9]\d{0,2})"
    r"(?:\s*(?:-|–|—|to|and|&)\s*(?:weeks?\s+|days?\s+)?(?P<last>[1-9]\d{0,2})(?!\s*h(?:(?:ou)?rs?)?\b))?(?!\d)"
)
_AFTER = r"\s*[:.)\-–—]?\s*(?P<rest>.*)$"
_WEEK = re.compile(rf"weeks?\s+{_SPAN}{_AFTER}", re.IGNORECASE | re.DOTALL)
_DAY = re.compile(rf"days?\s+{_SPAN}{_AFTER}", re.IGNORECASE | re.DOTALL)
_LEVEL = re.compile(
    r"level\s+(?P<level>[1-9]\d{0,2})\s*\((?P<window>[^()]*)\)\s*[:\-–—]?\s*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
_UNIT = r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|[hdw])"
_DURATION = re.compile(
    rf"(?<![\w.])(?:\d+(?:\.\d+)?\s*(?:-|–|to)\s*)?(\d{{1,6}}(?:\.\d{{1,3}})?)[\s-]*({_UNIT})\b", re.IGNORECASE
)
_ESTIMATE = re.compile(rf"\s*\(\s*~?\s*(\d{{1,6}}(?:\.\d{{1,3}})?)\s*({_UNIT})\s*\)\s*$", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\(([^()]*)\)\s*$")
_NUMBER = re.compile(r"(?:#|no\.?\s*)?\d{1,4}\s*[.):]\s+", re.IGNORECASE)
_HOURS = {"m": 1 / 60, "h": 1.0, "d": 8.0, "w": 40.0}
_CADENCES = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "nightly": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "biweekly": timedelta(weeks=2),
    "bi-weekly": timedelta(weeks=2),
    "fortnightly": timedelta(weeks=2),
    "monthly": timedelta(days=30),
    "quarterly": timedelta(days=91),
    "yearly": timedelta(days=365),
    "annual": timedelta(days=365),
    "annually": timedelta(days=365),
}


_remembered = lru_cache(maxsize=4096)
"""A roadmap says the same things in many places, and large ones are made by programs."""


class Span(NamedTuple):
    """ "Week 3-4: Optimization": the numbers and the words after them."""

    first: int
    last: int
    rest: str


class Label(NamedTuple):
    """ "**Branch**: x"."""

    name: str
    value: str


def plain(text: str) -> str:
    """One line of text without its Markdown marks; links stay as they are, their address is information."""
    if "\\" in text or "*" in text or "`" in text:
        text = _EMPHASIS.sub(r"\1", text.replace("**", "")).replace("`", "")
        text = _ESCAPED.sub(r"\1", text)
    text = html.unescape(text) if "&" in text else text
    return " ".join((text if text.isascii() and text.isprintable() else clean(text)).split())


@_remembered
def title_of(text: str) -> str:
    """`plain`, without the emoji that a heading or item opens with (unless there is nothing else)."""
    words = plain(text)
    return words if words.isascii() else _EMOJI.sub("", words, count=1) or words


@_remembered
def label_of(line: str) -> Label | None:
    """The bold label that a line opens with. A label has a colon, or stands alone."""
    line = line.strip()
    found = _LABEL.match(line) if line.startswith(("**", "__")) else _BARE_LABEL.match(line)
    if found is None:
        return None
    name = found["bold"].strip()
    if not (found["colon"] or name.endswith(":") or not found["value"]):
        return None
    return Label(title_of(name.rstrip(": ")), found["value"].strip())


@_remembered
def week_of(title: str) -> Span | None:
    """ "Week 3-4 Targets" → 3, 4, "Targets"."""
    return _span(_WEEK.match(title))


@_remembered
def days_of(title: str) -> Span | None:
    """ "Day 1-2: PR Template" → 1, 2, "PR Template"."""
    return _span(_DAY.match(title))


def _span(found: re.Match[str] | None) -> Span | None:
    if found is None:
        return None
    return Span(int(found["first"]), int(found["last"] or found["first"]), found["rest"].strip())


@_remembered
def level_of(title: str) -> tuple[int, timedelta, str] | None:
    """ "Level 1 (24 hours): Critical deployment blockers" → 1, 24 h, "Critical deployment blockers"."""
    found = _LEVEL.match(title)
    window = duration_in(found["window"]) if found else None
    if found is None or window is None:
        return None
    return int(found["level"]), window, found["rest"].strip()


def durations_in(text: str) -> list[timedelta]:
    """Every duration that a text names, in its order; of a range, the end."""
    return [parse_duration(f"{found[1]} {found[2].lower()}") for found in _DURATION.finditer(text)]


@_remembered
def duration_in(text: str) -> timedelta | None:
    return next(iter(durations_in(text)), None)


def hours_of(text: str) -> float | None:
    """An estimate in hours, where a text is nothing else: "2 hours", "30 minutes", "1 day" (8 h), "1 week" (40 h)."""
    found = _DURATION.fullmatch(text.strip(" .~"))
    return _as_hours(found[1], found[2]) if found and found.group().startswith(found[1]) else None


def _as_hours(number: str, unit: str) -> float | None:
    size = _HOURS.get(unit[0].lower())
    return None if size is None or unit.lower().startswith("month") else round(float(number) * size, 4)


@_remembered
def estimated(title: str) -> tuple[str, float | None]:
    """ "1. Database Test Infrastructure (2 hours)" → the title alone, and 2."""
    found = _ESTIMATE.search(title)
    hours = _as_hours(found[1], found[2]) if found else None
    if found and hours is not None:
        title = title[: found.start()]
    return _NUMBER.sub("", title, count=1).strip() or title, hours


def parenthesised(title: str) -> tuple[str, str]:
    """ "Immediate (48 hours)" → "Immediate", "48 hours"."""
    found = _PARENTHESIS.search(title)
    return (title[: found.start()].strip() or title, found[1].strip()) if found else (title, "")


def is_numbered(title: str) -> bool:
    """Whether a heading opens with a number of its own: "1. Title"."""
    return _NUMBER.match(title) is not None


def cadence_of(title: str) -> timedelta | None:
    """ "Daily deployment success rate tracking" → a day; "Every 2 weeks: ..." → two weeks."""
    first, _, rest = title.partition(" ")
    if first.lower() == "every":
        return duration_in(" ".join(rest.split()[:2]).rstrip(":,"))
    return _CADENCES.get(first.lower().rstrip(":,"))


def severity_in(text: str) -> str | None:
    """The severity that an issue class names first."""
    found = re.search(r"\b(critical|high|medium|low)\b", text, re.IGNORECASE)
    return found[1].lower() if found else None


def slug_words(title: str) -> str:
    """A title for comparing: small letters and digits, joined by dashes, however long."""
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-")
