"""Instants as a person types them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from vauntico_tui.base.problems import InputError, Problem


def read_time(text: str, zone: tzinfo | None, now: datetime | None = None) -> datetime:
    """ "now", or ISO 8601; without an offset it is in the reader's zone. Returns UTC. Raises InputError."""
    if text.strip().lower() == "now":
        return (now or datetime.now(UTC)).replace(microsecond=0)
    try:
        at = datetime.fromisoformat(text.strip())
        at = at if at.tzinfo else at.replace(tzinfo=zone) if zone else at.astimezone()
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        hint = "write it like 2025-01-31T09:00 or 2025-01-31T09:00Z, or now"
        raise InputError([Problem(f'"{text}" is not a time', None, None, hint)]) from None
