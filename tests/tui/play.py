"""Runs the screen on a made-up View, to look at it: python -m tests.tui.play --view hostile_view --ascii."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from tests.tui import sample_view
from vauntico_tui.actions.perform import Done, missing, perform
from vauntico_tui.actions.registry import ACTIONS, Action, Target
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.tui.app import WarRoomApp
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.view.model import View

if TYPE_CHECKING:
    from vauntico_tui.warroom import WarRoom


class PlayRoom:
    """Stands for the war room: one View, again each `every` seconds with a new time."""

    def __init__(self, make: Callable[[datetime], View], every: float | None = None) -> None:
        self.make, self.every = make, every
        self.view = make(datetime.now(UTC))
        self.listeners: list[Callable[[View], None]] = []
        self.asked: list[str | None] = []
        self.paused = self.closed = False

    def subscribe(self, listener: Callable[[View], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener) if listener in self.listeners else None

    def publish(self, view: View) -> None:
        self.view = view
        for listener in tuple(self.listeners):
            listener(view)

    async def run(self) -> None:
        while not self.closed:
            await asyncio.sleep(self.every or 3600)
            if self.every:
                now = datetime.now(UTC)
                sources = tuple(replace(s, as_of=now if s.state is State.FRESH else s.as_of) for s in self.view.sources)
                self.publish(replace(self.view, as_of=now, sources=sources))

    def actions(self) -> tuple[Action, ...]:
        return ACTIONS

    def disabled(self, action: Action, target: Target | None) -> str | None:
        return "the war room is read-only" if action.mutates and self.view.read_only else missing(action, target)

    async def perform(self, action_id: str, target: Target | None = None, **args: str) -> Done:
        async def refresh(target: Target | None, _args: object) -> Done:
            self.asked.append(target.id if target else None)
            return Done(True, f"asking {target.title if target else 'every source'} again")

        async def pause(_target: Target | None, _args: object) -> Done:
            self.publish(replace(self.view, paused=not self.view.paused))
            return Done(True, "paused" if self.view.paused else "the sources are asked again")

        doers = {"refresh.pane": refresh, "refresh.all": refresh, "pause": pause}
        return await perform(action_id, target, args, executors=doers, why=self.disabled)

    async def issue_detail(self, number: int) -> Reading[object]:
        return Reading()

    async def kpi_range(self, kpi_id: str, hours: float) -> Reading[object]:
        return Reading()

    def last_done(self) -> None:
        """Nothing was done here that could be taken back."""

    def close(self) -> None:
        self.closed = True


def as_room(room: PlayRoom) -> Callable[[], WarRoom]:
    """A PlayRoom where a WarRoom is asked for."""
    return lambda: cast("WarRoom", room)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--view", default="sample_view")
    parser.add_argument("--ascii", action="store_true", default=None)
    parser.add_argument("--theme", default="auto")
    parser.add_argument("--every", type=float, help="seconds between Views")
    parser.add_argument("--late", type=float, default=0, help="hours that have passed since")
    args = parser.parse_args()
    make = getattr(sample_view, args.view)
    room = PlayRoom(lambda now: make(now=now - timedelta(hours=args.late)), args.every)
    WarRoomApp(as_room(room), None, ScreenSettings(args.theme, args.ascii)).run()


if __name__ == "__main__":
    main()
