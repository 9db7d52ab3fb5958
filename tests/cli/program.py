"""The program as a person starts it: a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

PROGRAM = [sys.executable, "-m", "vauntico_tui"]


@lru_cache(maxsize=1)
def _warm() -> socket.socket:
    """A process that has imported what commands share, one for this test process."""
    ours, theirs = socket.socketpair()
    env = {**os.environ, "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=env)
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait(10)

    atexit.register(end)
    return ours


def run(
    *args: str | Path, stdin: bytes | None = None, timeout: float = 60, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `env` is added to the environment. Output is decoded as UTF-8."""
    if any(name.startswith(("PYTHON", "LC_", "LANG")) for name in env):
        return _cold(args, stdin, timeout, cwd, env)
    channel = _warm()
    asked = {
        "args": [str(arg) for arg in args], "env": {**os.environ, "LANG": "C.UTF-8", **env},
        "cwd": str(cwd or Path.cwd()),
    }  # fmt: skip
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin or b"")
        given.seek(0)
        streams = [given.fileno(), out.fileno(), err.fileno()]
        socket.send_fds(channel, [json.dumps(asked).encode()], streams)
        answers = channel.makefile("r")
        child = int(answers.readline())
        channel.settimeout(timeout)
        try:
            code = int(answers.readline())
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            _warm.cache_clear()
            raise subprocess.TimeoutExpired(list(map(str, args)), timeout) from None
        finally:
            channel.settimeout(None)
        told = []
        for stream in (out, err):
            stream.seek(0)
            told.append(stream.read().decode("utf-8"))
    return subprocess.CompletedProcess([*PROGRAM, *map(str, args)], code, *told)


def _cold(
    args: tuple[str | Path, ...], stdin: bytes | None, timeout: float, cwd: Path | None, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """From nothing: for what Python itself reads of the environment when it starts."""
    done = subprocess.run(
        [*PROGRAM, *map(str, args)],
        input=stdin or b"", capture_output=True, timeout=timeout, check=False, cwd=cwd,
        env={**os.environ, "LANG": "C.UTF-8", **env},
    )  # fmt: skip
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )
