"""docs/box.md names every knob, fault and act."""

from __future__ import annotations

from pathlib import Path

import pytest

from vauntico_tui.sim.acts import ACTS
from vauntico_tui.sim.control import HELP
from vauntico_tui.sim.faults import KINDS, TARGETS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "box.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*ACTS, *KINDS, *TARGETS, *HELP])
def test_the_page_names_it(word: str) -> None:
    assert f"`{word}`" in PAGE or f"`{word}" in PAGE
