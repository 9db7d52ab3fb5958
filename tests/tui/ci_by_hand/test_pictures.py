"""How log and comparison look, at three sizes: compared with the pictures kept beside this file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.ci_by_hand.given import JOBS, RUN, URL, FakeCi, job
from tests.tui.screens.stage import Stage, settle
from vauntico_tui.tui.app import ScreenSettings
from vauntico_tui.tui.screens.compare import CompareScreen
from vauntico_tui.tui.screens.log import LogScreen
from vauntico_tui.tui.theme import DARK, LIGHT, SIXTEEN

TITLE = "Build Verification #31"


def several() -> FakeCi:
    return FakeCi((*JOBS, job(4, "e2e (chromium)", "failure", "Run integration tests")), None)


SCREENS: dict[str, tuple[Callable[[], Any], Callable[[], FakeCi]]] = {
    "log": (lambda: LogScreen(RUN.id, TITLE, URL), FakeCi),
    "jobs": (lambda: LogScreen(RUN.id, TITLE, URL), several),
    "compare": (lambda: CompareScreen(RUN.id, TITLE, URL), FakeCi),
}


def stage(name: str, theme: str = DARK, settings: ScreenSettings | None = None) -> Stage:
    make, ci = SCREENS[name]
    made = Stage(make, settings=settings, theme=theme)
    made.fake.ci = ci()  # type: ignore[attr-defined]
    return made


async def drawn(pilot: Pilot[Any]) -> None:
    assert isinstance(pilot.app, Stage)
    await settle(pilot.app, pilot)
    await settle(pilot.app, pilot)
    pilot.app.fake.close()


async def searched(pilot: Pilot[Any]) -> None:
    assert isinstance(pilot.app, Stage)
    await settle(pilot.app, pilot)
    await pilot.press("slash", *"trust", "enter", "w", "t")
    await drawn(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_picture(name: str, size: tuple[int, int], snap_compare: Any) -> None:
    assert snap_compare(stage(name), terminal_size=size, run_before=drawn)


@pytest.mark.parametrize("theme", [LIGHT, SIXTEEN])
def test_themes(theme: str, snap_compare: Any) -> None:
    assert snap_compare(stage("log", theme), terminal_size=(80, 24), run_before=searched)


def test_ascii(snap_compare: Any) -> None:
    app = stage("log", settings=ScreenSettings(ascii=True, time_zone="UTC"))
    assert snap_compare(app, terminal_size=(80, 24), run_before=drawn)
