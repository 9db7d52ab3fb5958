"""Pane 1: the critical path. Verdict, evidence, estimate, owner, time left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.format import MARKS, age, at, cells, cut, spell, wrap
from vauntico_tui.tui.lines import Col, Line, columns, spread
from vauntico_tui.tui.panes.pane import Pane, Standing, worst
from vauntico_tui.tui.widgets.rowlist import Pen, Row
from vauntico_tui.view.model import PromiseView, View


def promise_target(promise: PromiseView) -> Target:
    """What an action on a promise is for."""
    return Target(promise.kind, promise.id, promise.title, promise.verdict.link)


def promise_part(promise: PromiseView) -> object:
    """What of a promise is drawn in a row."""
    v = promise.verdict
    return (
        promise.id, promise.title, promise.owner, promise.hours, promise.due_at, promise.group, promise.trend,
        v.mark, v.reason, v.figure, v.bound, v.stale, v.link,
    )  # fmt: skip


def due_words(promise: PromiseView, pen: Pen) -> tuple[str, str]:
    """ "in 09:12", "late 02:05", "met": until when, with its tone."""
    verdict = promise.verdict
    if verdict.mark is Mark.MET:
        return "met", "met"
    if verdict.mark is Mark.OVERRIDDEN:
        return "overridden", "soon"
    if promise.due_at is None:
        return "", ""
    words, tone = spell(promise.due_at, pen.now)
    return (words, tone) if tone == "late" else (f"in {words}", tone)


def verdict_mark(promise: PromiseView) -> tuple[str, str]:
    """Glyph and tone of a promise's verdict."""
    return MARKS[promise.verdict.mark]


def more_of(promise: PromiseView, width: int, pen: Pen) -> Sequence[Line]:
    """A promise in full, for the foot of its pane: reason, then what it rests on."""
    verdict = promise.verdict
    lines: list[Line] = [((part, ""),) for part in wrap(verdict.reason, width, 3)]
    for part in verdict.parts[:4]:
        glyph, tone = MARKS[part.mark]
        lines.append(
            (
                (f"{glyph} ", tone),
                (cut(f"{part.title}: {part.reason}" if part.title else part.reason, width - 2), "dim"),
            )
        )
    facts = [f"owner {promise.owner}"] if promise.owner else []
    facts += [promise.branch] if promise.branch else []
    if promise.due_at is not None:
        facts.append(f"due {at(promise.due_at, pen.now, pen.zone)}")
    if verdict.as_of is not None:
        seen = age(verdict.as_of, pen.now)
        facts.append("seen just now" if seen == "now" else f"seen {seen} ago")
    if facts:
        lines.append(((cut(" · ".join(facts), width), "dim"),))
    return lines


@dataclass(frozen=True, slots=True)
class BlockerRow(Row):
    """Two lines: the promise with estimate and time left; the evidence with its owner."""

    promise: PromiseView | None = None

    def words(self) -> str:
        promise = self._promise
        return f"{promise.title} {promise.verdict.reason} {promise.verdict.mark} {promise.owner or ''}"

    @property
    def _promise(self) -> PromiseView:
        assert self.promise is not None  # noqa: S101  a default only because a base has defaults
        return self.promise

    @property
    def target(self) -> Target | None:
        return promise_target(self._promise)

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        promise = self._promise
        glyph, tone = verdict_mark(promise)
        due, due_tone = due_words(promise, pen)
        hours = f"{promise.hours:g} h" if promise.hours is not None else ""
        done = promise.verdict.mark is Mark.MET
        return (
            columns(
                width,
                Col(glyph, tone, 1),
                Col(promise.title, "dim" if done else "strong"),
                Col(hours, "dim", 5, ">"),
                Col(due, due_tone, max(10, cells(due)), ">"),
                gap=1,
            ),
            spread(
                width,
                (("  ", ""), ("◐ " if promise.verdict.stale else "", "soon"), (promise.verdict.reason, "dim")),
                ((" " + cut(promise.owner, 14), "dim"),) if promise.owner else (),
            ),
        )

    def more(self, width: int, pen: Pen) -> Sequence[Line]:
        return more_of(self._promise, width, pen)


class BlockersPane(Pane):
    """1 Blockers."""

    number = 1
    name_ = "Blockers"
    source = Target("source", "github", "GitHub")

    def build(self, view: View, pen: Pen) -> Sequence[Row]:
        return [BlockerRow(f"blocker:{promise.id}", 2, True, promise) for promise in view.blockers]

    def part(self, view: View) -> object:
        return [promise_part(promise) for promise in view.blockers]

    def tally(self, view: View, pen: Pen) -> Line:
        if not view.blockers:
            return ()
        clear = sum(promise.verdict.mark in {Mark.MET, Mark.OVERRIDDEN} for promise in view.blockers)
        red = any(promise.verdict.mark is Mark.UNMET for promise in view.blockers)
        tone = "met" if clear == len(view.blockers) else "unmet" if red else "unknown"
        return ((f"{clear} of {len(view.blockers)} clear", tone),)

    def fold(self, view: View, pen: Pen, width: int) -> tuple[Line, Line]:
        marks = [promise.verdict.mark for promise in view.blockers]
        short: Line = tuple(
            piece
            for mark in (Mark.UNMET, Mark.MET, Mark.UNKNOWN)
            for piece in ((f"{MARKS[mark][0]}{marks.count(mark)} ", MARKS[mark][1] if marks.count(mark) else "dim"),)
        )
        open_ones = [p for p in view.blockers if p.verdict.mark in {Mark.UNMET, Mark.UNKNOWN}]
        if not open_ones:
            return short, (("all clear", "met"),) if view.blockers else (("no blockers in the plan", "dim"),)
        due = min((p for p in open_ones if p.due_at), key=lambda p: p.due_at or pen.now, default=None)
        words: Line = ((" · ".join(promise.title for promise in open_ones), ""),)
        if due is None:
            return short, words
        said, tone = due_words(due, pen)
        return short, spread(width, words, ((said, tone),))

    def standing(self, view: View) -> Standing:
        standing = worst(view, ("github", "prometheus", "urls"))
        touched = any(p.verdict.stale or p.verdict.mark is Mark.UNKNOWN for p in view.blockers)
        fine = Standing(State.FRESH, standing.as_of, None, standing.source)
        return standing if touched or not view.blockers else fine

    def emptiness(self, view: View) -> str:
        return "The plan names no blockers."

    def wants(self, view: View) -> int:
        return 2 * len(view.blockers) + 2
