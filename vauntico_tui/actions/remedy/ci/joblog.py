"""A job's log: its lines, groups and steps, and where its errors are. Pure; built for a million lines.

The bytes stay one block with the offsets of its lines beside it. A line is decoded when somebody looks at it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from vauntico_tui.actions.remedy.ci.ansi import Span, spans

Kind = Literal["", "group", "endgroup", "error", "warning", "notice", "debug", "command", "gap"]

PIECE = 1 << 18  # bytes looked at in one go: other threads get their turn in between
MOST_SHOWN = 20_000  # characters of one line
LEAD = re.compile(rb"(?:\xef\xbb\xbf)?(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z ?)?((?:\x1b\[[\d;]*m)*)")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line as it is shown."""

    kind: Kind
    at: datetime | None
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.spans)


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that fold: a step of the job, or a group in it. `first` is the group's own line; a step has none, its
    first line is already its output. `end` is the line behind its last."""

    kind: Literal["step", "group"]
    title: str
    first: int
    end: int
    mark: str = ""  # of a step: success, failure, ...
    seconds: float | None = None
    has_error: bool = False


@dataclass(frozen=True, slots=True)
class StepTime:
    """A step as the API tells it."""

    name: str
    mark: str  # success, failure, skipped, running, ...
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(slots=True)
class JobLog:
    """A log with its lines counted from 0. `errors` are its `##[error]` lines; `cause` is the line that says why, where
    an error only says the exit code."""

    blob: bytes = field(repr=False)
    starts: array[int] = field(repr=False)
    groups: tuple[Section, ...]
    steps: tuple[Section, ...]
    errors: tuple[int, ...]
    warnings: tuple[int, ...]
    cause: int | None = None
    left_out: int = 0
    gap: int | None = None  # the line that stands for what was left out
    marks: dict[int, Kind] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def raw(self, line: int) -> bytes:
        """A line's bytes without its end."""
        start, end = self.starts[line], self.starts[line + 1]
        if end > start and self.blob[end - 1 : end] == b"\n":
            end -= 1
        return self.blob[start:end]

    def line(self, line: int) -> LogLine:
        """A line, decoded and tamed."""
        if line == self.gap:
            return LogLine("gap", None, ((f"… {size(self.left_out)} of the log are left out here …", "dim"),))
        raw = self.raw(line)
        lead = LEAD.match(raw)
        assert lead is not None  # noqa: S101  it matches nothing too
        at = instant(lead[1])
        kind = self.marks.get(line, "")
        rest = raw[lead.end() :]
        if kind:
            rest = rest.partition(b"]")[2]
        elif rest.startswith(b"[command]"):
            kind, rest = "command", rest[9:]
        elif rest.strip() == b"##[endgroup]":
            return LogLine("endgroup", at, ())
        body = lead[2] + rest
        more = len(body) - 4 * MOST_SHOWN
        text = body[: 4 * MOST_SHOWN].decode("utf-8", "replace")
        told = spans(text)
        if more > 0 or sum(len(part) for part, _ in told) > MOST_SHOWN:
            told = _cut(told, max(more, 0))
        return LogLine(kind, at, told)

    def text(self, line: int) -> str:
        """A line's words alone."""
        return self.line(line).text

    def step_of(self, line: int) -> Section | None:
        """The step that a line belongs to."""
        at = bisect_right(self.steps, line, key=lambda one: one.first) - 1
        return self.steps[at] if at >= 0 and line < self.steps[at].end else None

    @property
    def first_error(self) -> int | None:
        """Where to open: the line that tells why it failed."""
        if self.cause is not None:
            return min(self.cause, self.errors[0]) if self.errors else self.cause
        return self.errors[0] if self.errors else None

    @property
    def stops(self) -> tuple[int, ...]:
        """The lines that "next error" goes through."""
        if self.cause is None or self.cause in self.errors:
            return self.errors
        return tuple(sorted({*self.errors, self.cause}))

    def find(self, words: str, *, most: int = 100_000) -> Iterator[list[int]]:
        """The lines that hold some words, in batches, so that whoever asks may stop. Capitals count where there are
        any in `words`. Timestamps, escapes and `##[...]` are not looked at."""
        fold = words == words.lower()
        found = 0
        for first, last in self.pieces():
            text = self.blob[self.starts[first] : self.starts[last]].decode("utf-8", "replace")
            text = text.lower() if fold else text
            batch: list[int] = []
            if "\x1b" in text or words in text:
                for number in range(first, last):
                    told = self.text(number)
                    if words in (told.lower() if fold else told):
                        batch.append(number)
                        found += 1
                        if found >= most:
                            break
            yield batch
            if found >= most:
                return

    def pieces(self) -> Iterator[tuple[int, int]]:
        first, count = 0, len(self)
        while first < count:
            last = bisect_right(self.starts, self.starts[first] + PIECE, lo=first + 1, hi=count + 1) - 1
            last = min(max(last, first + 1), count)
            yield first, last
            first = last


def size(count: int) -> str:
    """ "68 MB" """
    return (
        f"{count / 1e6:,.0f} MB" if count >= 10_000_000 else f"{count / 1000:,.0f} kB" if count > 999 else f"{count} B"
    )


def instant(told: bytes | None) -> datetime | None:
    if told is None:
        return None
    try:
        return datetime.fromisoformat(told.decode()).replace(tzinfo=UTC)
    except ValueError:
        return None


def _cut(told: tuple[Span, ...], more: int) -> tuple[Span, ...]:
    out: list[Span] = []
    room = MOST_SHOWN
    for text, style in told:
        if room <= 0:
            more += len(text)
            continue
        out.append((text[:room], style))
        more += max(0, len(text) - room)
        room -= len(text)
    return (*out, (f" … {more:,} more characters", "dim"))
