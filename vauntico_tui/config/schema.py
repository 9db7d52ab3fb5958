"""The config's JSON Schema, from the same classes that read it. docs/config.schema.json is this text."""

from __future__ import annotations

import json

from vauntico_tui.config.model import Config


def schema_text() -> str:
    """JSON Schema (2020-12), with a final newline."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Config.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
