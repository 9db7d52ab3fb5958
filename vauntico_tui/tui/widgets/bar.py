"""One line across the screen, repainted only when it says something else."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from vauntico_tui.tui.lines import Line, changed_cells, cut_line, strip


class Bar(Widget):
    """A line; `set_line` changes it."""

    DEFAULT_CSS = "Bar { width: 1fr; height: 1; }"
    ALLOW_SELECT = False

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.line: Line = ()

    def set_line(self, line: Line) -> None:
        """Say something; nothing is repainted if it is what is said already."""
        if line == self.line:
            return
        width = self.size.width
        before, self.line = cut_line(self.line, width), line
        x, count = changed_cells(before, cut_line(line, width))
        if count > 0:
            self.refresh(Region(x, 0, count, 1))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        return strip(cut_line(self.line, width) if y == 0 else (), self.app.theme, width)
