"""Escalations by commands, as a person or a script runs them: what is printed, and how each ends."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import run
from vauntico_tui.sim.child import Child, start

Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def own_box() -> Iterator[Child]:
    """An organisation for these tests alone."""
    child = start(seed=5, speed=0)
    yield child
    child.stop()


@pytest.fixture
def program(own_box: Child, tmp_path: Path) -> Program:
    """The program on that organisation, with a journal of its own."""
    config = tmp_path / "config.toml"
    config.write_text(Path(own_box.config_path).read_text() + f'\n[journal]\nurl = "{tmp_path / "journal"}"\n')

    def call(*args: str, **given: Any) -> subprocess.CompletedProcess[str]:
        return run("--config", config, *args, **given)

    return call


def listed(program: Program, *args: str) -> list[dict[str, Any]]:
    done = program("escalations", "--json", *args)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_life_by_commands(program: Program, tmp_path: Path) -> None:
    found = listed(program)
    assert found
    keys = {"id", "subject", "title", "level", "state", "version", "acknowledged_by", "triggered_at", "breaches_at",
            "next_step"}  # fmt: skip
    assert all(keys <= one.keys() for one in found)
    issues = [one for one in found if one["subject"].startswith("issue:")]
    first, second, third = issues[:3]
    number = f"#{first['subject'].partition(':')[2]}"

    done = program("ack", number, second["subject"], "--as", "ann", "--note", "looking")
    assert (done.returncode, done.stderr) == (0, "")
    late = program("ack", str(first["id"]), "--as", "ben")
    assert late.returncode == 3
    assert "ann was first" in late.stderr
    assert "ago" in late.stderr
    told = program("timeline", first["subject"])
    assert "acknowledged by ann: looking" in told.stdout

    assert program("unack", number, "--as", "ann").returncode == 0
    assert program("unack", number, "--as", "ann").returncode == 3
    assert program("snooze", str(third["id"]), "--until", "2 h").returncode == 0
    assert program("snooze", str(third["id"]), "--until", "whenever").returncode == 2
    assert program("resolve", number, "--reason", "done").returncode == 3
    assert program("resolve", number, "--reason", "known", "--although-it-stands").returncode == 0
    assert program("ack", number).returncode == 3
    assert program("ack", "issue:99999").returncode == 2

    after = {one["id"]: one for one in listed(program, "--all")}
    assert after[first["id"]]["state"] == "resolved"
    assert after[second["id"]]["acknowledged_by"] == "ann"
    assert after[second["id"]]["version"] == second["version"] + 1
    assert after[third["id"]]["snoozed_until"]

    assert "looking" in program("handover", "--sign").stdout
    assert json.loads(program("deliveries", "--json").stdout) == []
    held = program("journal", "verify")
    assert held.returncode == 0
    assert "the chain holds" in held.stdout
    _copies(program, tmp_path)


def _copies(program: Program, tmp_path: Path) -> None:
    """Exported, imported elsewhere, replayed; and an altered row is found."""
    target = tmp_path / "export.jsonl"
    assert program("journal", "export", str(target)).returncode == 0
    assert program("journal", "import", str(target)).returncode == 4
    other = tmp_path / "other.toml"
    other.write_text(f'[journal]\nurl = "{tmp_path / "other"}"\n')
    assert run("--config", other, "journal", "import", target).returncode == 0
    then = run("--config", other, "journal", "replay", "--at", "now", "--json")
    assert {one["state"] for one in json.loads(then.stdout)} >= {"acknowledged", "snoozed", "triggered"}
    assert json.loads(run("--config", other, "journal", "replay", "--at", "2000-01-01T00:00Z", "--json").stdout) == []
    with sqlite3.connect(tmp_path / "other") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE events SET actor = 'nobody' WHERE seq = 3")
    bad = run("--config", other, "journal", "verify")
    assert bad.returncode == 1
    assert "event 3" in bad.stderr


def test_a_command_repeated_with_its_key_changes_nothing(program: Program) -> None:
    first = listed(program)[0]
    for _ in range(2):
        done = program("ack", f"E{first['id']}", "--as", "ann", "--key", "press-1")
        assert done.returncode == 0, done.stderr
    again = next(one for one in listed(program) if one["id"] == first["id"])
    assert again["version"] == first["version"] + 1


def test_signed_and_overridden(program: Program) -> None:
    view = json.loads(program("status", "--json").stdout)
    approval, blocker = view["approvals"][0], view["blockers"][0]
    assert approval["verdict"] == "unmet"
    assert program("sign", approval["id"], "--role", "executive", "--as", "ann").returncode == 0
    assert program("override", f"blocker:{blocker['id']}", "--reason", "agreed", "--until", "1 h").returncode == 0
    wrong = program("sign", "no-such-thing")
    assert wrong.returncode == 2
    assert approval["id"] in wrong.stderr
    after = json.loads(program("status", "--json").stdout)
    assert after["approvals"][0]["verdict"] == "met"
    assert "ann" in after["approvals"][0]["reason"]
    assert after["blockers"][0]["verdict"] in {"overridden", "met"}
    lost = program("unsign", approval["id"], "--as", "ben")
    assert lost.returncode == 3
    assert "ann has" in lost.stderr
    assert program("unsign", approval["id"], "--of", "ann", "--as", "ben", "--reason", "too early").returncode == 0
    assert program("unsign", f"blocker:{blocker['id']}").returncode == 0
    back = json.loads(program("status", "--json").stdout)
    assert back["approvals"][0]["verdict"] == "unmet"
    assert back["blockers"][0]["verdict"] != "overridden"


def test_not_reachable_not_allowed(own_box: Child, tmp_path: Path) -> None:
    text = Path(own_box.config_path).read_text()
    away, fixed = tmp_path / "away.toml", tmp_path / "fixed.toml"
    away.write_text(f'{text}\n[journal]\nurl = "postgresql://nobody@127.0.0.1:1/none"\n')
    fixed.write_text(f"read_only = true\n{text}")
    for command in (("escalations",), ("ack", "1"), ("journal", "verify"), ("timeline", "1")):
        done = run("--config", away, *command)
        assert done.returncode == 4, command
        assert "127.0.0.1" in done.stderr
        assert "Traceback" not in done.stderr
    done = run("--config", fixed, "ack", "1")
    assert done.returncode == 5
    assert "read-only" in done.stderr


def test_who_is_on_call_and_how_the_team_did(own_box: Child, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        Path(own_box.config_path).read_text()
        + """
[[people]]
id = "ann"
[[people]]
id = "ben"
[[rotations]]
id = "ops"
contacts = ["DevOps"]
people = ["ann", "ben"]
first_day = 2025-01-06
"""
    )
    found = json.loads(run("--config", config, "oncall", "--json").stdout)
    devops = next(one for one in found["contacts"] if one["contact"] == "DevOps")
    assert devops["people"] in (["ann"], ["ben"])
    assert devops["then"] == ([["ben"], ["ann"]][devops["people"] == ["ben"]])
    assert devops["until"]
    assert "DevOps" in run("--config", config, "oncall").stdout
    assert "nothing was escalated" in run("--config", config, "figures").stdout
    config.write_text(config.read_text() + '[oncall]\nnight = "23:00-06:30"\n')
    night = {"from": "23:00", "to": "06:30"}
    assert json.loads(run("--config", config, "figures", "--json").stdout)["night"] == night
    asked = run("--config", config, "figures", "--json", "--night", "21:00-05:00").stdout
    assert json.loads(asked)["night"] == {"from": "21:00", "to": "05:00"}
