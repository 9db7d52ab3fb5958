"""Tokens, their scopes, and the hourly budgets of requests and GraphQL points."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from vauntico_tui.sim.world.people import VIEWER

HOURLY = 5000
DEFAULT_SCOPES = ("read:org", "repo", "workflow")
EXPIRED = "expired"
"""A token with this word in it is refused, as one that has expired."""


@dataclass(slots=True)
class Budget:
    """An hour's budget of one resource."""

    limit: int = HOURLY
    used: int = 0
    resets_at: int = 0

    def roll(self, now: float) -> None:
        """Start a new hour where the old one is over."""
        if now >= self.resets_at:
            self.used, self.resets_at = 0, int(now) + 3600

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


@dataclass(slots=True)
class Account:
    """A token: who it speaks for, its scopes (None: fine-grained), a fine-grained one's permissions (None: all)."""

    login: str = VIEWER
    scopes: tuple[str, ...] | None = DEFAULT_SCOPES
    permissions: dict[str, str] | None = None
    budgets: dict[str, Budget] = field(default_factory=lambda: {"core": Budget(), "graphql": Budget()})

    def budget(self, resource: str) -> Budget:
        budget = self.budgets[resource]
        budget.roll(time.time())
        return budget


class Accounts:
    """Every token that was seen. A fresh one is a classic token of the viewer with the usual scopes."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def sign_in(self, header: str) -> Account | None:
        """The account behind an Authorization header; None where the token is no good."""
        scheme, _, token = header.partition(" ")
        token = token.strip()
        if scheme.lower() not in ("token", "bearer") or not token or EXPIRED in token:
            return None
        return self.of(token)

    def of(self, token: str) -> Account:
        return self._accounts.setdefault(token, Account())


def headers(budget: Budget, resource: str) -> dict[str, str]:
    """The rate-limit headers of an answer."""
    return {
        "X-RateLimit-Limit": str(budget.limit),
        "X-RateLimit-Remaining": str(budget.remaining),
        "X-RateLimit-Reset": str(budget.resets_at),
        "X-RateLimit-Used": str(budget.used),
        "X-RateLimit-Resource": resource,
    }
