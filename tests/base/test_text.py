"""Text from outside, made safe."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.base.text import clean, one_line


@given(st.text())
def test_nothing_dangerous_is_left(text: str) -> None:
    safe = clean(text)
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in safe)
    assert not any(char in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f\ufeff" for char in safe)
    assert clean(safe) == safe


@given(st.text(), st.integers(1, 40))
def test_lines_are_short_and_single(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line and "\t" not in line


def test_escape_sequences_go_whole() -> None:
    assert clean("\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 \x9b2Jx") == "red link x"
    assert clean("a\r\nb\rc\x00d") == "a\nbcd"
    assert clean("👩‍👩‍👧 naïve") == "👩‍👩‍👧 naïve"
    assert clean("x" * 50, 10) == "x" * 9 + "…"
