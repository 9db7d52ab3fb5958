"""Configurations run by Node, as Jest would load them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


class Node:
    """A Node that is asked what a configuration comes to."""

    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen(
            [program, str(Path(__file__).with_name("evaluate.cjs"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip

    def config(self, name: str, text: str) -> dict[str, Any]:
        """What a file of that name exports. Raises AssertionError where Node does not take it."""
        text = text.removeprefix("\ufeff")
        if name.endswith(".json"):
            told = json.loads(re.sub(r"(?m)^\s*//.*$", "", text))
            return dict(told.get("jest", told) if name == "package.json" else told)
        if name.endswith(".ts"):
            name, text = name.replace(".ts", ".mjs"), _without_types(text)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"name": name, "text": text}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, f"{answer['error']}\n{text}"
        return dict(answer["config"])

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


def started() -> Node:
    program = shutil.which("node")
    if program is None:
        pytest.skip("no node on this machine, so configurations are not run: install nodejs")
    return Node(program)


def _without_types(text: str) -> str:
    """The corpus' TypeScript as JavaScript."""
    text = re.sub(r"(?m)^import type .*$", "", text)
    return re.sub(r" as const| satisfies Config|(?<=const config): Config", "", text)
