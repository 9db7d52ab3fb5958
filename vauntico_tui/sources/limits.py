"""How long and how much a source may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for silence on the line and for a whole answer; bytes of a body."""

    timeout: float
    deadline: float
    body: int

    @property
    def abandon(self) -> float:
        """Seconds after which a call is given up although it did not return (a name server that hangs, say)."""
        return self.deadline + self.timeout


GITHUB = Limits(timeout=10, deadline=30, body=32 << 20)
PROMETHEUS = Limits(timeout=3, deadline=10, body=16 << 20)
ALERTS = Limits(timeout=3, deadline=10, body=16 << 20)
PROBE = Limits(timeout=5, deadline=10, body=64 << 10)


@dataclass(frozen=True, slots=True)
class AllLimits:
    """Each source's limits."""

    github: Limits = GITHUB
    prometheus: Limits = PROMETHEUS
    alertmanager: Limits = ALERTS
    urls: Limits = PROBE


class TooLargeError(Exception):
    """A body above the cap of `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a body above {limit} bytes")
        self.limit = limit


class TooSlowError(Exception):
    """An answer that came, but not to its end within `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no whole answer within {seconds:g} s")
        self.seconds = seconds
