"""The log's screen, by its keys."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.ci_by_hand.given import JOBS, RED, RUN, URL, FakeCi, job, log_of, reading
from tests.tui.sample_view import sample_view
from tests.tui.screens.stage import Stage, settle, staged
from vauntico_tui.actions.remedy.ci.logread import read
from vauntico_tui.actions.remedy.ci.reader import Chosen
from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.tui.ci_acts import runs_behind
from vauntico_tui.tui.screens import log
from vauntico_tui.tui.screens.log import LogScreen
from vauntico_tui.tui.screens.log_rows import Rows, wrapped_heights
from vauntico_tui.tui.screens.log_view import LogView
from vauntico_tui.tui.screens.sheet import Sheet


def screen() -> LogScreen:
    return LogScreen(RUN.id, "Build Verification #31", URL)


def shown(stage: Stage) -> list[str]:
    """The lines of the log in sight."""
    view = stage.screen.query_one(LogView)
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


def picked(stage: Stage) -> str:
    return next((line for line in shown(stage) if line.startswith("▶")), "")


def says(stage: Stage) -> str:
    return str(cast("LogScreen", stage.screen)._written[".log--says"].plain)


async def press(stage: Stage, pilot: Pilot[str], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(stage, pilot)


async def test_it_opens_at_the_first_error_with_the_rest_folded() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, _):
        assert "✗ connect ECONNREFUSED 127.0.0.1:5432" in picked(stage)
        text = "\n".join(shown(stage))
        assert "▸ ✓ Install dependencies" in text
        assert "▾ ✗ Run integration tests" in text
        assert "▸ Run npm run test:integration" in text
        assert "shell: /usr/bin/bash" not in text
        assert "error 1 of 2" in says(stage)


async def test_enter_folds_and_opens_and_the_row_stays_where_it_is() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, pilot):
        await press(stage, pilot, "g", "enter")
        assert "▾ ✓ Set up job" in picked(stage)
        assert any("Current runner version" in line for line in shown(stage))
        before = shown(stage).index(picked(stage))
        await press(stage, pilot, "space")
        assert "▸ ✓ Set up job" in picked(stage)
        assert shown(stage).index(picked(stage)) == before
        await press(stage, pilot, "f")
        assert any("Image: ubuntu-24.04" in line for line in shown(stage))


async def test_errors_one_after_another_round_the_end() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, pilot):
        await press(stage, pilot, "e")
        assert "exit code 1" in picked(stage)
        await press(stage, pilot, "e")
        assert "ECONNREFUSED" in picked(stage)
        await press(stage, pilot, "E")
        assert "exit code 1" in picked(stage)


async def test_finding_opens_what_holds_it() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, pilot):
        await press(stage, pilot, "g", "slash", *"ubuntu", "enter")
        assert "Image: ubuntu-24.04" in picked(stage)
        assert '1 of 1 "ubuntu"' in says(stage)
        await press(stage, pilot, "slash")
        stage.screen.query_one(Input).value = "done"
        await press(stage, pilot, "enter")
        first = picked(stage)
        await press(stage, pilot, "n")
        assert picked(stage) != first
        await press(stage, pilot, "N")
        assert picked(stage) == first
        await press(stage, pilot, "escape")
        assert "done" not in says(stage)
        assert isinstance(stage.screen, LogScreen)


async def test_letters_typed_in_the_search_are_letters() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, pilot):
        await press(stage, pilot, "slash", *"we")
        assert stage.screen.query_one(Input).value == "we"
        assert not stage.screen.query_one(LogView).wrap
        await press(stage, pilot, "escape")
        assert isinstance(stage.screen, LogScreen)


async def test_wrapped_lines_are_whole_and_moved_over_as_one() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, pilot):
        assert any(line.endswith("›") for line in shown(stage))
        await press(stage, pilot, "w")
        text = " ".join(line[6:].strip() for line in shown(stage))
        assert "until it does not fit any more" in text.replace("  ", " ")
        await press(stage, pilot, "k", "k", "k")
        before = picked(stage)
        await press(stage, pilot, "j")
        assert picked(stage) != before
        assert picked(stage)
        await press(stage, pilot, "w")
        assert any(line.endswith("›") for line in shown(stage))


async def test_times_and_numbers_come_and_go() -> None:
    async with staged(screen, (120, 40), room=reading(FakeCi())) as (stage, pilot):
        await press(stage, pilot, "t")
        at = RED.steps[3].started_at
        assert at is not None
        assert f"{at:%H:%M:%S}" in picked(stage)
        await press(stage, pilot, "t", "number_sign")
        assert picked(stage).startswith("▶ ✗ connect")


async def test_the_line_or_the_section_is_copied_and_the_browser_gets_the_job() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, pilot):
        await press(stage, pilot, "y")
        assert stage.copied[-1] == "connect ECONNREFUSED 127.0.0.1:5432"
        await press(stage, pilot, "g", "y")
        assert "Image: ubuntu-24.04" in stage.copied[-1]
        await press(stage, pilot, "o")
        assert stage.copied[-1] == RED.url


async def test_several_failed_jobs_are_a_list_and_escape_goes_back_to_it() -> None:
    other = job(4, "e2e", "failure", "Run integration tests")
    ci = FakeCi((*JOBS, other), None)
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, pilot):
        assert "2 jobs failed" in says(stage)
        text = stage.screen.query_one(Sheet).text
        assert text.index("integration") < text.index("✓ test")
        await press(stage, pilot, "j", "enter")
        assert ("log", 4) in ci.asked
        assert "ECONNREFUSED" in picked(stage)
        await press(stage, pilot, "escape")
        assert "2 jobs failed" in says(stage)
        await press(stage, pilot, "escape")
        assert not isinstance(stage.screen, LogScreen)


async def test_the_list_is_a_key_away() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, pilot):
        await press(stage, pilot, "J")
        assert "test" in stage.screen.query_one(Sheet).text
        assert "which job?" in says(stage)


async def test_the_list_of_a_run_that_goes_on_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "FOLLOW", 0)
    ci = FakeCi((replace(RED, status="queued", conclusion=None, steps=()),), None)
    ci.chosen = replace(ci.chosen, run=replace(RUN, status="queued", conclusion=None))
    ended = Chosen(RUN, JOBS, None)
    looks = 0

    async def choose(_run_id: int, _name: str = "") -> Chosen:
        nonlocal looks
        looks += 1
        return ended if looks == 3 else ci.chosen

    monkeypatch.setattr(ci, "choose", choose)
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, _):
        assert looks == 3
        assert "build" in stage.screen.query_one(Sheet).text


async def test_a_running_job_is_followed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "FOLLOW", 0)
    going = replace(RED, status="in_progress", conclusion=None, completed_at=None)
    ci = FakeCi((going,), going)
    ci.logs[going.id] = log_of(RED)
    ci.later = [going, going, RED]
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, _):
        assert [what for what, _ in ci.asked] == ["choose", "job", "job", "job", "log"]
        assert "ECONNREFUSED" in picked(stage)


async def test_the_log_of_a_job_that_has_just_ended_may_come_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "FOLLOW", 0)
    going = replace(RED, status="in_progress", conclusion=None, completed_at=None)
    ci = FakeCi((going,), going)
    ci.later, ci.late = [RED], 2
    ci.logs[going.id] = log_of(RED)
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, _):
        assert [what for what, _ in ci.asked].count("log") == 3
        assert "ECONNREFUSED" in picked(stage)


async def test_a_run_that_failed_before_any_job_says_so() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi((), None))) as (stage, _):
        assert "before any job began" in stage.screen.query_one(Sheet).text


async def test_while_it_is_read_the_steps_are_shown() -> None:
    ci = FakeCi()
    ci.gate = asyncio.Event()
    async with staged(screen, (80, 24), room=_held(ci)) as (stage, pilot):
        assert "reading the log" in says(stage)
        assert "Run integration tests" in stage.screen.query_one(Sheet).text
        ci.gate.set()
        stage.fake.gate = None
        await settle(stage, pilot)
        assert "ECONNREFUSED" in picked(stage)


def _held(ci: FakeCi) -> Any:
    def set_up(room: Any) -> None:
        room.ci, room.gate = ci, ci.gate

    return set_up


async def test_a_trouble_names_its_next_step_and_can_be_tried_again() -> None:
    ci = FakeCi()
    ci.error = SourceError(Trouble("not_found", "the log has expired", "rerun the job"))
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, pilot):
        text = stage.screen.query_one(Sheet).text
        assert "the log has expired" in text
        assert "rerun the job" in text
        ci.error = None
        await press(stage, pilot, "r")
        assert "ECONNREFUSED" in picked(stage)


async def test_what_is_hostile_is_shown_as_text() -> None:
    ci = FakeCi()
    words = "[/red] [@click=app.quit]x[/] \x1b]0;owned\x07\x1b[2J \u202eabc"
    ci.logs[RED.id] = log_of(RED, words, "界" * 200, "\t\ttabbed")
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, pilot):
        text = "\n".join(shown(stage))
        assert "[/red] [@click=app.quit]x[/]" in text
        assert not set("\x1b\x07\u202e") & set(text)
        assert "owned" not in text
        await press(stage, pilot, "w", "slash", *"tabbed", "enter")
        assert "tabbed" in picked(stage)


@pytest.mark.parametrize("data", [b"", b"\n", b"no end", b"##[group]\n##[group]\n", b"##[endgroup]\n##[error]\n"])
async def test_odd_logs(data: bytes) -> None:
    ci = FakeCi()
    ci.logs[RED.id] = read(data)
    async with staged(screen, (40, 12), room=reading(ci)) as (stage, pilot):
        await press(stage, pilot, "j", "k", "G", "g", "enter", "f", "f", "e", "n", "w", "right", "left", "y")
        assert isinstance(stage.screen, LogScreen)


async def test_half_a_million_lines_are_drawn_a_screen_at_a_time() -> None:
    one = read(b"\n".join(b"line %d" % number for number in range(500_000)) + b"\n##[error]at the end")
    looked: list[int] = []
    ci = FakeCi()
    ci.logs[RED.id] = one
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, pilot):
        view = stage.screen.query_one(LogView)
        assert view.rows is not None
        view.rows.log = cast("Any", _Counting(one, looked))
        await press(stage, pilot, "g", "pagedown", "G")
        assert len(set(looked)) < 200
        assert picked(stage).endswith("at the end")


class _Counting:
    """A log that notes which lines are looked at."""

    def __init__(self, log: Any, looked: list[int]) -> None:
        self._log, self._looked = log, looked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def __len__(self) -> int:
        return len(self._log)

    def line(self, number: int) -> Any:
        self._looked.append(number)
        return self._log.line(number)


# ---- the keys that open it ------------------------------------------------------------------------------------------


async def test_from_the_pane_the_failed_run_is_meant() -> None:
    ci, view = FakeCi(), sample_view()
    flow = next(one for one in view.ci.workflows if one.failed)
    assert flow.failed is not None
    async with staged(None, (120, 40), room=reading(ci)) as (stage, pilot):
        await press(stage, pilot, "3", "l")
        assert isinstance(stage.screen, LogScreen)
        first = next(one for one in view.ci.workflows if one.failed or one.running)
        wanted = first.failed or first.running
        assert wanted is not None
        assert ci.asked[0] == ("choose", wanted.id)
        await press(stage, pilot, "c")
        assert ci.asked[-1] == ("compare", wanted.id)
        await press(stage, pilot, "escape", "escape")
        assert len(stage.screen_stack) == 1


def test_a_row_stands_for_its_runs() -> None:
    view = sample_view()
    flow = next(one for one in view.ci.workflows if one.failed)
    assert flow.failed is not None
    runs = runs_behind(view, Subject("workflow", flow.path, flow.name))
    assert runs[0] == Subject("run", str(flow.failed.id), f"{flow.name} #{flow.failed.number}", flow.failed.url)
    assert runs_behind(view, Subject("workflow", "gone.yml")) == ()
    assert runs_behind(view, Subject("blocker", "x")) == ()
    pull = view.ci.pulls[0]
    ours = {run.id for one in view.ci.workflows for run in one.runs if run.branch == pull.branch}
    assert {int(one.id) for one in runs_behind(view, Subject("pull", str(pull.number)))} <= ours


async def test_where_there_is_no_run_it_says_so() -> None:
    async with staged(None, (120, 40), room=reading(FakeCi())) as (stage, pilot):
        await press(stage, pilot, "1", "l")
        assert not isinstance(stage.screen, LogScreen)
        assert "no run" in stage.said[-1]


# ---- rows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [None, 8, 20, 200])
def test_every_row_and_every_line_find_each_other(width: int | None) -> None:
    one = log_of(RED, "x" * 100, "界" * 30, "")
    rows = Rows(one)
    rows.set_heights(wrapped_heights(one, width) if width else None)
    for _ in range(2):
        keys = []
        for number in range(len(rows)):
            row = rows.at(number)
            assert row is not None
            if row.part == 0:
                assert rows.row_of(row.key) == number
                keys.append(row.key)
        assert len(keys) == len(set(keys))
        rows.set_all(True)
    hidden = {line for line in range(len(one)) if one.line(line).kind == "endgroup"}
    heads = {group.first for group in one.groups}
    assert {ref for kind, ref in keys if kind == "line"} == set(range(len(one))) - hidden - heads


def test_what_is_folded_is_found_by_its_heading_and_revealed() -> None:
    one = log_of(RED)
    rows = Rows(one)
    rows.set_all(False)
    line = one.errors[0]
    step = next(index for index, section in enumerate(one.steps) if section.first <= line < section.end)
    assert rows.key_of(line) == ("step", step)
    rows.reveal(line)
    assert rows.key_of(line) == ("line", line)
    assert rows.toggle(("line", line)) == ("step", step)
    assert rows.key_of(line) == ("step", step)
