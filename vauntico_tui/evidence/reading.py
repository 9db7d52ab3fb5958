"""A Reading is what a source last said: the value, when it was true, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class State(StrEnum):
    """How far a reading can be trusted just now."""

    LOADING = "loading"  # never read yet
    FRESH = "fresh"  # the last attempt succeeded, recently
    STALE = "stale"  # older than it should be (paused, slept, or the interval has passed), no failure known
    FAILED = "failed"  # the last attempt failed; the value, if any, is the last good one
    OFF = "off"  # not configured; nothing will ever be read


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a source fails, in one line: cause, then what to do next. `kind` is stable, for programs and tests."""

    kind: str  # refused dns tls timeout auth scope rate_limit not_found server html truncated too_large bad_data clock
    cause: str
    next_step: str
    retry_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.cause}; {self.next_step}"


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A value with its time and state. A failure keeps the last good value and its time."""

    value: T | None = None
    as_of: datetime | None = None
    state: State = State.LOADING
    trouble: Trouble | None = None

    def failed(self, trouble: Trouble) -> Reading[T]:
        """The same value, marked failed."""
        return replace(self, state=State.FAILED, trouble=trouble)


def fresh(value: T, at: datetime) -> Reading[T]:
    """What a source just said."""
    return Reading(value, at, State.FRESH)


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source does as a whole: its worst part's state, its last answer, its next attempt."""

    id: str  # github prometheus alertmanager urls
    title: str  # "GitHub"
    short: str  # "GH"
    state: State
    as_of: datetime | None = None
    trouble: Trouble | None = None
    next_at: datetime | None = None
    note: str = ""  # "every 4 min: 312 of 5,000 requests left until 14:05"

    @property
    def shown(self) -> State:
        """The state to draw: what is fresh but for a part that failed, or for a clock that is off, is no full disc."""
        return State.STALE if self.state is State.FRESH and self.trouble is not None else self.state


@dataclass(frozen=True, slots=True)
class Budget:
    """GitHub's rate limit as last told."""

    remaining: int
    limit: int
    resets_at: datetime
