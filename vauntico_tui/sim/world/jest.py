"""What Jest would say to the configuration and the files of a commit, before it runs a single test."""

from __future__ import annotations

import re
from collections.abc import Collection

ROOT = "server-v2"
CONFIG = f"{ROOT}/jest.config.js"
_STRING = r"""["'`]([^"'`\n]+)["'`]"""
_ONE = {name: re.compile(rf"""(?m)^[^/\n]*?\b['"]?{name}['"]?\s*:\s*{_STRING}""")
        for name in ("globalSetup", "globalTeardown")}  # fmt: skip
_MANY = re.compile(r"""(?m)^[^/\n]*?\b['"]?setupFilesAfterEnv['"]?\s*:\s*\[([^\]]*)\]""")


def timeout(text: str | None) -> int:
    """The testTimeout of a jest.config.js in milliseconds; Jest's own 5000 where none is set."""
    found = re.search(r"testTimeout['\"]?\s*:\s*([\d_]+)", text or "")
    return int(found[1].replace("_", "")) if found else 5000


def refused(text: str | None, files: Collection[str]) -> str | None:
    """Why Jest does not start: it has no configuration, one that is no module, or one that points at nothing."""
    if text is None:
        return f"● Validation Error: Can't find a root directory while resolving a config file path. {CONFIG}"
    if not re.search(r"\bmodule\.exports\s*=|\bexport\s+default\b", text) or not _balanced(text):
        return f"SyntaxError: Unexpected token in {CONFIG}"
    for option, path in _paths(text):
        if not _there(path, files):
            return (
                f"● Validation Error: Module {path} in the {option} option was not found. "
                f"<rootDir> is: /home/runner/work/vauntico/vauntico/{ROOT}"
            )
    return None


def _paths(text: str) -> list[tuple[str, str]]:
    found = [(name, match[1]) for name, pattern in _ONE.items() if (match := pattern.search(text))]
    if many := _MANY.search(text):
        found += [("setupFilesAfterEnv", path) for path in re.findall(_STRING, many[1])]
    return found


def _there(path: str, files: Collection[str]) -> bool:
    """Whether a module is there; a name without a path is a package's, which npm has installed."""
    if not path.startswith(("<rootDir>", ".", "/")):
        return True
    bare = path.removeprefix("<rootDir>").removeprefix("./").strip("/")
    full = f"{ROOT}/{bare}"
    return any(f"{full}{ending}" in files for ending in ("", ".js", ".ts", ".mjs", ".cjs", "/index.js", "/index.ts"))


_QUIET = re.compile(r"//[^\n]*|/\*[\s\S]*?\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")


def _balanced(text: str) -> bool:
    """Whether its brackets close in order, outside of strings and comments."""
    pairs, opened = {")": "(", "]": "[", "}": "{"}, []
    for letter in _QUIET.sub("", text):
        if letter in "([{":
            opened.append(letter)
        elif letter in pairs and (not opened or opened.pop() != pairs[letter]):
            return False
    return not opened
