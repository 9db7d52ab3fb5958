"""The dashboard under a reader's hands."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from textual import events
from textual.widgets import Input

from tests.tui.dashboard.stage import SETTINGS, opened, staged
from tests.tui.play import PlayRoom, as_room
from tests.tui.sample_view import HOSTILE, NOW, big_view, hostile_view, loading_view, sample_view
from vauntico_tui.actions.desk.back import LastDone
from vauntico_tui.actions.perform import Done
from vauntico_tui.actions.registry import Target
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.evidence.reading import Budget, State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.app import WarRoomApp
from vauntico_tui.tui.dashboard.places import CI, ESCALATIONS, KPIS, PANES, TARGETS
from vauntico_tui.tui.dashboard.screen import most_needed
from vauntico_tui.tui.screens.problems import ProblemsScreen
from vauntico_tui.tui.screens.welcome import WelcomeScreen
from vauntico_tui.view.model import EscalationsView, View
from vauntico_tui.warroom import WarRoom

SIZES = [(80, 24), (120, 40), (200, 60)]


def calm(view: View) -> View:
    """The same with nobody to act."""
    return replace(view, escalations=EscalationsView(State.FRESH, NOW, None, ()))


# ---- what is there ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_all_five_panes_and_the_header_are_there(size: tuple[int, int]) -> None:
    async with staged(sample_view(), size) as stage:
        text = stage.text()
        for title in ("1 Blockers", "2 Week targets", "3 CI status", "4 KPIs", "5 Escalations"):
            assert title in text
        header = stage.lines()[0]
        for words in ("VAUNTICO", "31:12", "26 d", "14/60", "pace 52"):
            assert words in header
        assert "api 4,912/5,000" in stage.lines()[-1]
        assert all(len(line) <= size[0] for line in stage.lines())


async def test_120_by_40_says_what_was_promised_what_is_true_and_who_must_act() -> None:
    async with staged(sample_view()) as stage:
        text = stage.text()
        for words in (
            "1 of 4 clear", "Database test infrastructure", "in 09:12", "backend-dev", "testTimeout 30000",
            "2 of 12 met", "92.4 % of 100 %", "61.3 % of 80 %", "WEEK 1", "WEEK 2", "23 d left",
            "1 running · 1 red", "Build Verification", "61.0 %", "✓✓✗✓✗✗✓✗✗✗✗⟳", "integration · Run integration tests",
            "$61.2K", "−61.0 %", "below since 03:10", "≥ $100K", "▲ production deploy 14:01",
            "LEVEL 1", "6 open", "next in 02:41", "#14 DATABASE_URL", "lead-dev", "snoozed",
        ):  # fmt: skip
            assert words in text, words


async def test_a_clock_that_ran_out_says_late_in_red() -> None:
    async with staged(sample_view()) as stage:
        stage.clock.at = NOW + timedelta(hours=33)
        stage.app._tick()
        await stage.pilot.pause()
        header = stage.strips()[0]
        assert "late 01:48" in header.text
        late = next(segment for segment in header if "late" in segment.text)
        assert late.style is not None
        assert late.style.color is not None
        assert late.style.color.name == "#ff7b72"


async def test_what_is_left_is_counted_by_the_journals_clock() -> None:
    """This machine's is two days behind: what is due by its clock is late by the journal's."""
    async with staged(sample_view(), (200, 60)) as stage:
        right = "\n".join(stage.lines()).count("late")
        await stage.publish(replace(sample_view(), ahead=timedelta(days=2)))
        assert "\n".join(stage.lines()).count("late") > right
        assert "2 d old" not in stage.text()  # what was read is as old as it was


async def test_the_last_picture_is_drawn_before_the_war_room_opens() -> None:
    gate = threading.Event()

    def slow() -> object:
        gate.wait(10)
        return as_room(PlayRoom(lambda now: sample_view()))()

    last = replace(sample_view(), sources=tuple(replace(s, state=State.STALE) for s in sample_view().sources))
    app = WarRoomApp(slow, last, SETTINGS, clock=FixedClock(NOW + timedelta(hours=3)))  # type: ignore[arg-type]
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        header = app.screen._compositor.render_strips()[0].text
        assert "GitHub ◐ 3h" in header
        assert app.room is None
        gate.set()
        await opened(app, pilot)
        assert "GitHub ● 3h" in app.screen._compositor.render_strips()[0].text


async def test_without_a_picture_it_says_that_it_opens() -> None:
    hold = threading.Event()
    app = WarRoomApp(lambda: hold.wait(10), None, SETTINGS, clock=FixedClock(NOW))  # type: ignore[arg-type,return-value]
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "opening the war room" in text
        await pilot.press("q")
    assert app.return_value is None
    hold.set()


async def test_below_80_by_24_it_says_so_and_shows_the_escalations_alone() -> None:
    async with staged(sample_view(), (70, 20)) as stage:
        lines = stage.lines()
        assert "70×20 is small: escalations alone" in lines[0]
        assert "#14 DATABASE_URL" in stage.text()
        assert "Blockers" not in stage.text()
        await stage.press("1")
        assert stage.board.pane.id == ESCALATIONS
        assert "need 80×24" in stage.lines()[-1]
        await stage.press("tab")
        assert stage.board.pane.id == ESCALATIONS


async def test_a_tiny_terminal_does_not_break_it() -> None:
    async with staged(sample_view(), (12, 4)) as stage:
        assert len(stage.lines()) == 4


# ---- where it starts ----------------------------------------------------------------------------------------------


def test_it_starts_on_what_needs_the_reader_most() -> None:
    view = sample_view()
    assert most_needed(view, NOW) == (ESCALATIONS, "issue:14")
    quiet = calm(view)
    assert most_needed(quiet, NOW) == ("blockers", "blocker:database-test-infrastructure")
    clear = replace(
        quiet, blockers=tuple(replace(p, verdict=replace(p.verdict, mark=Mark.MET)) for p in quiet.blockers)
    )
    assert most_needed(clear, NOW) == (CI, "workflow:build-verification.yml")
    green = replace(clear, ci=replace(clear.ci, workflows=()))
    assert most_needed(green, NOW) == (TARGETS, "target:ci-success")
    kept = replace(green, targets=())
    assert most_needed(kept, NOW) == (KPIS, "kpi:mrr")
    assert most_needed(replace(kept, kpis=()), NOW) == (ESCALATIONS, None)


async def test_the_first_answer_chooses_the_pane_and_later_ones_do_not() -> None:
    async with staged(loading_view()) as stage:
        await stage.publish(calm(sample_view()))
        assert stage.board.pane.id == "blockers"
        await stage.publish(sample_view())
        assert stage.board.pane.id == "blockers"


async def test_a_reader_who_has_moved_is_left_where_he_is() -> None:
    async with staged(loading_view()) as stage:
        await stage.press("4")
        await stage.publish(sample_view())
        assert stage.board.pane.id == KPIS
        assert stage.app.focused is stage.pane(KPIS)


# ---- moving ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_numbers_tab_and_mouse_move_between_panes(size: tuple[int, int]) -> None:
    async with staged(sample_view(), size) as stage:
        for key, name in zip("12345", PANES, strict=True):
            await stage.press(key)
            assert stage.app.focused is stage.pane(name)
        await stage.press("tab")
        assert stage.app.focused is stage.pane("blockers")
        await stage.press("shift+tab")
        assert stage.app.focused is stage.pane(ESCALATIONS)
        await stage.pilot.click("#ci", offset=(5, 0))
        await stage.pilot.pause()
        assert stage.app.focused is stage.pane(CI)
        assert "▶" in stage.text()


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_typed_ahead_is_for_the_row_of_the_pane_just_named(size: tuple[int, int]) -> None:
    async with staged(sample_view(), size) as stage:
        await stage.press("5")
        stage.app.action_act("pane.1")
        target = stage.app.captured()
        assert target is not None and target.kind == "blocker", "before anything else was drawn"


async def test_the_accordion_opens_one_pane_and_folds_the_others_to_a_line_each() -> None:
    async with staged(sample_view(), (80, 24)) as stage:
        await stage.press("1")
        lines = stage.lines()
        assert lines[1].startswith("╭─ 1 Blockers")
        assert "Basic monitoring" in stage.text()
        assert lines[-2].startswith("  5 Escalations  29 open    #14 DATABASE_URL")
        await stage.press("5")
        lines = stage.lines()
        assert "✗2 ✓1 ?1" in lines[1]
        assert "2/12 met" in lines[2]
        assert "1 red" in lines[3]
        assert "MRR $61.2K" in lines[4]


async def test_zoom_shows_one_pane_and_both_z_and_escape_go_back() -> None:
    async with staged(sample_view()) as stage:
        for back in ("z", "escape"):
            await stage.press("3", "z")
            assert "3 CI status" in stage.text()
            assert "1 Blockers" not in stage.text()
            assert "PULL REQUESTS" in stage.text()
            assert stage.pane(CI).size.height == 38
            await stage.press(back)
            assert "1 Blockers" in stage.text()


async def test_resizing_goes_through_every_face_and_keeps_the_selection() -> None:
    async with staged(sample_view()) as stage:
        await stage.press("5", "j", "j")
        before = stage.pane(ESCALATIONS).selected
        for size in [(80, 24), (60, 20), (200, 60), (120, 40)]:
            await stage.pilot.resize_terminal(*size)
            await stage.pilot.pause()
            assert stage.pane(ESCALATIONS).selected == before
            assert stage.app.focused is stage.pane(ESCALATIONS)
            assert len(stage.lines()) == size[1]
            assert "▶" in stage.text()


# ---- refreshes ------------------------------------------------------------------------------------------------------


async def test_selection_focus_and_scroll_survive_every_refresh() -> None:
    async with staged(big_view(2_000), (120, 40)) as stage:
        pane = stage.pane(ESCALATIONS)
        await stage.press(*"jjjjjjjjjjjjjjjjjjjj")
        before, top = pane.selected, pane.top
        for _ in range(3):
            await stage.publish(big_view(2_000))
        assert (pane.selected, pane.top) == (before, top)
        assert stage.app.focused is pane


async def test_an_unchanged_picture_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(sample_view()) as stage:
        touched: list[str | None] = []
        for widget in (*stage.board.panes.values(), stage.board.header, stage.board.footer):
            monkeypatch.setattr(widget, "refresh", lambda *a, widget=widget, **k: touched.append(widget.id))
        stage.board.draw(sample_view())
        stage.app._tick()
        await stage.pilot.pause()
        assert touched == []


async def test_a_minute_later_only_words_that_tell_the_time_change() -> None:
    async with staged(sample_view()) as stage:
        before = stage.lines()
        stage.clock.at = NOW + timedelta(seconds=50)
        stage.app._tick()
        await stage.pilot.pause()
        changed = [i for i, (a, b) in enumerate(zip(before, stage.lines(), strict=True)) if a != b]
        assert "in 09:11" in stage.text()
        assert 0 < len(changed) < 30
        assert stage.lines()[27] == before[27]


async def test_nothing_is_drawn_behind_another_screen_until_it_closes() -> None:
    from textual.screen import Screen

    async with staged(sample_view()) as stage:
        await stage.app.push_screen(Screen[None]())
        await stage.publish(replace(sample_view(), paused=True))
        assert "PAUSED" not in "".join(text for text, _ in stage.board.header.line)
        stage.app.pop_screen()
        await stage.pilot.pause()
        await stage.pilot.pause()
        assert "PAUSED" in stage.lines()[0]


# ---- the filter -----------------------------------------------------------------------------------------------------


async def test_the_filter_narrows_the_pane_says_so_and_escape_gives_it_up() -> None:
    async with staged(sample_view()) as stage:
        await stage.press("5", "slash")
        assert isinstance(stage.app.focused, Input)
        await stage.press(*"jest")
        pane = stage.pane(ESCALATIONS)
        assert [row.id for row in pane.rows if row.pick] == ["issue:24"]
        assert pane.selected == "issue:24"
        await stage.press("enter")
        assert stage.app.focused is pane
        assert "filter jest 1 of 13" in stage.text()
        assert "DATABASE_URL" not in "".join(text for line, _ in pane._painted for text, _ in line)
        await stage.publish(sample_view())
        assert len([row for row in pane.rows if row.pick]) == 1
        await stage.press("escape")
        assert len([row for row in pane.rows if row.pick]) == 13


async def test_keys_typed_into_the_filter_are_text() -> None:
    async with staged(sample_view()) as stage:
        await stage.press("slash", *"qz?5")
        assert stage.app.is_running
        assert stage.board.filter.value == "qz?5"
        assert not stage.board.board.zoomed
        await stage.press("escape")
        assert stage.pane(ESCALATIONS).filter_text == ""
        assert stage.app.focused is stage.pane(ESCALATIONS)


# ---- actions --------------------------------------------------------------------------------------------------------


async def test_refreshing_asks_the_panes_source_or_all() -> None:
    async with staged(sample_view()) as stage:
        await stage.press("4", "r")
        await stage.app.workers.wait_for_complete()
        await stage.press("R")
        await stage.app.workers.wait_for_complete()
        await stage.pilot.pause()
        assert stage.room.asked == ["prometheus", None]
        assert "asking every source again" in stage.lines()[-1]


async def test_pausing_shows() -> None:
    async with staged(sample_view()) as stage:
        await stage.press("p")
        await stage.app.workers.wait_for_complete()
        await stage.pilot.pause()
        await stage.pilot.pause()
        assert "PAUSED" in stage.lines()[0]


async def test_copying_and_opening_without_a_browser_copy_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "1")
    async with staged(sample_view()) as stage:
        link = "https://github.com/vauntico/vauntico/issues/14"
        await stage.press("y")
        assert stage.app.clipboard == link
        assert f"copied {link}" in stage.lines()[-1]
        stage.app._clipboard = ""
        await stage.press("o")
        assert stage.app.clipboard == link
        assert "no browser here" in stage.lines()[-1]


async def test_a_browser_opens_what_is_selected_and_nothing_but_web_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    opened: list[str] = []
    done = threading.Event()
    monkeypatch.setattr("webbrowser.open", lambda url: (opened.append(url), done.set()))
    async with staged(sample_view()) as stage:
        await stage.press("o")
        assert await asyncio.to_thread(done.wait, 5)
        assert opened == ["https://github.com/vauntico/vauntico/issues/14"]
        monkeypatch.setattr(type(stage.board), "target", Target("issue", "1", "x", "file:///etc/passwd"))
        stage.board.set_focus(None)
        stage.app.act_browse()
        await stage.pilot.pause()
        assert "not a web address" in stage.lines()[-1]
        assert len(opened) == 1


async def test_a_key_that_can_not_be_used_says_why() -> None:
    async with staged(replace(sample_view(), read_only=True)) as stage:
        stage.app.action_act("plan.start")
        await stage.pilot.pause()
        assert "read-only" in stage.lines()[-1]
    async with staged(calm(replace(sample_view(), blockers=(), targets=(), kpis=(), ci=loading_view().ci))) as stage:
        await stage.press("o")
        assert "nothing is selected" in stage.lines()[-1]


async def test_the_palette_finds_every_action_but_moving() -> None:
    async with staged(sample_view()) as stage:
        await stage.press("ctrl+p")
        await stage.press(*"zoom")
        for _ in range(20):
            await stage.pilot.pause(0.02)
            if "Zoom" in stage.text():
                break
        await stage.press("enter")
        await stage.pilot.pause()
        await stage.pilot.pause()
        assert stage.board.board.zoomed


async def test_themes_change_and_keep_their_selection() -> None:
    async with staged(sample_view()) as stage:
        seen = set()
        for _ in range(3):
            stage.app.action_act("theme")
            await stage.pilot.pause()
            seen.add(stage.app.theme)
            assert "▶" in stage.text()
        assert len(seen) == 3


async def test_keys_from_the_config_work_and_wrong_ones_are_told() -> None:
    settings = replace(SETTINGS, keys={"zoom": "f7", "nonsense": "x"})
    async with staged(sample_view(), settings=settings) as stage:
        assert "there is no action 'nonsense'" in stage.lines()[-1]
        await stage.press("f7")
        assert stage.board.board.zoomed
        await stage.press("z")
        assert stage.board.board.zoomed
        stage.board.footer._quiet(stage.board.footer._timer)
        await stage.pilot.pause()
        assert "f7 zoom" in stage.lines()[-1]


async def test_footer_keys_can_be_clicked() -> None:
    async with staged(sample_view()) as stage:
        x = stage.lines()[-1].index("z zoom")
        await stage.pilot.click("#footer", offset=(x, 0))
        await stage.pilot.pause()
        assert stage.board.board.zoomed


async def test_a_small_request_budget_is_told_in_colour_and_words() -> None:
    view = replace(sample_view(), budget=Budget(100, 5000, NOW + timedelta(minutes=9)))
    slow = tuple(replace(s, note="every 4 min: 100 of 5,000 left") if s.id == "github" else s for s in view.sources)
    async with staged(replace(view, sources=slow)) as stage:
        assert "every 4 min: 100 of 5,000 left" in stage.lines()[-1]
    async with staged(view) as stage:
        assert "api 100/5,000" in stage.lines()[-1]


# ---- leaving --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_leaving_is_instant_though_the_war_room_never_opens(key: str) -> None:
    hold = threading.Event()
    app = WarRoomApp(lambda: hold.wait(60), None, SETTINGS, clock=FixedClock(NOW))  # type: ignore[arg-type,return-value]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert not app.is_running or app._exit
    assert not hold.is_set()
    hold.set()


async def test_leaving_closes_the_war_room() -> None:
    async with staged(sample_view()) as stage:
        await stage.pilot.press("q")
        await stage.pilot.pause()
        assert stage.room.closed


@pytest.mark.parametrize("after", ["a", "i", "P", "question_mark", "enter"])
async def test_a_key_behind_the_one_that_leaves_opens_nothing_and_ends_in_no_crash_report(after: str) -> None:
    async with staged(sample_view()) as stage:
        screens = len(stage.app.screen_stack)
        for key in ("q", after):
            stage.app.post_message(events.Key(key, key if len(key) == 1 else None))
        stage.app.call_later(lambda: seen.append(len(stage.app.screen_stack)))
        seen: list[int] = []
        await stage.pilot.pause()
        assert stage.room.closed
        assert seen == [screens]
    assert not stage.app._exit_renderables


async def test_what_fails_after_leaving_is_not_shown() -> None:
    async with staged(sample_view()) as stage:
        stage.app.leave()
        stage.app._handle_exception(LookupError("No nodes match '#asking-title'"))
    assert not stage.app._exit_renderables


async def test_sources_that_stop_by_themselves_are_told() -> None:
    class Broken(PlayRoom):
        async def run(self) -> None:
            raise RuntimeError("[red]boom[/] [/x]")

    app = WarRoomApp(as_room(Broken(lambda now: sample_view())), None, SETTINGS, clock=FixedClock(NOW))
    async with app.run_test(size=(200, 40)) as pilot:
        await opened(app, pilot)
        await pilot.pause()
        footer = app.screen._compositor.render_strips()[-1].text
        assert "the sources stopped: RuntimeError: [red]boom[/] [/x]" in footer


# ---- hostile text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
async def test_hostile_text_is_shown_as_text_and_breaks_no_line(size: tuple[int, int]) -> None:
    async with staged(hostile_view(), size) as stage:
        for key in ("1", "2", "3", "4", "5", "z"):
            await stage.press(key)
            for strip in stage.strips():
                assert strip.cell_length == size[0]
                assert all(not (segment.style and segment.style.meta) for segment in strip)
            assert stage.app.is_running
        assert "fix [/path]" in stage.text()


async def test_hostile_text_in_messages_notices_and_the_filter_is_shown_as_text() -> None:
    view = replace(hostile_view(), notices=(HOSTILE,))
    async with staged(view) as stage:
        stage.app.say(HOSTILE, "late")
        await stage.pilot.pause()
        assert "fix [/path] [@click=app.quit]x[/]" in stage.lines()[-1]
        await stage.press("slash", "left_square_bracket", "slash", "right_square_bracket", "enter")
        assert "filter [/]" in stage.text()


async def test_wide_characters_keep_the_columns() -> None:
    view = sample_view()
    names = ["数据库连接失败数据库连接失败数据库", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦 family", "é́́ combining é́́", "🇳🇬🇳🇬 ❤️ ☺️"]
    blockers = tuple(replace(p, title=name) for p, name in zip(view.blockers, names, strict=True))
    async with staged(replace(view, blockers=blockers)) as stage:
        for strip in stage.strips():
            assert strip.cell_length == 120
        rights = [strip.crop(59, 60).text for strip in stage.strips()[2:10]]
        assert rights == ["│"] * 8


# ---- opening --------------------------------------------------------------------------------------------------------


async def test_problems_of_config_and_plan_are_shown_all_with_their_places() -> None:
    def fails() -> WarRoom:
        raise InputError([Problem(f"no key {HOSTILE[:12]}", "config.toml", 3, "did you mean"), Problem("second")])

    app = WarRoomApp(fails, None, SETTINGS, clock=FixedClock(NOW))
    async with app.run_test(size=(120, 40)) as pilot:
        async with asyncio.timeout(20):
            while not isinstance(app.screen, ProblemsScreen):
                await pilot.pause(0.005)
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "config.toml" in text
        assert "fix [/path]" in text
        assert "second" in text
        await pilot.press("q")


async def test_a_failure_nobody_foresaw_is_a_sentence_not_a_traceback() -> None:
    def fails() -> WarRoom:
        raise ZeroDivisionError("[/red] division by zero")

    app = WarRoomApp(fails, None, SETTINGS, clock=FixedClock(NOW))
    async with app.run_test(size=(120, 40)) as pilot:
        async with asyncio.timeout(20):
            while not isinstance(app.screen, ProblemsScreen):
                await pilot.pause(0.005)
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "ZeroDivisionError: [/red] division by zero" in text
        assert "doctor" in text
        assert app.is_running


async def test_without_a_config_the_welcome_is_shown_and_nothing_is_opened() -> None:
    asked: list[int] = []
    app = WarRoomApp(
        lambda: asked.append(1),  # type: ignore[arg-type,return-value]
        None, replace(SETTINGS, first_run=True), clock=FixedClock(NOW),
    )  # fmt: skip
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, WelcomeScreen)
        assert asked == []


async def test_a_plan_that_has_not_started_says_so() -> None:
    async with staged(replace(sample_view(), clocks=())) as stage:
        assert "clocks not started" in stage.lines()[0]


async def test_weeks_are_not_taken_for_the_two_clocks() -> None:
    view = sample_view()
    last = max(clock.ends_at for clock in view.clocks)
    weeks = tuple(replace(c, ends_at=last) if c.title.startswith("week") else c for c in view.clocks)
    async with staged(replace(view, clocks=weeks)) as stage:
        assert "4 weeks 26 d" in stage.lines()[0]


# ---- taking back ----------------------------------------------------------------------------------------------------


class Undoing(PlayRoom):
    """A war room in which something was done."""

    def __init__(self, last: LastDone) -> None:
        super().__init__(lambda now: sample_view())
        self.last, self.undone = last, list[Target | None]()

    def last_done(self) -> LastDone:  # type: ignore[override]
        return self.last

    async def perform(self, action_id: str, target: Target | None = None, **args: str) -> Done:
        assert action_id == "undo"
        self.undone.append(target)
        return Done(True, "taken back #7 Login fails")


@pytest.mark.parametrize("yes", ["u", "enter"])
async def test_what_was_done_long_ago_is_named_before_it_is_taken_back(yes: str) -> None:
    room = Undoing(LastDone("3", "acknowledged #7 Login fails", timedelta(minutes=7), False, True))
    app = WarRoomApp(as_room(room), None, SETTINGS, clock=FixedClock(NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("u")
        await pilot.pause()
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "Take back, done 7 min ago: acknowledged #7 Login fails" in text
        assert "u or enter: yes · esc: no · the runbook since then is undone under X" in text
        await pilot.press("escape", "u", "q", yes)
        await pilot.pause()
        assert [target and target.id for target in room.undone] == ["3"]
        assert "taken back #7 Login fails" in app.screen._compositor.render_strips()[-1].text


async def test_what_was_done_just_now_is_taken_back_at_once() -> None:
    room = Undoing(LastDone("3", "acknowledged #7 Login fails", timedelta(seconds=2), True, False))
    app = WarRoomApp(as_room(room), None, SETTINGS, clock=FixedClock(NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("u")
        await pilot.pause()
        assert [target and target.id for target in room.undone] == ["3"]
