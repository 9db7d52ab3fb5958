"""Secrets are asked for masked, from where the person says, and stay nowhere."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.remedy.stage import on_stage
from tests.tui.screens.stage import settle
from vauntico_tui.actions.remedy.model import Ask
from vauntico_tui.actions.remedy.values import LONGEST, value_of
from vauntico_tui.base.problems import InputError
from vauntico_tui.tui.app import WarRoomApp
from vauntico_tui.tui.screens.remedy.secrets import Masked, SecretsScreen

CANARY = "canary-4f1c9"
ASKS = (Ask("secret", "STRIPE_SECRET_KEY"), Ask("secret", "DATABASE_URL"))
PLACES = (Ask("secret", "STRIPE_SECRET_KEY", "", ("repository", "production")),)


async def test_what_is_typed_is_masked_and_gone_afterwards() -> None:
    async with on_stage() as (stage, pilot):
        screen = SecretsScreen(ASKS, "Hotfix")
        got: list[dict[str, str] | None] = []
        stage.push_screen(screen, got.append)
        await settle(stage, pilot)
        fields = list(screen.query(Masked))
        await pilot.press(*CANARY)
        await pilot.press("home", "shift+end", "ctrl+c")
        await pilot.press("shift+end", "ctrl+x")
        assert fields[0].value == CANARY
        assert stage.clipboard == "" and not stage.copied
        assert CANARY not in stage.text
        assert CANARY not in stage.export_screenshot()
        await pilot.press("enter", "x", "enter")
        await settle(stage, pilot)
        assert got == [{"STRIPE_SECRET_KEY": CANARY, "DATABASE_URL": "x"}]
        got.clear()
        gc.collect()
        assert all(CANARY not in repr(vars(one)) for one in gc.get_objects() if isinstance(one, Input))


async def test_giving_up_forgets_too() -> None:
    async with on_stage() as (stage, pilot):
        screen = SecretsScreen(ASKS, "Hotfix")
        got: list[dict[str, str] | None] = []
        stage.push_screen(screen, got.append)
        await settle(stage, pilot)
        fields = list(screen.query(Masked))
        await pilot.press(*CANARY, "escape")
        await settle(stage, pilot)
        assert got == [None]
        assert [field.value for field in fields] == ["", ""]


async def test_each_may_come_from_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "value").write_text(f"{CANARY}\n")
    monkeypatch.setenv("STRIPE_SECRET_KEY", "from-env")
    async with on_stage() as (stage, pilot):
        screen = SecretsScreen(ASKS, "Hotfix")
        got: list[dict[str, str] | None] = []
        stage.push_screen(screen, got.append)
        await settle(stage, pilot)
        await pilot.press("down")
        assert "environment" in stage.text
        await pilot.press("enter", "up")  # a command
        screen.query(Masked)[1].value = f"cat '{tmp_path}/value'"
        await pilot.press("enter")
        await settle(stage, pilot)
        assert got == [{"STRIPE_SECRET_KEY": "from-env", "DATABASE_URL": CANARY}]


async def test_what_cannot_be_had_is_said_without_any_value() -> None:
    async with on_stage() as (stage, pilot):
        screen = SecretsScreen(ASKS, "Hotfix")
        stage.push_screen(screen)
        await settle(stage, pilot)
        await pilot.press(*CANARY, "enter", "down")
        await pilot.press("enter")
        await settle(stage, pilot)
        assert "✗ DATABASE_URL: the environment has no DATABASE_URL" in stage.text
        assert stage.screen is screen
        assert CANARY not in stage.text


async def test_an_empty_field_is_not_a_value() -> None:
    async with on_stage() as (stage, pilot):
        screen = SecretsScreen(ASKS, "Hotfix")
        stage.push_screen(screen)
        await settle(stage, pilot)
        await pilot.press("enter")
        await settle(stage, pilot)
        assert "STRIPE_SECRET_KEY: typed or pasted; masked" in stage.text


async def test_a_crash_report_holds_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[str] = []

    def kept(app: WarRoomApp) -> None:
        reports.extend(it.text for one in app._exit_renderables for it in one.segments)  # type: ignore[union-attr]

    monkeypatch.setattr(WarRoomApp, "_close_messages_no_wait", kept)

    def crashes(given: dict[str, str] | None) -> None:
        assert given is not None
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        async with on_stage() as (stage, pilot):
            stage.push_screen(SecretsScreen(ASKS[:1], "Hotfix"), crashes)
            await settle(stage, pilot)
            await pilot.press(*CANARY, "enter")
            await settle(stage, pilot)
    report = "".join(reports)
    assert "a bug" in report
    assert "in crashes" in report
    assert CANARY not in report


async def test_one_value_for_all_places_or_one_each() -> None:
    async with on_stage() as (stage, pilot):
        screen = SecretsScreen(PLACES, "Hotfix")
        got: list[dict[str, str] | None] = []
        stage.push_screen(screen, got.append)
        await settle(stage, pilot)
        assert "same for all environments?  yes  repository, production" in stage.text
        await pilot.press("space")
        await settle(stage, pilot)
        assert "STRIPE_SECRET_KEY@production" in stage.text
        await pilot.press("enter", "a", "enter", "b", "enter")
        await settle(stage, pilot)
        assert got == [{"STRIPE_SECRET_KEY@repository": "a", "STRIPE_SECRET_KEY@production": "b"}]


@pytest.mark.parametrize(
    ("origin", "given", "said"),
    [
        ("environment", "NO_SUCH_NAME_HERE", "has no NO_SUCH_NAME_HERE"),
        ("file", "/no/such/file", "No such file"),
        ("command", "'unclosed", "can't be read"),
        ("command", "", "is empty"),
        ("command", "no-such-program-here x", "is it installed"),
        ("command", "sh -c 'echo why >&2; exit 3'", "sh ended with 3: why"),
        ("command", "true", "is empty"),
        ("typed", "  ", "is empty"),
        ("typed", "x" * (LONGEST + 1), "longer than 48 KB"),
    ],
)
async def test_no_value_and_why(origin: str, given: str, said: str) -> None:
    with pytest.raises(InputError, match="(?s)" + said):
        await value_of(origin, given)  # type: ignore[arg-type]


async def test_of_a_program_that_prints_without_end_little_is_held() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="longer than 48 KB"):
            await value_of("command", "head -c 30000000 /dev/zero")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


async def test_a_command_is_no_shell_and_one_line_end_goes(tmp_path: Path) -> None:
    assert await value_of("command", "printf '%s\\n\\n' '$HOME; a'") == "$HOME; a\n"
    (tmp_path / "value").write_bytes(b"two\nlines\r\n")
    assert await value_of("file", str(tmp_path / "value")) == "two\nlines"
