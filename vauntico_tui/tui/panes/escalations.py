"""Pane 5: who must act by when. By level, sorted by what breaches next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import State
from vauntico_tui.tui.format import STATES, at, cells, cut, spell, wrap
from vauntico_tui.tui.lines import Col, Line, columns, spread
from vauntico_tui.tui.panes.pane import Pane, Standing, source_title
from vauntico_tui.tui.widgets.rowlist import Pen, Row, TextRow
from vauntico_tui.view.model import EscalationView, LevelView, View


def breach_words(row: EscalationView, now: datetime) -> tuple[str, str]:
    """What is left of its window, with its tone."""
    return spell(row.breaches_at, now, row.breaches_at - row.triggered_at)


def whose(row: EscalationView) -> str:
    """Who has it: the assignees, else the level's contacts."""
    return ", ".join(row.assignees or row.contacts)


@dataclass(frozen=True, slots=True)
class EscalationRow(Row):
    """An escalation in one line, or in two where there is room for all: then it says since when and why."""

    escalation: EscalationView | None = None

    @property
    def _it(self) -> EscalationView:
        assert self.escalation is not None  # noqa: S101  a default only because a base has defaults
        return self.escalation

    def words(self) -> str:
        it = self._it
        return f"{it.subject} {it.title} {it.state} level {it.level} {whose(it)} {it.reason}"

    @property
    def target(self) -> Target | None:
        it = self._it
        return Target("escalation", it.id, _title(it), it.link)

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        it = self._it
        glyph, tone = STATES.get(it.state, STATES["triggered"])
        if it.stale:
            glyph, tone = "◐", "soon"
        left, left_tone = ("snoozed", "dim") if it.state == "snoozed" else breach_words(it, pen.now)
        subject: Line = ((it.subject + " ", "dim"),) if it.subject.startswith("#") and cells(it.subject) <= 7 else ()
        line = columns(
            width,
            Col(((glyph + " ", tone), *subject, (it.title, "" if it.state == "triggered" else "dim"))),
            Col(left, left_tone, max(10, cells(left)), ">"),
            Col(whose(it), "dim", 10 if width < 52 else 12 if width < 60 else 14 if width < 90 else 24),
        )
        if self.height == 1:
            return (line,)
        since = f"{it.state} {at(it.triggered_at, pen.now, pen.zone)}"
        return (line, (("  ", ""), (f"{since} · {it.reason}" if it.reason else since, "dim")))

    def more(self, width: int, pen: Pen) -> Sequence[Line]:
        it = self._it
        lines: list[Line] = [((part, "strong"),) for part in wrap(f"{it.subject} {it.title}".strip(), width, 2)]
        words = f"{it.state} {at(it.triggered_at, pen.now, pen.zone)}" + (f" · {it.reason}" if it.reason else "")
        lines.append(((cut(words, width), ""),))
        late = it.breaches_at < pen.now
        words = f"level {it.level} {'breached' if late else 'breaches'} {at(it.breaches_at, pen.now, pen.zone)}"
        lines.append(((words, "late" if late else ""), (cut(f" · contact {', '.join(it.contacts)}", width), "dim")))
        if it.assignees:
            lines.append(((cut(f"assigned to {', '.join(it.assignees)}", width), "dim"),))
        return lines


@dataclass(frozen=True, slots=True)
class LevelRow(TextRow):
    """A level's heading: severity and window, how many, what is late or breaches next."""

    level: LevelView | None = None

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        level = self.level
        if level is None:
            return ()
        left: Line = (
            (f"LEVEL {level.level}", "heading"), (f" {level.severity} · {level.window_text}", "dim"),
        )  # fmt: skip
        if width >= 64 and level.contacts:
            left = (*left, (f" · {', '.join(level.contacts)}", "dim"))
        right: Line = ((f"{level.open} open", "" if level.open else "met"),)
        if level.breached:
            right = (*right, (f"  {level.breached} late", "late"))
        elif level.next_breach is not None:
            words, tone = spell(level.next_breach, pen.now, timedelta(hours=12))
            right = (*right, (f"  next {words}" if tone == "late" else f"  next in {words}", tone or "dim"))
        gap: list[Line] = [()] if self.height > 1 else []
        return (*gap, spread(width, left, right))


_MANY = 400
"""Rows from which on building them anew is cheaper than finding out that nothing changed."""


@dataclass(frozen=True, slots=True, eq=False)
class Itself:
    """Equal only to what holds the very same object."""

    it: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and other.it is self.it

    def __hash__(self) -> int:
        return id(self.it)


class EscalationsPane(Pane):
    """5 Escalations."""

    number = 5
    name_ = "Escalations"
    source = Target("source", "github", "GitHub")

    def build(self, view: View, pen: Pen) -> Sequence[Row]:
        rows: list[Row] = []
        levels = view.escalations.levels
        if view.escalations.state in {State.LOADING, State.OFF} or (
            view.escalations.state is State.FAILED and view.escalations.as_of is None
        ):
            return rows
        count = sum(len(level.rows) for level in levels)
        height = 2 if self.inner.height >= 2 * count + 2 * len(levels) + 6 else 1
        spare = self.inner.height - height * count - len(levels)
        for level in levels:
            gap = 1 if rows and spare >= len(levels) - 1 else 0
            rows.append(LevelRow(f"level:{level.level}", 1 + gap, False, (), (), level))
            rows += [EscalationRow(f"{it.level}:{it.id}", height, True, it) for it in level.rows]
        return rows

    def part(self, view: View) -> object:
        levels = view.escalations.levels
        return levels if sum(len(level.rows) for level in levels) < _MANY else Itself(levels)

    def tally(self, view: View, pen: Pen) -> Line:
        late = sum(level.breached for level in view.escalations.levels)
        count = sum(level.open for level in view.escalations.levels)
        if not view.escalations.levels or view.escalations.as_of is None:
            return ()
        out: list[tuple[str, str]] = [(f"{late} late", "late"), (" · ", "dim")] if late else []
        return (*out, (f"{count} open", "" if count else "met"))

    def fold(self, view: View, pen: Pen, width: int) -> tuple[Line, Line]:
        levels = view.escalations.levels
        late = sum(level.breached for level in levels)
        count = sum(level.open for level in levels)
        short: Line = ((f"✗{late} late", "late"),) if late else ((f"{count} open", "" if count else "met"),)
        first = most_pressing(view, pen.now)
        if first is None:
            return short, (("nobody has to act", "met"),) if view.escalations.as_of else ()
        left, tone = breach_words(first, pen.now)
        return short, spread(width, ((_title(first), ""),), ((left, tone), (f" {cut(whose(first), 12)}", "dim")))

    def standing(self, view: View) -> Standing:
        it = view.escalations
        source = next((s.title for s in view.sources if s.trouble and s.trouble == it.trouble), None)
        return Standing(it.state, it.as_of, it.trouble, source or source_title(view, "github", "GitHub"))

    def emptiness(self, view: View) -> str:
        return "The plan has no escalation levels, so nobody is told to act."

    def wants(self, view: View) -> int:
        return sum(len(level.rows) + 2 for level in view.escalations.levels) + 2


def _title(it: EscalationView) -> str:
    return f"{it.subject} {it.title}" if it.subject.startswith("#") else it.title


def most_pressing(view: View, now: datetime) -> EscalationView | None:
    """What must be acted on first, of those nobody has taken if there are any: what is late, by level; else what
    breaches next."""
    rows = [row for level in view.escalations.levels for row in level.rows]
    waiting = [row for row in rows if row.state == "triggered"]

    def order(row: EscalationView) -> tuple[int, datetime]:
        return (row.level if row.breaches_at < now else 1_000_000, row.breaches_at)

    return min(waiting or rows, key=order, default=None)
