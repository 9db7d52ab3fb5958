"""A run beside the last green one, by its keys."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.ci_by_hand.given import GREEN, RUN, URL, FakeCi, reading
from tests.tui.screens.stage import settle, staged
from vauntico_tui.actions.remedy.ci.compare import Comparison
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.tui.screens.compare import CompareScreen
from vauntico_tui.tui.screens.log import LogScreen
from vauntico_tui.tui.screens.sheet import Sheet


def screen() -> CompareScreen:
    return CompareScreen(RUN.id, "Build Verification #31", URL)


async def test_what_says_how_ci_runs_stands_before_the_rest() -> None:
    async with staged(screen, (80, 24), room=reading(FakeCi())) as (stage, _):
        text = stage.screen.query_one(Sheet).text
        assert "2 commits: 1 workflow file changed" in text
        order = [text.index(word) for word in (".github/workflows", "package-lock.json", "weights.ts")]
        assert order == sorted(order)
        assert "version" in text
        assert "20241215.1.0 → 20250105.1.0" in text
        assert "Run integration tests: success → failure" in text
        assert all(len(line) <= 80 for line in text.splitlines())


async def test_a_file_unfolds_to_its_difference_and_a_job_to_its_log() -> None:
    ci = FakeCi()
    async with staged(screen, (120, 40), room=reading(ci)) as (stage, pilot):
        sheet = stage.screen.query_one(Sheet)
        sheet.move_to("file:.github/workflows/build-verification.yml")
        await pilot.press("enter")
        assert "+22" in sheet.text
        await pilot.press("enter")
        assert "+22" not in sheet.text
        sheet.move_to("job:2")
        await pilot.press("enter")
        await settle(stage, pilot)
        assert isinstance(stage.screen, LogScreen)
        assert ci.asked[-1] == ("log", 2)


async def test_the_browser_gets_what_is_picked() -> None:
    async with staged(screen, (120, 40), room=reading(FakeCi())) as (stage, pilot):
        sheet = stage.screen.query_one(Sheet)
        sheet.move_to(f"commit:{RUN.sha}")
        await pilot.press("o")
        assert stage.copied[-1].endswith("/commit/c0ffee")


async def test_never_green_and_the_same_commit_are_said() -> None:
    ci = FakeCi()
    ci.told = Comparison(RUN, None)
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, pilot):
        assert "never green" in stage.screen.query_one(Sheet).text
        ci.told = Comparison(RUN, replace(GREEN, sha=RUN.sha))
        await pilot.press("r")
        await settle(stage, pilot)
        assert "the same commit was green" in stage.screen.query_one(Sheet).text.lower()


async def test_what_could_not_be_read_stands_beside_what_could() -> None:
    ci = FakeCi()
    ci.told = replace(ci.told, between=None, troubles=(Trouble("server", "GitHub has trouble", "try again"),))
    async with staged(screen, (80, 24), room=reading(ci)) as (stage, pilot):
        text = stage.screen.query_one(Sheet).text
        assert "GitHub has trouble" in text
        assert "integration" in text
        ci.error = SourceError(Trouble("refused", "no way there", "check the network"))
        await pilot.press("r")
        await settle(stage, pilot)
        text = stage.screen.query_one(Sheet).text
        assert "check the network" in text
        assert "integration" in text  # what was known stays
