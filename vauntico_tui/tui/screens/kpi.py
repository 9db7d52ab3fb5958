"""A KPI as a chart with axes, its target and the deployments, over four windows, and its figures in words."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import Reading, State, Trouble
from vauntico_tui.tui.format import change, number
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.chart import Chart, Drawing
from vauntico_tui.tui.screens.figures import Figures, Points, drawable, figures_of, series_of
from vauntico_tui.tui.screens.look import Look, colour, glyph
from vauntico_tui.tui.screens.page import DOT, Page, content
from vauntico_tui.tui.screens.pages.promise import history
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from textual.content import Content

    from vauntico_tui.evidence.facts import Series
    from vauntico_tui.view.model import KpiView, View

WINDOWS: tuple[tuple[float, str], ...] = ((1, "1 h"), (24, "24 h"), (168, "7 d"), (720, "30 d"))
"""Hours and words of each window."""

_DAY = 24.0
_STEPS = 240  # a chart moves on when a step has passed, not with every picture
_AGAIN = {1.0: 60.0, 168.0: 600.0, 720.0: 1800.0}  # seconds after which a window is read anew while it is looked at
_SAID = {">=": "at least", "<=": "at most", ">": "above", "<": "below", "==": "exactly", "!=": "other than"}


class KpiScreen(Behind):
    """One KPI. The day comes with every View; the other windows are read when they are looked at."""

    DEFAULT_CSS = """
    KpiScreen .kpi--head { height: 1; padding: 0 2; text-wrap: nowrap; text-overflow: ellipsis; }
    KpiScreen .kpi--windows { height: 1; padding: 0 2; text-wrap: nowrap; }
    KpiScreen Chart { margin: 0 1; }
    KpiScreen Sheet { height: auto; max-height: 50%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["refresh.pane", "window.shorter", "window.longer"]),
        Binding("left", "app.act('window.shorter')", show=False),
        Binding("right", "app.act('window.longer')", show=False),
    ]
    KEYS = (("back", "back"), ("window.shorter", "shorter"), ("window.longer", "longer"), ("browse", "browser"),
            ("copy", "copy PromQL"), ("refresh.pane", "refresh"), ("help", "keys"))  # fmt: skip

    def __init__(self, kpi_id: str) -> None:
        super().__init__()
        self.kpi_id = kpi_id
        self.window = 1  # index into WINDOWS
        self._ranges: dict[float, Reading[tuple[Series, ...]]] = {}
        self._asked_at: dict[float, datetime] = {}
        self._kpi: KpiView | None = None

    def body(self) -> ComposeResult:
        yield Static(classes="kpi--head", markup=False)
        yield Static(classes="kpi--windows", markup=False)
        yield Chart()
        yield Sheet()

    @property
    def hours(self) -> float:
        return WINDOWS[self.window][0]

    @property
    def target(self) -> Target | None:
        kpi = self._kpi
        return Target("kpi", self.kpi_id, kpi.title, kpi.link) if kpi else None

    # ---- drawing ------------------------------------------------------------------------------------------------

    def draw(self, view: View) -> None:
        look = self.look
        kpi = next((one for one in view.kpis if one.id == self.kpi_id), None)
        if kpi is None:
            self._gone(look)
            return
        self._kpi = kpi
        self.say_title(("KPI  ", "$tone-dim"), content((kpi.title, "bold")))
        self.write(".kpi--head", _head(kpi, look))
        self.write(".kpi--windows", self._windows(kpi, look))
        step = self.hours * 3600 / _STEPS
        end = math.ceil(look.now.timestamp() / step) * step
        start = end - self.hours * 3600
        points = drawable(self._points(kpi), start, end)
        deployments = tuple(
            (one.created_at.timestamp(), one.state not in {"failure", "error"})
            for one in view.ci.deployments
            if start <= one.created_at.timestamp() <= end
        )
        self.query_one(Chart).show(Drawing(points, start, end, kpi.unit, kpi.target, deployments, self._why_empty(kpi)))
        self._say_figures(view, kpi, points, deployments, look)
        self._read_if_due()

    def _gone(self, look: Look) -> None:
        self.say_title(("KPI  ", "$tone-dim"), content((self.kpi_id, "bold")))
        page = Page(look, Target("kpi", self.kpi_id, self.kpi_id))
        page.put(("? NOT THERE", "bold $tone-dim"))
        page.put("The plan has no such KPI any more, or its series has gone. esc goes back.")
        self.query_one(Sheet).show(page.finish())

    def _windows(self, kpi: KpiView, look: Look) -> Content:
        parts: list[tuple[str, str] | str] = []
        for index, (_, words) in enumerate(WINDOWS):
            parts += [(f" {words} ", "reverse bold" if index == self.window else "$tone-dim"), " "]
        trouble = self._trouble(kpi)
        if trouble is not None:
            parts.append((f" {trouble}", "$tone-unmet"))
        elif (as_of := self._as_of(kpi)) is not None:
            parts.append((f" read {look.ago(as_of)}", "$tone-dim"))
        else:
            parts.append((" reading", "$tone-dim"))
        return content(*parts)

    def _points(self, kpi: KpiView) -> Points:
        if self.hours == _DAY:
            return kpi.series
        reading = self._ranges.get(self.hours)
        return series_of(self.kpi_id, reading.value) if reading is not None and reading.value else ()

    def _as_of(self, kpi: KpiView) -> datetime | None:
        if self.hours == _DAY:
            return kpi.as_of
        reading = self._ranges.get(self.hours)
        return reading.as_of if reading is not None else None

    def _trouble(self, kpi: KpiView) -> Trouble | None:
        if self.hours == _DAY:
            return kpi.trouble
        reading = self._ranges.get(self.hours)
        return reading.trouble if reading is not None else None

    def _why_empty(self, kpi: KpiView) -> str:
        """What stands where a line would be."""
        state = kpi.state if self.hours == _DAY else self._ranges.get(self.hours, Reading()).state
        match state:
            case State.LOADING:
                return f"reading {WINDOWS[self.window][1]} from Prometheus"
            case State.OFF:
                return "no Prometheus is configured"
            case State.FAILED:
                return "nothing was read yet: " + str(self._trouble(kpi) or "no reason given")
            case _:
                return f"no data in {WINDOWS[self.window][1]}"

    def _say_figures(
        self, view: View, kpi: KpiView, points: Points, deployments: tuple[tuple[float, bool], ...], look: Look
    ) -> None:
        page = Page(look, Target("kpi", kpi.id, kpi.title, kpi.link))
        figures = figures_of(points, kpi.op, kpi.target)
        if figures is not None:
            _figures(page, kpi, figures, WINDOWS[self.window][1])
        if deployments:
            bad = sum(not ok for _, ok in deployments)
            failed = content(f", {bad} failed ", ("▼", "$tone-unmet")) if bad else ""
            page.field("Deployments", f"{len(deployments)} in {WINDOWS[self.window][1]} ", ("▲", "$tone-met"), failed)
        page.field("PromQL", (kpi.query, "$tone-dim"), page.see(kpi.link, "in Prometheus"))
        if any(one.subject == f"kpi:{kpi.id}" for one in view.changes):
            history(page, view, f"kpi:{kpi.id}")
        for number_, (address, _) in enumerate(page.links, 1):
            page.field(f"[{number_}]", (address, "$tone-dim underline"))
        self.query_one(Sheet).show(page.blocks)

    # ---- reading ------------------------------------------------------------------------------------------------

    def _read_if_due(self) -> None:
        """Read the window that is looked at, now and again."""
        hours = self.hours
        if hours == _DAY or self.room_app.room is None:
            return
        asked = self._asked_at.get(hours)
        if asked is None or (self.look.now - asked).total_seconds() >= _AGAIN[hours]:
            self._read(hours)

    @work(exit_on_error=False, group="kpi", exclusive=True)
    async def _read(self, hours: float) -> None:
        room = self.room_app.room
        if room is None:
            return
        self._asked_at[hours] = self.look.now
        before = self._ranges.get(hours)
        try:
            reading = await room.kpi_range(self.kpi_id, hours)
        except KeyError:
            reading = _failed("not_found", "the plan has no such KPI", "go back and choose another")
        except Exception as error:  # the screen must stand whatever a source does
            why = f"the range could not be read ({type(error).__name__})"
            reading = _failed("bad_data", why, "press r to try again")
        if reading.value is None and before is not None and before.value is not None:
            reading = Reading(before.value, before.as_of, reading.state, reading.trouble)
        self._ranges[hours] = reading
        self.redraw()

    # ---- actions ------------------------------------------------------------------------------------------------

    def act_window_shorter(self) -> None:
        self._turn(-1)

    def act_window_longer(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        self.window = max(0, min(len(WINDOWS) - 1, self.window + by))
        self.redraw()

    def act_refresh_pane(self) -> None:
        room = self.room_app.room
        if room is None:
            self.room_app.say("the war room is still opening", "soon")
            return
        room.refresh("prometheus")
        if self.hours != _DAY:
            self._read(self.hours)
        self.room_app.say("asking Prometheus again")

    def act_copy(self) -> None:
        if self._kpi is not None:
            self.copy_words(self._kpi.query)


def _failed(kind: str, cause: str, next_step: str) -> Reading[tuple[Series, ...]]:
    nothing: Reading[tuple[Series, ...]] = Reading()
    return nothing.failed(Trouble(kind, cause, next_step))


def _head(kpi: KpiView, look: Look) -> Content:
    word = "NO TARGET" if kpi.target is None and kpi.value is not None else kpi.mark.value.upper()
    target = ""
    if kpi.target is not None:
        target = f", target {_SAID.get(kpi.op, kpi.op)} {number(kpi.target, kpi.unit, kpi.decimals)}"
    return content(
        (f"{glyph(kpi.mark)} {word}", f"bold {colour(kpi.mark)}"),
        ("  " + number(kpi.value, kpi.unit, kpi.decimals), "bold"),
        target,
        (f"  {change(kpi.change)} in 24 h" if kpi.change is not None else "", "$tone-dim"),
        (f"  missed since {look.when(kpi.since)}" if kpi.since else "", colour(kpi.mark)),
        ("  stale" if kpi.state in (State.STALE, State.FAILED) else "", "$tone-soon"),
    )


def _figures(page: Page, kpi: KpiView, figures: Figures, window: str) -> None:
    """Last and change, least, most and mean, and how long the target was kept."""
    decimals = _decimals(kpi, figures)

    def said(value: float) -> str:
        return number(value, kpi.unit, decimals)

    def at(point: tuple[float, float]) -> tuple[str, str]:
        return (f" at {page.look.when(datetime.fromtimestamp(point[0], UTC))}", "$tone-dim")

    percent = figures.change_percent
    moved = ("+" if figures.change > 0 else "") + said(figures.change)
    if percent is not None:
        moved += f", {change(percent)}"
    page.field(
        "Last", (said(figures.last[1]), "bold"), at(figures.last), f"{DOT}{moved}", (f" in {window}", "$tone-dim")
    )
    page.field(
        "Range", "least ", (said(figures.low[1]), "bold"), at(figures.low), f"{DOT}most ",
        (said(figures.high[1]), "bold"), at(figures.high), f"{DOT}mean {said(figures.mean)}",
    )  # fmt: skip
    if kpi.target is not None and figures.met_share is not None:
        bound = f"{_SAID.get(kpi.op, kpi.op)} {number(kpi.target, kpi.unit, kpi.decimals)}"
        page.field("Target", ("─ ", "$tone-soon"), bound, f"{DOT}kept {figures.met_share * 100:.0f} % of {window}")


def _decimals(kpi: KpiView, figures: Figures) -> int:
    """More decimals than the KPI asks for where they tell small figures apart."""
    values = (figures.low[1], figures.high[1], figures.mean)
    small = max(abs(value) for value in values) < 10 and any(value != round(value) for value in values)
    return max(kpi.decimals, 2) if small and kpi.unit != "$" else kpi.decimals
