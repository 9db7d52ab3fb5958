"""The box as a program: it prints where it is, ends when told or when its parent is gone, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from vauntico_tui.base.tomlfile import parse
from vauntico_tui.config.model import Config
from vauntico_tui.sim import child
from vauntico_tui.sim.child import StartError


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[child.Child]:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    started = child.start(seed=3)
    yield started
    started.stop()


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie that nobody waits for has)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_a_child_serves_and_its_config_is_valid(box: child.Child) -> None:
    text = box.config_path.read_text()
    config = parse(Config, text, str(box.config_path)).value
    assert config.github.repository == "vauntico/vauntico"
    assert config.github.url == box.urls["github"]
    assert config.github.token_file is not None
    token = config.github.token_file.read_text().strip()
    answer = httpx.get(f"{box.urls['github']}/repos/vauntico/vauntico", headers={"Authorization": f"token {token}"})
    assert answer.json()["full_name"] == "vauntico/vauntico"
    for path in (box.config_path, config.github.token_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert config.plan.started_at is not None
    assert all(url.startswith("http://127.0.0.1:") for url in box.urls.values())


def test_stop_leaves_nothing(tmp_path: Path, box: child.Child) -> None:
    box.stop()
    assert gone(box.pid)
    assert not list(tmp_path.glob("vauntico-box-*"))
    box.stop()  # twice is as good as once


def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = "from vauntico_tui.sim import child; b = child.start(); print(b.pid, flush=True); input()"
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env={**os.environ, "TMPDIR": str(tmp_path)})  # fmt: skip
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert list(tmp_path.glob("vauntico-box-*"))
    parent.kill()
    parent.communicate()
    while not gone(pid):
        os.sched_yield()
    assert not list(tmp_path.glob("vauntico-box-*"))


def test_a_start_that_fails_says_why(box: child.Child) -> None:
    port = int(box.urls["github"].split(":")[2].split("/")[0])
    with pytest.raises(StartError, match=r"cannot start.*in use"):
        child.start(port=port)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_prints_one_line_and_cleans_up(tmp_path: Path, number: signal.Signals) -> None:
    config = tmp_path / "box.toml"
    program = [sys.executable, "-m", "vauntico_tui.sim", "--config-out", str(config), "--issues", "100"]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    assert told.keys() == {"github", "prometheus", "alertmanager", "webhook", "control", "pid", "config"}
    assert told["pid"] == process.pid
    assert httpx.get(told["control"] + "/state").json()["issues"] == 100
    process.send_signal(number)
    rest, _ = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, b"")
    assert list(tmp_path.iterdir()) == []


def test_somebodys_own_config_is_kept(tmp_path: Path) -> None:
    mine = tmp_path / "config.toml"
    mine.write_text("[github]\n")
    program = [sys.executable, "-m", "vauntico_tui.sim", "--config-out", str(mine)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "name another file" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
    assert mine.read_text() == "[github]\n"


def test_a_config_that_cannot_be_written(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "vauntico_tui.sim", "--config-out", str(tmp_path / "no" / "box.toml")]
    done = subprocess.run(program, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot start" in done.stderr
    assert "Traceback" not in done.stderr
