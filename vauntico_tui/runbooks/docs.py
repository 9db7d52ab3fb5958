"""The parts of docs/runbooks.md that are made from the runbooks' own classes; `vauntico_tui.cli.docs` puts them in."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from vauntico_tui.evidence.docs import cell, kind_of, without_it
from vauntico_tui.runbooks import model
from vauntico_tui.runbooks.bound import KINDS
from vauntico_tui.runbooks.docs_examples import EDITS, NOTES, STEPS
from vauntico_tui.runbooks.load import bundled_runbooks

_EVERY = frozenset({"id", "title", "do", "edit"})


def members(union: Any, tag: str) -> dict[str, type[BaseModel]]:
    """The classes of a tagged union by their tag."""
    ones = get_args(get_args(union)[0])
    return {get_args(one.model_fields[tag].annotation)[0]: one for one in ones}


def steps() -> dict[str, type[BaseModel]]:
    """Every kind of step with its class, in the order of the page."""
    return members(model.Step, "do")


def edits() -> dict[str, type[BaseModel]]:
    return members(model.FileEdit, "edit")


NAMES = ("runbook keys", "param keys", "kinds of targets", "steps", "step kinds", "edits", "bundled")
"""The made parts of the page."""


def part(name: str) -> str:
    """One of them, by its name."""
    match name:
        case "runbook keys":
            return table(model.Runbook)
        case "param keys":
            return table(model.Param)
        case "kinds of targets":
            return ", ".join(f"`{kind}`" for kind in KINDS)
        case "steps":
            return _index(steps())
        case "step kinds":
            return "\n".join(_section(name, kind, STEPS[name]) for name, kind in steps().items())
        case "edits":
            return "\n".join(_section(name, kind, EDITS[name]) for name, kind in edits().items())
        case "bundled":
            return _bundled()
    raise KeyError(name)


def table(kind: type[BaseModel]) -> str:
    """The keys of a class: kind, default, meaning."""
    schema = kind.model_json_schema(by_alias=True)
    properties: Mapping[str, Any] = (
        schema["properties"] if "properties" in schema else _ref(schema, schema)["properties"]
    )
    needed = set(schema.get("required", ()))
    rows = [
        f"| `{key}` | {_kind(part, schema)} | {without_it(key, part, needed)} | {cell(part)} |\n"
        for key, part in properties.items()
        if kind in {model.Runbook, model.Param} or key not in _EVERY
    ]
    return "".join(["| key | kind | without it | |\n|---|---|---|---|\n", *rows]) if rows else ""


def _ref(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema["$defs"][part["$ref"].rsplit("/", 1)[-1]]
    return found


def _kind(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What a key takes. A placeholder alone is told once, not of every key."""
    if "anyOf" in part:
        ones = [
            one for one in part["anyOf"] if one.get("type") != "null" and not one.get("pattern", "").startswith("^%")
        ]
        return " or ".join(dict.fromkeys(_kind(one, schema) for one in ones))
    if "discriminator" in part:
        return {"do": "step", "edit": "edit"}.get(part["discriminator"]["propertyName"], "[check](checks.md)")
    if part.get("type") == "array" and part.get("items"):
        inner = _kind(part["items"], schema)
        return f"list of {inner if inner.startswith('`') else inner + 's'}"
    if "$ref" in part:
        return "parameter" if part["$ref"].endswith("/Param") else "table"
    if part.get("type") == "object" and isinstance(part.get("additionalProperties"), dict):
        inner = _kind(part["additionalProperties"], schema)
        return "table of texts" if inner == "text" else f"table of {inner}"
    return kind_of(dict(part), dict(schema))


def _index(kinds: Mapping[str, type[BaseModel]]) -> str:
    rows = [f"| [`{name}`](#{name}) | {_sentence(kind).split('. ')[0].rstrip('.')} |\n" for name, kind in kinds.items()]
    return "".join(["| do | what it does |\n|---|---|\n", *rows])


def _sentence(kind: type[BaseModel]) -> str:
    return " ".join(inspect.cleandoc(kind.__doc__ or "").split())


def _section(name: str, kind: type[BaseModel], example: str) -> str:
    note = f"\n{NOTES[name]}\n" if name in NOTES else ""
    return f"### {name}\n\n{_sentence(kind)}\n\n{table(kind)}{note}\n```toml\n{example.strip()}\n```\n"


def _bundled() -> str:
    rows = []
    for one in bundled_runbooks():
        bound = ", ".join(f"`{name}`" for name in one.bound) or "nothing in particular"
        rows.append(f"| `{one.id}` | {one.title} | {bound} |\n")
    return "".join(["| id | what it does | offered for |\n|---|---|---|\n", *rows])
