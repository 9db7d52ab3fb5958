"""The program from outside: exit codes, suggestions, no traceback, and no screen where none is drawn."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import PROGRAM, run
from vauntico_tui import __version__
from vauntico_tui.cli.commands import COMMANDS

WITHOUT_SCREEN = [
    ["--version"],
    ["--help"],
    ["status", "--json"],
    ["status"],
    ["doctor", "--json"],
    ["init", "--non-interactive"],
    ["plan", "show", "--json"],
    ["plan", "show"],
    ["plan", "start"],
    ["plan", "start", "now"],
    ["plan", "schema"],
    ["plan", "validate", "nothing.toml"],
    ["plan", "import", "nothing.md"],
    ["config", "schema"],
    ["config", "check"],
    ["completion", "bash"],
    ["sim", "--help"],
    ["demo", "--help"],
    ["watch", "--help"],
    ["escalations", "--help"],
    ["ack", "--help"],
    ["unack", "--help"],
    ["snooze", "--help"],
    ["wake", "--help"],
    ["escalate", "--help"],
    ["reassign", "--help"],
    ["note", "--help"],
    ["resolve", "--help"],
    ["merge", "--help"],
    ["timeline", "--help"],
    ["deliveries", "--help"],
    ["handover", "--help"],
    ["sign", "--help"],
    ["approve", "--help"],
    ["review", "--help"],
    ["override", "--help"],
    ["oncall", "--help"],
    ["unsign", "--help"],
    ["runbook", "--help"],
    ["run", "--help"],
    ["secret", "--help"],
    ["figures", "--help"],
    ["journal", "--help"],
]
SPY = (
    "import atexit, os, sys\n"
    "told = int(os.environ['TOLD'])\n"
    "atexit.register(lambda: os.write(told, b'textual' if 'textual' in sys.modules else b'none'))\n"
    "from vauntico_tui.cli.main import main\n"
    "main()\n"
)


@pytest.mark.parametrize("args", WITHOUT_SCREEN, ids=" ".join)
def test_no_command_but_those_that_draw_loads_the_screen(args: list[str], tmp_path: Path) -> None:
    told, tell = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-c", SPY, *args],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, pass_fds=[tell], check=False, cwd=tmp_path,
            env={**os.environ, "TOLD": str(tell)},
        )  # fmt: skip
    finally:
        os.close(tell)
    with os.fdopen(told, "rb") as answer:
        assert answer.read() == b"none"
    assert b"Traceback" not in done.stderr


def test_every_command_was_asked() -> None:
    assert {args[0] for args in WITHOUT_SCREEN} >= set(COMMANDS)


def test_the_version() -> None:
    assert run("--version").stdout == f"vauntico-tui {__version__}\n"


@pytest.mark.parametrize(
    ("args", "suggestion"),
    [
        (["statsu"], 'did you mean "status"?'),
        (["plan", "vaildate"], 'did you mean "validate"?'),
        (["config", "chekc"], 'did you mean "check"?'),
        (["status", "--jsn"], "--json"),
        (["--confg", "x"], "--config"),
        (["demo", "--sped", "2"], "--speed"),
    ],
)
def test_a_slip_gets_a_suggestion_and_2(args: list[str], suggestion: str) -> None:
    done = run(*args)
    assert done.returncode == 2
    assert suggestion in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["status", "doctor", "config check", "plan show", "plan start"])
@pytest.mark.parametrize("kind", ["missing", "folder", "binary", "nonsense"])
def test_a_config_that_cannot_be_used_is_said_without_a_traceback(tmp_path: Path, command: str, kind: str) -> None:
    file = tmp_path / "c.toml"
    if kind == "folder":
        file.mkdir()
    elif kind == "binary":
        file.write_bytes(b"\x00\xff\xfe")
    elif kind == "nonsense":
        file.write_text('[github]\nrepositry = "a/b"\n')
    done = run("--config", file, *command.split())
    assert done.returncode == (1 if command in {"doctor", "config check"} else 2)
    said = done.stdout + done.stderr
    assert str(file) in said
    assert "Traceback" not in said
    if kind == "nonsense":
        assert 'did you mean "repository"?' in said
        assert f"{file}:2" in said


def test_the_config_may_stand_after_the_command(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("")
    assert run("config", "check", "--config", tmp_path / "c.toml").returncode == 0
    assert run("--config", tmp_path / "none.toml", "config", "check", "--config", tmp_path / "c.toml").returncode == 0


def test_the_config_may_come_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("read_only = 3\n")
    done = run("config", "check", VAUNTICO_CONFIG=str(tmp_path / "c.toml"))
    assert done.returncode == 1
    assert "c.toml:1" in done.stderr


def test_a_plan_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('[plan]\nfile = "nothing.toml"\n')
    done = run("--config", tmp_path / "c.toml", "status")
    assert done.returncode == 2
    assert str(tmp_path / "nothing.toml") in done.stderr


def test_without_a_terminal_nothing_is_drawn() -> None:
    for args in ([], ["demo"]):
        done = run(*args)
        assert done.returncode == 2
        assert "status" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_closed_stdout_is_no_error_to_read_about() -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*PROGRAM, "plan", "schema"], stdout=write, stderr=subprocess.PIPE, check=False, timeout=60
        )
    finally:
        os.close(write)
    assert done.stderr == b""
    assert done.returncode == 141


def _when_read(fifo: Path, process: subprocess.Popen[bytes]) -> int:
    """The writing end of a pipe, once the process reads from it."""
    while process.poll() is None:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            os.sched_yield()
    raise AssertionError(process.communicate())


def _interrupted(process: subprocess.Popen[bytes]) -> bytes:
    """What it says at its end. A signal between two of its steps is seen with the next one, so it is sent again."""
    for _ in range(60):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=1)[1]
    process.kill()
    return process.communicate()[1]


def test_ctrl_c_ends_without_a_traceback(tmp_path: Path) -> None:
    fifo = tmp_path / "roadmap.md"
    os.mkfifo(fifo)
    command = [*PROGRAM, "plan", "import", str(fifo)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        writing = _when_read(fifo, process)
        said = _interrupted(process)
        os.close(writing)
    assert process.returncode == 130
    assert b"Traceback" not in said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    assert "_VAUNTICO_TUI_COMPLETE" in done.stdout
    if shell == "zsh":
        assert done.stdout.startswith("#compdef vauntico-tui\n")


def test_the_shell_is_told_the_commands() -> None:
    done = run(_VAUNTICO_TUI_COMPLETE="bash_complete", COMP_WORDS="vauntico-tui st", COMP_CWORD="1")
    assert done.stdout == "plain,status\n"


def test_the_schema_is_json() -> None:
    for what in ("config", "plan"):
        assert json.loads(run(what, "schema").stdout)["type"] == "object"
