"""Times to come, as a person types them: "1 h", "08:00", "tomorrow 08:00", "2025-01-31T09:00"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from vauntico_tui.base.durations import parse_duration
from vauntico_tui.base.problems import InputError, Problem

_CLOCK = re.compile(r"(tomorrow\s+)?([01]?\d|2[0-3]):([0-5]\d)$", re.IGNORECASE)
HINT = 'write it like "1 h", "08:00", "tomorrow 08:00" or "2025-01-31T09:00"'


def read_until(text: str, now: datetime, zone: tzinfo | None) -> datetime:
    """The instant that is meant; wall-clock times are the reader's (`zone` None: the machine's) and the next to come.
    Raises InputError for what is no time or is past."""
    words = text.strip().lower().removeprefix("until ").strip()
    at = _clock(words, now, zone) or _instant(words, zone) or _span(words, now)
    if at is None:
        raise InputError([Problem(f'"{text.strip()}" is no time', None, None, HINT)])
    if at <= now:
        raise InputError([Problem(f'"{text.strip()}" is past', None, None, "name a time to come")])
    return at


def _clock(words: str, now: datetime, zone: tzinfo | None) -> datetime | None:
    found = _CLOCK.match(words)
    if found is None:
        return None
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=1 if found[1] else 0)
    while True:
        naive = datetime.combine(day, time(int(found[2]), int(found[3])))
        at = (naive.replace(tzinfo=zone) if zone else naive.astimezone()).astimezone(UTC)
        if at > now:
            return at
        day += timedelta(days=1)


def _instant(words: str, zone: tzinfo | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(words.upper())
        at = at if at.tzinfo else at.replace(tzinfo=zone) if zone else at.astimezone()
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _span(words: str, now: datetime) -> datetime | None:
    try:
        return now + parse_duration(words)
    except (ValueError, OverflowError):
        return None
