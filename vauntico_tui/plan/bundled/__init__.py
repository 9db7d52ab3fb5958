"""The plan that comes with the program: Vauntico's roadmap, with the evidence for each of its promises."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from vauntico_tui.plan.load import parse_plan
from vauntico_tui.plan.model import Plan

BUNDLED_FILE = "vauntico.toml"


def bundled_text() -> str:
    """The bundled plan as it is written."""
    return files(__name__).joinpath(BUNDLED_FILE).read_text(encoding="utf-8")


@cache
def bundled_plan() -> Plan:
    """The bundled plan; it has no start, which `init` sets."""
    return parse_plan(bundled_text(), f"bundled {BUNDLED_FILE}")
