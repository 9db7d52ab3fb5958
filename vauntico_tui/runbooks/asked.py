"""Where a value that is no text may be written as `%{name}` all the same: "way = "%{way}"", "for = "%{lasts}"".

The field keeps its type for whoever reads the code: only a runbook that is not filled in yet may hold the placeholder.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

ASKED = re.compile(r"%\{[a-z][a-z0-9_]*\}")
"""A parameter alone: its whole value is put in."""
FILLED = {"filled": True}
"""The context in which a filled step is read: a placeholder is no value any more."""


class _Asked:
    """Marks a field that a parameter may fill."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(
            _read,
            handler(source),
            serialization=core_schema.wrap_serializer_function_ser_schema(_write, schema=handler(source)),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        inner = handler(schema["schema"])
        return {"anyOf": [inner, {"type": "string", "pattern": f"^{ASKED.pattern}$"}]}


def _read(value: Any, inner: core_schema.ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    if isinstance(value, str) and ASKED.fullmatch(value) and not (info.context or {}).get("filled"):
        return value
    return inner(value)


def _write(value: Any, inner: core_schema.SerializerFunctionWrapHandler) -> Any:
    return value if isinstance(value, str) and ASKED.fullmatch(value) else inner(value)


MAYBE_ASKED = _Asked()
