"""`run log` on the box, as a pipeline uses it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.program import run
from vauntico_tui.cli.ci import read_inputs
from vauntico_tui.sim.child import Child

BUILD = "build-verification.yml"


def log(box: Child, *args: str) -> Any:
    return run("--config", box.config_path, "run", "log", *args)


def test_the_failing_job_as_text(box: Child) -> None:
    done = log(box, BUILD)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Build Verification #")
    assert "integration · failure" in lines[0]
    assert "== Run integration tests (failure)" in lines
    assert any(line.startswith("error: ") and "ECONNREFUSED" in line for line in lines)
    assert not any("\x1b" in line or "##[" in line for line in lines)


def test_only_what_failed(box: Child) -> None:
    whole, errors = log(box, BUILD).stdout, log(box, BUILD, "--errors").stdout
    assert "ECONNREFUSED" in errors
    assert len(errors) < len(whole) / 2


def test_as_json(box: Child) -> None:
    (told,) = json.loads(log(box, "Build Verification", "--json").stdout)
    assert told["job"]["name"] == "integration"
    assert told["run"]["file"] == BUILD
    by_number = {line["line"]: line for line in told["lines"]}
    first = by_number[told["first_error"]]
    assert "ECONNREFUSED" in first["text"]
    assert first["step"] == "Run integration tests"
    assert by_number[told["errors"][-1]]["kind"] == "error"


def test_by_id_by_address_and_by_job(box: Child) -> None:
    (told,) = json.loads(log(box, BUILD, "--json").stdout)
    for which in (str(told["run"]["id"]), told["run"]["url"], told["job"]["url"], f"run:{told['run']['id']}"):
        assert json.loads(log(box, which, "--json", "--errors").stdout)[0]["run"]["id"] == told["run"]["id"]
    other = json.loads(log(box, str(told["run"]["id"]), "--job", "test", "--json").stdout)
    assert other[0]["job"]["name"] == "test"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("nothing.yml",), 2, "there is no workflow"), (("1",), 2, "run 1"), ((BUILD, "--job", "zzz"), 2, "zzz"),
        (("build-verificaton.yml",), 2, "did you mean"), ((), 2, "Missing argument"),
    ],
)  # fmt: skip
def test_what_cannot_be_found_says_so(box: Child, args: tuple[str, ...], code: int, words: str) -> None:
    done = log(box, *args)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_no_way_to_github(box: Child, tmp_path: Any) -> None:
    text = box.config_path.read_text()
    url = next(line for line in text.splitlines() if line.startswith("url"))
    (tmp_path / "config.toml").write_text(text.replace(url, 'url = "http://127.0.0.1:1"', 1))
    done = run("--config", tmp_path / "config.toml", "run", "log", BUILD)
    assert done.returncode == 4
    assert "refuses the connection" in done.stderr


def test_inputs_by_the_workflows_own_names() -> None:
    named = {"Dry-Run": "dry_run", "environment": "environment"}
    given = {"dry_run": "true", "environment": "a=b"}
    assert read_inputs(("Dry-Run=true", "environment=a=b"), named) == ([], given)
    problems, read = read_inputs(("enviroment=x", "nothing", "Dry-Run=true"), named)
    assert "did you mean" in str(problems[0])
    assert (len(problems), read) == (2, {"dry_run": "true"})


def test_everything_that_is_wrong_with_inputs_is_told_at_once(box: Child) -> None:
    order = ("--input", "x=1", "--input", "dry_run=maybe", "--json", "--yes")
    done = run("--config", box.config_path, "run", "dispatch", "production-deploy.yml", *order)
    assert done.returncode == 2
    told = [one["message"] for one in json.loads(done.stdout)["problems"]]
    assert len(told) == 2
    assert 'no input "x"' in told[0]
    assert "maybe" in told[1]
