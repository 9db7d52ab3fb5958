"""Field types for pydantic models. Apart from durations.py, so that a face never pays for pydantic."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from vauntico_tui.base.durations import parse_duration, write_duration


def _read(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


Duration = Annotated[
    timedelta,
    BeforeValidator(_read),
    PlainSerializer(write_duration, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["15 min", "24 h", "1 week"]}),
]
"""A timedelta that is written as text in TOML and JSON."""
