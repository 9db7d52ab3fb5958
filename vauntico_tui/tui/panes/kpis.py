"""Pane 4: the figures from Prometheus. A day as a sparkline, value, change, target; by phase where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.format import MARKS, age, at, bar, change, cut, number, resample, spark
from vauntico_tui.tui.lines import Col, Line, columns, line_cells
from vauntico_tui.tui.panes.pane import Pane, Standing, source_title, worst
from vauntico_tui.tui.widgets.rowlist import Pen, Row, TextRow
from vauntico_tui.view.model import KpiView, View


def keeps(kpi: KpiView, value: float) -> bool | None:
    """Whether a value keeps the KPI's target; None where it has none."""
    target = kpi.target
    if target is None:
        return None
    return {
        ">=": value >= target,
        "<=": value <= target,
        ">": value > target,
        "<": value < target,
        "==": value == target,
        "!=": value != target,
    }.get(kpi.op)


def spark_line(kpi: KpiView, width: int, end: float) -> Line:
    """A KPI's day in `width` cells; cells that miss the target in the tone for that."""
    values = resample(kpi.series, width, end)
    picture = spark(values)
    out: list[tuple[str, str]] = []
    for glyph, value in zip(picture, values, strict=True):
        kept = None if value is None else keeps(kpi, value)
        tone = "accent" if kept is None else "met" if kept else "unmet"
        if out and (out[-1][1] == tone or glyph == " "):
            out[-1] = (out[-1][0] + glyph, out[-1][1])
        else:
            out.append((glyph, tone))
    return tuple(out)


def target_words(kpi: KpiView) -> str:
    """ "≥ $100K"; nothing where there is no target."""
    if kpi.target is None:
        return ""
    sign = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠"}.get(kpi.op, kpi.op)
    return f"{sign} {number(kpi.target, kpi.unit, kpi.decimals if kpi.target % 1 else 0)}"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths of a KPI row's columns; 0 leaves one out."""

    title: int
    spark: int
    value: int = 9
    change: int = 9
    target: int = 9
    verdict: int = 24


def sizes(width: int) -> Sizes:
    """The columns for a pane's width: the sparkline has what is left."""
    title = 25 if width < 130 else 32
    verdict = 24 if width >= 100 else 12 if width >= 84 else 2
    moved = 9 if width >= 60 else 0
    target = 9 if width >= 50 else 0
    rest = width - title - verdict - moved - target - 9 - 2 - sum(1 for size in (moved, target) if size) * 2 - 2
    return Sizes(title, max(8, rest - 2), 9, moved, target, verdict)


@dataclass(frozen=True, slots=True)
class KpiRow(Row):
    """A KPI in one line."""

    kpi: KpiView | None = None
    tagged: bool = False  # whether the phase stands in front of the title, for want of room for headings

    @property
    def _kpi(self) -> KpiView:
        assert self.kpi is not None  # noqa: S101  a default only because a base has defaults
        return self.kpi

    def words(self) -> str:
        kpi = self._kpi
        return f"{kpi.title} {kpi.mark} phase {kpi.phase} {kpi.query}"

    @property
    def target(self) -> Target | None:
        kpi = self._kpi
        return Target("kpi", kpi.id, kpi.title, kpi.link)

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        kpi = self._kpi
        size = sizes(width)
        phase = f"P{kpi.phase} " if kpi.phase is not None else "   "
        title: Line = ((phase, "dim"), (kpi.title, "")) if self.tagged else ((kpi.title, ""),)
        tone = MARKS[kpi.mark][1] if kpi.target is not None else ""
        if kpi.state is State.FAILED and kpi.value is None:
            said = str(kpi.trouble) if kpi.trouble else "no data"
            return (columns(width, Col(title, "", size.title), Col((("○ ", "unmet"), (said, "dim")))),)
        if kpi.value is None:
            said = "◌ reading" if kpi.state is State.LOADING else "? no data: the query found no series"
            return (columns(width, Col(title, "", size.title), Col(said, "dim")),)
        shown = number(kpi.value, kpi.unit, kpi.decimals)
        cols = [
            Col(title, "", size.title),
            Col(spark_line(kpi, size.spark, pen.now.timestamp()), width=size.spark),
            Col(shown, tone or "strong", size.value, ">"),
        ]
        if size.change:
            cols.append(Col(change(kpi.change), "dim", size.change, ">"))
        if size.target:
            cols.append(Col(target_words(kpi), "dim", size.target, ">"))
        cols.append(Col(self._verdict(size.verdict, pen)))
        return (columns(width, *cols),)

    def _verdict(self, width: int, pen: Pen) -> Line:
        kpi = self._kpi
        if kpi.target is None:
            return ()
        glyph, tone = MARKS[kpi.mark]
        stale: Line = (("◐ ", "soon"),) if kpi.state in {State.STALE, State.FAILED} else ()
        if width < 12 or kpi.value is None:
            return ((f"{glyph} ", tone), *stale)
        if kpi.mark is Mark.UNMET and kpi.since is not None and width >= 20:
            side = "above" if kpi.op in {"<=", "<"} else "below"
            return ((f"{glyph} ", tone), *stale, (f"{side} since {at(kpi.since, pen.now, pen.zone)}", tone))
        if kpi.mark is Mark.UNMET and kpi.op in {">=", ">"} and kpi.target > 0 and kpi.value >= 0:
            share = kpi.value / kpi.target
            blocks: Line = ((bar(share, 10) + " ", tone),) if width >= 20 else ()
            return ((f"{glyph} ", tone), *stale, *blocks, (f"{share:.0%}".replace("%", " %"), tone))
        return ((f"{glyph} ", tone), *stale)

    def more(self, width: int, pen: Pen) -> Sequence[Line]:
        kpi = self._kpi
        lines: list[Line] = [((cut(kpi.query, width), "dim"),)]
        if kpi.series:
            low, high = min(v for _, v in kpi.series), max(v for _, v in kpi.series)
            words = f"24 h: {number(low, kpi.unit, kpi.decimals)} to {number(high, kpi.unit, kpi.decimals)}"
            if kpi.target is not None:
                words += f" · target {target_words(kpi)}"
            seen = age(kpi.as_of, pen.now)
            lines.append(((cut(words + (" · seen just now" if seen == "now" else f" · {seen} old"), width), "dim"),))
        if kpi.trouble is not None:
            lines.append(((cut(f"○ {kpi.trouble}", width), "unmet"),))
        return lines


class KpisPane(Pane):
    """4 KPIs."""

    number = 4
    name_ = "KPIs"
    source = Target("source", "prometheus", "Prometheus")

    def build(self, view: View, pen: Pen) -> Sequence[Row]:
        width = self.inner.width
        size = sizes(width)
        cols = [
            Col("KPI", "heading", size.title),
            Col("24 h", "heading", size.spark),
            Col("now", "heading", size.value, ">"),
        ]
        if size.change:
            cols.append(Col("Δ 24 h", "heading", size.change, ">"))
        if size.target:
            cols.append(Col("target", "heading", size.target, ">"))
        self.head = (columns(width, *cols, Col("", "heading", max(1, size.verdict))),) if view.kpis else ()
        phases = _phases(view)
        roomy = self.inner.height - len(self.head) >= len(view.kpis) + len(phases)
        rows: list[Row] = []
        for heading, kpis in phases:
            if roomy and heading:
                rows.append(TextRow(f"phase:{heading}", 1, False, ((heading, "heading"),)))
            rows += [KpiRow(f"kpi:{kpi.id}", 1, True, kpi, not roomy and len(phases) > 1) for kpi in kpis]
        return rows

    def part(self, view: View) -> object:
        return [replace(kpi, as_of=None) for kpi in view.kpis], view.plan.phases, _deployed(view)

    def tally(self, view: View, pen: Pen) -> Line:
        if not view.kpis:
            return ()
        said: Line = (_sum(view),)
        if (when := _deployed(view)) is None:
            return said
        whole: Line = ((f"▲ production deploy {at(when, pen.now, pen.zone)}", "dim"), (" · ", "dim"), *said)
        return whole if line_cells(whole) <= (self.size.width - 4) // 2 else said

    def fold(self, view: View, pen: Pen, width: int) -> tuple[Line, Line]:
        if not view.kpis:
            return (), (("no KPIs in the plan", "dim"),)
        missed = [kpi for kpi in view.kpis if kpi.mark is Mark.UNMET]
        words, tone = _sum(view)
        short: Line = ((words.replace(" of ", "/"), tone),)
        known = [kpi for kpi in missed or view.kpis if kpi.value is not None]
        out: list[tuple[str, str]] = []
        for kpi in known[:3]:
            piece = [(" · ", "dim")] if out else []
            piece += [(f"{kpi.title} ", ""), (number(kpi.value, kpi.unit, kpi.decimals), MARKS[kpi.mark][1])]
            piece += [(f" {change(kpi.change)}", "dim")] if kpi.change is not None else []
            if out and line_cells((*out, *piece)) > width:
                break
            out += piece
        return short, tuple(out)

    def standing(self, view: View) -> Standing:
        order = [State.FAILED, State.LOADING, State.STALE, State.FRESH, State.OFF]
        if not view.kpis:
            return worst(view, ("prometheus",))
        kpi = min(view.kpis, key=lambda kpi: order.index(kpi.state))
        return Standing(kpi.state, kpi.as_of, kpi.trouble, source_title(view, "prometheus", "Prometheus"))

    def emptiness(self, view: View) -> str:
        return "The plan names no KPIs. Add [[kpis]] with a title and a PromQL query to it."

    def wants(self, view: View) -> int:
        return len(view.kpis) + len(_phases(view)) + 3


def _sum(view: View) -> tuple[str, str]:
    """How many of those that have a target meet it; unknown is never met."""
    aimed = [kpi for kpi in view.kpis if kpi.target is not None]
    if not aimed:
        return "no targets", "dim"
    missed, unknown = (sum(kpi.mark is mark for kpi in aimed) for mark in (Mark.UNMET, Mark.UNKNOWN))
    met = sum(kpi.mark in {Mark.MET, Mark.OVERRIDDEN} for kpi in aimed)
    return f"{met} of {len(aimed)} met", "unmet" if missed else "unknown" if unknown else "met"


def _phases(view: View) -> list[tuple[str, list[KpiView]]]:
    """The KPIs by phase, in the plan's order; those of no phase last."""
    names = {phase.number: phase.title for phase in view.plan.phases}
    numbers = sorted({kpi.phase for kpi in view.kpis if kpi.phase is not None})
    out = [
        (f"PHASE {n} {names.get(n, '').upper()}".rstrip(), [kpi for kpi in view.kpis if kpi.phase == n])
        for n in numbers
    ]
    if others := [kpi for kpi in view.kpis if kpi.phase is None]:
        out.append(("ALL PHASES" if out else "", others))
    return out


def _deployed(view: View) -> datetime | None:
    """When production was last deployed to."""
    times = [d.updated_at for d in view.ci.deployments if d.environment == "production" and d.state == "success"]
    return max(times, default=None)
