"""The config's JSON Schema and its table of keys, from the same classes that read it."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

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
    """Every key: dotted name, type, default, meaning; sections are gone into."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys_table(kind, f"{lead}{name}.")
        else:
            yield f"{lead}{name}", _kind(kind), _default(field), field.description or ""


def _kind(kind: Any) -> str:
    if get_origin(kind) in {Union, types.UnionType}:
        return " or ".join(_kind(part) for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is Literal:
        return " or ".join(f'`"{word}"`' for word in get_args(kind))
    if get_origin(kind) is dict:
        return "table of texts"
    words: dict[Any, str] = {
        str: "text", bool: "true or false", Path: "path", datetime: "instant", timedelta: "duration",
    }  # fmt: skip
    return words[get_args(kind)[0] if get_origin(kind) else kind]


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None or field.default is None or field.default is PydanticUndefined:
        return ""
    default = field.default
    if isinstance(default, timedelta):
        default = write_duration(default)
    return f"`{json.dumps(default)}`"
