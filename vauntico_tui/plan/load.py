"""Plan files read and held against themselves: every problem with its file and line, all at once."""

from __future__ import annotations

from pathlib import Path

from vauntico_tui.base.tomlfile import parse, read_text
from vauntico_tui.plan.model import Plan


def load_plan(path: Path) -> Plan:
    """The plan in a file. Raises InputError with every problem."""
    return parse_plan(read_text(path), str(path))


def parse_plan(text: str, file: str) -> Plan:
    """A plan from its TOML. Raises InputError with every problem."""
    return parse(Plan, text, file).value
