"""A Verdict says whether a promise is kept, by which figure, and why. Nobody ticks a box."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mark(StrEnum):
    """The four things a verdict can say. `unknown` is never shown as `met`."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`figure` against `bound` as a person reads them ("92.4 %", "100 %"); `reason` is one sentence; `as_of` is the
    oldest reading it rests on; `parts` are the verdicts under an all/any."""

    mark: Mark
    reason: str
    figure: str = ""
    bound: str = ""
    link: str | None = None
    as_of: datetime | None = None
    stale: bool = False  # rests on a reading that has failed or aged since
    value: float | None = None  # the figure as a number, for sparklines
    of: str = ""  # what the figure rests on: "of 131 runs"
    title: str = ""  # a part's own name
    parts: tuple[Verdict, ...] = ()
