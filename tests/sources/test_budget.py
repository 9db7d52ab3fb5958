"""The limit is never used up by us: the less is left, the longer the wait, and the note says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.servers import Server
from tests.sources.tiny_github import START, TinyGitHub
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import Budget
from vauntico_tui.sources.github.budget import BUSY, RESERVE, Budgets
from vauntico_tui.sources.hub import Hub

NOW = START
EVERY = timedelta(seconds=30)


def test_plenty_left_is_no_reason_to_wait() -> None:
    budgets = Budgets()
    assert budgets.interval(EVERY, NOW) == (EVERY, "")
    budgets.note(200, ("core", Budget(4900, 5000, NOW + timedelta(minutes=50))))
    assert budgets.interval(EVERY, NOW) == (EVERY, "")


def test_little_left_stretches_the_interval_and_says_so() -> None:
    budgets = Budgets()
    budgets.note(200, ("core", Budget(4800, 5000, NOW + timedelta(minutes=40))))
    budgets.note(200, ("graphql", Budget(312, 5000, NOW + timedelta(minutes=40))))
    wait, why = budgets.interval(EVERY, NOW)
    assert timedelta(minutes=4) < wait < timedelta(minutes=6)
    assert why == "every 5 min: 312 of 5,000 requests left until 09:40 UTC"
    assert budgets.tightest == Budget(312, 5000, NOW + timedelta(minutes=40))


def test_a_new_hour_forgets_the_old_one() -> None:
    budgets = Budgets()
    budgets.note(200, ("core", Budget(0, 5000, NOW + timedelta(minutes=1))))
    assert budgets.interval(EVERY, NOW)[0] >= timedelta(minutes=1)
    assert budgets.interval(EVERY, NOW + timedelta(minutes=2)) == (EVERY, "")


@given(
    remaining=st.integers(0, 5000),
    left=st.integers(1, 3599),
    costs=st.lists(st.integers(0, 200), min_size=1, max_size=9),
)
def test_it_never_uses_more_than_is_left(remaining: int, left: int, costs: list[int]) -> None:
    """Going on at this interval and this cost until the limit starts anew leaves the reserve untouched."""
    budgets = Budgets()
    budgets.note(200, ("core", Budget(remaining, 5000, NOW + timedelta(seconds=left))))
    for cost in costs:
        budgets.refreshed(cost)
    wait, why = budgets.interval(EVERY, NOW)
    share = max(BUSY, budgets.cost)
    refreshes = int(timedelta(seconds=left) / wait)
    assert refreshes * share <= max(0.0, remaining - RESERVE * 5000) + 1e-6
    assert (wait == EVERY) == (why == "")
    assert wait <= timedelta(hours=1)


def test_points_are_counted_and_304_is_free() -> None:
    budgets = Budgets()
    reset = NOW + timedelta(minutes=40)
    budgets.note(200, ("core", Budget(100, 5000, reset)))
    budgets.note(304, ("core", Budget(100, 5000, reset)))
    budgets.note(200, ("graphql", Budget(500, 5000, reset)))
    budgets.note(200, ("graphql", Budget(497, 5000, reset)))
    assert budgets.points == 1 + 0 + 1 + 3
    budgets.note(200, None)
    assert budgets.points == 6


async def test_the_hub_waits_longer_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    github = TinyGitHub()
    github.remaining = 400
    clock = FixedClock(START + timedelta(days=1))

    def limits(cost: int) -> dict[str, str]:
        github.remaining -= cost
        reset = int((clock.at + timedelta(minutes=30)).timestamp())
        return {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": str(github.remaining),
            "X-RateLimit-Reset": str(reset),
        }

    github.limits = limits  # type: ignore[method-assign]
    with Server(github) as server:
        told = {"repository": "o/r", "url": f"{server.url}/api/v3", "token_env": "PATH_TO_TOKEN"}
        monkeypatch.setenv("PATH_TO_TOKEN", "t0ken")
        hub = Hub(Config.model_validate({"github": told}), Needs(), clock)
        await hub.gather(10)
        hub.close()
    status = hub.statuses()[0]
    assert status.next_at is not None and status.next_at - clock.at > timedelta(seconds=60)
    assert "of 5,000 requests left until 09:30 UTC" in status.note


async def test_scopes_beyond_three_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    github = TinyGitHub()
    scopes = {"repository", "production", "staging", "preview", "edge"}
    github.secrets = {scope: ["A"] for scope in scopes}
    with Server(github) as server:
        told = {"repository": "o/r", "url": f"{server.url}/api/v3", "token_env": "PATH_TO_TOKEN"}
        monkeypatch.setenv("PATH_TO_TOKEN", "t0ken")
        needs = Needs(secret_scopes=frozenset(scopes), files=frozenset({("a", "HEAD")}))
        hub = Hub(Config.model_validate({"github": told}), needs, FixedClock(START + timedelta(days=1)))
        await hub.gather(10)
        assert len(server.asked) <= 15
        asked: set[str] = set()
        for _ in range(2):
            before = len(server.asked)
            await hub.gather(10)
            assert len(server.asked) - before <= 8
            asked |= {one.path for one in server.asked[before:] if one.path.endswith("/secrets")}
        hub.close()
    assert len(asked) == 5, "none is forgotten"
