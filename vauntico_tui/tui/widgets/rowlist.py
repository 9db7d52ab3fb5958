"""A list in a frame, painted line by line: only what changed goes to the terminal, however long the list is.

Selection and scroll are by stable id and outlive every new set of rows. Rows draw themselves when they are seen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import accumulate
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.format import cut, fit
from vauntico_tui.tui.keys import bindings, moves
from vauntico_tui.tui.lines import Line, changed_cells, cut_line, line_cells, spread, strip

GUTTER = 2
"""Cells left of a row's text: the mark of the selected row, and a space."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What drawing needs to know beside the row: the time, the reader's zone."""

    now: datetime
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `id` is stable and unique in its list. A row that can't be picked is a heading or a gap."""

    id: str
    height: int = 1
    pick: bool = True

    @property
    def target(self) -> Target | None:
        """What an action on it is for."""
        return None

    def words(self) -> str:
        """What the filter looks in."""
        return ""

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        """Its lines, as many as `height`."""
        return ()

    def more(self, width: int, pen: Pen) -> Sequence[Line]:
        """What there is to say of it when it is selected and there is room: its reason in full, what comes next."""
        return ()


@dataclass(frozen=True, slots=True)
class TextRow(Row):
    """A heading, a gap or any line that only says something; `right` is flush right."""

    line: Line = ()
    right: Line = ()

    def draw(self, width: int, pen: Pen) -> Sequence[Line]:
        return (spread(width, self.line, self.right),)


class RowList(Widget, can_focus=True):
    """Rows in a frame with a title. Subclasses give it rows with `set_rows` and words with `set_words`."""

    DEFAULT_CSS = "RowList { width: 1fr; height: 1fr; }"

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["open", "down", "up", "top", "bottom", "filter", "browse", "copy"]),
        *moves(),
    ]

    class Opened(Message):
        """Enter or a double click on a row."""

        def __init__(self, rows: RowList, target: Target) -> None:
            super().__init__()
            self.rows, self.target = rows, target

        @property
        def control(self) -> RowList:
            return self.rows

    class Moved(Message):
        """Another row is selected."""

        def __init__(self, rows: RowList) -> None:
            super().__init__()
            self.rows = rows

        @property
        def control(self) -> RowList:
            return self.rows

    def __init__(self, *, framed: bool = True, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.framed = framed
        self.title: Line = ()
        self.count: Line = ()
        self.foot: Line = ()
        self.head: tuple[Line, ...] = ()
        self.blank: tuple[Line, ...] = ()
        self.notice: Line = ()
        self.filter_text = ""
        self.top = 0
        self.selected: str | None = None
        self.shows_more = True
        self._every: tuple[Row, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._ends: list[int] = []
        self._index: dict[str, int] = {}
        self._painted: list[tuple[Line, slice | None]] = []
        self._laid_out: Size | None = None
        self._laying_out = False

    # ---- what it holds -------------------------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that pass the filter."""
        return self._rows

    @property
    def row(self) -> Row | None:
        """The selected row."""
        index = self._index.get(self.selected or "")
        return None if index is None else self._rows[index]

    @property
    def target(self) -> Target | None:
        """What an action pressed now would be for."""
        row = self.row
        return row.target if row is not None else None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows. What was selected stays so and where it is; gone, the one in its place is."""
        old_index = self._index.get(self.selected or "", 0)
        anchor, offset = self._anchor()
        self._every = tuple(rows)
        self._arrange()
        if self.selected not in self._index:
            self.selected = self._nearest(old_index)
        if anchor is not None and (index := self._index.get(anchor)) is not None:
            self.top = self._start(index) - offset
        self._clamp()
        self.sync()

    def set_filter(self, text: str) -> None:
        """Show only rows that hold every word of the text; "" shows all."""
        if text == self.filter_text:
            return
        self.filter_text = text
        old_index = self._index.get(self.selected or "", 0)
        self._arrange()
        if self.selected not in self._index:
            self.selected = self._nearest(old_index)
        self._reveal()
        self.sync()

    def _arrange(self) -> None:
        self._rows = self._filtered()
        self._ends = list(accumulate(row.height for row in self._rows))
        self._index = {row.id: index for index, row in enumerate(self._rows)}

    def _filtered(self) -> tuple[Row, ...]:
        needles = self.filter_text.casefold().split()
        if not needles:
            return self._every
        kept: list[Row] = []
        heading: Row | None = None
        for row in self._every:
            if not row.pick:
                heading = row if row.words() or row.height else heading
                continue
            words = row.words().casefold()
            if all(needle in words for needle in needles):
                if heading is not None:
                    kept.append(heading)
                    heading = None
                kept.append(row)
        return tuple(kept)

    def _anchor(self) -> tuple[str | None, int]:
        """The row that must not move, and its line on the screen: the selected one if it is seen, else the top one."""
        index = self._index.get(self.selected or "")
        if index is not None and 0 <= (line := self._start(index) - self.top) < max(1, self.room):
            return self.selected, line
        if not self._rows or self.top == 0:
            return None, 0
        index = bisect_right(self._ends, self.top)
        if index >= len(self._rows):
            return None, 0
        return self._rows[index].id, self._start(index) - self.top

    def _nearest(self, index: int) -> str | None:
        for step in range(len(self._rows)):
            for near in (index + step, index - step):
                if 0 <= near < len(self._rows) and self._rows[near].pick:
                    return self._rows[near].id
        return None

    def _start(self, index: int) -> int:
        return self._ends[index - 1] if index else 0

    # ---- moving --------------------------------------------------------------------------------------------------

    def select(self, ident: str | None, *, reveal: bool = True) -> None:
        """Select a row by its id and bring it into sight."""
        if ident is None or ident not in self._index:
            return
        moved = ident != self.selected
        self.selected = ident
        if reveal:
            self._reveal()
        self.sync()
        if moved:
            self.post_message(self.Moved(self))

    def move(self, steps: int) -> None:
        """Select the row so many pickable rows on."""
        index = self._index.get(self.selected or "", -1 if steps > 0 else len(self._rows))
        way = 1 if steps > 0 else -1
        best: int | None = None
        left = abs(steps)
        while left and 0 <= (index := index + way) < len(self._rows):
            if self._rows[index].pick:
                best, left = index, left - 1
        if best is not None:
            self.select(self._rows[best].id)
        elif self._rows:  # at an end: show the heading there, too
            self.top = 0 if way < 0 else self._ends[-1]
            self._clamp()
            self.sync()

    def act_down(self) -> None:
        self.move(1)

    def act_up(self) -> None:
        self.move(-1)

    def act_top(self) -> None:
        self.select(self._nearest(0))
        self.top = 0
        self.sync()

    def act_bottom(self) -> None:
        self.select(next((row.id for row in reversed(self._rows) if row.pick), None))
        self.top = self._ends[-1] if self._ends else 0
        self._clamp()
        self.sync()

    def act_open(self) -> None:
        if (target := self.target) is not None:
            self.post_message(self.Opened(self, target))

    def action_page(self, way: int) -> None:
        """A page on or back, by lines."""
        row = self.row
        height = row.height if row else 1
        self.move(way * max(1, self.room // height - 1))

    def _reveal(self) -> None:
        index = self._index.get(self.selected or "")
        if index is None:
            self._clamp()
            return
        start, end = self._start(index), self._ends[index]
        while index and not self._rows[index - 1].pick and end - self._start(index - 1) <= self.room:
            index -= 1  # the heading of a group's first row comes along
            if start - self._start(index) > 2:
                break
            start = self._start(index)
        if start < self.top:
            self.top = start
        elif end > self.top + self.room:
            self.top = end - self.room
        self._clamp()

    def _clamp(self) -> None:
        total = self._ends[-1] if self._ends else 0
        self.top = max(0, min(self.top, total - self.room))

    # ---- painting ------------------------------------------------------------------------------------------------

    @property
    def inner(self) -> Size:
        """The cells for rows: inside the frame, without gutter and right margin."""
        edge = 1 if self.framed else 0
        return Size(max(0, self.size.width - 2 * edge - GUTTER - 1), max(0, self.size.height - 2 * edge))

    @property
    def room(self) -> int:
        """The lines for rows that scroll."""
        return max(1, self.inner.height - len(self.head) - len(self._more_lines()) - bool(self.notice))

    def pen(self) -> Pen:
        """The time and zone of the app."""
        app = self.app
        return Pen(app.now(), app.zone)  # type: ignore[attr-defined]

    def _more_lines(self) -> Sequence[Line]:
        """What the selected row has to say, if there are lines to spare."""
        row = self.row
        if row is None or not self.shows_more or not self.has_focus:
            return ()
        total = self._ends[-1] if self._ends else 0
        spare = self.inner.height - len(self.head) - total - bool(self.notice)
        if spare < 3:
            return ()
        lines = row.more(self.inner.width, self.pen())
        return ((), *lines[: spare - 1]) if lines else ()

    def sync(self) -> None:
        """Work out what the screen should show, and repaint the lines that differ from what it does."""
        if self._laying_out or not self.is_mounted or not self.size:
            return
        if self._laid_out != self.size:  # it is painted whole anyway
            self.refresh()
            return
        lines = self._compose_lines()
        old, self._painted = self._painted, lines
        if len(old) != len(lines):
            self.refresh()
            return
        changed: list[Region] = []
        for y, ((was, was_picked), (now, picked)) in enumerate(zip(old, lines, strict=True)):
            if was_picked != picked:
                changed.append(Region(0, y, self.size.width, 1))
            elif was != now:
                x, count = changed_cells(was, now)
                changed.append(Region(x, y, count, 1))
        if changed:
            self.refresh(*changed)

    def _compose_lines(self) -> list[tuple[Line, slice | None]]:
        width, height = self.inner.width, self.inner.height
        body: list[tuple[Line, bool]] = [(cut_line(line, width), False) for line in self.head]
        more = self._more_lines()
        room = max(0, height - len(self.head) - len(more) - bool(self.notice))
        if self._rows:
            body.extend(self._visible(room, width))
        else:
            said = self.blank if not self.filter_text else ((("no row holds ", "dim"), (self.filter_text, "strong")),)
            body.extend((cut_line(line, width), False) for line in said[:room])
        empty: Line = ((" " * width, ""),)
        body.extend([(empty, False)] * (len(self.head) + room - len(body)))
        body.extend((cut_line(line, width), False) for line in more)
        if self.notice:
            body.append((cut_line(self.notice, width), False))
        return self._framed(body[:height])

    def _visible(self, room: int, width: int) -> list[tuple[Line, bool]]:
        pen = self.pen()
        out: list[tuple[Line, bool]] = []
        index = bisect_right(self._ends, self.top)
        skip = self.top - self._start(index) if index < len(self._rows) else 0
        while len(out) < room and index < len(self._rows):
            row = self._rows[index]
            picked = row.id == self.selected and self.has_focus
            lines = list(row.draw(width, pen))[: row.height]
            lines += [()] * (row.height - len(lines))
            out.extend((cut_line(line, width), picked) for line in lines[skip:])
            skip, index = 0, index + 1
        return out[:room]

    def _framed(self, body: list[tuple[Line, bool]]) -> list[tuple[Line, slice | None]]:
        focus = self.has_focus
        tone = "accent" if focus else "frame"
        thumb = self._thumb(len(body))
        out: list[tuple[Line, slice | None]] = []
        if self.framed:
            out.append((self._edge("╭", "╮", self._titled(), self.count, tone), None))
        first = True
        for y, (line, picked) in enumerate(body):
            mark = ("▶ " if first else "  ") if picked else "  "
            first = first and not picked
            side = ("┃" if y in thumb else "│", tone)
            if self.framed:
                out.append(
                    (
                        (("│", tone), (mark, "accent"), *line, (" ", ""), side),
                        slice(1, 3 + len(line)) if picked else None,
                    )
                )
            else:
                end = ("┃", tone) if y in thumb else (" ", "")
                out.append((((mark, "accent"), *line, end), slice(0, 1 + len(line)) if picked else None))
        if self.framed:
            out.append((self._edge("╰", "╯", self.foot, (), tone), None))
        return out

    def _titled(self) -> Line:
        """The title, with the filter in it while there is one."""
        if not self.filter_text:
            return self.title
        shown = sum(row.pick for row in self._rows)
        every = sum(row.pick for row in self._every)
        return (
            *self.title,
            (" filter ", "dim"),
            (cut(self.filter_text, 24), "soon"),
            (f" {shown} of {every}", "dim"),
        )

    def _edge(self, left: str, right: str, said: Line, count: Line, tone: str) -> Line:
        """A frame's top or bottom with words in it; words that don't fit are cut, the right ones last."""
        width = self.size.width
        space = width - 4
        if space < 1:
            return ((fit("─" * width, width), tone),)
        if count and line_cells(count) > space // 2:
            count = cut_line(count, space // 2) if space >= 8 else ()
        count_size = line_cells(count) + 2 if count else 0
        room = space - count_size - 2
        if said:
            said = cut_line(said, min(line_cells(said), room)) if room > 0 else ()
        said_size = line_cells(said) + 2 if said else 0
        rule = width - 4 - said_size - count_size
        out: list[tuple[str, str]] = [(left + "─", tone)]
        if said:
            out += [(" ", tone), *said, (" ", tone)]
        out.append(("─" * max(0, rule), tone))
        if count:
            out += [(" ", tone), *count, (" ", tone)]
        out.append(("─" + right, tone))
        return tuple(out)

    def _thumb(self, height: int) -> range:
        """The lines of the right edge that show which part of the rows is seen; none when all is."""
        total = self._ends[-1] if self._ends else 0
        room = self.room
        if total <= room or height <= 0:
            return range(0)
        size = max(1, room * room // total)
        start = len(self.head) + round(self.top * (room - size) / max(1, total - room))
        return range(start, start + size)

    def lay_out(self) -> None:
        """The size is new: rows that depend on it are made again. For subclasses."""

    def _lay_out(self) -> None:
        if self._laid_out != self.size and self.size:
            self._laying_out, self._laid_out = True, self.size
            try:
                self.lay_out()
                index = self._index.get(self.selected or "")
                if index is not None and self._ends[index] <= self.room:
                    self.top = 0  # where all above the selected row can be seen it is
                self._reveal()
            finally:
                self._laying_out = False
            self._painted = self._compose_lines()

    def render_line(self, y: int) -> Strip:
        self._lay_out()
        if y >= len(self._painted):
            return Strip.blank(self.size.width)
        line, picked = self._painted[y]
        return strip(line, self.app.theme, self.size.width, picked=picked)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    # ---- events --------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        if self._laid_out != self.size:
            self.refresh()

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self._reveal()
        self.sync()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    def row_at(self, y: int) -> Row | None:
        """The row painted at a line of the widget."""
        line = y - (1 if self.framed else 0) - len(self.head)
        if not 0 <= line < self.room:
            return None
        index = bisect_right(self._ends, self.top + line)
        return self._rows[index] if index < len(self._rows) else None

    def on_click(self, event: events.Click) -> None:
        row = self.row_at(event.y)
        if row is not None and row.pick:
            self.select(row.id, reveal=False)
            if event.chain == 2:
                self.act_open()
            event.stop()

    def scroll_lines(self, lines: int) -> None:
        """Scroll the rows without moving the selection."""
        self.top += lines
        self._clamp()
        self.sync()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.scroll_lines(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.scroll_lines(-3)
        event.stop()
