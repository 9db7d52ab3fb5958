"""A policy with people, and the commands that tests use most."""

from __future__ import annotations

from datetime import timedelta

from vauntico_tui.escalation.commands import Trigger
from vauntico_tui.escalation.policy import Destination, LevelPolicy, Person, Policy, Step

ANN = Person("ann", "Ann", (Destination("slack"),))
BOB = Person("bob", "Bob", (Destination("mail", "bob@example.com"),))
EVE = Person("eve", "Eve", (Destination("pagerduty"),))

POLICY = Policy(
    levels=(
        LevelPolicy(
            1, timedelta(hours=24), timedelta(minutes=15), timedelta(hours=1),
            (Step("Lead Developer", (ANN,)), Step("DevOps", (BOB,))),
        ),
        LevelPolicy(
            2, timedelta(hours=48), timedelta(hours=1), timedelta(hours=2), (Step("Full development team", (ANN, BOB)),)
        ),
        LevelPolicy(
            3, timedelta(weeks=1), timedelta(hours=8), timedelta(hours=7), (Step("Assigned developers", (BOB,)),)
        ),
    ),
    executives=Step("Executives", (EVE,)),
    mirrors=(Destination("github"),),
)  # fmt: skip


def trigger(number: int = 14, level: int = 1, **more: object) -> Trigger:
    fields = {"title": f"issue {number}", "policy": POLICY, "link": f"https://example.com/{number}", **more}
    return Trigger(f"issue:{number}", level=level, **fields)  # type: ignore[arg-type]
