"""The chance that an escalation breaches its window, from the team's own history, with how many cases it rests on."""

from __future__ import annotations

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


def forecast(level: int, elapsed: timedelta, window: timedelta, history: Iterable[PastCase]) -> Forecast:
    """Of the cases of this level that were still open after `elapsed`, the share that took longer than `window`."""
    alike = [case for case in history if case.level == level and case.took > elapsed]
    if elapsed >= window:
        return Forecast(1.0, len(alike)) if alike else Forecast(None, 0)
    if not alike:
        return Forecast(None, 0)
    return Forecast(sum(case.took > window for case in alike) / len(alike), len(alike))
