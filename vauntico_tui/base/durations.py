"""Durations as people write them ("15 min", "24 h", "1 week") and as a screen shows them."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {
    "s": 1, "sec": 1, "second": 1,
    "m": 60, "min": 60, "minute": 60,
    "h": 3600, "hr": 3600, "hour": 3600,
    "d": 86400, "day": 86400,
    "w": 604800, "wk": 604800, "week": 604800,
    "month": 2592000,
}  # fmt: skip
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE | re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Read "90 s", "1 h 30 min", "4 weeks"; a month is 30 days. Raises ValueError with a sentence."""
    total, end = 0.0, 0
    for part in _PART.finditer(text):
        word = part[2].lower()
        seconds = _UNITS.get(word) or _UNITS.get(word.rstrip("s"))
        if part.start() != end or seconds is None:
            break
        total, end = total + float(part[1]) * seconds, part.end()
    if end == 0 or text[end:].strip():
        raise ValueError(f'{text!r} is not a duration; write it like "15 min", "24 h" or "1 week"')
    try:
        return timedelta(seconds=total)
    except OverflowError:
        raise ValueError(f"{text!r} is too long a time") from None


def write_duration(span: timedelta) -> str:
    """The shortest exact spelling that `parse_duration` reads back: "1 week", "36 h", "90 s"."""
    seconds = span.total_seconds()
    for size, one, many in ((604800, "week", "weeks"), (86400, "day", "days")):
        if seconds >= size and seconds % size == 0 and (size == 604800 or seconds > 172800):
            count = int(seconds // size)
            return f"{count} {one if count == 1 else many}"
    for size, word in ((3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)} {word}"
    return f"{seconds:.6f}".rstrip("0").rstrip(".") + " s"


def human(span: timedelta) -> str:
    """How a screen says it: "31:12" (hours and minutes) under two days, "26 d" above; sign dropped."""
    minutes = int(abs(span.total_seconds()) // 60)
    if minutes < 48 * 60:
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    days, rest = divmod(minutes, 1440)
    return f"{days} d {rest // 60:02d} h" if days < 7 else f"{days} d"


def age(span: timedelta) -> str:
    """How old something is, in one unit: "4 s", "3 min", "5 h", "2 d"; never negative."""
    seconds = max(0, int(span.total_seconds()))
    for size, word in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {word}"
    return f"{seconds} s"
