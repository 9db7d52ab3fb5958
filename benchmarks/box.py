"""Vauntico in a box as a child, standing still, for the benchmarks."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import httpx

PROGRAM = ["vauntico-tui"]


class Box:
    """`urls` as the box prints them; `config` points at it; `state` is a state folder of its own. `every` is the time
    between refreshes, None the program's own."""

    def __init__(self, issues: int = 60, runs: int = 100, every: str | None = None) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="vauntico-bench-")
        self.config = Path(self.folder.name) / "config.toml"
        self.state = Path(self.folder.name) / "state"
        self._process = subprocess.Popen(
            [*PROGRAM, "sim", "--config-out", str(self.config), *f"--speed 0 --issues {issues} --runs {runs}".split()],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.urls: dict[str, Any] = json.loads(self._process.stdout.readline())
        told = re.sub(r"(?m)^(?:probe_)?every\b.*\n", "", self.config.read_text())  # the program's own intervals
        if every is not None:
            told = re.sub(r"(\[(?:github|prometheus|alertmanager)\]\n)", rf'\1every = "{every}"\n', told)
        self.config.write_text(told)

    @property
    def env(self) -> dict[str, str]:
        return {
            "XDG_STATE_HOME": str(self.state),
            "XDG_CONFIG_HOME": str(self.state),
            "XDG_CACHE_HOME": str(self.state),
        }

    @property
    def token(self) -> str:
        """The token that the box accepts."""
        named = tomllib.loads(self.config.read_text())["github"]["token_file"]
        return (self.config.parent / named).read_text().strip()

    def reset(self) -> None:
        """Forget the requests counted so far."""
        httpx.delete(f"{self.urls['control']}/requests").raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """The requests since the last reset: method, path, status, points, target."""
        answer: dict[str, Any] = httpx.get(f"{self.urls['control']}/requests?limit=5000").raise_for_status().json()
        assert answer["counts"]["requests"] == len(answer["requests"]), "the box keeps no more of them"
        return list(answer["requests"])

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self.folder.cleanup()

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
