"""The JSON Schema of plan files, from the classes that read them; editors complete and check by it."""

from __future__ import annotations

from typing import Any

from vauntico_tui.plan.model import Plan


def plan_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    schema = Plan.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vauntico-tui plan",
        **{key: value for key, value in schema.items() if key != "title"},
    }
