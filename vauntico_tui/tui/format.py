"""Words for a screen: cut by cells, ages and times against now, figures. Pure functions of text.

Glyphs are written in Unicode everywhere; where the locale can't show them, `plain.PlainFilter` says them in ASCII.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from rich.cells import cell_len

from vauntico_tui.base.durations import human
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.theme import styled

__all__ = [
    "BARS", "MARKS", "RUNS", "SOURCES", "STATES", "age", "at", "bar", "cells", "change", "cut", "fit", "left",
    "number", "spark", "spell", "styled", "tame", "wrap",
]  # fmt: skip

MARKS: dict[Mark, tuple[str, str]] = {
    Mark.MET: ("✓", "met"),
    Mark.UNMET: ("✗", "unmet"),
    Mark.UNKNOWN: ("?", "unknown"),
    Mark.OVERRIDDEN: ("!", "soon"),
}
"""Glyph and tone of a verdict."""

STATES: dict[str, tuple[str, str]] = {
    "triggered": ("✗", "unmet"),
    "acknowledged": ("✓", "met"),
    "snoozed": ("◷", "unknown"),
    "resolved": ("-", "dim"),
}
"""Glyph and tone of an escalation's state."""

SOURCES: dict[State, tuple[str, str]] = {
    State.LOADING: ("◌", "dim"),
    State.FRESH: ("●", "met"),
    State.STALE: ("◐", "soon"),
    State.FAILED: ("○", "unmet"),
    State.OFF: ("-", "dim"),
}
"""Glyph and tone of a source."""

RUNS: dict[str, tuple[str, str]] = {
    "success": ("✓", "met"),
    "failure": ("✗", "unmet"),
    "running": ("⟳", "accent"),
    "queued": ("◌", "dim"),
    "cancelled": ("-", "dim"),
    "other": ("-", "dim"),
}
"""Glyph and tone of a workflow run."""

BARS = "▁▂▃▄▅▆▇█"

_JOINED = re.compile("\u200d.")  # what a joiner glues on: terminals disagree about its width
_VARIANTS = re.compile("[\ufe00-\ufe0f\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]")


@lru_cache(maxsize=8192)
def tame(text: str) -> str:
    """Text whose width every terminal agrees on: joined emoji by their first, no variants, flags by their letters."""
    if text.isascii():
        return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
    text = unicodedata.normalize("NFC", text)
    text = _VARIANTS.sub("", _JOINED.sub("", text))
    text = _FLAGS.sub(lambda flag: chr(ord(flag[0]) - 0x1F1E6 + ord("A")), text)
    return "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)


def cells(text: str) -> int:
    """How many cells a text takes."""
    return len(text) if text.isascii() else cell_len(text)


@lru_cache(maxsize=8192)
def cut(text: str, width: int) -> str:
    """At most `width` cells of a text, with an ellipsis where it was cut. Never half a wide character."""
    text = tame(text)
    if cells(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    room, kept = width - 1, 0
    taken: list[str] = []
    for char in text:
        size = cells(char)
        if kept + size > room:
            break
        taken.append(char)
        kept += size
    return "".join(taken).rstrip() + "…"


def fit(text: str, width: int, align: str = "<") -> str:
    """A text in exactly `width` cells: cut or padded; `align` is <, > or ^."""
    text = cut(text, width)
    space = width - cells(text)
    if align == ">":
        return " " * space + text
    if align == "^":
        return " " * (space // 2) + text + " " * (space - space // 2)
    return text + " " * space


def wrap(text: str, width: int, lines: int) -> list[str]:
    """A text in at most `lines` lines of `width` cells, broken between words where it can be."""
    out: list[str] = []
    words = tame(text).split()
    while words and len(out) < lines and width > 0:
        if len(out) == lines - 1:
            out.append(cut(" ".join(words), width))
            break
        line = words.pop(0)
        if cells(line) > width:  # a word longer than a line is broken
            head = cut(line, width + 1)[:-1] or line[:1]
            words.insert(0, line[len(head) :])
            line = head
        while words and cells(line) + 1 + cells(words[0]) <= width:
            line += " " + words.pop(0)
        out.append(line)
        words = [word for word in words if word]
    return out


def age(then: datetime | None, now: datetime) -> str:
    """How old, coarsely, so that a screen at rest rests: "now" within a minute, then min, h, d. "never" of None."""
    if then is None:
        return "never"
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 60:
        return "now"
    if seconds >= 2 * 86400:
        return f"{seconds // 86400} d"
    return f"{seconds // 3600} h" if seconds >= 3600 else f"{seconds // 60} min"


def left(until: datetime, now: datetime) -> str:
    """What is left until an instant: "31:12" in hours and minutes, "5 d 04 h", "26 d"; "late 2:05" past it."""
    span = until - now
    return f"late {human(span)}" if span < timedelta() else human(span)


def spell(until: datetime, now: datetime, window: timedelta | None = None) -> tuple[str, str]:
    """`left` with its tone: late past it, soon in the last quarter of the window (3 h where none is given)."""
    span = until - now
    if span < timedelta():
        return f"late {human(span)}", "late"
    return human(span), "soon" if span < (window / 4 if window else timedelta(hours=3)) else ""


def at(instant: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """When, in the reader's zone: "14:02" today, "Mar 10 14:02" this year, else "2025-12-24"."""
    there, here = instant.astimezone(zone), now.astimezone(zone)
    if there.date() == here.date():
        return f"{there:%H:%M}"
    return f"{there:%b} {there.day} {there:%H:%M}" if there.year == here.year else f"{there:%Y-%m-%d}"


def number(value: float | None, unit: str = "", decimals: int = 0) -> str:
    """A figure as people write it: "$61.2K", "99.93 %", "41/h", "1,204"; "-" where there is none."""
    if value is None or not math.isfinite(value):
        return "-"
    if unit == "$":
        sign = "−" if value < 0 else ""
        size = abs(value)
        for scale, word in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
            if size >= scale:
                digits = f"{size / scale:.1f}".removesuffix(".0")
                return f"{sign}${digits}{word}"
        return f"{sign}${size:,.{decimals}f}"
    digits = f"{value:,.{decimals}f}".replace("-", "−")
    return digits if not unit else f"{digits}{unit}" if unit.startswith("/") else f"{digits} {unit}"


def change(percent: float | None) -> str:
    """A change in percent with its sign: "+2.1 %", "−61.0 %", "0 %"; nothing for None."""
    if percent is None or not math.isfinite(percent):
        return ""
    if abs(percent) < 0.05:
        return "0 %"
    return f"{percent:+,.{0 if abs(percent) >= 1000 else 1}f} %".replace("-", "−")


def bar(share: float, width: int) -> str:
    """A share (0 to 1) as a bar of `width` cells."""
    full = round(max(0.0, min(1.0, share)) * width)
    return "▓" * full + "░" * (width - full)


def spark(values: Sequence[float | None], low: float | None = None, high: float | None = None) -> str:
    """Values as bars, one cell each; a gap is a blank. A line that does not move is drawn in the middle."""
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    low, high = min(known) if low is None else low, max(known) if high is None else high
    if high <= low:
        return "".join(" " if value is None else BARS[3] for value in values)
    scale = (len(BARS) - 1) / (high - low)
    return "".join(" " if value is None else BARS[max(0, min(7, round((value - low) * scale)))] for value in values)


def resample(series: Sequence[tuple[float, float]], width: int, end: float, hours: float = 24) -> list[float | None]:
    """A series of (unix seconds, value) as `width` means over the `hours` before `end`; None where nothing was seen,
    unless the gap is only because points are rarer than cells."""
    span = hours * 3600 / width
    start = end - hours * 3600
    sums, counts = [0.0] * width, [0] * width
    for moment, figure in series:
        index = int((moment - start) / span) if moment < end else width - 1
        if 0 <= index < width and moment >= start:
            sums[index] += figure
            counts[index] += 1
    means = [total / count if count else None for total, count in zip(sums, counts, strict=True)]
    if len(series) > 1:
        step = (series[-1][0] - series[0][0]) / (len(series) - 1)
        reach = int(step / span) + 1
        last: float | None = None
        since = 0
        for index, value in enumerate(means):
            if value is not None:
                last, since = value, 0
            elif last is not None and since < reach:
                means[index], since = last, since + 1
    return means
