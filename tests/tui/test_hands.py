"""Hands on escalations from the screen, on the box and a journal of its own: every key, from a cold start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from vauntico_tui.actions.registry import BY_ID
from vauntico_tui.sim.child import Child, start
from vauntico_tui.tui.alarm import Alarm, notification
from vauntico_tui.tui.app import WarRoomApp
from vauntico_tui.tui.dashboard.screen import Dashboard
from vauntico_tui.tui.panes.escalations import EscalationRow, EscalationsPane
from vauntico_tui.tui.screens.asking import AskingScreen
from vauntico_tui.tui.screens.summary import SummaryScreen
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.view.model import EscalationView
from vauntico_tui.warroom import WarRoom, open_room

SETTINGS = ScreenSettings(theme="dark", ascii=False, time_zone="UTC")


@pytest.fixture(scope="module")
def box() -> Iterator[Child]:
    child = start(seed=7, speed=0)
    yield child
    child.stop()


class Console:
    """The program as it runs on the box."""

    def __init__(self, app: WarRoomApp, pilot: Pilot[str]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def pane(self) -> EscalationsPane:
        board = self.app.screen_stack[0]
        assert isinstance(board, Dashboard)
        pane = board.panes["escalations"]
        assert isinstance(pane, EscalationsPane)
        return pane

    @property
    def rows(self) -> list[EscalationView]:
        return [row.escalation for row in self.pane.rows if isinstance(row, EscalationRow) and row.escalation]

    def row(self, ident: str) -> EscalationView:
        return next(row for row in self.rows if row.id == ident)

    @property
    def selected(self) -> EscalationView:
        return self.row(self.pane.selected or "")

    async def until(self, so: Callable[[], object]) -> None:
        async with asyncio.timeout(40):
            while not so():
                await self.pilot.pause(0.01)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def typed(self, *keys: str) -> None:
        """Press keys, and wait until what they asked for was answered."""
        await self.press(*keys)
        await self.until(lambda: not isinstance(self.app.screen, AskingScreen) or self.app.screen.said)

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())


@asynccontextmanager
async def console(box: Child, folder: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Console]:
    """From a cold start until every row is in the journal."""

    def open_it() -> WarRoom:
        return open_room(Path(box.config_path), demo=True, state_dir=folder)

    app = WarRoomApp(open_it, None, SETTINGS)
    async with app.run_test(size=size) as pilot:
        made = Console(app, pilot)
        await made.until(lambda: made.rows and all(row.number is not None for row in made.rows))
        yield made
        app.leave()


async def test_two_key_presses_from_a_cold_start_and_it_is_yours(box: Child, tmp_path: Path) -> None:
    async with console(box, tmp_path) as it:
        first = it.selected
        assert first.state == "triggered"
        assert "need you" in it.text()
        await it.press("a")
        assert isinstance(it.app.screen, AskingScreen)
        assert first.title[:30] in it.text()
        await it.typed("a")
        await it.until(lambda: it.row(first.id).state == "acknowledged")
        assert it.row(first.id).acknowledged_by
        await it.press("u")
        await it.until(lambda: it.row(first.id).state == "triggered")


async def test_escape_and_other_keys_do_nothing(box: Child, tmp_path: Path) -> None:
    async with console(box, tmp_path) as it:
        versions = {row.id: row.version for row in it.rows}
        await it.press("a", "q", "j", "x", "escape", "a", "escape")
        assert it.app.is_running
        assert not isinstance(it.app.screen, AskingScreen)
        assert {row.id: row.version for row in it.rows} == versions


async def test_many_at_once_and_taken_back_at_once(box: Child, tmp_path: Path) -> None:
    async with console(box, tmp_path) as it:
        first, second, third = it.rows[:3]
        await it.press("g", "space", "space")
        assert [target.id for target in it.pane.marks] == [first.id, second.id]
        await it.press("a")
        assert "2: " in it.text()
        await it.typed("enter")
        await it.until(lambda: it.row(second.id).state == "acknowledged")
        assert it.row(first.id).state == "acknowledged"
        assert it.row(third.id).state == "triggered"
        assert not it.pane.marks
        await it.press("u")
        await it.until(lambda: it.row(first.id).state == it.row(second.id).state == "triggered")


async def test_what_was_typed_stays_when_it_is_refused(box: Child, tmp_path: Path) -> None:
    async with console(box, tmp_path) as it:
        ident = it.selected.id
        it.app.start("escalation.resolve", [it.pane.target] if it.pane.target else [])
        await it.pilot.pause()
        await it.press(*"fixed", "enter")
        await it.until(lambda: isinstance(it.app.screen, AskingScreen) and "still stands" in it.app.screen.said)
        assert it.app.screen.query(Input).first().value == "fixed"
        await it.press("tab", *"2h")
        await it.press("enter")
        await it.until(lambda: it.row(ident).state == "resolved")
        assert it.row(ident).resolution == "fixed"


async def test_the_target_is_the_one_that_was_named_whatever_moves(box: Child, tmp_path: Path) -> None:
    async with console(box, tmp_path) as it:
        first, second = it.rows[:2]
        await it.press("g", "a")
        it.pane.select(second.id)
        await it.typed("a")
        await it.until(lambda: it.row(first.id).state == "acknowledged")
        assert it.row(second.id).state == "triggered"


async def test_snoozed_noted_and_handed_over(box: Child, tmp_path: Path) -> None:
    async with console(box, tmp_path, (120, 40)) as it:
        ident = it.selected.id
        await it.press("A")
        await it.until(lambda: not isinstance(it.app.screen, Dashboard))
        await it.press("escape")
        await it.until(lambda: isinstance(it.app.screen, Dashboard))
        target = it.pane.target
        assert target is not None
        it.app.start("escalation.snooze", [target])
        await it.pilot.pause()
        await it.press("down")
        assert it.app.screen.query(Input).first().value == "4 h"
        await it.typed("enter")
        await it.until(lambda: it.row(ident).state == "snoozed")
        target = it.pane.target
        assert target is not None
        it.app.start("escalation.note", [target])
        await it.pilot.pause()
        await it.typed(*"rebooted", "enter")
        await it.press("enter")
        await it.until(lambda: "rebooted" in it.text())
        assert "Timeline" in it.text()
        await it.press("escape", "H")
        await it.until(lambda: isinstance(it.app.screen, SummaryScreen) and "rebooted" in it.app.screen.words)
        await it.press("enter")
        await it.until(lambda: isinstance(it.app.screen, AskingScreen))


async def test_a_second_console_is_told_who_was_first(box: Child, tmp_path: Path) -> None:
    async with console(box, tmp_path) as it:
        first = it.selected
        await it.press("a")
        other = open_room(Path(box.config_path), demo=True, state_dir=tmp_path)
        target = it.pane.target
        assert target is not None
        done = await other.perform("escalation.acknowledge", target, **{"as": "ann"})
        other.close()
        assert done.ok, done.message
        await it.until(lambda: it.row(first.id).acknowledged_by == "ann")
        await it.typed("a")
        await it.until(lambda: "ann was first" in it.text())


def test_news_is_what_was_not_there_before() -> None:
    from dataclasses import replace

    from tests.tui.sample_view import sample_view

    view = sample_view()
    level = view.escalations.levels[0]
    rows = tuple(replace(row, number=index, state="triggered") for index, row in enumerate(level.rows, 1))

    def with_rows(count: int) -> object:
        levels = (replace(level, rows=rows[:count]), *view.escalations.levels[1:])
        return replace(view, escalations=replace(view.escalations, levels=levels))

    alarm = Alarm()
    assert not alarm.look(view).new
    assert not alarm.look(with_rows(1)).new  # type: ignore[arg-type]
    news = alarm.look(with_rows(2))  # type: ignore[arg-type]
    assert news.new
    assert news.waiting == 2
    assert rows[1].title in news.words
    assert not alarm.look(with_rows(2)).new  # type: ignore[arg-type]
    assert "\x1b" not in notification("a\x1b]0;b\x07")[1:].replace("\x1b]9;", "").replace("\x1b]777;", "").replace(
        "\x1b\\", ""
    )
    assert BY_ID["escalation.acknowledge"].key == "a"
