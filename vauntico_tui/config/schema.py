"""The config's JSON Schema and its table of keys, from the same classes that read it."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from vauntico_tui.base.durations import write_duration
from vauntico_tui.config.model import Config


def schema_text() -> str:
    """JSON Schema (2020-12) with a final newline; docs/config.schema.json is this text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Config.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def keys_table(model: type[BaseModel] = Config, lead: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Every key: dotted name, type, default, meaning. Sections are gone into; "people[].id" is a key of each of a list,
    "channels.NAME.url" one of each of a table of them."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys_table(kind, f"{lead}{name}.")
        elif inner := _models(kind, tuple):
            yield from keys_table(inner[0], f"{lead}{name}[].")
        elif inner := _models(kind, dict):
            yield from _of_any(inner, f"{lead}{name}.NAME.")
        else:
            yield f"{lead}{name}", _kind(kind), _default(field), field.description or ""


def _models(kind: Any, of: type) -> tuple[type[BaseModel], ...]:
    """The sections that a list or table is of; none where it is of plain values."""
    if get_origin(kind) is not of:
        return ()
    inner = get_args(kind)[0 if of is tuple else 1]
    inner = get_args(inner)[0] if get_origin(inner) is Annotated else inner
    kinds = get_args(inner) or (inner,)
    return tuple(one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel))


def _of_any(models: tuple[type[BaseModel], ...], lead: str) -> Iterator[tuple[str, str, str, str]]:
    """The keys of sections that differ by their `kind`: each once, with the kinds that have it."""
    rows: dict[str, list[tuple[str, tuple[str, str, str, str]]]] = {}
    for model in models:
        word = get_args(model.model_fields["kind"].annotation)[0]
        for row in keys_table(model, lead):
            rows.setdefault(row[0], []).append((word, row))
    for key, found in rows.items():
        _, kind, default, meaning = found[0][1]
        if key == f"{lead}kind":
            kind = " or ".join(row[1] for _, row in found)
        elif len(found) < len(models):
            meaning = f"{', '.join(word for word, _ in found)}: {meaning}"
        yield key, kind, default, meaning


def _kind(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        return _kind(get_args(kind)[0])
    if get_origin(kind) in {Union, types.UnionType}:
        return " or ".join(_kind(part) for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is Literal:
        return " or ".join(f'`"{word}"`' for word in get_args(kind))
    if get_origin(kind) is tuple:
        return f"list of {_kind(get_args(kind)[0])}"
    if get_origin(kind) is dict:
        return "table of texts"
    words: dict[Any, str] = {
        str: "text", bool: "true or false", int: "number", Path: "path", date: "date", datetime: "instant",
        timedelta: "duration",
    }  # fmt: skip
    return words[kind]


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None or field.default in (None, PydanticUndefined, ()):
        return ""
    default = field.default
    if isinstance(default, timedelta):
        default = write_duration(default)
    return f"`{json.dumps(default)}`"
