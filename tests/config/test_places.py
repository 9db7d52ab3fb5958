"""Where the config is looked for, and where what is remembered lives."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from vauntico_tui.config import places


def test_the_order_in_which_a_config_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = places.default_config()
    assert places.find_config(None) is None
    own.parent.mkdir(parents=True)
    own.write_text("")
    assert places.find_config(None) == own
    monkeypatch.setenv("VAUNTICO_CONFIG", str(tmp_path / "by-variable.toml"))
    assert places.find_config(None) == tmp_path / "by-variable.toml"
    assert places.find_config(tmp_path / "asked.toml") == tmp_path / "asked.toml"


def test_each_config_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = places.state_dir(tmp_path / "a" / "config.toml"), places.state_dir(tmp_path / "b" / "config.toml")
    assert one != other
    assert one != places.state_dir(None)
    monkeypatch.chdir(tmp_path)
    assert places.state_dir(Path("a/config.toml")) == one


def test_a_hostile_name_stays_inside(tmp_path: Path) -> None:
    folder = places.state_dir(tmp_path / "..\n\x1b[31m\udcff ..toml")
    assert folder.parent == places.state_dir(None).parent
    assert folder.name.isascii()
    assert folder.name.isprintable()


def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "x"
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    assert places.make_state_dir(folder) is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    trouble = places.make_state_dir(tmp_path / "file" / "state")
    assert trouble is not None
    assert str(tmp_path / "file") in trouble


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("root writes everywhere")
        assert places.make_state_dir(tmp_path / "state") is not None
    finally:
        tmp_path.chmod(0o700)
