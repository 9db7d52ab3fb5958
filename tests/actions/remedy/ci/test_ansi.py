"""Colours become tones; whatever else a terminal would obey is gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.actions.remedy.ci.ansi import plain, spans


@pytest.mark.parametrize(
    ("codes", "look"),
    [
        ("31", "unmet"), ("92", "met"), ("1;33", "bold soon"), ("36", "accent"), ("90", "dim"), ("2", "dim"),
        ("38;5;196", "unmet"), ("38;5;46", "met"), ("38;5;240", "dim"), ("38;2;255;80;80", "unmet"),
        ("38;2;20;200;40", "met"), ("38:5:226", "soon"), ("37", ""), ("41", ""), ("3;4", "italic underline"),
        ("31;0", ""), ("1;22", ""), ("", ""),
    ],
)  # fmt: skip
def test_codes(codes: str, look: str) -> None:
    assert spans(f"\x1b[{codes}mword\x1b[0m") == (("word", look),)


def test_a_colour_ends_where_it_ends() -> None:
    assert spans("a \x1b[31mb\x1b[39m c") == (("a ", ""), ("b", "unmet"), (" c", ""))


def test_tabs_are_spaces_across_colours() -> None:
    assert plain("ab\tc") == "ab      c"
    assert "".join(text for text, _ in spans("ab\x1b[31m\tc")) == "ab      c"


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b]8;;https://evil\x07click\x1b]8;;\x07", "\x1b[2J", "\x1b[?1049h", "\x1b]0;title\x07", "\x1bP1$r\x1b\\",
        "a\x08b", "\u202eabc", "[@click=app.quit]x[/]", "\x9b31m", "\x1b[999999999999m", "\x1b[38;5m", "\x1b[38;2;1m",
    ],
)  # fmt: skip
def test_nothing_is_obeyed(hostile: str) -> None:
    text = "".join(text for text, _ in spans(hostile))
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char == "\u202e" for char in text)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    told = spans(text)
    assert all(part for part, _ in told)
    assert not any(ord(char) < 32 or ord(char) == 127 for part, _ in told for char in part)
