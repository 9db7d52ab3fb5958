"""Help is made from the table of actions, with the keys as they are."""

from __future__ import annotations

import pytest

from tests.tui.screens.stage import settle, staged
from vauntico_tui.actions.registry import ACTIONS
from vauntico_tui.tui.app import ScreenSettings
from vauntico_tui.tui.screens.help import HelpScreen
from vauntico_tui.tui.screens.sheet import Sheet


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_action_is_told_with_its_key(size: tuple[int, int]) -> None:
    async with staged(HelpScreen, size) as (app, _):
        said = " ".join(app.screen.query_one(Sheet).text.split())
        for action in ACTIONS:
            assert " ".join(f"{app.key_of(action.id)} {action.title} {action.help}".split()) in said, action.id
    for words in ("✓ met", "✗ unmet", "? unknown", "! overridden", "◷ snoozed", "⟳ running", "● fresh", "○ failed"):
        assert words in said, words


async def test_the_configs_own_keys_are_told() -> None:
    settings = ScreenSettings(theme="dark", ascii=False, time_zone="UTC", keys={"refresh.all": "f5"})
    async with staged(HelpScreen, settings=settings) as (app, _):
        assert "f5          Refresh all" in app.screen.query_one(Sheet).text


async def test_it_scrolls_and_goes_back() -> None:
    async with staged(None, (80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        await settle(app, pilot)
        assert isinstance(app.screen, HelpScreen)
        sheet = app.screen.query_one(Sheet)
        await pilot.press("space", "j")
        assert sheet.scroll_y == sheet.size.height - 1
        await pilot.press("G")
        assert sheet.scroll_y == sheet.max_scroll_y
        await pilot.press("question_mark", "escape")
        await settle(app, pilot)
        assert app.screen is app.screen_stack[0]
