"""Setting one value in a config that a person keeps."""

from __future__ import annotations

import stat
import tomllib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.base.problems import InputError
from vauntico_tui.config.load import load_config
from vauntico_tui.config.write import instant, set_started_at, set_value, write_private

AT = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)

KEPT = """# mine
[github]   # the one
repository = "a/b"

[plan]
# the real one
file = "plan.toml"
started_at = 2024-01-01T00:00:00Z  # when we began

[screen]
theme = "dark"
"""


def test_everything_else_stays_to_the_letter() -> None:
    assert set_value(KEPT, "plan", "started_at", AT) == KEPT.replace("2024-01-01T00:00:00Z", "2025-01-06T09:00:00Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "read_only = true\n",
        "[plan]",
        "[plan]\n",
        "[plan]\n# started_at = 2020-01-01T00:00:00Z\n",
        'plan = { file = "x" }\n',
        'plan.file = "x"\n',
        '[plan]\nfile = """\n[screen]\nstarted_at = no\n"""\n',
        "# only a comment",
        '[screen]\r\ntheme = "dark"\r\n',
        '["plan"]\n',
    ],
)
def test_the_value_is_set_whatever_stands_there(text: str) -> None:
    before, after = tomllib.loads(text), tomllib.loads(set_value(text, "plan", "started_at", AT))
    assert after.pop("plan") == {**before.pop("plan", {}), "started_at": AT}
    assert after == before


@given(st.sampled_from(["", "# c\n", KEPT, "[plan]\n", "[[x]]\na = 1\n"]), st.datetimes(timezones=st.just(UTC)))
def test_what_was_set_is_read_back(text: str, at: datetime) -> None:
    at = at.replace(microsecond=0)
    once = set_value(text, "plan", "started_at", at)
    assert tomllib.loads(once)["plan"]["started_at"] == at
    assert set_value(once, "plan", "started_at", at) == once


def test_a_start_is_written_into_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "c.toml"
    set_started_at(file, datetime(2025, 1, 6, 10, 0, tzinfo=timezone(timedelta(hours=1))))
    assert "2025-01-06T09:00:00Z" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_config(file).value.plan.started_at == AT


def test_a_config_with_problems_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("plan = 3\n")
    with pytest.raises(InputError):
        set_started_at(file, AT)
    assert file.read_text() == "plan = 3\n"


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("mine")
    with pytest.raises(InputError) as caught:
        write_private(file, "other", overwrite=False)
    assert "--force" in str(caught.value)
    assert file.read_text() == "mine"
    assert [entry.name for entry in tmp_path.iterdir()] == ["c.toml"]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text("a = 1\n")
    (tmp_path / "link.toml").symlink_to("real.toml")
    write_private(tmp_path / "link.toml", "a = 2\n", overwrite=True)
    assert (tmp_path / "link.toml").is_symlink()
    assert (tmp_path / "real.toml").read_text() == "a = 2\n"


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError):
        write_private(tmp_path / "file" / "c.toml", "", overwrite=True)


def test_instants_are_utc_with_z() -> None:
    assert instant(datetime(2025, 1, 6, 10, 0, 0, 999, tzinfo=timezone(timedelta(hours=1)))) == "2025-01-06T09:00:00Z"
