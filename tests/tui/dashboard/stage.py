"""Runs the app on a made-up View with a clock that stands still, and reads what is on its screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot
from textual.strip import Strip

from tests.tui.play import PlayRoom, as_room
from tests.tui.sample_view import NOW
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.tui.app import WarRoomApp
from vauntico_tui.tui.dashboard.screen import Dashboard
from vauntico_tui.tui.panes.pane import Pane
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.view.model import View

SETTINGS = ScreenSettings(theme="dark", ascii=False, time_zone="UTC")


@dataclass
class Stage:
    """The app as it runs."""

    app: WarRoomApp
    room: PlayRoom
    pilot: Pilot[str]
    clock: FixedClock

    @property
    def board(self) -> Dashboard:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, Dashboard)
        return screen

    def pane(self, name: str) -> Pane:
        return self.board.panes[name]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def publish(self, view: View) -> None:
        self.room.publish(view)
        await self.pilot.pause()
        await self.pilot.pause()

    def strips(self) -> list[Strip]:
        """The screen as it is painted, a strip a line."""
        return self.app.screen._compositor.render_strips()

    def lines(self) -> list[str]:
        return [strip.text for strip in self.strips()]

    def text(self) -> str:
        return "\n".join(self.lines())


async def opened(app: WarRoomApp, pilot: Pilot[str]) -> None:
    """Until the war room has opened in its thread and its picture is drawn."""
    async with asyncio.timeout(20):
        while app.room is None:
            await pilot.pause(0.005)
    await pilot.pause()


@asynccontextmanager
async def staged(
    view: View,
    size: tuple[int, int] = (120, 40),
    *,
    settings: ScreenSettings = SETTINGS,
    last: View | None = None,
) -> AsyncIterator[Stage]:
    """The app with its war room open and everything drawn."""
    clock = FixedClock(NOW)
    room = PlayRoom(lambda now: view)
    app = WarRoomApp(as_room(room), last, settings, clock=clock)
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot)
        yield Stage(app, room, pilot, clock)
