"""The ways that draw, in a terminal of their own: they open, they leave at once, and nothing is left behind."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.cli.program import PROGRAM
from vauntico_tui.config.places import default_config
from vauntico_tui.sim.child import Child

pytestmark = pytest.mark.xdist_group("box of the commands")

LIMIT = 30.0  # seconds after which something hangs


class Terminal:
    """A program in a pseudo-terminal of 120×40."""

    def __init__(self, process: subprocess.Popen[bytes], handle: int) -> None:
        self.process, self._handle = process, handle
        self.seen = b""

    def until(self, text: str) -> None:
        """Read until a text has been drawn."""
        end = time.monotonic() + LIMIT
        while text.encode() not in self.seen:
            assert self._read(end), f"{text!r} never came: {self.seen[-2000:]!r}"

    def press(self, keys: str) -> None:
        os.write(self._handle, keys.encode())

    def leave(self) -> int:
        """Press q and read to the end; the exit code."""
        end = time.monotonic() + LIMIT
        self.press("q")
        while self._read(end):
            pass
        return self.process.wait(max(0.0, end - time.monotonic()))

    def _read(self, end: float) -> bool:
        """Read what comes next; False where nothing more will come, or not in time."""
        ready, _, _ = select.select([self._handle], [], [], max(0.0, end - time.monotonic()))
        try:
            data = os.read(self._handle, 65536) if ready else b""
        except OSError:  # what Linux says at a terminal's end
            data = b""
        self.seen += data
        return bool(data)


@contextmanager
def drawn(tmp_path: Path, *args: str | Path, errors: IO[bytes] | None = None) -> Iterator[Terminal]:
    """The program, drawing; its temporary files in a folder of their own. `errors` takes what it writes there."""
    (tmp_path / "tmp").mkdir()
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TMPDIR": str(tmp_path / "tmp")}
    process = subprocess.Popen(
        [*PROGRAM, *map(str, args)], stdin=other, stdout=other, stderr=errors or other, env=env, start_new_session=True
    )
    os.close(other)
    try:
        yield Terminal(process, main)
    finally:
        process.kill()
        process.wait()
        os.close(main)


def test_the_war_room_opens_on_a_config_and_remembers(box: Child, tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text(box.config_path.read_text())
    with drawn(tmp_path, "--config", file) as terminal:
        terminal.until("/60")  # resolved: GitHub has answered
        assert terminal.leave() == 0
    file.write_text("[github\n")  # the last picture is painted before anything is read
    (tmp_path / "tmp").rmdir()
    with drawn(tmp_path, "--config", file) as terminal:
        terminal.until("/60")
        terminal.until("c.toml")
        assert terminal.leave() == 0


def test_the_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    with drawn(tmp_path, "demo") as terminal:
        terminal.until("Database Test Infrastructure")
        assert list((tmp_path / "tmp").iterdir())
        assert terminal.leave() == 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not default_config().parent.exists()


def test_without_a_config_a_first_screen_offers_what_there_is(tmp_path: Path) -> None:
    with drawn(tmp_path) as terminal:
        for offer in ("demo", "repository", "plan file"):
            terminal.until(offer)
        assert b"no such" not in terminal.seen
        assert terminal.leave() == 0


def test_the_first_screen_opens_the_demo(tmp_path: Path) -> None:
    with drawn(tmp_path) as terminal:
        terminal.until("demo")
        terminal.press("1")
        terminal.until("Database Test Infrastructure")
        assert terminal.leave() == 0
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_config_that_is_not_there_is_said_on_the_screen(tmp_path: Path) -> None:
    with drawn(tmp_path, "--config", tmp_path / "none.toml") as terminal:
        terminal.until("none.toml")
        terminal.until("init")
        assert terminal.leave() == 0


def test_it_is_drawn_though_its_errors_go_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "errors"
    with file.open("wb") as errors, drawn(tmp_path, errors=errors) as terminal:
        terminal.until("repository")
        assert terminal.leave() == 0
    assert file.read_bytes() == b""
    assert b"\x1b[?1049l" in terminal.seen  # the terminal is given back as it was
