"""Runbooks by commands, as a pipeline uses them: what is printed, what is sent, how each ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import PROGRAM, run
from vauntico_tui.sim.child import Child, start

Program = Callable[..., subprocess.CompletedProcess[str]]
EVERY = ("--param", "only_missing=no")
BLOCKER = "blocker:production-secrets-configuration"
APPROVAL = "hotfix-deployment-strategy-approval"
CANARY = "canary-5f1c-9a77"
NAMES = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "PAYSTACK_SECRET_KEY", "RESEND_API_KEY", "DATABASE_URL")

MINE = """
[[runbooks]]
id = "{id}"
title = "Mine"
steps = [
    {{ do = "command", run = ["sh", "-c", 'echo once >> "$0"', "{log}"] }},
    {{ do = "command", run = ["test", "-e", "{flag}"] }},
]
"""


@pytest.fixture(scope="module")
def own_box() -> Iterator[Child]:
    """An organisation for these tests alone."""
    child = start(seed=11, speed=200)
    yield child
    child.stop()


@pytest.fixture
def config(own_box: Child, tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(Path(own_box.config_path).read_text() + f'\n[journal]\nurl = "{tmp_path / "journal"}"\n')
    return file


@pytest.fixture
def program(config: Path) -> Program:
    """The program on that organisation, with a journal and runbooks of its own."""

    def call(*args: str, **given: Any) -> subprocess.CompletedProcess[str]:
        return run("--config", config, *args, **given)

    return call


def mine(config: Path, text: str, name: str = "mine.toml") -> Path:
    folder = config.parent / "runbooks"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_listed_and_shown(program: Program, config: Path) -> None:
    mine(config, MINE.format(id="mine", log="/x", flag="/y"))
    mine(config, "[[", "broken.toml")
    done = program("runbook", "list", "--json")
    assert done.returncode == 0
    assert "broken.toml" in done.stderr
    found = {one["id"]: one for one in json.loads(done.stdout)}
    assert found["mine"]["origin"].endswith("mine.toml")
    assert found["hotfix"]["origin"] == "bundled"
    assert found["hotfix"]["approvals"] == [APPROVAL]
    offered = json.loads(program("runbook", "list", "--target", BLOCKER, "--json").stdout)
    assert {one["id"] for one in offered} == {"production-secrets", "hotfix"}
    shown = program("runbook", "show", "hotfix").stdout
    assert "What it can't do" in shown
    assert "--param    way=service | as_written" in shown
    whole = json.loads(program("runbook", "show", "mine", "--json").stdout)
    assert [one["do"] for one in whole["steps"]] == ["command", "command"]
    lost = program("runbook", "show", "hotfx")
    assert lost.returncode == 2
    assert 'did you mean "hotfix"?' in lost.stderr


def test_a_pipeline_may_give_its_flags_to_every_command(program: Program) -> None:
    for order in (["runbook", "list"], ["runbook", "show", "hotfix"], ["runbook", "plan", "rerun-all", "--target", "x"],
                  ["run", "log", "0"]):  # fmt: skip
        done = program(*order, "--json", "--yes", "--dry-run")
        assert "No such option" not in done.stderr
        assert (done.returncode == 0) == (order[1] in {"list", "show"}), done.stderr


def test_lint_tells_everything_with_its_line(program: Program, config: Path, tmp_path: Path) -> None:
    assert program("runbook", "lint").returncode == 0, "no runbooks are no problem"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[runbooks]]\nid = "a"\ntitle = "A"\nbound = ["blocker:jest"]\n\n[[runbooks.steps]]\n'
                     'do = "branch"\nname = "a b"\ncolour = "red"\n')  # fmt: skip
    done = program("runbook", "lint", str(wrong))
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert [line.split(":")[1] for line in lines] == ["4", "8", "9"]
    assert 'the plan has no blocker "jest"' in lines[0]
    told = json.loads(program("runbook", "lint", "--json", str(wrong)).stdout)
    assert not told["ok"]
    assert [one["line"] for one in told["problems"]] == [4, 8, 9]
    piped = program("runbook", "lint", "-", stdin=b"[[runbooks]]\nid = 3\n")
    assert piped.returncode == 1
    assert "stdin:2" in piped.stderr
    mine(config, MINE.format(id="mine", log="/x", flag="/y"))
    good = program("runbook", "lint")
    assert good.returncode == 0
    assert good.stdout == "good: 1 runbook in 1 file\n"
    assert "warning: " in good.stderr
    schema = json.loads(program("runbook", "schema").stdout)
    assert schema["title"] == "vauntico-tui runbooks"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["run", "label", "--target", "issue:14", "--param", "ad=x", "--yes"], 'did you mean "add"?'),
        (["run", "label", "--target", "issue:14", "--param", "x", "--yes"], "is no NAME=VALUE"),
        (["run", "label", "--yes", "--param", "add=x"], "started for nothing"),
        (["run", "label", "--target", "isue:14", "--yes"], 'did you mean "issue"?'),
        (["run", "label", "--target", "issue:99999", "--yes"], 'there is no issue "99999"'),
        (["run", "label", "--target", "issue:14", "--param", "add=x"], "nobody can be asked here"),
        (["run", "hotfix", "--target", "issue:14", "--dry-run"], '"hotfix" is not for issue:14'),
        (["run", "hotfix", "--target", "blocker:jest-configuration-fx", "--dry-run"], "did you mean"),
        (["plan", "hotfix", "--param", "way=sirvice"], 'did you mean "service"?'),
        (["plan", "hotfix", "--merged", "nope"], "write PATH=FILE"),
        (["plan", "hotfix", "--merged", "a=/nope"], "No such file"),
        (["resume", "nothing"], "there is no execution"),
        (["list", "--target", "blocker:jest-configuration-fx"], 'did you mean "jest-configuration-fix"?'),
        (["list", "--target", "blokker:x"], 'did you mean "blocker"?'),
        (["list", "--target", "14"], "names no target"),
    ],
)
def test_what_can_not_be_used_ends_with_2(program: Program, args: list[str], words: str) -> None:
    done = program("runbook", *args)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr


def test_secrets_from_a_closed_gate_to_a_met_check_and_back(program: Program, config: Path) -> None:
    sources = [part for name in NAMES for part in ("--from-env", f"{name}=CANARY")]
    order = ("runbook", "run", "production-secrets", "--target", BLOCKER, "--yes", "--json", *EVERY, *sources)
    closed = program(*order, CANARY=CANARY)
    assert closed.returncode == 5
    assert json.loads(closed.stdout)["plan"]["gates"][0]["open"] is False

    dry = json.loads(program("approve", APPROVAL, "--dry-run", "--json").stdout)
    assert (dry["ok"], dry["signed"]) == (True, False)
    signed = json.loads(program("approve", APPROVAL, "--as", "lea", "--json", "--yes").stdout)
    assert (signed["ok"], signed["approval"], signed["signed"]) == (True, APPROVAL, True)

    missing = program("runbook", "plan", "production-secrets", "--target", BLOCKER, "--json")
    step = json.loads(missing.stdout)["plan"]["steps"][0]
    assert [one["name"] for one in step["asks"]] == ["PAYSTACK_SECRET_KEY", "RESEND_API_KEY"], "only what is missing"
    assert "STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, DATABASE_URL are set and stay as they are" in step["notes"]
    planned = program("runbook", "plan", "production-secrets", "--target", BLOCKER, "--json", *EVERY)
    assert planned.returncode == 0
    told = json.loads(planned.stdout)
    assert told["execution"] is None
    assert [one["name"] for one in told["plan"]["steps"][0]["asks"]] == list(NAMES)

    lacking = program(*order[:6], *EVERY, "--from-env", "DATABASE_URL=NOT_THERE")
    assert lacking.returncode == 2
    assert "the environment has no NOT_THERE" in lacking.stderr

    done = program(*order, CANARY=CANARY)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["execution"]["mark"] == "done"
    assert "met at" in told["message"]
    assert "1/1 ok" in done.stderr

    ident = told["execution"]["id"]
    assert ident in program("runbook", "executions", "--all").stdout
    assert program("runbook", "resume", ident, "--yes").returncode == 3
    shown = program("runbook", "undo", ident, "--dry-run")
    assert shown.returncode == 0
    assert "can't be restored" in shown.stdout
    undone = program("runbook", "undo", "production-secrets", "--yes", "--json")
    assert undone.returncode == 0, undone.stderr
    assert program("runbook", "undo", ident, "--yes").returncode == 3
    for file in config.parent.rglob("*"):
        if file.is_file():
            assert CANARY.encode() not in file.read_bytes(), file
    assert CANARY not in done.stdout + done.stderr + undone.stdout


def test_any_secret_for_one_environment(program: Program, tmp_path: Path) -> None:
    value = tmp_path / "value"
    value.write_text(CANARY)
    done = program("secret", "set", "NEW_ONE", "--env", "staging", "--file", str(value), "--yes", "--json")
    assert done.returncode == 0, done.stderr
    (request,) = json.loads(done.stdout)["plan"]["steps"][0]["requests"]
    assert "/environments/staging/secrets/NEW_ONE" in request["where"]
    assert CANARY not in done.stdout + done.stderr
    two = program("secret", "set", "ONE", "TWO", "--command", f"ONE=cat {value}", "--yes")
    assert two.returncode == 2
    assert "nobody can be asked here for the value of TWO" in two.stderr
    refused = program("secret", "set", "GITHUB_X", "--dry-run")
    assert refused.returncode == 2


def test_a_step_that_fails_is_gone_on_with_and_nothing_is_done_twice(
    program: Program, config: Path, tmp_path: Path
) -> None:
    log, flag = tmp_path / "log", tmp_path / "flag"
    mine(config, MINE.format(id="mine", log=log, flag=flag))
    failed = program("runbook", "run", "mine", "--yes")
    assert failed.returncode == 1
    assert "FAILED" in failed.stderr
    anew = program("runbook", "run", "mine", "--yes")
    assert anew.returncode == 1
    assert "goes on with it" in anew.stderr
    assert log.read_text() == "once\nonce\n", "begun anew, as was said"
    flag.touch()
    done = program("runbook", "resume", "mine", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["execution"]["mark"] == "done"
    assert log.read_text() == "once\nonce\n"


def test_yes_does_not_answer_for_a_person(program: Program, config: Path) -> None:
    mine(
        config,
        '[[runbooks]]\nid = "ask"\ntitle = "Ask"\nsteps = [{ do = "person", text = "Look", question = "Seen?" }]\n',
    )
    done = program("runbook", "run", "ask", "--yes")
    assert done.returncode == 1
    assert "Seen?" in done.stderr
    assert program("runbook", "resume", "ask", "--yes").returncode == 1


def test_read_only_ends_with_5_and_still_plans(program: Program, config: Path) -> None:
    config.write_text("read_only = true\n" + config.read_text())
    order = ("label", "--target", "issue:14", "--param", "add=x")
    assert program("runbook", "plan", *order).returncode == 0
    refused = program("runbook", "run", *order, "--yes")
    assert refused.returncode == 5
    assert "read-only" in refused.stderr
    assert program("approve", APPROVAL).returncode == 5


def test_ctrl_c_stops_it_and_it_can_be_gone_on_with(program: Program, config: Path) -> None:
    mine(
        config,
        """
[[runbooks]]
id = "slow"
title = "Slow"
steps = [{ do = "command", run = ["sh", "-c", 'exec sleep 60'], repeatable = true }]
""",
    )
    process = subprocess.Popen(
        [*PROGRAM, "--config", str(config), "runbook", "run", "slow", "--yes"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert process.stderr is not None
    assert any("begun" in line for line in process.stderr)
    late = program("runbook", "run", "slow", "--yes")
    assert late.returncode == 3, late.stderr
    assert "runs it on" in late.stderr
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stopping" in said
    (one,) = json.loads(program("runbook", "executions", "--json").stdout)
    assert one["mark"] == "cancelled"
    assert one["can_resume"]
    anew = program("runbook", "run", "slow", "--yes")
    assert anew.returncode == 3, "what may have been done is not done again unasked"
    assert f"`runbook resume {one['id'][:8]}` goes on" in anew.stderr
    assert [it["id"] for it in json.loads(program("runbook", "executions", "--json", "--all").stdout)] == [one["id"]]


def test_a_check_of_its_own_is_read_though_no_promise_asks_for_it(
    program: Program, config: Path, own_box: Child
) -> None:
    text = """
[[runbooks]]
id = "look"
title = "Look"
steps = [{ do = "wait", until = { check = "file_exists", path = "docker-compose.yml" }, within = "1 min" }]
verify = { check = "all", of = [
    { check = "file_exists", path = "vercel.json" }, { check = "merged", pull = 69 },
    { check = "url_answers", url = "URL" }, { check = "promql", query = "vector(1)", op = "==", bound = 1 },
    { check = "secrets_present", names = ["DATABASE_URL"], scope = "production" },
] }
verify_within = "20 s"
"""
    mine(config, text.replace("URL", own_box.urls["github"], 1))
    done = program("runbook", "run", "look", "--yes", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert "pull request #69 is still open; 2 more parts are unmet" in told["message"], "each was read"
    assert told["execution"]["steps"][0]["mark"] == "done"
