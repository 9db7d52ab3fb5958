"""What every source hands back after it was asked once, and when it is asked again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from vauntico_tui.evidence.reading import Trouble

LONGEST_BACKOFF = timedelta(minutes=5)
SHORTEST_BACKOFF = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Round:
    """One asking of a source. `read` is whether anything was read; `trouble` names the worst part; `clock` is trouble
    that hides no value."""

    read: bool
    trouble: Trouble | None = None
    clock: Trouble | None = None
    interval: timedelta | None = None  # the time until the next one, where it is not the config's
    note: str = ""


def backoff(every: timedelta, failures: int, rng: random.Random) -> timedelta:
    """How long to wait after so many failures in a row: exponential, with full jitter; at most five minutes."""
    ceiling = min(LONGEST_BACKOFF, max(every, SHORTEST_BACKOFF) * float(2 ** min(failures, 12)))
    return SHORTEST_BACKOFF + rng.random() * (ceiling - SHORTEST_BACKOFF)
