"""How much may be asked of GitHub until its limit starts anew, and how often that is."""

from __future__ import annotations

from datetime import datetime, timedelta

from vauntico_tui.evidence.reading import Budget

RESERVE = 0.05  # the share of an hour's requests that is left to people and other programs with this token
BUSY = 8.0  # points that a refresh may cost when everything changed; quiet ones cost none


class Budgets:
    """The limits of REST ("core") and GraphQL as last told, and what a refresh has cost lately."""

    def __init__(self) -> None:
        self._told: dict[str, Budget] = {}
        self.cost = 0.0  # points a refresh, a moving average
        self.requests = 0
        self.points = 0

    def note(self, status: int, told: tuple[str, Budget] | None) -> None:
        """An answer came with these limits. A 304 costs nothing; GraphQL's points are seen by what is left."""
        name, budget = told if told is not None else ("", None)
        known = self._told.get(name)
        same_hour = known is not None and budget is not None and known.resets_at == budget.resets_at
        spent = known.remaining - budget.remaining if same_hour and known and budget else 1
        if status != 304:
            self.points += min(max(1, spent), 100) if name == "graphql" else 1
        if budget is not None and not (same_hour and spent < 0):
            self._told[name] = budget

    def refreshed(self, points: int) -> None:
        """A refresh has ended that cost so many points."""
        self.cost = 0.7 * self.cost + 0.3 * points

    @property
    def tightest(self) -> Budget | None:
        """The limit of which the smallest share is left."""
        return min(self._told.values(), key=lambda one: one.remaining / max(1, one.limit), default=None)

    def interval(self, every: timedelta, now: datetime) -> tuple[timedelta, str]:
        """The time until the next refresh, and why it is longer than `every` ("" when it is not)."""
        longest, why = every, ""
        for budget in self._told.values():
            left = budget.resets_at - now
            if left <= timedelta(0):
                continue  # a new hour has begun since
            usable = budget.remaining - RESERVE * budget.limit
            share = max(self.cost, BUSY)
            wait = left + timedelta(seconds=1) if usable < share else left * (share / usable)
            wait = min(wait, timedelta(hours=1))
            if wait > longest:
                longest = wait
                why = (
                    f"every {_span(wait)}: {budget.remaining:,} of {budget.limit:,} requests left "
                    f"until {budget.resets_at:%H:%M} UTC"
                )
        return longest, why


def _span(wait: timedelta) -> str:
    seconds = wait.total_seconds()
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
