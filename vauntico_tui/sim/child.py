"""The box as a child process that ends with its parent and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vauntico_tui.sim.options import Options


class StartError(Exception):
    """The box did not start; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running box: where its config is, its addresses, its process."""

    config_path: Path
    urls: Mapping[str, str]
    pid: int
    _process: subprocess.Popen[bytes] = field(repr=False)

    def stop(self) -> None:
        """End it and wait until it is gone; its files go with it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        folder = self.config_path.parent
        for _ in range(50):  # a thread of ours may still be writing into it: what it adds meanwhile goes too
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.02)


def start(
    *, speed: float = 1.0, seed: int = 1, issues: int = 60, runs: int = 140, port: int = 0, paging: bool = False
) -> Child:
    """Start a box and wait until it serves. The child holds the read end of a pipe from us: when we are gone, however
    that came about, the pipe ends and so does the child. Raises StartError."""
    options = Options(seed, speed, issues, runs, port, paging)
    arguments = [
        "--child",
        *(f"--{name}={getattr(options, name)}" for name in ("seed", "speed", "issues", "runs", "port")),
        *(["--paging"] if paging else []),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "vauntico_tui.sim", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # a terminal's Ctrl+C is for the parent
    )
    assert process.stdout is not None and process.stderr is not None  # noqa: S101 (both are pipes)
    line = process.stdout.readline()
    try:
        said = json.loads(line)
    except ValueError:
        process.kill()
        words = process.communicate()[1].decode("utf-8", "replace").strip().split("\n")[-1]
        raise StartError(f"Vauntico in a box did not start: {words or 'it said nothing'}") from None
    process.stderr.close()
    urls = {name: said[name] for name in ("github", "prometheus", "alertmanager", "webhook", "control")}
    return Child(Path(said["config"]), urls, said["pid"], process)


def run(options: Options) -> int:
    """The child's side: a folder of its own, and an end when the parent's pipe ends."""
    from vauntico_tui.sim.main import serve  # noqa: PLC0415 (the parent never needs it)

    folder = Path(tempfile.mkdtemp(prefix="vauntico-box-"))
    try:
        return serve(
            folder / "config.toml",
            seed=options.seed,
            speed=options.speed,
            issues=options.issues,
            runs=options.runs,
            port=options.port,
            paging=options.paging,
            until=_parent_gone,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parent_gone() -> None:
    """Return when the parent's pipe ends. It reads our standard error only until we serve."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdin.buffer.read()
