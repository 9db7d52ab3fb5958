"""The collector's long pauses come when nobody types."""

from __future__ import annotations

import gc
import sys

import pytest

from tests.tui.dashboard.stage import staged
from tests.tui.sample_view import sample_view
from vauntico_tui.tui import quiet
from vauntico_tui.tui.quiet import QuietCollector


@pytest.fixture
def time_is(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(quiet.time, "monotonic", lambda: now[0])
    return now


def test_it_collects_in_the_quiet_and_at_last_anyway(time_is: list[float]) -> None:
    collector = QuietCollector()
    collector.start()
    try:
        time_is[0] += quiet.EVERY + 1
        collector.key()
        assert not collector.look()
        time_is[0] += quiet.SETTLED
        assert collector.look()
        assert not collector.look()
        time_is[0] += quiet.AT_LAST
        collector.key()
        assert collector.look()
    finally:
        collector.stop()


def test_the_collector_is_given_back_as_it_was() -> None:
    before, interval = gc.get_threshold(), sys.getswitchinterval()
    collector = QuietCollector()
    collector.start()
    collector.start()
    assert gc.get_threshold()[2] > before[2]
    assert sys.getswitchinterval() < interval
    collector.stop()
    collector.stop()
    assert gc.get_threshold() == before
    assert sys.getswitchinterval() == interval
    assert not collector.look()


async def test_the_app_gives_it_back_when_it_is_left() -> None:
    before = gc.get_threshold()
    async with staged(sample_view()):
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before
