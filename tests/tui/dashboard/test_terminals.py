"""Terminals that can less: nothing but ASCII, no colour, sixteen colours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.color import ColorType

from tests.tui.dashboard.stage import SETTINGS, staged
from tests.tui.sample_view import hostile_view, sample_view
from vauntico_tui.tui import theme
from vauntico_tui.tui.settings import ScreenSettings


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5", "ctrl+p", "slash"])
async def test_ascii_alone_reaches_the_terminal(key: str) -> None:
    async with staged(hostile_view(), settings=replace(SETTINGS, ascii=True)) as stage:
        await stage.press(key)
        for strip in stage.strips():
            assert strip.text.isascii()
            assert strip.cell_length == 120


async def test_without_colour_there_is_none_and_the_selected_row_is_still_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with staged(sample_view()) as stage:
        styles = [segment.style for strip in stage.strips() for segment in strip if segment.style]
        for style in styles:
            for colour in (style.color, style.bgcolor):
                assert colour is None or colour.type is ColorType.DEFAULT
        picked = next(strip for strip in stage.strips() if "▶" in strip.text)
        assert any(segment.style and segment.style.reverse and "#14" in segment.text for segment in picked)


async def test_sixteen_colours_are_the_terminals_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", "xterm")
    async with staged(sample_view()) as stage:
        assert stage.app.theme == theme.SIXTEEN
        for strip in stage.strips():
            for segment in strip:
                for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                    assert colour is None or colour.type in {ColorType.DEFAULT, ColorType.STANDARD}


@pytest.mark.parametrize(
    ("environment", "plain"),
    [
        ({"LC_ALL": "C"}, True),
        ({"LC_ALL": "C.UTF-8"}, False),
        ({"LC_ALL": "", "LC_CTYPE": "", "LANG": "de_DE.utf8"}, False),
        ({"LC_ALL": "", "LC_CTYPE": "de_DE.ISO-8859-1", "LANG": "de_DE.UTF-8"}, True),
    ],
)
def test_the_locale_decides_about_ascii(
    environment: dict[str, str], plain: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ScreenSettings().plain is plain
    assert ScreenSettings(ascii=not plain).plain is not plain


def test_auto_believes_what_the_terminal_says_of_its_background(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ScreenSettings().light
    monkeypatch.setenv("COLORFGBG", "0;15")
    assert ScreenSettings().light
    assert not ScreenSettings(theme="dark").light
    monkeypatch.setenv("COLORFGBG", "15;0")
    assert not ScreenSettings().light
    assert ScreenSettings(theme="light").light


def test_a_zone_that_is_not_known_is_the_machines_own() -> None:
    assert str(ScreenSettings(time_zone="Africa/Lagos").zone) == "Africa/Lagos"
    assert ScreenSettings(time_zone="Nowhere/Land").zone is None
    assert ScreenSettings(time_zone="../../etc/passwd").zone is None
    assert ScreenSettings().zone is None


def test_every_theme_draws_every_tone() -> None:
    for known in theme.themes():
        for tone in theme.TONES:
            theme.style_of(known.name, tone)
            theme.picked_style(known.name, tone, True)
