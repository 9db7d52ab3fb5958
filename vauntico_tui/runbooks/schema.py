"""The JSON Schema of runbooks' files, from the classes that read them; docs/runbook.schema.json is this text."""

from __future__ import annotations

import json
from typing import Any

from vauntico_tui.runbooks.model import RunbookFile


def runbook_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    schema = RunbookFile.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vauntico-tui runbooks",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def schema_text() -> str:
    """As it is published, with a final newline."""
    return json.dumps(runbook_schema(), indent=2, ensure_ascii=False) + "\n"
