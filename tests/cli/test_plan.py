"""`plan`: in from Markdown, checked, shown, started."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.cli.program import run

ROADMAP = """# Ours

**Executive Summary**: 3 critical issues

## Week 1 Targets

- [ ] All tests green
- [ ] All tests green

## Level 1 (24 hours): Critical

- Contact: Lead
"""


@pytest.fixture
def roadmap(tmp_path: Path) -> Path:
    file = tmp_path / "roadmap.md"
    file.write_text(ROADMAP)
    return file


def test_a_roadmap_becomes_a_plan_and_its_contradictions_are_told(roadmap: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.toml"
    done = run("plan", "import", roadmap, "-o", out)
    assert done.returncode == 0, done.stderr
    assert f"{roadmap}:8: " in done.stderr
    assert "1 levels" in done.stderr
    assert tomllib.loads(out.read_text())["title"] == "Ours"
    assert run("plan", "validate", out).returncode == 0


def test_pipes(roadmap: Path) -> None:
    done = run("plan", "import", "-", stdin=roadmap.read_bytes())
    assert done.returncode == 0
    assert "stdin:8: " in done.stderr
    again = run("plan", "show", "-", "--json", stdin=done.stdout.encode())
    assert json.loads(again.stdout)["title"] == "Ours"


def test_nothing_is_overwritten_unasked(roadmap: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.toml"
    out.write_text("mine")
    assert run("plan", "import", roadmap, "-o", out).returncode == 2
    assert out.read_text() == "mine"
    assert run("plan", "import", roadmap, "-o", out, "--force").returncode == 0
    assert out.read_text() != "mine"


def test_validate_tells_every_problem_and_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text('title = "x"\nteem = "us"\n\n[[blockers]]\nid = "A B"\n')
    done = run("plan", "validate", file)
    assert done.returncode == 1
    assert f"{file}:2: " in done.stderr
    assert 'did you mean "team"?' in done.stderr
    assert f"{file}:5: " in done.stderr


@pytest.mark.parametrize("command", ["validate", "show", "import"])
@pytest.mark.parametrize("kind", ["missing", "folder", "binary"])
def test_a_file_that_cannot_be_read_ends_with_2(tmp_path: Path, command: str, kind: str) -> None:
    file = tmp_path / "plan"
    if kind == "folder":
        file.mkdir()
    elif kind == "binary":
        file.write_bytes(b"\xff\xfe\x00")
    done = run("plan", command, file)
    assert done.returncode == 2
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr


def test_the_bundled_plan_is_shown_without_a_file() -> None:
    data = json.loads(run("plan", "show", "--json").stdout)
    sizes = {
        "blockers": 4, "targets": 12, "deliverables": 21, "risks": 5, "roles": 4, "levels": 3, "outcomes": 9,
        "approvals": 3, "next_steps": 4, "reviews": 3,
    }  # fmt: skip
    assert {name: len(data[name]) for name in sizes} == sizes
    text = run("plan", "show").stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "Database Test Infrastructure" in text


def test_the_configs_plan_is_shown(roadmap: Path, tmp_path: Path) -> None:
    run("plan", "import", roadmap, "-o", tmp_path / "plan.toml")
    (tmp_path / "c.toml").write_text('[plan]\nfile = "plan.toml"\n')
    assert json.loads(run("--config", tmp_path / "c.toml", "plan", "show", "--json").stdout)["title"] == "Ours"


def test_the_clocks_are_started_shown_and_moved(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('# mine\n[screen]\ntime_zone = "Africa/Lagos"\n')
    assert "do not run yet" in run("--config", file, "plan", "start").stdout
    done = run("--config", file, "plan", "start", "2025-01-06T10:00")
    assert done.returncode == 0, done.stderr
    assert file.read_text().startswith('# mine\n[screen]\ntime_zone = "Africa/Lagos"\n')
    shown = run("--config", file, "plan", "start").stdout
    assert "2025-01-06 10:00 WAT (2025-01-06T09:00:00Z)" in shown
    assert "2025-01-08 10:00 WAT" in shown
    assert run("--config", file, "plan", "start", "2025-01-07T09:00Z").returncode == 0
    assert "2025-01-07T09:00:00Z" in file.read_text()


def test_a_start_that_is_no_time_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("")
    done = run("--config", file, "plan", "start", "tomorrow")
    assert done.returncode == 2
    assert "is not a time" in done.stderr
    assert file.read_text() == ""


def test_read_only_moves_no_clock(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("read_only = true\n")
    done = run("--config", file, "plan", "start", "now")
    assert done.returncode == 2
    assert "read-only" in done.stderr
    assert file.read_text() == "read_only = true\n"


def test_without_a_config_there_is_nothing_to_keep_a_start_in() -> None:
    done = run("plan", "start", "now")
    assert done.returncode == 2
    assert "init" in done.stderr
