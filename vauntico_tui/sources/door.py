"""The door: text, links and numbers from outside, made safe before anything else sees them."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from vauntico_tui.base.text import clean, one_line

BODY = 70_000  # characters; GitHub's own limit for a body is 65,536
_LINK = re.compile(r"https?://[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e%]{1,1990}", re.IGNORECASE)


def line(text: str, limit: int = 300) -> str:
    """`one_line`; what is plain already costs nothing."""
    if len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return one_line(text, limit)


def body(text: str | None) -> str:
    """Markdown and other text of many lines."""
    return clean(text or "", BODY)


def note(text: str) -> str:
    """A few lines: an alert's annotation."""
    return clean(text, 4000)


def link(url: str | None) -> str:
    """A web address that a browser may be sent to; "" for anything else."""
    return url if url and _LINK.fullmatch(url) else ""


@lru_cache(8192)
def name(text: str) -> str:
    """A label, a login, a branch: short text that many things share, kept once."""
    return sys.intern(one_line(text, 250))


@lru_cache(8192)
def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return names


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """A tuple of names; equal ones share one tuple."""
    return _once(tuple(map(name, texts)))


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def number(text: object) -> float | None:
    """A finite number as Prometheus writes it; None for NaN, the infinities and anything else."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return None
    try:
        value = float(text)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None
