"""Curves of a day and a week with an exact integral, so that a counter and its rate agree at every instant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Wave:
    """A sine with a period in seconds and a phase; its height is a share of the curve's level."""

    period: float
    height: float
    phase: float

    def at(self, t: float) -> float:
        return self.height * math.sin(2 * math.pi * t / self.period + self.phase)

    def integral(self, t: float) -> float:
        return -self.height * self.period / (2 * math.pi) * math.cos(2 * math.pi * t / self.period + self.phase)


@dataclass(frozen=True, slots=True)
class Ramp:
    """Nothing before `begin`, `height` (a share of the level) after `end`, a straight line between."""

    begin: float
    end: float
    height: float

    def at(self, t: float) -> float:
        return self.height * min(1.0, max(0.0, (t - self.begin) / (self.end - self.begin)))

    def integral(self, t: float) -> float:
        inside = min(max(t, self.begin), self.end) - self.begin
        return self.height * (inside * inside / (2 * (self.end - self.begin)) + max(0.0, t - self.end))


@dataclass(frozen=True, slots=True)
class Curve:
    """`level × (1 + waves + ramps)`, never below zero by construction of its parts; plus `slope` a second."""

    level: float
    parts: tuple[Wave | Ramp, ...] = ()
    slope: float = 0.0
    origin: float = 0.0

    def at(self, t: float) -> float:
        return self.level * (1 + sum(part.at(t) for part in self.parts)) + self.slope * (t - self.origin)

    def integral(self, t: float) -> float:
        """The integral from some fixed instant; only differences mean anything."""
        span = t - self.origin
        return self.level * (span + sum(part.integral(t) for part in self.parts)) + self.slope * span * span / 2


def waves(chance: Random, day: float, week: float, noise: float) -> tuple[Wave, ...]:
    """A day's and a week's rhythm and some unrest; the shares add up to less than one."""
    peak = -2 * math.pi * 15 / 24 + math.pi / 2  # the day peaks at 15:00 UTC
    unrest = [
        Wave(period * chance.uniform(0.9, 1.1), noise * share, chance.uniform(0, 6.28))
        for period, share in ((5.3 * 3600, 0.45), (1.7 * 3600, 0.3), (2400.0, 0.25))
    ]
    return (Wave(DAY, day, peak), Wave(7 * DAY, week, chance.uniform(0, 6.28)), *unrest)
