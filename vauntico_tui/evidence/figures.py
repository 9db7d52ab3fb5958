"""Figures as people read them. Rounding never makes a figure look better than it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.text import one_line

_OLDEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


def percent(part: float, whole: float) -> str:
    """ "92.4 %", rounded down, so that 100 % means all of them."""
    return f"{share_text(100 * part / whole)} %"


def share_text(value: float) -> str:
    """A percentage rounded down to a tenth: 99.96 → "99.9", 100.0 → "100"."""
    return f"{math.floor(value * 10 + 1e-9) / 10:g}"


def number(value: float, unit: str = "", *, against: float | None = None) -> str:
    """ "61.3 %", "$ 61.2K", "318 /h". With `against`, digits are added until the two no longer look the same."""
    for digits in (3, 5, 8, 17):
        text = _short(value, digits)
        if against is None or value == against or text != _short(against, digits):
            break
    return with_unit(text, unit)


def with_unit(text: str, unit: str) -> str:
    """A number and its unit in reading order."""
    unit = one_line(unit, 12)
    if not unit:
        return text
    return f"{unit} {text}" if unit in {"$", "€", "£", "₦"} else f"{text} {unit}"


def _short(value: float, digits: int) -> str:
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if digits == 3:
        for floor, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "K")):
            if size >= floor:
                scaled = value / (1e3 if letter == "K" else floor)
                return f"{scaled:.3g}{letter}" if abs(scaled) < 1000 else f"{scaled:.4g}{letter}"
        if size >= 100 or value == int(value):
            return f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    return f"{value:.{digits}g}"


def count(amount: int, noun: str, plural: str | None = None) -> str:
    """ "no runs", "1 run", "2 runs"."""
    return f"{f'{amount:,}' if amount else 'no'} {noun if amount == 1 else plural or noun + 's'}"


def listed(names: Iterable[str], most: int = 4) -> str:
    """ "a, b and c"; from `most` on "a, b, c and 7 more"."""
    words = [one_line(name, 60) for name in names]
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def when(at: datetime) -> str:
    """An instant in a sentence: "22 Nov 14:02 UTC". Absolute, so that a sentence does not change as time goes by."""
    return f"{at.day} {at:%b %H:%M} UTC"


def reach(span: timedelta) -> str:
    """A length of time in one unit, rounded down: "3 d", "7 h", "40 min"."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes >= 2880:
        return f"{minutes // 1440} d"
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def window_text(window: timedelta) -> str:
    """ "in the last 7 days": a window in a sentence. "The last week" could be taken for the calendar's."""
    return f"in the last {'7 days' if window == timedelta(days=7) else write_duration(window)}"


def before(now: datetime, span: timedelta) -> datetime:
    """`now - span`, kept within what a datetime can hold."""
    try:
        return now - span
    except OverflowError:
        return _OLDEST


def after(start: datetime, span: timedelta) -> datetime:
    """`start + span`, kept within what a datetime can hold."""
    try:
        return start + span
    except OverflowError:
        return _LATEST


def instant(seconds: float) -> datetime | None:
    """A point's unix seconds as an instant; None for what is no time."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def oldest(times: Sequence[datetime | None]) -> datetime | None:
    """The oldest of the known times."""
    return min((at for at in times if at is not None), default=None)
