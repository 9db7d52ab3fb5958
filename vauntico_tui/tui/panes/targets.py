"""Pane 2: the weeks' targets. The figure against its bound, by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.format import BARS, cut, spark, spell
from vauntico_tui.tui.lines import Col, Line, columns, spread
from vauntico_tui.tui.panes.blockers import more_of, promise_part, promise_target, verdict_mark
from vauntico_tui.tui.panes.pane import Pane, Standing, worst
from vauntico_tui.tui.widgets.rowlist import Pen, Row, TextRow
from vauntico_tui.view.model import PromiseView, View, WeekView

_KEPT = {Mark.MET, Mark.OVERRIDDEN}


def against(promise: PromiseView) -> str:
    """ "61.3 % of 80 %", "18 of 0", "6 of 6", "8 of 8 series", "0.86 s, ≤ 0.3 s"; "" where there is no figure."""
    figure, bound = promise.verdict.figure, promise.verdict.bound
    if not figure or not bound or " of " in figure:
        return figure
    for words, sign in (("at most ", "≤ "), ("at least ", "≥ ")):
        if bound.startswith(words):
            return f"{figure}, {sign}{bound.removeprefix(words)}"
    amount, _, unit = figure.rpartition(" ")
    if amount and unit != "%" and bound.endswith(f" {unit}"):
        return f"{amount} of {bound}"
    return f"{figure} of {bound}"


@dataclass(frozen=True, slots=True)
class TargetRow(Row):
    """A target in one line, or in two where there is room: then its reason stands below."""

    promise: PromiseView | None = None

    @property
    def _promise(self) -> PromiseView:
        assert self.promise is not None  # noqa: S101  a default only because a base has defaults
        return self.promise

    def words(self) -> str:
        promise = self._promise
        return f"{promise.title} {promise.verdict.reason} {promise.verdict.mark} {promise.group}"

    @property
    def target(self) -> Target | None:
        return promise_target(self._promise)

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        promise = self._promise
        glyph, tone = verdict_mark(promise)
        figure = against(promise)
        trend = spark(promise.trend[-len(BARS) :]) if len(promise.trend) > 1 else ""
        title = "dim" if promise.verdict.mark in _KEPT else ""
        stale = ("◐", "soon") if promise.verdict.stale else (" ", "")
        room = 18 if width >= 50 else 15
        if figure:
            line = columns(
                width, Col(glyph, tone, 1), Col(promise.title, title), Col((stale,), width=1),
                Col(figure, tone if tone != "unknown" else "dim", room, ">"),
                Col(trend, "dim", 8) if width >= 60 else Col(""), gap=1,
            )  # fmt: skip
        else:
            reason = "" if self.height > 1 else promise.verdict.reason
            line = columns(
                width, Col(glyph, tone, 1), Col(promise.title, title), Col((stale,), width=1),
                Col(reason, "dim", max(room, width - 36) if width >= 60 else room, ">"), gap=1,
            )  # fmt: skip
        if self.height == 1:
            return (line,)
        return (line, spread(width, (("  ", ""), (promise.verdict.reason, "dim")), ()))

    def more(self, width: int, pen: Pen) -> Sequence[Line]:
        return more_of(self._promise, width, pen)


class TargetsPane(Pane):
    """2 Week targets."""

    number = 2
    name_ = "Week targets"
    source = Target("source", "github", "GitHub")

    def build(self, view: View, pen: Pen) -> Sequence[Row]:
        weeks = _weeks(view)
        headings = len(weeks)
        height = 2 if self.inner.height >= 2 * len(view.targets) + headings else 1
        rows: list[Row] = []
        for week, targets in weeks:
            rows.append(_heading(week, targets))
            rows += [TargetRow(f"target:{p.id}", height, True, p) for p in targets]
        return rows

    def part(self, view: View) -> object:
        return [promise_part(promise) for promise in view.targets], view.plan.weeks

    def tally(self, view: View, pen: Pen) -> Line:
        if not view.targets:
            return ()
        met = sum(p.verdict.mark in _KEPT for p in view.targets)
        return ((f"{met} of {len(view.targets)} met", "met" if met == len(view.targets) else "soon"),)

    def fold(self, view: View, pen: Pen, width: int) -> tuple[Line, Line]:
        if not view.targets:
            return (), (("no targets in the plan", "dim"),)
        met = sum(p.verdict.mark in _KEPT for p in view.targets)
        short: Line = ((f"{met}/{len(view.targets)} met", "met" if met == len(view.targets) else "soon"),)
        for week, targets in _weeks(view):
            open_ones = [p for p in targets if p.verdict.mark not in _KEPT]
            if not open_ones:
                continue
            name = _name(week).lower() if week else "targets"
            done = len(targets) - len(open_ones)
            first = open_ones[0]
            said = f"{name}: {done} of {len(targets)} · {first.title}"
            figure = against(first)
            ends = week.ends_at if week else None
            due = spell(ends, pen.now) if ends else ("", "")
            right: Line = ((due[0] if due[1] == "late" else f"in {due[0]}", due[1]),) if ends else ()
            return short, spread(width, ((said + (f" {figure}" if figure else ""), ""),), right)
        return short, (("all met", "met"),)

    def standing(self, view: View) -> Standing:
        standing = worst(view, ("github", "prometheus", "alertmanager", "urls"))
        touched = any(p.verdict.stale for p in view.targets) or standing.state is State.LOADING
        fine = Standing(State.FRESH, standing.as_of, None, standing.source)
        return standing if touched or standing.state is State.FAILED or not view.targets else fine

    def emptiness(self, view: View) -> str:
        return "The plan names no targets."

    def wants(self, view: View) -> int:
        return len(view.targets) + len(_weeks(view)) + 2


def _weeks(view: View) -> list[tuple[WeekView | None, list[PromiseView]]]:
    """The targets by week, in the plan's order; those of no week last."""
    known = [week.id for week in view.plan.weeks]
    out: list[tuple[WeekView | None, list[PromiseView]]] = []
    for week in view.plan.weeks:
        if mine := [p for p in view.targets if p.group == week.id]:
            out.append((week, mine))
    if others := [p for p in view.targets if p.group not in known]:
        out.append((None, others))
    return out


def _name(week: WeekView) -> str:
    """ "WEEK 3-4": from the id, for the title says what the week is about."""
    digits = week.id.removeprefix("week-").removeprefix("weeks-")
    return f"WEEK {digits}" if digits != week.id else cut(week.title, 24).upper()


def _heading(week: WeekView | None, targets: Sequence[PromiseView]) -> TextRow:
    met = sum(p.verdict.mark in _KEPT for p in targets)
    count: Line = ((f"{met} of {len(targets)}", "met" if met == len(targets) else "dim"),)
    if week is None:
        return TextRow("week:", 1, False, (("OTHERS", "heading"),), count)
    return WeekRow(f"week:{week.id}", 1, False, ((_name(week), "heading"), (f"  {week.title}", "dim")), count, week)


@dataclass(frozen=True, slots=True)
class WeekRow(TextRow):
    """A week's heading: how many of its targets are met, and what is left of it."""

    week: WeekView | None = None

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        ends = self.week.ends_at if self.week else None
        if ends is None:
            return (spread(width, self.line, self.right),)
        words, tone = spell(ends, pen.now)
        left = words if tone == "late" else f"{words} left"
        return (spread(width, self.line, (*self.right, ("  ", ""), (f"{left:>12}", tone or "dim"))),)
