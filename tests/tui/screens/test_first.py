"""The first screen and the screen of problems: they always say what to do next."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, Static

from tests.tui.sample_view import HOSTILE
from tests.tui.screens.stage import Stage, settle, staged
from vauntico_tui.base.problems import Problem
from vauntico_tui.config.load import load_config
from vauntico_tui.tui.screens.problems import ProblemsScreen
from vauntico_tui.tui.screens.setup import LiveSetup, Told
from vauntico_tui.tui.screens.sheet import Sheet
from vauntico_tui.tui.screens.welcome import WelcomeScreen

PLAN = 'format = 1\ntitle = "Ours"\n'


class FakeSetup:
    """Says what it is told to; keeps what was written."""

    def __init__(self, *, good: bool = True, error: Exception | None = None) -> None:
        self.good, self.error = good, error
        self.file = Path("/home/me/config.toml")
        self.written: list[dict[str, str | None]] = []

    def token(self) -> Told:
        return Told(True, "token from GITHUB_TOKEN")

    def repository(self, name: str) -> Told:
        if self.error is not None:
            raise self.error
        return Told(self.good, f"{name} answers" if self.good else "GitHub says 404; check the name [/x]")

    def plan(self, path: str) -> Told:
        return Told(self.good, "Ours" if self.good else f"{path}:3: unknown key\n{path}:4: another")

    def write(self, *, repository: str | None = None, plan: str | None = None) -> Told:
        self.written.append({"repository": repository, "plan": plan})
        return Told(True, "written")


def said(app: Stage) -> str:
    return str(app.screen.query_one("#said", Static).render())


async def until_said(app: Stage, pilot: Any, words: str) -> None:
    """Until a step in its thread has answered."""
    for _ in range(200):
        await settle(app, pilot)
        if words in said(app):
            return
    raise AssertionError(f"{words!r} never came: {said(app)!r}")


async def test_it_offers_all_ways_in() -> None:
    async with staged(lambda: WelcomeScreen(FakeSetup()), (80, 24)) as (app, _):
        text = app.screen.query_one(Sheet).text
        for words in ("demo", "Connect a repository", "Open a plan file", "Set up everything"):
            assert words in text


@pytest.mark.parametrize(("keys", "result"), [(["enter"], "demo"), (["1"], "demo"), (["4"], "init"), (["q"], None)])
async def test_a_choice_leaves_with_its_name(keys: list[str], result: str | None) -> None:
    async with staged(lambda: WelcomeScreen(FakeSetup()), (80, 24)) as (app, pilot):
        await pilot.press(*keys)
    assert app.return_value == result


async def test_a_repository_is_tried_out_then_written() -> None:
    setup = FakeSetup()
    async with staged(lambda: WelcomeScreen(setup), (80, 24)) as (app, pilot):
        await pilot.press("j", "enter")
        await until_said(app, pilot, "token from GITHUB_TOKEN")
        assert "This writes /home/me/config.toml" in said(app)
        await pilot.press(*"me/x", "enter")
        while not setup.written:
            await settle(app, pilot)
    assert setup.written == [{"repository": "me/x", "plan": None}]
    assert app.return_value == "written"


async def test_one_that_does_not_answer_is_kept_only_when_given_again() -> None:
    setup = FakeSetup(good=False)
    async with staged(lambda: WelcomeScreen(setup), (80, 24)) as (app, pilot):
        await pilot.press("2", *"me/x", "enter")
        await until_said(app, pilot, "GitHub says 404; check the name [/x]")
        assert "enter once more" in said(app)
        assert setup.written == []
        await pilot.press("enter")
        while not setup.written:
            await settle(app, pilot)
    assert setup.written == [{"repository": "me/x", "plan": None}]


async def test_a_name_that_no_config_takes_is_not_offered_to_be_kept(tmp_path: Path) -> None:
    setup = LiveSetup(tmp_path / "config.toml")
    async with staged(lambda: WelcomeScreen(setup), (80, 24)) as (app, pilot):
        await pilot.press("2", *"meandx", "enter")
        await until_said(app, pilot, "like owner/name")
        assert "enter once more" not in said(app)


async def test_a_bad_plan_says_every_problem_and_is_not_written() -> None:
    setup = FakeSetup(good=False)
    async with staged(lambda: WelcomeScreen(setup), (80, 24)) as (app, pilot):
        await pilot.press("3", *"p.toml", "enter")
        await until_said(app, pilot, "p.toml:4: another")
        assert "p.toml:3: unknown key" in said(app)
        await pilot.press("enter")
        await until_said(app, pilot, "another")
        assert setup.written == []


async def test_whatever_a_step_raises_is_one_line() -> None:
    async with staged(lambda: WelcomeScreen(FakeSetup(error=OSError("no route [/b]"))), (80, 24)) as (app, pilot):
        await pilot.press("2", *"a/b", "enter")
        await until_said(app, pilot, "OSError: no route [/b]")
        assert app.is_running


async def test_esc_gives_up_the_question_and_an_empty_answer_asks_again() -> None:
    async with staged(lambda: WelcomeScreen(FakeSetup()), (80, 24)) as (app, pilot):
        await pilot.press("2", "enter")
        await until_said(app, pilot, "owner/name")
        await pilot.press("escape")
        await settle(app, pilot)
        assert not app.screen.query_one(Input).display
        assert isinstance(app.screen, WelcomeScreen)
        assert app.focused is app.screen.query_one(Sheet)


def test_a_config_is_written_for_its_owner_alone_and_never_over_another(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN)
    setup = LiveSetup(tmp_path / "new" / "config.toml")
    assert setup.plan(str(plan)).ok
    told = setup.write(repository="me/x", plan=str(plan))
    assert told.ok, told.words
    assert stat.S_IMODE(setup.file.stat().st_mode) == 0o600
    config = load_config(setup.file).value
    assert (config.github.repository, config.plan.file) == ("me/x", plan)
    assert config.plan.started_at is not None
    again = setup.write(repository="me/y")
    assert not again.ok
    assert "there is a file already" in again.words


def test_what_can_not_be_used_is_said(tmp_path: Path) -> None:
    setup = LiveSetup(tmp_path / "config.toml", seconds=0.1)
    bad = tmp_path / "plan.toml"
    bad.write_text('format = 1\ntitle = "x"\nblokers = []\n')
    assert "blokers" in setup.plan(str(bad)).words
    assert not setup.plan(str(tmp_path / "none.toml")).ok
    assert "plan import" in setup.plan("ROADMAP.md").words
    assert not setup.repository("no slash").ok
    assert "GITHUB_TOKEN" in setup.token().words


# ---- problems ---------------------------------------------------------------------------------------------------

PROBLEMS = (
    Problem('unknown key "repositry"', "/home/me/config.toml", 3, 'did you mean "repository"?'),
    Problem("url must start with http://", "/home/me/config.toml", 7),
    Problem(HOSTILE, hint="[@click=app.quit]x[/]"),
)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_every_problem_is_shown_with_its_place_and_hint(size: tuple[int, int]) -> None:
    async with staged(lambda: ProblemsScreen(PROBLEMS), size) as (app, _):
        text = app.screen.query_one(Sheet).text
    for words in ('unknown key "repositry"', "/home/me/config.toml:3", 'did you mean "repository"?',
                  "/home/me/config.toml:7", "fix [/path]", "[@click=app.quit]x[/]"):  # fmt: skip
        assert words in text, words


async def test_all_problems_are_copied() -> None:
    async with staged(lambda: ProblemsScreen(PROBLEMS), (80, 24)) as (app, pilot):
        await pilot.press("y")
        assert app.copied == ["\n".join(str(problem) for problem in PROBLEMS)]


async def test_r_reads_again() -> None:
    async with staged(lambda: ProblemsScreen(PROBLEMS), (80, 24)) as (app, pilot):
        app.room = None
        await pilot.press("r")
        await settle(app, pilot)
        assert app.screen is app.screen_stack[0]
        assert app.room is not None


async def test_hundreds_of_problems_scroll() -> None:
    many = [Problem(f"problem {number}", "plan.toml", number) for number in range(1, 400)]
    async with staged(lambda: ProblemsScreen(many), (80, 24)) as (app, pilot):
        assert "399 problems" in str(app.screen.query_one(".behind--title", Static).render())
        await pilot.press("G")
        sheet = app.screen.query_one(Sheet)
        assert "problem 399" in "\n".join(sheet.render_line(y).text for y in range(sheet.size.height))
