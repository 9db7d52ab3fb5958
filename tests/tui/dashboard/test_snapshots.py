"""How the dashboard looks, at each size and in each terminal. `--snapshot-update` after looking at what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.tui.dashboard.stage import SETTINGS, opened
from tests.tui.play import PlayRoom, as_room
from tests.tui.sample_view import NOW, empty_view, failed_view, hostile_view, sample_view, stale_view
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.tui.app import WarRoomApp
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.view.model import View

Compare = Callable[..., bool]


def the_app(view: View, settings: ScreenSettings = SETTINGS) -> WarRoomApp:
    return WarRoomApp(as_room(PlayRoom(lambda now: view)), None, settings, clock=FixedClock(NOW))


def after(*keys: str) -> Callable[[Pilot[str]], object]:
    """Waits for the war room, then presses keys."""

    async def do(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, WarRoomApp)
        await opened(app, pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await pilot.pause()

    return do


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_three_sizes(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(the_app(sample_view()), terminal_size=size, run_before=after())


@pytest.mark.parametrize("make", [hostile_view, stale_view, failed_view, empty_view], ids=lambda make: make.__name__)
def test_states(snap_compare: Compare, make: Callable[[], View]) -> None:
    assert snap_compare(the_app(make()), terminal_size=(120, 40), run_before=after())


@pytest.mark.parametrize("pane", list("1234"))
def test_the_accordion_open_on_each_pane(snap_compare: Compare, pane: str) -> None:
    assert snap_compare(the_app(sample_view()), terminal_size=(80, 24), run_before=after(pane))


def test_below_80_by_24(snap_compare: Compare) -> None:
    assert snap_compare(the_app(sample_view()), terminal_size=(60, 16), run_before=after())


def test_light(snap_compare: Compare) -> None:
    settings = replace(SETTINGS, theme="light")
    assert snap_compare(the_app(sample_view(), settings), terminal_size=(120, 40), run_before=after("4"))


def test_ascii(snap_compare: Compare) -> None:
    settings = replace(SETTINGS, ascii=True)
    assert snap_compare(the_app(sample_view(), settings), terminal_size=(120, 40), run_before=after("1"))


def test_without_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(the_app(sample_view()), terminal_size=(120, 40), run_before=after())


def test_sixteen_colours(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", "xterm")
    assert snap_compare(the_app(sample_view()), terminal_size=(120, 40), run_before=after())


def test_zoomed_and_filtered(snap_compare: Compare) -> None:
    keys = ("3", "z", "slash", *"main", "enter")
    assert snap_compare(the_app(sample_view()), terminal_size=(120, 40), run_before=after(*keys))
