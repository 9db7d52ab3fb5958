"""A log of any length as lines that fold. Only what is in sight is decoded and drawn."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from vauntico_tui.tui.keys import bindings, moves
from vauntico_tui.tui.screens.log_paint import How, ink, parts
from vauntico_tui.tui.screens.log_rows import Kind, Row, Rows

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.joblog import JobLog
    from vauntico_tui.tui.app import WarRoomApp

_GUTTER = 2
_SIDE = 20  # cells that the arrows move sideways
_MOST_COPIED = 1_000_000  # characters


class LogView(ScrollView, can_focus=True):
    """The lines of a log. What is picked stays picked and in its place when something folds or comes behind it."""

    DEFAULT_CSS = """
    LogView { width: 1fr; height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["open", "down", "up", "top", "bottom"]),
        *moves(),
        Binding("space", "app.act('open')", show=False),
        Binding("left", "side(-1)", show=False),
        Binding("right", "side(1)", show=False),
    ]
    ALLOW_SELECT = False

    class Moved(Message):
        """Another line is picked, or something folded."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows | None = None
        self.picked: tuple[Kind, int] = ("line", 0)
        self.how = How()
        self.wrap = False
        self.side = 0
        self.matches: list[int] = []
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(1024)

    # ---- what it holds ------------------------------------------------------------------------------------------

    def show(self, log: JobLog) -> None:
        """Show a log, at what tells why it failed; at its end where nothing did."""
        self.rows = Rows(log)
        self.matches, self.how.words, self.side = [], "", 0
        first = log.first_error
        self._resize()
        if first is not None:
            self.go(first)
        elif len(log):
            self.picked = self.rows.key_of(len(log) - 1)
            self._reveal()
        self.post_message(self.Moved())

    @property
    def line(self) -> int:
        """The line that is picked: a heading's first."""
        kind, ref = self.picked
        if self.rows is None:
            return 0
        log = self.rows.log
        return log.steps[ref].first if kind == "step" else log.groups[ref].first if kind == "group" else ref

    @property
    def text_width(self) -> int:
        """Cells for a line's words."""
        return max(8, self.scrollable_content_region.width - self._lead - 1)

    @property
    def _lead(self) -> int:
        digits = len(str(len(self.rows.log))) + 1 if self.rows is not None and self.how.numbers else 0
        return _GUTTER + digits + (9 if self.how.times else 0) + 2

    def set_wrap(self, heights: array[int] | None) -> None:
        """Wrap by these heights, or cut."""
        if self.rows is not None:
            top = self._on_screen()
            self.wrap, self.side = heights is not None, 0
            self.rows.set_heights(heights)
            self._resize(top)

    def set_columns(self, *, numbers: bool | None = None, times: bool | None = None) -> None:
        self.how.numbers = self.how.numbers if numbers is None else numbers
        self.how.times = self.how.times if times is None else times
        self._strips.clear()
        self.refresh()

    def set_matches(self, words: str, matches: list[int]) -> None:
        """The lines that hold `words`, which are shown in them."""
        self.how.words, self.matches = words, matches
        self._strips.clear()
        self.refresh()

    # ---- moving -------------------------------------------------------------------------------------------------

    def go(self, line: int) -> None:
        """Pick a line, open what it is folded into, and bring it to the upper third."""
        if self.rows is None:
            return
        self.rows.reveal(line)
        self.picked = self.rows.key_of(line)
        self._resize()
        row = self.rows.row_of(self.picked) or 0
        self._scroll(row - max(1, self.size.height // 3))
        self.post_message(self.Moved())

    def next_of(self, lines: list[int] | tuple[int, ...], way: int) -> bool:
        """Go to the next of some lines, round the end. False where there is none."""
        if not lines:
            return False
        here = self.line
        index = bisect_right(lines, here) if way > 0 else bisect_left(lines, here) - 1
        self.go(lines[index % len(lines)])
        return True

    def _step(self, by: int) -> None:
        rows = self.rows
        if rows is None or not len(rows):
            return
        row = rows.row_of(self.picked) or 0
        if by == 1 and self.wrap:  # past the other rows of a wrapped line
            while (here := rows.at(row + 1)) is not None and here.part:
                row += 1
        found = rows.at(max(0, min(len(rows) - 1, row + by)))
        if found is not None:
            self.picked = found.key
            self._reveal()
            self.refresh()
            self.post_message(self.Moved())

    def act_down(self) -> None:
        self._step(1)

    def act_up(self) -> None:
        self._step(-1)

    def act_top(self) -> None:
        self._step(-len(self.rows or ()))

    def act_bottom(self) -> None:
        self._step(len(self.rows or ()))

    def action_page(self, way: int) -> None:
        self._step(way * max(1, self.size.height - 2))

    def action_side(self, way: int) -> None:
        if not self.wrap:
            self.side = max(0, self.side + way * _SIDE)
            self._strips.clear()
            self.refresh()

    def act_open(self) -> None:
        """Fold or open what is picked."""
        if self.rows is not None:
            top = self._on_screen()
            self.picked = self.rows.toggle(self.picked)
            self._resize(top)
            self.post_message(self.Moved())

    def fold_all(self) -> None:
        """Open everything; fold everything where all is open."""
        if self.rows is not None:
            top, line = self._on_screen(), self.line
            self.rows.set_all(not self.rows.all_open)
            self.picked = self.rows.key_of(line)
            self._resize(top)
            self.post_message(self.Moved())

    def copied(self) -> str:
        """What `y` takes: the line, or all of a heading's."""
        if not self.rows:
            return ""
        log, (kind, ref) = self.rows.log, self.picked
        if kind == "line":
            return log.text(ref)
        section = log.steps[ref] if kind == "step" else log.groups[ref]
        out: list[str] = []
        size = 0
        for line in range(section.first, section.end):
            out.append(log.text(line))
            size += len(out[-1]) + 1
            if size > _MOST_COPIED:
                break
        return "\n".join(out)

    def _on_screen(self) -> int:
        """How many rows from the top the picked one is."""
        row = self.rows.row_of(self.picked) if self.rows is not None else None
        return (row or 0) - int(self.scroll_target_y)

    def _resize(self, keep: int | None = None) -> None:
        size = Size(self.size.width, len(self.rows or ()))
        if self.virtual_size != size:
            self.virtual_size = size
        self._strips.clear()
        if keep is not None and self.rows is not None:
            self._scroll((self.rows.row_of(self.picked) or 0) - max(0, min(keep, self.size.height - 1)))
            self._reveal()
        self.refresh()

    def _reveal(self) -> None:
        row = self.rows.row_of(self.picked) if self.rows is not None else None
        if row is None:
            return
        top, height = int(self.scroll_target_y), max(1, self.size.height)
        if row < top:
            self._scroll(row)
        elif row >= top + height:
            self._scroll(row - height + 1)

    def _scroll(self, y: int) -> None:
        self.scroll_to(y=max(0, y), animate=False, force=True)

    def on_resize(self) -> None:
        self._resize(self._on_screen())

    def on_focus(self) -> None:
        self._restyle()

    def on_blur(self) -> None:
        self._restyle()

    def _restyle(self) -> None:
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        row = self.rows.at(int(self.scroll_y) + offset.y) if offset is not None and self.rows is not None else None
        if row is None:
            return
        if row.key == self.picked or row.kind != "line":
            self.picked = row.key
            self.act_open()
        else:
            self.picked = row.key
            self.refresh()
            self.post_message(self.Moved())

    # ---- painting -----------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        rows = self.rows
        row = rows.at(int(self.scroll_offset.y) + y) if rows is not None else None
        if rows is None or row is None:
            return Strip.blank(width, self.rich_style)
        picked = row.key == self.picked
        key = (row, picked, rows.is_open(row.key), width)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strip(rows, row, picked, width)
            self._strips[key] = strip
        return strip

    def _strip(self, rows: Rows, row: Row, picked: bool, width: int) -> Strip:
        theme, focused = cast("WarRoomApp", self.app).theme, self.has_focus

        def look_of(words: str) -> Style:
            return ink(theme, words, picked, focused)

        lead, body = parts(rows, row, self.how)
        first = row.part == 0
        gutter = "▶ " if picked and first else "  "
        segments = [Segment(gutter, look_of("accent")), *(Segment(text, look_of(look)) for text, look in lead)]
        start = sum(cell_len(segment.text) for segment in segments)
        room = max(1, width - start - 1)
        shown = Strip([Segment(text, look_of(look)) for text, look in body])
        begin = row.part * self.text_width if self.wrap else self.side if row.kind == "line" else 0
        size = shown.cell_length
        part = shown.crop(begin, begin + (self.text_width if self.wrap else room))
        pieces = [*segments, *part]
        if not self.wrap and size > begin + room:
            pieces = [*segments, *shown.crop(begin, begin + room - 1), Segment("›", look_of("dim"))]
        return Strip(pieces).adjust_cell_length(width, look_of(""))
