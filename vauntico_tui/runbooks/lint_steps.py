"""What can be wrong with a step as it is written, before it is typed and without asking anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from vauntico_tui.base.tomllines import KeyPath
from vauntico_tui.runbooks.placeholders import placeholders, put_in
from vauntico_tui.runbooks.rules import branch_problem, path_problem, secret_name_problem

_BRANCHES = {
    "branch": ("name", "start"), "files": ("branch",), "pull_request": ("branch", "into"), "merge": ("branch",),
    "run_workflow": ("ref",),
}  # fmt: skip
_SHELL = re.compile(r"(^|/)(ba|da|z|k)?sh$")
_HIDDEN = re.compile(r"authorization|cookie|token|secret|api[-_]?key|password", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing about a step, at a key path from the step's own table."""

    path: KeyPath
    message: str
    hint: str | None = None
    warning: bool = False


def step_says(step: Mapping[str, Any]) -> Iterator[Said]:
    """Everything wrong with one step by itself."""
    do = step.get("do")
    for key in _BRANCHES.get(do, ()) if isinstance(do, str) else ():
        yield from _said((key,), branch_problem, step.get(key))
    match do:
        case "files":
            yield from _files(step)
        case "pull_request":
            if step.get("into") is not None and step.get("into") == step.get("branch"):
                yield Said(("into",), "a branch can't be merged into itself")
        case "secrets":
            yield from _secrets(step)
        case "command":
            yield from _command(step)
        case "http":
            yield from _http(step)
        case "run_workflow":
            times = step.get("times", 1)
            if isinstance(times, int) and times > 1 and "wait" not in step:
                yield Said(("times",), f"{times} runs one after another need wait", 'wait = "20 min"')
        case "label" if not step.get("add") and not step.get("remove"):
            yield Said(("do",), "changes no label", "give it add or remove")
        case "assign" if step.get("to") == []:
            yield Said(("to",), "to is empty, must hold at least 1")


def _said(path: KeyPath, rule: Any, value: object) -> Iterator[Said]:
    """A rule for a text; what a placeholder will hold is looked at when it is filled in."""
    if isinstance(value, str) and (problem := rule(put_in(value, lambda _: "x"))):
        yield Said(path, problem)


def _files(step: Mapping[str, Any]) -> Iterator[Said]:
    seen: dict[tuple[str, str], int] = {}
    for place, edit in _tables(step.get("edits")):
        path, kind = edit.get("path"), edit.get("edit")
        yield from _said(("edits", place, "path"), path_problem, path)
        if not isinstance(path, str) or not isinstance(kind, str):
            continue
        if (path, kind) in seen:
            yield Said(("edits", place, "path"), f'"{path}" has the edit "{kind}" twice')
        seen[path, kind] = place
        if kind == "jest" and edit.get("options") == {}:
            yield Said(("edits", place, "options"), "options is empty: there is nothing to merge")
        text = edit.get("text")
        if kind == "put" and path.startswith(".github/workflows/") and isinstance(text, str):
            for found in placeholders(text):
                if found.name.startswith("target."):
                    hint = "a workflow would run what a title says; leave it out"
                    yield Said(("edits", place, "text"), f"{found.raw} stands in a workflow's file", hint)


def _secrets(step: Mapping[str, Any]) -> Iterator[Said]:
    names = step.get("names")
    seen: set[str] = set()
    for place, name in enumerate(names if isinstance(names, list) else ()):
        yield from _said(("names", place), secret_name_problem, name)
        if isinstance(name, str):
            if name.upper() in seen:
                yield Said(("names", place), f'"{name}" stands twice')
            seen.add(name.upper())


_IN_SCRIPT = "a placeholder stands in a shell's script: what it holds would be run"
_BEHIND = 'use "$1" in the script, and put the placeholder behind it: run = ["...", "%{name}"]'


def _command(step: Mapping[str, Any]) -> Iterator[Said]:
    for key in ("run", "undo"):
        run = step.get(key)
        words = [one if isinstance(one, str) else "" for one in run] if isinstance(run, list) else []
        if words:
            yield from _program(key, words, shell=step.get("shell") is True and key == "run")
    env = step.get("env")
    for place, name in enumerate(env if isinstance(env, list) else ()):
        if isinstance(name, str) and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            hint = "env names variables that are handed on; it sets none" if "=" in name else None
            yield Said(("env", place), f'"{name}" is no name of a variable', hint)
    if not step.get("repeatable") and not step.get("undo"):
        hint = "give it undo, or repeatable = true where it changes nothing"
        yield Said(("do",), "nothing takes this command back", hint, True)


def _program(key: str, words: list[str], *, shell: bool) -> Iterator[Said]:
    program = words[0]
    if not program.strip():
        yield Said((key, 0), "the program is empty")
    elif any(True for _ in placeholders(program)):
        if shell:
            yield Said((key, 0), _IN_SCRIPT, _BEHIND)
        else:
            yield Said(
                (key, 0), "a placeholder names the program to run", "write the program; its arguments may be filled in"
            )
    elif not shell and re.search(r"\s", program) and "/" not in program:
        yield Said(
            (key, 0), f'"{program}" is no program: it is run without a shell', "one argument a text, or shell = true"
        )
    if not shell and _SHELL.search(program) and len(words) > 2:
        script = next(
            (place for place, word in enumerate(words) if place and words[place - 1] in {"-c", "-lc", "-ec"}), 0
        )
        if script and any(True for _ in placeholders(words[script])):
            yield Said((key, script), _IN_SCRIPT, _BEHIND)


def _http(step: Mapping[str, Any]) -> Iterator[Said]:
    headers = step.get("headers")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if _HIDDEN.search(name) and isinstance(value, str) and value:
            yield Said(
                ("headers", name),
                f"the header {name} holds a secret in the file",
                f'header_env = {{ {name} = "VARIABLE" }}',
            )
    url = step.get("url")
    if isinstance(url, str):
        bare = put_in(url, lambda _: "x")
        try:
            parts = urlsplit(bare)
            if parts.username or parts.password:
                yield Said(("url",), "the URL holds a name or password", "put it into header_env")
            if bare.startswith("http") and not parts.hostname:
                yield Said(("url",), "the URL names no host")
        except ValueError:
            yield Said(("url",), "the URL can't be read")
        if any(found.start and found.start < len("https://") + 1 for found in placeholders(url)):
            yield Said(("url",), "a placeholder begins the host", "let a parameter hold the whole URL", True)
    if step.get("method") in ("PUT", "PATCH", "DELETE", "POST", None) and not step.get("repeatable"):
        yield Said(("do",), "nothing takes this request back, and it is not sent again where its answer is lost",
                   "repeatable = true where sending it twice does no harm", True)  # fmt: skip


def _tables(rows: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for place, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            yield place, row
