"""Broken characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.plan.mojibake import repair


@pytest.mark.parametrize("codec", ["mac_roman", "cp1252", "latin-1"])
def test_utf8_read_as_something_else(codec: str) -> None:
    text = "## 🎯 Ziele für Größe\n\n- ✅ erledigt – ganz\n- naïve café\n"
    try:
        broken = text.encode().decode(codec)
    except UnicodeDecodeError:
        broken = text.encode().decode("sloppy-windows-1252")
    assert repair(broken) == text


@pytest.mark.parametrize(
    "text", ["plain", "Café déjà vu ✅ → naïve", "漢字かな", "Ωμέγα", "“quoted” – it’s …", "±5 µs ©"]
)
def test_what_is_right_stays(text: str) -> None:
    assert repair(text) == text


def test_code_is_left_alone_where_the_document_is_broken_in_places() -> None:
    broken = "# \uf8ffüéØ Targets\n\n→ 漢字\n\n```\n- ‚úÖ in code\n```\n\n- ‚úÖ done\n"
    assert repair(broken) == "# 🎯 Targets\n\n→ 漢字\n\n```\n- ‚úÖ in code\n```\n\n- ✅ done\n"


@given(st.text())
def test_total_and_ascii_untouched(text: str) -> None:
    assert isinstance(repair(text), str)
    ascii_only = text.encode("ascii", "ignore").decode()
    assert repair(ascii_only) == ascii_only


def test_half_a_character_is_replaced() -> None:
    assert repair("a\ud800b") == "a?b"
