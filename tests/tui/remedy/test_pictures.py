"""What remediation looks like at three sizes, light, in 16 colours and in ASCII."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.remedy import fake
from tests.tui.remedy.fake import BLOCKER, a_plan, an_execution, runbook
from tests.tui.remedy.stage import SIZES, RemedyStage
from tests.tui.screens.stage import settle
from vauntico_tui.actions.remedy.model import Change, Gate, Need
from vauntico_tui.tui.screens.remedy.by_hand import ByHandScreen
from vauntico_tui.tui.screens.remedy.everything import RunbooksScreen
from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen
from vauntico_tui.tui.screens.remedy.running import RunningScreen
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.tui.theme import DARK, LIGHT, SIXTEEN

HAND = Change(
    "server-v2/jest.config.js", "module.exports = base(process.env)\n", None, (),
    "the options come out of a function", "module.exports = {\n  ...base(process.env),\n  testTimeout: 3000,\n};\n",
)  # fmt: skip


def blocked(remedy: fake.FakeRemedy) -> None:
    gate = Gate("hotfix-deployment-strategy-approval", "Hotfix deployment strategy approval", False, "not signed")
    steps = fake.steps()
    lacking = Need("secrets: write", False, "make a token with it, then r")
    steps = (*steps[:3], replace(steps[3], state="blocked", why="the token may not set secrets", needs=(lacking,)))
    remedy.next_plan = a_plan(gates=(gate,), steps=steps)


def runs(remedy: fake.FakeRemedy) -> None:
    one = an_execution()
    one = one.with_step(
        replace(one.steps[1], share=0.45, said="4 of 9 checks ended", lines=("$ npm test", "PASS server.test.js"))
    )
    remedy.live[one.id] = one
    cut = an_execution(mark="interrupted", by="ben", console="desk")
    met = an_execution(None, *["done"] * 5, mark="done", outcome="met at 14:41 · integration: 3 of 3 green")
    remedy.kept = {"cut": replace(cut, id="cut"), "met": replace(met, id="met", ended_at=fake.NOW)}
    remedy.books = (runbook("hotfix", "Hotfix", "blocker:*"), runbook("jest", "Jest configuration", "blocker:jest"))


def unsure(remedy: fake.FakeRemedy) -> None:
    cut = an_execution(None, "done", "unsure", "to do", "to do", "to do", mark="interrupted")
    remedy.kept = {"plan-1": cut}


PLAN = lambda: RunPlanScreen(BLOCKER, runbook())  # noqa: E731
SCREENS: dict[str, tuple[Callable[[], Any], Callable[[fake.FakeRemedy], None], str]] = {
    "plan": (PLAN, lambda _: None, ""),
    "unfolded": (PLAN, lambda _: None, "j enter"),
    "blocked": (PLAN, blocked, ""),
    "secrets": (PLAN, lambda _: None, "x"),
    "running": (lambda: RunningScreen("plan-1"), runs, ""),
    "interrupted": (lambda: RunningScreen("plan-1"), unsure, "v"),
    "all": (RunbooksScreen, runs, ""),
    "by-hand": (lambda: ByHandScreen(HAND), lambda _: None, ""),
}


def drawn(make: Callable[[], Any], keys: str = "") -> Callable[[Pilot[str]], Awaitable[None]]:
    """The screen over the dashboard of an open war room, and keys pressed on it."""

    async def run(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, RemedyStage)
        await settle(pilot.app, pilot)
        pilot.app.push_screen(make())
        await settle(pilot.app, pilot)
        for key in keys.split():
            await pilot.press(key)
            await settle(pilot.app, pilot)
        pilot.app.fake.close()

    return run


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
def test_picture(snap_compare: Any, name: str, size: tuple[int, int]) -> None:
    make, told, keys = SCREENS[name]
    assert snap_compare(RemedyStage(None, told), terminal_size=size, run_before=drawn(make, keys))


@pytest.mark.parametrize("theme", [LIGHT, SIXTEEN])
def test_themes(snap_compare: Any, theme: str) -> None:
    assert snap_compare(RemedyStage(None, theme=theme), terminal_size=(80, 24), run_before=drawn(PLAN))


def test_ascii(snap_compare: Any) -> None:
    app = RemedyStage(None, settings=ScreenSettings(ascii=True, time_zone="UTC"), theme=DARK)
    assert snap_compare(app, terminal_size=(80, 24), run_before=drawn(PLAN))
