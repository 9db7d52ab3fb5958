"""The app on a stage whose war room has a fake remedy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from textual.pilot import Pilot
from textual.screen import Screen

from tests.tui.remedy.fake import FakeRemedy, RemedyRoom
from tests.tui.sample_view import sample_view
from tests.tui.screens.stage import Stage, settle
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.tui.theme import DARK

SIZES = [(80, 24), (120, 40), (200, 60)]


class RemedyStage(Stage):
    """A Stage that is told its remedy before it opens."""

    def __init__(
        self, make: Callable[[], Screen[Any]] | None, told: Callable[[FakeRemedy], None] = lambda _: None,
        settings: ScreenSettings | None = None, theme: str = DARK,
    ) -> None:  # fmt: skip
        super().__init__(make, None, settings, theme)
        self.fake = RemedyRoom(sample_view())
        told(self.fake.remedy)

    @property
    def remedy(self) -> FakeRemedy:
        return cast("RemedyRoom", self.fake).remedy

    @property
    def acts(self) -> RemedyRoom:
        return cast("RemedyRoom", self.fake)

    @property
    def text(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips())


@asynccontextmanager
async def on_stage(
    make: Callable[[], Screen[Any]] | None = None,
    told: Callable[[FakeRemedy], None] = lambda _: None,
    size: tuple[int, int] = (80, 24),
    settings: ScreenSettings | None = None,
) -> AsyncIterator[tuple[RemedyStage, Pilot[str]]]:
    stage = RemedyStage(make, told, settings)
    async with stage.run_test(size=size) as pilot:
        await settle(stage, pilot)
        yield stage, pilot
    stage.fake.close()
    if stage.fake.task is not None:
        await stage.fake.task
