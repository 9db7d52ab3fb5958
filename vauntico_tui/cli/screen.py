"""The [screen] section, read at once and tolerant of anything: the first paint does not wait for validation."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def screen_table(file: Path | None) -> dict[str, Any]:
    """The config's [screen] table as written; empty where it can't be read (the validated load says why)."""
    if file is None:
        return {}
    try:
        table = tomllib.loads(file.read_text("utf-8-sig")).get("screen")
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def screen_settings(file: Path | None) -> dict[str, Any]:
    """What of it can be used, as ScreenSettings takes it."""
    table = screen_table(file)
    settings: dict[str, Any] = {}
    if table.get("theme") in ["dark", "light", "auto"]:  # a list: what stands there may not be hashable
        settings["theme"] = table["theme"]
    if isinstance(table.get("ascii"), bool):
        settings["ascii"] = table["ascii"]
    if isinstance(table.get("notify"), bool):
        settings["notify"] = table["notify"]
    if isinstance(table.get("time_zone"), str):
        settings["time_zone"] = table["time_zone"]
    if isinstance(keys := table.get("keys"), dict):
        settings["keys"] = {name: key for name, key in keys.items() if isinstance(key, str)}
    return settings
