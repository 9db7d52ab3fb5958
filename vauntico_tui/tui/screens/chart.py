"""A line with axes, a target and the deployments, by plotext. Draws nothing that it was not told."""

from __future__ import annotations

from dataclasses import dataclass

from rich.color import Color as RichColour
from rich.text import Text
from textual_plotext import PlotextPlot

from vauntico_tui.tui.format import number
from vauntico_tui.tui.screens.figures import Points, time_ticks, value_ticks
from vauntico_tui.tui.theme import style_of

_LEAST = (24, 6)
"""Cells across and down below which axes leave no room for a line."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What to draw: the points of a window, the target, and (unix seconds, succeeded) of deployments."""

    points: Points
    start: float
    end: float
    unit: str = ""
    target: float | None = None
    deployments: tuple[tuple[float, bool], ...] = ()
    words: str = ""  # instead of a line, where there is none


class Chart(PlotextPlot):
    """The chart of a KPI."""

    DEFAULT_CSS = "Chart { width: 1fr; height: 1fr; min-height: 6; }"

    drawing: Drawing | None = None

    def show(self, drawing: Drawing) -> None:
        """Draw this, if it is not what is drawn."""
        if drawing != self.drawing:
            self.drawing = drawing
            self.refresh()

    def render(self) -> Text:
        drawing = self.drawing
        width, height = self.size
        if drawing is None or not drawing.points or width < _LEAST[0] or height < _LEAST[1]:
            words = drawing.words if drawing else ""
            if drawing is not None and drawing.points:
                words = "too little room for a chart; the figures are below"
            return Text("\n" * max(0, height // 2 - 1) + words, justify="center", style=self._ink("dim"))
        return self._plotted(drawing, width, height)

    def _ink(self, tone: str) -> str:
        colour = style_of(self.app.theme, tone).color
        return colour.name if colour is not None else ""

    def _colour(self, tone: str) -> str | tuple[int, int, int]:
        """A tone as plotext takes it: RGB, or one of the terminal's own."""
        colour = style_of(self.app.theme, tone).color or RichColour.default()
        if colour.triplet is not None:
            return (colour.triplet.red, colour.triplet.green, colour.triplet.blue)
        return "default" if colour.is_default else colour.name

    def _plotted(self, drawing: Drawing, width: int, height: int) -> Text:
        plot = self.plt
        plot.clear_figure()
        plot.plotsize(width, height)
        plot._set_size(width, height)  # what textual-plotext does, too: the size alone is not believed
        plot.theme("clear")
        plot.axes_color("default")
        plot.ticks_color(self._colour("dim"))
        values = [value for _, value in drawing.points]
        bounds = values if drawing.target is None else [*values, drawing.target]
        low, high = min(bounds), max(bounds)
        if low == high:
            margin = abs(low) * 0.1 or 1.0
            low, high = low - margin, high + margin
        ticks = value_ticks(low, high, max(3, height // 4))
        low, high = min(low, ticks[0]), max(high, ticks[-1])
        decimals = _decimals(ticks)
        plot.yticks(ticks, [number(tick, drawing.unit, decimals) for tick in ticks])
        plot.ylim(low, high)
        zone = getattr(self.app, "zone", None)
        across = time_ticks(drawing.start, drawing.end, max(2, width // 14), zone)
        plot.xlim(0.0, drawing.end - drawing.start)
        plot.xticks([time - drawing.start for time, _ in across], [words for _, words in across])
        if drawing.target is not None:
            plot.hline(drawing.target, color=self._colour("soon"))
        xs = [time - drawing.start for time, _ in drawing.points]
        plot.plot(xs, values, marker="braille", color=self._colour("accent"))
        for done, glyph, tone in ((True, "▲", "met"), (False, "▼", "unmet")):
            at = [time - drawing.start for time, ok in drawing.deployments if ok is done]
            if at:
                plot.scatter(at, [low] * len(at), marker=glyph, color=self._colour(tone))
        return Text.from_ansi(plot.build(), no_wrap=True)


def _decimals(ticks: list[float]) -> int:
    """So many decimals that no two ticks read the same."""
    return next((digits for digits in range(7) if len({f"{tick:.{digits}f}" for tick in ticks}) == len(ticks)), 6)
