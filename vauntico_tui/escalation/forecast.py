"""The chance that an escalation breaches its window, from the team's own history, with how many cases it rests on."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class PastCase:
    """A resolved escalation: how long it took from trigger to resolution."""

    level: int
    took: timedelta


@dataclass(frozen=True, slots=True)
class Forecast:
    """`chance` of a breach from 0 to 1, None where no case tells; `cases` are those that had lasted this long too."""

    chance: float | None
    cases: int

    def sentence(self) -> str:
        if self.chance is None:
            return "no earlier case like it"
        met = round((1 - self.chance) * self.cases)
        return f"{met} of {self.cases} like it were met"


class History:
    """Past cases, sorted once: each forecast costs the same however many there are."""

    def __init__(self, cases: Iterable[PastCase]) -> None:
        took: defaultdict[int, list[timedelta]] = defaultdict(list)
        for case in cases:
            took[case.level].append(case.took)
        self._took = {level: sorted(spans) for level, spans in took.items()}

    def forecast(self, level: int, elapsed: timedelta, window: timedelta) -> Forecast:
        """Of the cases of this level that were still open after `elapsed`, the share that took longer than `window`."""
        spans = self._took.get(level, [])
        alike = len(spans) - bisect_right(spans, elapsed)
        if not alike:
            return Forecast(None, 0)
        longer = len(spans) - bisect_right(spans, window)
        return Forecast(1.0 if elapsed >= window else longer / alike, alike)


def forecast(level: int, elapsed: timedelta, window: timedelta, history: Iterable[PastCase]) -> Forecast:
    """One forecast; see History."""
    return History(history).forecast(level, elapsed, window)
