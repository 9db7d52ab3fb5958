"""The screen's settings before anything is validated: whatever stands in the file, the screen opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from vauntico_tui.cli.screen import screen_settings


def test_good_settings_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('[screen]\ntheme = "light"\nascii = true\ntime_zone = "Africa/Lagos"\nkeys = { quit = "Q" }\n')
    assert screen_settings(file) == {
        "theme": "light", "ascii": True, "time_zone": "Africa/Lagos", "keys": {"quit": "Q"},
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        b"", b"[screen]", b"screen = 3", b"\xff\xfe", b"[screen", b'[screen]\ntheme = "blue"\nascii = "yes"\nkeys = 3',
        b"a = " + b"[" * 5000, b"[screen]\ntheme = []\n", b"[screen.keys]\nquit = 3\n",
    ],
)  # fmt: skip
def test_bad_ones_are_left_to_the_load_that_says_why(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes(text)
    assert screen_settings(file) in ({}, {"keys": {}})


def test_no_file_is_no_setting(tmp_path: Path) -> None:
    assert screen_settings(None) == {}
    assert screen_settings(tmp_path) == {}
    assert screen_settings(tmp_path / "none") == {}
