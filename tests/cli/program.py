"""The program as a person starts it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-m", "vauntico_tui"]


def run(
    *args: str | Path, stdin: bytes | None = None, timeout: float = 60, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `env` is added to the environment. Output is decoded as UTF-8."""
    done = subprocess.run(
        [*PROGRAM, *map(str, args)],
        input=stdin if stdin is not None else b"", capture_output=True, timeout=timeout, check=False, cwd=cwd,
        env={**os.environ, "LANG": "C.UTF-8", **env},
    )  # fmt: skip
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )
