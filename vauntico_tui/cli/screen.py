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
