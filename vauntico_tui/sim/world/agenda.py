"""World time: seconds since the box started, times its speed; and what is due when.

Stamps are always the wall clock's, so that clients' clocks stay right: at a higher speed more happens in a real second.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count

from vauntico_tui.base.clock import Clock


class Agenda:
    """Events by world second. What happens is worked off when somebody looks, stamped with when it fell due."""

    def __init__(self, clock: Clock, speed: float = 1.0) -> None:
        if speed < 0:
            raise ValueError("the speed of a box must not be negative")
        self._clock = clock
        self.speed = speed
        self.started_at = clock.now().timestamp()
        self._jumps: list[tuple[float, float]] = []  # (world second, seconds skipped)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._at: float | None = None

    @property
    def elapsed(self) -> float:
        """World seconds since the start: of the event being worked off, else of now."""
        return self._at if self._at is not None else self._elapsed_now()

    def _elapsed_now(self) -> float:
        real = max(0.0, self._clock.now().timestamp() - self.started_at)
        return real * self.speed + sum(seconds for _, seconds in self._jumps)

    def wall(self, elapsed: float) -> float:
        """The wall-clock instant (unix seconds) of a world second; a skipped stretch is all one instant."""
        skipped = 0.0
        for at, seconds in self._jumps:
            if elapsed >= at + seconds:
                skipped += seconds
            elif elapsed > at:
                skipped += elapsed - at
        return self.started_at + (elapsed - skipped) / (self.speed or 1.0)

    def elapsed_at(self, wall: float) -> float:
        """The world second of a wall-clock instant after the start."""
        at = (wall - self.started_at) * self.speed
        skipped = 0.0
        for begun, seconds in self._jumps:
            if at + skipped >= begun:
                skipped += seconds
        return at + skipped

    def stretches(self, wall: float) -> Iterator[tuple[float, float]]:
        """The time between the start and a wall-clock instant: the world second at which each stretch without a skip
        begins, and how many wall-clock seconds it lasts."""
        at, done = 0.0, 0.0
        for begun, seconds in self._jumps:
            until = done + (begun - at) / self.speed if self.speed else done
            if until >= wall - self.started_at:
                break
            yield at, until - done
            at, done = begun + seconds, until
        yield at, max(0.0, wall - self.started_at - done)

    def now(self) -> int:
        """The wall-clock instant of what is going on, in whole seconds, never in the future."""
        return int(self.wall(self._at) if self._at is not None else self._clock.now().timestamp())

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Have something done so many world seconds from now."""
        heapq.heappush(self._due, (self.elapsed + seconds, next(self._order), do))

    def advance(self, seconds: float) -> None:
        """Skip a stretch of world time: all of its events are due now."""
        self._jumps.append((self._elapsed_now(), seconds))

    def work_off(self) -> int:
        """Do what has fallen due, in order; answers how many things that were."""
        until, done = self._elapsed_now(), 0
        while self._due and self._due[0][0] <= until:
            self._at, _, do = heapq.heappop(self._due)
            do()
            done += 1
        self._at = None
        return done
