"""How the screens look, at three sizes: compared with the pictures kept beside this file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.sample_view import hostile_view
from tests.tui.screens.stage import Stage, settle
from tests.tui.screens.test_first import PROBLEMS, FakeSetup
from vauntico_tui.tui.app import ScreenSettings
from vauntico_tui.tui.screens.detail import DetailScreen
from vauntico_tui.tui.screens.help import HelpScreen
from vauntico_tui.tui.screens.issues import IssuesScreen
from vauntico_tui.tui.screens.kpi import KpiScreen
from vauntico_tui.tui.screens.plan import PlanScreen
from vauntico_tui.tui.screens.problems import ProblemsScreen
from vauntico_tui.tui.screens.welcome import WelcomeScreen
from vauntico_tui.tui.theme import DARK, LIGHT, SIXTEEN

BLOCKER = "database-test-infrastructure"
SCREENS: dict[str, Callable[[], Any]] = {
    "detail": lambda: DetailScreen("blocker", BLOCKER),
    "kpi": lambda: KpiScreen("mrr"),
    "issues": IssuesScreen,
    "plan": PlanScreen,
    "help": HelpScreen,
    "problems": lambda: ProblemsScreen(PROBLEMS),
    "welcome": lambda: WelcomeScreen(FakeSetup()),
}


async def drawn(pilot: Pilot[Any]) -> None:
    assert isinstance(pilot.app, Stage)
    await settle(pilot.app, pilot)
    for child in pilot.app.screen_stack[0].children:
        child.visible = False  # the dashboard has pictures of its own
    await settle(pilot.app, pilot)
    pilot.app.fake.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_picture(name: str, size: tuple[int, int], snap_compare: Any) -> None:
    assert snap_compare(Stage(SCREENS[name]), terminal_size=size, run_before=drawn)


@pytest.mark.parametrize("theme", [LIGHT, SIXTEEN])
def test_themes(theme: str, snap_compare: Any) -> None:
    app = Stage(SCREENS["plan"], theme=theme)
    assert snap_compare(app, terminal_size=(120, 40), run_before=drawn)


def test_ascii(snap_compare: Any) -> None:
    app = Stage(SCREENS["kpi"], settings=ScreenSettings(ascii=True, time_zone="UTC"), theme=DARK)
    assert snap_compare(app, terminal_size=(80, 24), run_before=drawn)


def test_an_issue_with_its_text(snap_compare: Any) -> None:
    assert snap_compare(Stage(lambda: DetailScreen("issue", "14")), terminal_size=(120, 40), run_before=drawn)


def test_hostile(snap_compare: Any) -> None:
    view = hostile_view()
    app = Stage(lambda: DetailScreen("blocker", view.blockers[0].id), view)
    assert snap_compare(app, terminal_size=(80, 24), run_before=drawn)


def test_every_picture_has_a_test() -> None:
    kept = Path(__file__).parent / "__snapshots__" / "test_pictures"
    assert len(list(kept.glob("*.raw"))) + len(list(kept.glob("*.svg"))) == 3 * len(SCREENS) + 5
