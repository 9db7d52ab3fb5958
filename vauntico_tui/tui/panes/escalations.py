"""Pane 5: who must act by when. By level, sorted by what breaches next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import ClassVar

from textual.binding import BindingType

from vauntico_tui.actions.registry import Target
from vauntico_tui.base.durations import human
from vauntico_tui.evidence.reading import State
from vauntico_tui.tui.format import STATES, at, cells, cut, spell, wrap
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.lines import Col, Line, columns, cut_line, line_cells, spread
from vauntico_tui.tui.panes.pane import Pane, Standing, source_title
from vauntico_tui.tui.widgets.rowlist import Pen, Row, TextRow
from vauntico_tui.view.model import EscalationView, LevelView, View


def breach_words(row: EscalationView, now: datetime) -> tuple[str, str]:
    """What is left of its window, with its tone."""
    return spell(row.breaches_at, now, row.breaches_at - row.triggered_at)


def whose(row: EscalationView) -> str:
    """Who has it: whom a hand gave it to, who acknowledged it; else the assignees, else the level's contacts."""
    if row.state == "resolved":
        return row.resolved_by or ""
    holder = row.assignee or (row.acknowledged_by if row.state == "acknowledged" else None)
    return holder or ", ".join(row.assignees or row.contacts)


def clock_words(row: EscalationView, now: datetime, zone: tzinfo | None) -> tuple[str, str]:
    """The clock that matters: until when it sleeps or is set aside, else what is left of its window."""
    if row.state == "snoozed":
        return (f"until {at(row.snoozed_until, now, zone)}" if row.snoozed_until else "snoozed"), "dim"
    if row.state == "resolved":
        return (f"set aside until {at(row.reopens_at, now, zone)}" if row.reopens_at else "set aside"), "dim"
    return breach_words(row, now)


def seen_words(row: EscalationView, pen: Pen) -> str:
    """Who has seen it, and since when."""
    if row.state == "acknowledged" and row.acknowledged_by:
        since = f" {at(row.acknowledged_at, pen.now, pen.zone)}" if row.acknowledged_at else ""
        return f"acknowledged by {row.acknowledged_by}{since}"
    if row.state == "snoozed":
        until = f" until {at(row.snoozed_until, pen.now, pen.zone)}" if row.snoozed_until else ""
        return f"snoozed{f' by {row.snoozed_by}' if row.snoozed_by else ''}{until}"
    if row.state == "resolved":
        return f"resolved by {row.resolved_by}: {row.resolution}"
    return "seen by nobody" if row.number is not None else "not in the journal yet"


def next_words(row: EscalationView, now: datetime) -> str:
    """ "pages DevOps in 07:12 if not acknowledged" """
    if not row.next_step or row.next_at is None:
        return ""
    left = human(row.next_at - now) if row.next_at > now else "now"
    step = row.next_step
    if row.breaches_at <= now and step.startswith("breaches"):  # it has: what is left is what follows from it
        step = step.removeprefix("breaches").removeprefix(" and ")
    words, mark, rest = step.partition(" if ")
    if not words:
        return ""
    return f"{words} {f'in {left}' if left != 'now' else left}{mark}{rest}"


TITLE = 12
"""Cells that a row keeps for its title, whatever else has to go."""


def owner_cells(width: int, clock: int) -> int:
    """Cells for the owner's name beside a clock of so many, in a row of `width`: what the title leaves, or none."""
    wanted = 10 if width < 52 else 12 if width < 60 else 14 if width < 90 else 24
    left = width - clock - TITLE - 11  # the glyph, the mark, a number like "#14 ", two blanks on both sides
    return min(wanted, left) if left >= 6 else 0


@dataclass(frozen=True, slots=True)
class EscalationRow(Row):
    """An escalation in one line, or in two where there is room for all: then it says since when and why."""

    escalation: EscalationView | None = None
    marked: bool = False

    @property
    def _it(self) -> EscalationView:
        assert self.escalation is not None  # noqa: S101  a default only because a base has defaults
        return self.escalation

    def words(self) -> str:
        it = self._it
        return f"{it.number or ''} {it.subject} {it.title} {it.state} level {it.level} {whose(it)} {it.reason}"

    @property
    def target(self) -> Target | None:
        it = self._it
        return Target("escalation", it.id, _title(it), it.link, it.version)

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        it = self._it
        glyph, tone = STATES.get(it.state, STATES["triggered"])
        if it.stale:
            glyph, tone = "◐", "soon"
        left, left_tone = clock_words(it, pen.now, pen.zone)
        subject: Line = ((it.subject + " ", "dim"),) if it.subject.startswith("#") and cells(it.subject) <= 7 else ()
        clock, owner = max(10, cells(left)), owner_cells(width, max(10, cells(left)))
        room = width - clock - 4 - (owner + 2 if owner else 0)  # for the glyph, the mark and two blanks too
        if room - line_cells(subject) < min(TITLE, cells(it.title)):
            subject = ()
        line = columns(
            width,
            Col(
                (
                    (glyph, tone),
                    ("*", "accent") if self.marked else (" ", ""),
                    *subject,
                    (it.title, "" if it.state == "triggered" else "dim"),
                )
            ),
            Col(left, left_tone, clock, ">"),
            Col(whose(it) if owner else "", "dim", owner),
        )
        if self.height == 1:
            return (line,)
        since = f"{it.state} {at(it.triggered_at, pen.now, pen.zone)}"
        if it.number is None:
            return (line, (("  ", ""), (f"{since} · {it.reason}" if it.reason else since, "dim")))
        said = [seen_words(it, pen), next_words(it, pen.now) or it.reason]
        return (line, (("  ", ""), (" · ".join(word for word in said if word), "dim")))

    def more(self, width: int, pen: Pen) -> Sequence[Line]:
        it = self._it
        lines: list[Line] = [((part, "strong"),) for part in wrap(f"{it.subject} {it.title}".strip(), width, 2)]
        words = f"triggered {at(it.triggered_at, pen.now, pen.zone)}"
        seen = seen_words(it, pen) if it.number is not None else it.state if it.state != "triggered" else ""
        tone = "late" if it.state == "triggered" and it.number is not None else ""
        because = f" · {it.reason}" if it.reason else ""
        lines.append(((words, ""), (f" · {seen}" if seen else "", tone), (because, "dim")))
        late = it.breaches_at < pen.now
        breach = f"{'breached' if late else 'breaches at'} {at(it.breaches_at, pen.now, pen.zone)}"
        step = next_words(it, pen.now)
        told: list[tuple[str, str]] = [(f"{step} · ", "")] if step else []
        if not step.startswith("breaches"):
            told.append((breach, "late" if late else ""))
        lines.append((*told, (f" · {it.forecast}" if it.forecast else "", "dim")))
        whom = f"level {it.level} · contact {', '.join(it.contacts)}"
        whom += f" · assigned to {', '.join(it.assignees)}" if it.assignees else ""
        whom += f" · happened before as {it.previous}" if it.previous else ""
        whom += f" · {len(it.members)} more of this cause" if it.members else ""
        lines.append(((whom, "dim"),))
        return [cut_line(line, width) for line in lines]


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
        right: Line = ((f"{level.open:,} open", "" if level.open else "met"),)
        if any(row.number is not None for row in level.rows):
            waiting = sum(row.state == "triggered" for row in level.rows)
            said = f"  {waiting:,} not acknowledged" if waiting else "  all acknowledged"
            if line_cells(left) + line_cells(right) + len(said) + 18 < width:
                right = (*right, (said, "late" if waiting and level.level == 1 else "" if waiting else "met"))
        if level.breached:
            right = (*right, (f"  {level.breached:,} late", "late"))
        elif level.next_breach is not None:
            words, tone = spell(level.next_breach, pen.now, timedelta(hours=12))
            right = (*right, (f"  next {words}" if tone == "late" else f"  next in {words}", tone or "dim"))
        gap: list[Line] = [()] if self.height > 1 else []
        return (*gap, spread(width, left, right))


STRIP_FROM, STRIP_WHOLE_FROM = 11, 14
"""Lines inside the pane from which on the strip stands under the list: two lines of it, or all."""

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

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(["mark"])]

    def __init__(self, ident: str) -> None:
        super().__init__(ident)
        self._marked: dict[str, None] = {}

    def pen(self) -> Pen:
        """By the journal's clock, which decides what is late."""
        pen = super().pen()
        return replace(pen, now=pen.now + self.view.ahead) if self.view is not None and self.view.ahead else pen

    def _words(self, view: View, pen: Pen) -> None:
        super()._words(view, replace(pen, now=pen.now - view.ahead))

    @property
    def marks(self) -> tuple[Target, ...]:
        """The marked rows that are still there, as they are now."""
        marked = (row.target for row in self._every if row.id in self._marked)
        return tuple(target for target in marked if target is not None)

    def act_mark(self) -> None:
        """Mark the row or take its mark away, and go on to the next."""
        if self.row is not None:
            ident = self.row.id
            if ident in self._marked:
                del self._marked[ident]
            else:
                self._marked[ident] = None
            self._draw()
            self.move(1)

    def forget_marks(self) -> None:
        """What was marked was acted on."""
        if self._marked:
            self._marked.clear()
            self._draw()

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
            rows += [EscalationRow(it.id, height, True, it, it.id in self._marked) for it in level.rows]
        return rows

    def _more_lines(self) -> Sequence[Line]:
        """The strip about the selected row is always there where a few rows fit above it: what happens next matters
        more than the last rows of a list."""
        row = self.row
        if row is None or not self.has_focus or self.inner.height < STRIP_FROM:
            return super()._more_lines()
        lines = row.more(self.inner.width, self.pen())
        if self.inner.height < STRIP_WHOLE_FROM:
            lines = lines[-3:-1]  # what has been done about it, and what happens next
        return ((), *lines) if lines else ()

    def part(self, view: View) -> object:
        levels = view.escalations.levels
        return levels if sum(len(level.rows) for level in levels) < _MANY else Itself(levels), view.ahead

    def tally(self, view: View, pen: Pen) -> Line:
        late = sum(level.breached for level in view.escalations.levels)
        count = sum(level.open for level in view.escalations.levels)
        if not view.escalations.levels or view.escalations.as_of is None:
            return ()
        out: list[tuple[str, str]] = [(f"{late:,} late", "late"), (" · ", "dim")] if late else []
        if self._marked:
            out[:0] = [(f"{len(self.marks):,} marked", "accent"), (" · ", "dim")]
        need = needing(view)
        if need is not None:
            return (
                *out,
                (f"{need:,} need{'s' if need == 1 else ''} you" if need else "all taken", "late" if need else "met"),
            )
        return (*out, (f"{count:,} open", "" if count else "met"))

    def fold(self, view: View, pen: Pen, width: int) -> tuple[Line, Line]:
        levels = view.escalations.levels
        late = sum(level.breached for level in levels)
        count = sum(level.open for level in levels)
        short: Line = ((f"✗{late:,} late", "late"),) if late else ((f"{count:,} open", "" if count else "met"),)
        first = most_pressing(view)
        if first is None:
            return short, (("nobody has to act", "met"),) if view.escalations.as_of else ()
        left, tone = breach_words(first, pen.now)
        return short, spread(width, ((_title(first), ""),), ((left, tone), (f" {cut(whose(first), 12)}", "dim")))

    def standing(self, view: View) -> Standing:
        it, journal = view.escalations, view.journal
        if journal is not None and journal.trouble is not None and it.as_of is not None:
            return Standing(State.FAILED, it.as_of, journal.trouble, "the journal")
        source = next((s.title for s in view.sources if s.trouble and s.trouble == it.trouble), None)
        return Standing(it.state, it.as_of, it.trouble, source or source_title(view, "github", "GitHub"))

    def emptiness(self, view: View) -> str:
        return "The plan has no escalation levels, so nobody is told to act."

    def wants(self, view: View) -> int:
        return sum(len(level.rows) + 2 for level in view.escalations.levels) + 2


def _title(it: EscalationView) -> str:
    return f"{it.subject} {it.title}" if it.subject.startswith("#") else it.title


def needing(view: View) -> int | None:
    """How many nobody has taken; None where no journal says."""
    rows = [row for level in view.escalations.levels for row in level.rows]
    if view.journal is None or not any(row.number is not None for row in rows):
        return None
    return sum(row.state == "triggered" for row in rows)


def most_pressing(view: View) -> EscalationView | None:
    """What must be acted on first: the first row, as they are sorted, that nobody has taken; else the first that is
    not set aside."""
    rows = [row for level in view.escalations.levels for row in level.rows if row.state != "resolved"]
    return next((row for row in rows if row.state == "triggered"), rows[0] if rows else None)
