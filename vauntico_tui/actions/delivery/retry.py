"""When a message that failed is tried again."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.base.durations import write_duration

FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=5)
SHORTEST = timedelta(seconds=1)
LONGEST_ASKED = timedelta(minutes=15)
"""However long a receiver asks to be left alone, a page waits no longer than this."""


def backoff(attempts: int, rng: Random) -> timedelta:
    """Exponential with full jitter: up to 2 s after the first failure, doubling to 5 minutes; a second at least."""
    ceiling = min(LONGEST, FIRST * 2.0 ** min(attempts, 20))
    return max(SHORTEST, ceiling * rng.random())


def asked(answer: Answer) -> timedelta | None:
    """A Retry-After brought between 1 s and 15 min; None where there was none."""
    return None if answer.after is None else max(SHORTEST, min(LONGEST_ASKED, answer.after))


def said(answer: Answer) -> str:
    """The receiver's word, with what it asked for and what it gets."""
    wait = asked(answer)
    if wait is None or answer.after is None:
        return answer.detail
    if answer.after == wait:
        return f"{answer.detail}; asks to wait {write_duration(wait)}"
    long = "longer than can be" if answer.after > timedelta(days=36500) else write_duration(answer.after)
    return f"{answer.detail}; asks to wait {long}, tried again after {write_duration(wait)}"
