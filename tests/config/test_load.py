"""Reading a config: every problem at once with its line, paths from the config's folder, retired keys as warnings."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vauntico_tui.base import tomlfile
from vauntico_tui.base.problems import InputError
from vauntico_tui.config import load
from vauntico_tui.config.load import load_config, parse_config
from vauntico_tui.config.model import Config


def _problems(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_config(text, "c.toml")
    return [str(problem) for problem in caught.value.problems]


def test_an_empty_config_is_all_defaults() -> None:
    config = parse_config("").value
    assert config == Config()
    assert config.github.every == timedelta(seconds=30)
    assert config.read_only is False


def test_every_problem_is_told_with_its_line_and_a_suggestion() -> None:
    problems = _problems(
        '[github]\nrepositry = "a/b"\nevery = "5 parsecs"\n\n[prometheus]\nurl = "localhost"\n\n[scren]\n'
        '[screen]\ntheme = "drak"\n'
    )
    assert [problem.split(": ")[0] for problem in problems] == [
        "c.toml:2",
        "c.toml:3",
        "c.toml:6",
        "c.toml:8",
        "c.toml:10",
    ]
    assert 'did you mean "repository"?' in problems[0]
    assert 'did you mean "screen"?' in problems[3]


def test_a_start_without_a_zone_is_no_start() -> None:
    (problem,) = _problems("[plan]\nstarted_at = 2025-01-06T09:00:00\n")
    assert problem.startswith("c.toml:2: ")
    assert "zone" in problem


def test_an_interval_that_would_be_a_loop_is_refused() -> None:
    (problem,) = _problems('[github]\nevery = "0 s"\n')
    assert "1 s" in problem


@pytest.mark.parametrize("repository", ["vauntico", "a/b/c", "a b/c", "a/b\\n", "/b"])
def test_a_repository_is_owner_and_name(repository: str) -> None:
    assert len(_problems(f'[github]\nrepository = "{repository}"\n')) == 1


def test_a_secret_has_no_place_here() -> None:
    for key in ("token", "password", "bearer"):
        section = "github" if key == "token" else "prometheus.auth"
        (problem,) = _problems(f'[{section}]\n{key} = "hunter2"\n')
        assert "hunter2" not in problem


def test_paths_are_taken_from_the_configs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file = tmp_path / "c.toml"
    file.write_text(
        '[github]\ntoken_file = "tok"\n[prometheus.auth]\nca_file = "/etc/ca.pem"\npassword_file = "~/pw"\n'
        '[plan]\nfile = "../plan.toml"\n'
    )
    config = load_config(file).value
    assert config.github.token_file == tmp_path / "tok"
    assert config.prometheus.auth.ca_file == Path("/etc/ca.pem")
    assert config.prometheus.auth.password_file == tmp_path / "home" / "pw"
    assert config.plan.file is not None
    assert config.plan.file.resolve() == tmp_path.parent / "plan.toml"


def test_a_relative_config_gives_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.toml").write_text('[plan]\nfile = "plan.toml"\n')
    monkeypatch.chdir(tmp_path)
    assert load_config(Path("c.toml")).value.plan.file == tmp_path / "plan.toml"


def test_a_retired_key_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(load, "RETIRED", {"github.repo": "write repository"})
    file = tmp_path / "c.toml"
    file.write_text('[github]\nrepo = "a/b"\nrepository = "c/d"\n')
    parsed = load_config(file)
    assert parsed.value.github.repository == "c/d"
    (warning,) = parsed.warnings
    assert (warning.line, warning.hint) == (2, "write repository")


def test_no_retired_key_is_a_key_of_today() -> None:
    for key in load.RETIRED:
        with pytest.raises(InputError):
            tomlfile.parse(Config, f"{key} = 1\n", "c.toml")


def test_a_start_is_an_instant() -> None:
    config = parse_config("[plan]\nstarted_at = 2025-01-06T10:00:00+01:00\n").value
    assert config.plan.started_at == datetime(2025, 1, 6, 9, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["missing", "folder", "binary", "unreadable"])
def test_a_file_that_is_none_says_what_to_do(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "c.toml"
    if kind == "folder":
        file.mkdir()
    elif kind == "binary":
        file.write_bytes(b"[github]\n\xff\xfe\x00")
    elif kind == "unreadable":
        file.write_text("")
        file.chmod(0)
        if os.access(file, os.R_OK):
            pytest.skip("root reads everything")
    with pytest.raises(InputError) as caught:
        load_config(file)
    (problem,) = caught.value.problems
    assert problem.file == str(file)
    assert problem.message
    if kind == "missing":
        assert "init" in (problem.hint or "")
    if kind == "binary":
        assert problem.line == 2
