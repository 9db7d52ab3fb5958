"""What the five panes share: number and title, the state of what they show, folding to a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import State, Trouble
from vauntico_tui.tui.format import SOURCES, age, cut
from vauntico_tui.tui.lines import Col, Line, columns, cut_line, line_cells
from vauntico_tui.tui.widgets.rowlist import Pen, Row, RowList
from vauntico_tui.view.model import View


@dataclass(frozen=True, slots=True)
class Standing:
    """How far what a pane shows can be trusted: the worst of what it rests on. `source` is its title ("GitHub")."""

    state: State
    as_of: datetime | None
    trouble: Trouble | None
    source: str


class Pane(RowList):
    """A numbered pane of the dashboard."""

    number: ClassVar[int]
    name_: ClassVar[str]
    source: ClassVar[Target]
    """What "refresh this pane" asks again."""

    def __init__(self, ident: str) -> None:
        super().__init__(id=ident)
        self.folded = False
        self.view: View | None = None
        self.title = ((f"{self.number} ", "dim"), (self.name_, "strong"))
        self._fold_line: Line = ()
        self._part: object = None
        self._behind = False

    # ---- what a pane says ----------------------------------------------------------------------------------------

    def build(self, view: View, pen: Pen) -> Sequence[Row]:
        """The rows of a picture, for the room there is."""
        raise NotImplementedError

    def tally(self, view: View, pen: Pen) -> Line:
        """The words at the right of the title: "1 of 4 clear"."""
        return ()

    def fold(self, view: View, pen: Pen, width: int) -> tuple[Line, Line]:
        """What is said when folded: a short count, and the worst of it in one line."""
        return (), ()

    def standing(self, view: View) -> Standing:
        """How far to trust it."""
        raise NotImplementedError

    def emptiness(self, view: View) -> str:
        """What it means that there is nothing to show, though everything was read."""
        return ""

    def wants(self, view: View) -> int:
        """How many lines it would fill, frame included."""
        return 10

    # ---- showing -------------------------------------------------------------------------------------------------

    def part(self, view: View) -> object:
        """What of a picture is drawn here, without the times at which it was read: equal, it need not be drawn again
        before the clock is looked at next."""
        raise NotImplementedError

    def _standing_part(self, view: View) -> object:
        standing = self.standing(view)
        return standing.state, standing.trouble, standing.source, standing.as_of is None

    def show(self, view: View | None) -> None:
        """Draw a picture; None draws the opening."""
        self.view = view
        if not self.is_mounted or not self.size:
            return
        if view is None or self._laid_out != self.size:
            self._draw()
            return
        part = (self.part(view), self._standing_part(view))
        if part == self._part:
            self._behind = True
            return
        self._draw()

    def lay_out(self) -> None:
        self._draw()

    def _draw(self) -> None:
        view = self.view
        pen = self.pen()
        self._part = None if view is None else (self.part(view), self._standing_part(view))
        self._behind = False
        if view is None:
            self.blank = ((("◌ opening the war room", "dim"),),)
            self.foot = ()
            self.set_rows(())
            return
        self._words(view, pen)
        if self.folded:
            self._fold(view, pen)
        self.set_rows(self.build(view, pen))

    def _words(self, view: View, pen: Pen) -> None:
        standing = self.standing(view)
        self.count = self.tally(view, pen)
        self.foot, self.notice = state_words(standing, pen.now, self.size.width - 6)
        said = self.emptiness(view)
        if standing.state is State.LOADING:
            self.blank = ((("◌ reading ", "dim"), (standing.source, "dim")),)
        elif standing.state is State.FAILED and standing.as_of is None:
            self.blank = ((("? nothing read yet", "unknown"),),)
        elif standing.state is State.OFF:
            self.blank = ((("? ", "unknown"), (f"{standing.source} is not in the config", "dim")),)
        else:
            self.blank = tuple(((part, "dim"),) for part in said.split("\n"))

    def tick(self) -> None:
        """Time went on: words that tell the time are looked at again."""
        view = self.view
        if view is None or not self.is_mounted or not self.size:
            return
        if self._behind:
            self._draw()
            return
        pen = self.pen()
        self._words(view, pen)
        if self.folded:
            self._fold(view, pen)
        self.sync()

    # ---- folded --------------------------------------------------------------------------------------------------

    def set_folded(self, folded: bool) -> None:
        """Fold to a line, or open."""
        if folded != self.folded:
            self.folded = folded
            self._laid_out = None
            self.refresh()

    def _fold(self, view: View, pen: Pen) -> None:
        width = self.size.width
        standing = self.standing(view)
        glyph, tone = SOURCES[standing.state]
        if standing.as_of is None and standing.state in _BLIND:
            short: Line = ((_BLIND[standing.state], tone),)
            line: Line = ((str(standing.trouble), tone),) if standing.trouble else ((f"{standing.source}", "dim"),)
        else:
            old: Line = ()
            if standing.state in {State.STALE, State.FAILED}:
                words = age(standing.as_of, pen.now)
                old = ((f"{glyph} {'' if words == 'now' else words + ' '}", tone),)
            short, line = self.fold(view, pen, width - 28 - line_cells(old))
            line = (*old, *line)
        self._fold_line = columns(
            width, Col((("  ", ""), *self.title), width=16), Col(short, width=10), Col(line), gap=1
        )

    def _compose_lines(self) -> list[tuple[Line, slice | None]]:
        if not self.folded:
            return super()._compose_lines()
        width = self.size.width
        if self.view is None:
            return [(cut_line((("  ", ""), *self.title), width), None)]
        return [(self._fold_line, None)]

    def render_line(self, y: int) -> Strip:
        if self.folded and y:
            return Strip.blank(self.size.width)
        return super().render_line(y)


_BLIND = {State.LOADING: "reading", State.FAILED: "unknown", State.OFF: "off"}
"""What a folded pane says when it has nothing to show."""


def state_words(standing: Standing, now: datetime, width: int) -> tuple[Line, Line]:
    """A state for a pane's lower edge; where that is too short, the cause goes to the line above it."""
    glyph, tone = SOURCES[standing.state]
    match standing.state:
        case State.LOADING:
            return ((f"{glyph} reading {standing.source}", "dim"),), ()
        case State.STALE:
            return ((f"{glyph} {_old(standing.as_of, now)}", tone),), ()
        case State.FAILED:
            trouble = standing.trouble
            if trouble is None:
                return ((f"{glyph} {standing.source} fails", tone),), ()
            old: Line = ((f" · {_old(standing.as_of, now)}", "dim"),) if standing.as_of else ()
            whole: Line = ((f"{glyph} {trouble.cause}; {trouble.next_step}", tone), *old)
            if line_cells(whole) <= width:
                return whole, ()
            cause = cut(f"{glyph} {trouble.cause}", max(8, width - line_cells(old)))  # the age is never cut off
            return ((f"→ {trouble.next_step}", tone),), ((cause, tone), *old)
        case State.OFF:
            return ((f"{standing.source} is not in the config", "dim"),), ()
        case _:
            return (), ()


def _old(as_of: datetime | None, now: datetime) -> str:
    words = age(as_of, now)
    return "values just now" if words == "now" else f"{words} old" if as_of else "never read"


def worst(view: View, ids: Sequence[str]) -> Standing:
    """The worst of some sources, as a pane that rests on all of them says it."""
    order = [State.FAILED, State.LOADING, State.STALE, State.FRESH, State.OFF]
    known = [status for status in view.sources if status.id in ids]
    if not known:
        return Standing(State.LOADING, None, None, "the sources")
    status = min(known, key=lambda status: order.index(status.state))
    return Standing(status.state, status.as_of, status.trouble, status.title)


def source_title(view: View, ident: str, otherwise: str) -> str:
    """A source as the picture calls it."""
    return next((status.title for status in view.sources if status.id == ident), otherwise)
