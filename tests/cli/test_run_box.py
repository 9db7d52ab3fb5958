"""Rerun, cancel and dispatch on a box of their own: what is said, what GitHub was asked, and the codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.program import run
from vauntico_tui.sim.child import Child, start

BUILD = "build-verification.yml"


class Place:
    """A box, and the program pointed at it."""

    def __init__(self, box: Child) -> None:
        self.box = box
        self.github = box.urls["github"]

    def run(self, *args: str) -> Any:
        return run("--config", self.box.config_path, "run", *args)

    def json(self, *args: str) -> tuple[int, Any]:
        done = self.run(*args, "--json", "--yes")
        return done.returncode, json.loads(done.stdout)

    def api(self, path: str) -> Any:
        token = next(line for line in self.box.config_path.read_text().splitlines() if "token_file" in line)
        value = Path(token.split('"')[1]).read_text().strip()
        url = f"{self.github}/repos/vauntico/vauntico{path}"
        return httpx.get(url, headers={"Authorization": f"Bearer {value}"}, timeout=10).raise_for_status().json()


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    child = start(seed=3, speed=0)
    yield Place(child)
    child.stop()


def failed_run(place: Place, number: int = 0) -> dict[str, Any]:
    runs = place.api(f"/actions/workflows/{BUILD}/runs?status=failure")["workflow_runs"]
    return dict(runs[number])


def test_a_dry_run_shows_the_request_and_sends_nothing(place: Place) -> None:
    one = failed_run(place)
    done = place.run("rerun", str(one["id"]), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert f"/actions/runs/{one['id']}/rerun-failed-jobs" in done.stdout
    assert place.api(f"/actions/runs/{one['id']}")["run_attempt"] == one["run_attempt"]


def test_a_rerun_and_a_second_one_that_is_told_who_was_first(place: Place) -> None:
    one = failed_run(place)
    code, told = place.json("rerun", str(one["id"]))
    assert (code, told["ok"]) == (0, True), told["message"]
    assert [step["mark"] for step in told["execution"]["steps"]] == ["done"]
    now = place.api(f"/actions/runs/{one['id']}")
    assert now["run_attempt"] == one["run_attempt"] + 1
    code, told = place.json("rerun", str(one["id"]), "--all")
    assert (code, told["ok"]) == (3, False)
    assert f"{now['triggering_actor']['login']} started attempt {now['run_attempt']}" in told["message"]
    assert place.api(f"/actions/runs/{one['id']}")["run_attempt"] == now["run_attempt"]


def test_of_a_workflow_no_older_run_is_taken_while_the_newest_runs_again(place: Place) -> None:
    flow = "deployment-validation.yml"  # the other tests rerun builds
    code, told = place.json("rerun", flow)
    assert code == 0, told
    code, again = place.json("rerun", flow)
    assert again["plan"]["subject"] == told["plan"]["subject"]
    assert code == 3
    assert "lead-dev started attempt 2" in again["message"]


def test_cancelling_what_runs_and_what_has_ended(place: Place) -> None:
    one = failed_run(place)
    assert place.json("rerun", str(one["id"]), "--all")[0] == 0
    assert place.json("cancel", str(one["id"]))[0] == 0
    assert place.api(f"/actions/runs/{one['id']}")["conclusion"] == "cancelled"
    code, told = place.json("cancel", str(one["id"]))
    assert code == 0
    assert told["plan"]["nothing_to_do"]


def test_a_workflow_is_started_with_its_inputs(place: Place) -> None:
    before = place.api("/actions/workflows/release.yml/runs")["total_count"]
    code, told = place.json("dispatch", "release.yml", "--input", "version=2.15.0", "--input", "level=minor")
    assert (code, told["ok"]) == (0, True), told["message"]
    body = json.loads(told["plan"]["steps"][0]["requests"][0]["body"])
    assert body["inputs"]["version"] == "2.15.0"
    assert body["inputs"]["level"] == "minor"
    assert place.api("/actions/workflows/release.yml/runs")["total_count"] == before + 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("release.yml",), "version"), (("release.yml", "--input", "version=1", "--input", "level=huge"), "level"),
        (("release.yml", "--input", "verson=1"), "did you mean"), (("nothing.yml",), "there is no workflow"),
    ],
)  # fmt: skip
def test_inputs_that_cannot_be_are_told_before_anything_is_sent(
    place: Place, args: tuple[str, ...], words: str
) -> None:
    before = place.api("/actions/workflows/release.yml/runs")["total_count"]
    done = place.run("dispatch", *args, "--yes")
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert place.api("/actions/workflows/release.yml/runs")["total_count"] == before


def test_a_read_only_war_room_starts_nothing(place: Place, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("read_only = true\n" + place.box.config_path.read_text())
    one = failed_run(place)
    done = run("--config", tmp_path / "config.toml", "run", "rerun", str(one["id"]), "--all", "--yes")
    assert done.returncode == 5, done.stderr
    assert "read-only" in done.stderr
    assert place.api(f"/actions/runs/{one['id']}")["run_attempt"] == one["run_attempt"]


def test_without_a_yes_nothing_is_sent(place: Place) -> None:
    one = failed_run(place)
    done = place.run("rerun", str(one["id"]), "--all")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert place.api(f"/actions/runs/{one['id']}")["run_attempt"] == one["run_attempt"]
