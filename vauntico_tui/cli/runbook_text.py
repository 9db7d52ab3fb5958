"""Runbooks as text and as JSON; what is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line
from vauntico_tui.cli.context import config_file

if TYPE_CHECKING:
    from vauntico_tui.runbooks.lint import Known
    from vauntico_tui.runbooks.model import Runbook


def plain(one: Runbook, origin: str) -> dict[str, Any]:
    """A runbook in a list."""
    return {
        "id": one.id,
        "title": one.title,
        "about": one.about.strip(),
        "cannot": one.cannot.strip() or None,
        "bound": list(one.bound),
        "only_when": one.only_when or None,
        "approvals": list(one.approvals),
        "origin": origin,
        "params": [
            {"id": param.id, "kind": param.kind, "needed": param.needed, "default": param.default,
             "choices": list(param.choices)}
            for param in one.params
        ],
        "steps": [{"do": step.do, "title": step.title or None} for step in one.steps],
    }  # fmt: skip


def whole(one: Runbook, origin: str) -> dict[str, Any]:
    """A runbook with everything that its file says, defaults too."""
    return {"schema": 1, "origin": origin, **one.model_dump(mode="json", by_alias=True)}


def listing(ones: Sequence[Runbook], origins: Mapping[str, str]) -> str:
    """Two lines a runbook."""
    if not ones:
        return "no runbook\n"
    width = max(len(one.id) for one in ones)
    lines = []
    for one in ones:
        lines.append(f"{one.id:<{width}}  {one.title}")
        bound = ", ".join(one.bound) or "nothing in particular"
        lines.append(f"{'':<{width}}  {origins[one.id]} · {len(one.steps)} {_steps(one)} · for {bound}")
    return "\n".join(lines) + "\n"


def _steps(one: Runbook) -> str:
    return "step" if len(one.steps) == 1 else "steps"


def shown(one: Runbook, origin: str) -> str:
    """A runbook for reading."""
    lines = [f"{one.title} ({one.id}, {origin})", ""]
    if one.about:
        lines += [one.about.strip(), ""]
    if one.cannot:
        lines += ["What it can't do:", one.cannot.strip(), ""]
    if one.bound:
        when = f", only when {one.only_when}" if one.only_when else ""
        lines.append(f"for        {', '.join(one.bound)}{when}")
    if one.approvals:
        lines.append(f"approvals  {', '.join(one.approvals)}")
    for param in one.params:
        default = "" if param.default is None else f", else {param.default}"
        kind = " | ".join(param.choices) or param.kind
        needed = "needed" if param.needed and param.default is None else "may be left out"
        lines.append(f"--param    {param.id}={kind} ({needed}{default}){f': {param.help}' if param.help else ''}")
    lines.append("")
    for number, step in enumerate(one.steps, 1):
        fields = step.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"do", "id", "title"})
        said = one_line(", ".join(f"{key} = {_value(value)}" for key, value in fields.items()), 400)
        lines.append(f"{number}. {step.do}{f' · {step.title}' if step.title else ''}: {said}")
    if one.verify is not None:
        from vauntico_tui.plan.write import dump_check

        lines += ["", "then watched:", *(f"  {line}" for line in dump_check(one.verify).splitlines())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Told:
    """What `lint` found: each problem, and whether it is a warning only."""

    files: list[str]
    ids: list[str]
    found: list[tuple[Problem, bool]]


def linted(asked: Sequence[Path]) -> Told:
    """Check files, or the user's folder."""
    from vauntico_tui.base.tomlfile import read_text
    from vauntico_tui.runbooks.load import folder_of, parse_runbooks, user_files

    troubles: list[Problem] = []
    files = list(asked) or list(user_files(folder_of(config_file()), troubles))
    known, said = _known()
    told = Told([], [], [*((one, False) for one in troubles), *said])
    first: dict[str, str] = {}
    for file in files:
        name = "stdin" if str(file) == "-" else str(file)
        told.files.append(name)
        try:
            ones, warnings = parse_runbooks(_stdin() if name == "stdin" else read_text(file), name, known)
        except InputError as error:
            told.found.extend((one, False) for one in error.problems)
            continue
        told.found.extend((one, True) for one in warnings)
        for one in ones:
            if one.id in first:
                told.found.append((Problem(f'"{one.id}" is in {first[one.id]} already', name), False))
            first.setdefault(one.id, name)
            told.ids.append(one.id)
    return told


def _known() -> tuple[Known | None, list[tuple[Problem, bool]]]:
    """What the config's plan holds. A plan that can't be read is said, and runbooks are checked without it."""
    from vauntico_tui.cli.context import load, plan_of
    from vauntico_tui.plan.references import known_of

    try:
        return known_of(plan_of(load(config_file()))), []
    except InputError as error:
        return None, [(one, True) for one in error.problems]


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem("is not UTF-8 text", "stdin", None, "save it as UTF-8")]) from None
