"""The program's screen on a stage: keys in, what stands there out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.pilot import Pilot
from textual.screen import Screen

from tests.remedy.stage import Stage
from vauntico_tui.actions.remedy.model import Execution
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.app import WarRoomApp
from vauntico_tui.tui.screens.asking import AskingScreen
from vauntico_tui.tui.screens.remedy.confirming import ConfirmingScreen
from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen
from vauntico_tui.tui.screens.remedy.running import RunningScreen
from vauntico_tui.tui.screens.remedy.secrets import SecretsScreen
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.view.model import View
from vauntico_tui.warroom import open_room

SETTINGS = ScreenSettings(theme="dark", ascii=False, time_zone="UTC")
S = TypeVar("S", bound=Screen[object])


class Keys:
    """A person at the program."""

    def __init__(self, app: WarRoomApp, pilot: Pilot[str]) -> None:
        self.app, self.pilot = app, pilot
        self.pictures: list[str] = []

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    @property
    def view(self) -> View:
        assert self.app.room is not None
        return self.app.room.view

    def marks(self) -> dict[str, Mark]:
        """The blockers, as they are shown."""
        return {one.id: one.verdict.mark for one in self.view.blockers}

    async def until(self, so: Callable[[], object], what: str = "", seconds: float = 60) -> None:
        """Wait until it is so; what stands on the screen is told where it never is."""
        try:
            async with asyncio.timeout(seconds):
                while not so():
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"{what or 'it'} never came:\n{self.text}") from None

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def at(self, kind: type[S]) -> S:
        """Wait for a screen."""
        await self.until(lambda: isinstance(self.app.screen, kind), kind.__name__)
        screen = self.app.screen
        assert isinstance(screen, kind)
        return screen

    def picture(self) -> None:
        """What an exported screenshot would hold."""
        self.pictures.append(self.app.export_screenshot())

    async def plan(self, blocker: int, choice: int) -> RunPlanScreen:
        """From the dashboard: `x` on a blocker, the runbook at a place of the list, and its plan."""
        await self.press("1", "g", *(["j"] * blocker), "x")
        await self.until(lambda: "enter: its plan" in self.text, "the list of runbooks")
        await self.press(*(["j"] * choice), "enter")
        screen = await self.at(RunPlanScreen)
        await self.until(lambda: screen.plan is not None, "the plan")
        return screen

    async def sign(self) -> None:
        """Sign the approval that is missing, from the plan."""
        await self.press("s")
        await self.at(AskingScreen)
        await self.press("enter")
        screen = await self.at(RunPlanScreen)
        await self.until(lambda: not screen.why_not(), "a plan that may be run")

    async def run(self, secret: str = "") -> Execution:
        """Run the plan that is shown, with one value for every secret, to its end."""
        await self.press("x")
        if secret:
            await self.at(SecretsScreen)
            for _ in list(self.app.screen.query("Masked")):
                await self.press(*secret, "enter")
                self.picture()
        await self.at(ConfirmingScreen)
        await self.press("y")
        screen = await self.at(RunningScreen)

        def over() -> bool:
            self.picture() if len(self.pictures) < 10 else None
            return screen.execution is not None and screen.execution.mark not in {"running", "watching"}

        await self.until(over, "its end", 120)
        assert screen.execution is not None
        return screen.execution


@asynccontextmanager
async def at_the_keys(stage: Stage, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Keys]:
    """The program from a cold start until the four blockers are known."""
    app = WarRoomApp(lambda: open_room(stage.config, state_dir=stage.state), None, SETTINGS)
    async with app.run_test(size=size) as pilot:
        keys = Keys(app, pilot)
        await keys.until(lambda: app.room is not None and Mark.UNMET in keys.marks().values(), "the blockers")
        yield keys
        app.leave()
