"""The world as GitHub writes it in JSON. One set of shapes for each address that the box is asked under."""

from __future__ import annotations

from vauntico_tui.sim.github.shapes.actions import ActionShapes
from vauntico_tui.sim.github.shapes.base import node_id, read_node_id
from vauntico_tui.sim.github.shapes.git import GitShapes
from vauntico_tui.sim.github.shapes.settings import SettingShapes
from vauntico_tui.sim.github.shapes.threads import ThreadShapes

__all__ = ["Shapes", "node_id", "read_node_id"]


class Shapes(ThreadShapes, ActionShapes, SettingShapes, GitShapes):
    """Every shape."""
