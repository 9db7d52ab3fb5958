"""What git and GitHub forbid, as sentences: looked at when a runbook is checked and when a step is filled in."""

from __future__ import annotations

import re

_NOT_IN_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|[\ud800-\udfff]")
_SECRET = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def branch_problem(name: str) -> str | None:
    """Why git has no branch of this name (git check-ref-format), or None."""
    if not name:
        return "a branch's name is empty"
    if (found := _NOT_IN_BRANCH.search(name)) is not None:
        shown = "a space" if found[0] == " " else repr(found[0]) if not found[0].isprintable() else f'"{found[0]}"'
        return f'"{name}" is no name for a branch: git forbids {shown}'
    if name.startswith(("-", "/")) or name.endswith(("/", ".")) or name in {"@", "HEAD"}:
        return f'"{name}" is no name for a branch'
    if name.startswith("refs/"):
        return f'"{name}" is a ref: write the branch\'s name alone'
    for part in name.split("/"):
        if part.startswith(".") or part.endswith(".lock"):
            return f'"{name}" is no name for a branch: git forbids "{part}" in it'
    return f'"{name[:60]}…" is too long for a branch' if len(name.encode()) > 240 else None


def path_problem(path: str) -> str | None:
    """Why a path is none of a file in the repository, or None."""
    if not path.strip():
        return "a path is empty"
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", path):
        return f'"{path}" leaves the repository: paths start at its root'
    if "\\" in path or any(ord(one) < 32 or ord(one) == 127 for one in path):
        return f'"{path}" is no path: it holds a backslash or a control character'
    parts = path.split("/")
    if ".." in parts:
        return f'"{path}" leaves the repository'
    if any(part.casefold() == ".git" for part in parts):
        return f'"{path}" is in .git: git itself writes there'
    if not all(parts) or "." in parts:
        return f'"{path}" is no path of a file'
    return None


def secret_name_problem(name: str) -> str | None:
    """Why GitHub takes no secret of this name, or None."""
    if not _SECRET.fullmatch(name):
        return f'"{name}" is no name for a secret: letters, digits and _ only, and no digit first'
    if name.upper().startswith("GITHUB_"):
        return f'"{name}" is no name for a secret: GitHub keeps GITHUB_ to itself'
    return None
