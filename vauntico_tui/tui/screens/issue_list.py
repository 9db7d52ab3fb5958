"""Ten thousand issues as lines: only those in sight are drawn, and only what changed is painted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.format import MARKS, age
from vauntico_tui.tui.keys import bindings, moves
from vauntico_tui.tui.lines import Col, Line, columns, strip
from vauntico_tui.tui.screens.issue_filter import Entry, severity_in
from vauntico_tui.tui.screens.look import GLYPHS

_SEVERITY_TONES = {"critical": "unmet", "high": "soon"}
_LABELS_FROM, _PEOPLE_FROM, _WORDS_FROM = 100, 72, 60
"""Cells of width from which a column is shown."""
_GUTTER = 3

_Key = tuple[int, int, bool, bool, bool, str, str, int]


class IssueList(ScrollView, can_focus=True):
    """Issues, one a line. Selection and marks are by number, and outlive filter, sorting and every new picture."""

    DEFAULT_CSS = """
    IssueList { width: 1fr; height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["open", "down", "up", "top", "bottom", "mark"]),
        *moves(),
    ]
    ALLOW_SELECT = False

    class Opened(Message):
        """Enter or a second click on an issue."""

        def __init__(self, target: Target) -> None:
            super().__init__()
            self.target = target

    class Changed(Message):
        """Marks or selection changed."""

    def __init__(self) -> None:
        super().__init__()
        self.selected: int | None = None
        self.marked: set[int] = set()
        self._entries: Sequence[Entry] = ()
        self._index: dict[int, int] = {}
        self._strips: LRUCache[_Key, Strip] = LRUCache(4096)
        self._painted: dict[int, _Key | None] = {}
        self._now: datetime | None = None

    # ---- what it holds ------------------------------------------------------------------------------------------

    def set_entries(self, shown: Sequence[Entry], now: datetime) -> None:
        """Show these. The selected issue stays selected and where it is; gone, the one in its place is."""
        place = self._index.get(self.selected if self.selected is not None else -1)
        on_screen = place - int(self.scroll_y) if place is not None else None
        visible = on_screen is not None and 0 <= on_screen < max(1, self.size.height)
        top = self._entries[int(self.scroll_y)].issue.number if int(self.scroll_y) < len(self._entries) else None
        self._entries, self._now = shown, now
        self._index = {one.issue.number: index for index, one in enumerate(shown)}
        if self.selected not in self._index:
            near = min(place or 0, len(shown) - 1)
            self.selected = shown[near].issue.number if shown else None
        size = Size(self.size.width, len(shown))
        if self.virtual_size != size:
            self.virtual_size = size
        if self.selected is not None and visible and on_screen is not None:
            self._scroll(self._index[self.selected] - on_screen)
        elif top is not None and top in self._index and place is not None:
            self._scroll(self._index[top])
        else:
            self._reveal()
        self.sync()

    def tick(self, now: datetime) -> None:
        """The same issues at another time."""
        self._now = now
        self.sync()

    @property
    def shown(self) -> Sequence[Entry]:
        """The issues in the list, in their order."""
        return self._entries

    @property
    def entry(self) -> Entry | None:
        """The selected issue."""
        index = self._index.get(self.selected if self.selected is not None else -1)
        return self._entries[index] if index is not None else None

    @property
    def target(self) -> Target | None:
        """What an action pressed now is for."""
        one = self.entry
        if one is None:
            return None
        return Target("issue", str(one.issue.number), f"#{one.issue.number} {one.issue.title}", one.issue.url)

    # ---- painting -----------------------------------------------------------------------------------------------

    def header(self) -> Line:
        """The columns' names."""
        width = self.scrollable_content_region.width
        return columns(
            max(1, width - _GUTTER - 1),
            *_columns(width, "#", "", "severity", "title", "labels", "assigned", "age", tone="heading"),
        )

    def _key(self, row: int) -> _Key | None:
        if row >= len(self._entries):
            return None
        one = self._entries[row]
        number = one.issue.number
        words = age(one.issue.created_at, self._now) if self._now else ""
        picked = number == self.selected
        focused = picked and self.has_focus
        return (number, id(one), picked, focused, number in self.marked, words, self.app.theme, self.size.width)

    def sync(self) -> None:
        """Repaint the lines in sight that differ from what is painted."""
        top = int(self.scroll_y)
        for y in range(self.size.height):
            if self._painted.get(y) != self._key(top + y):
                self.refresh_line(top + y)

    def render_line(self, y: int) -> Strip:
        row = int(self.scroll_offset.y) + y
        width = self.scrollable_content_region.width
        key = self._key(row)
        self._painted[y] = key
        if key is None:
            return Strip.blank(width, self.rich_style)
        known = self._strips.get(key)
        if known is None:
            known = self._strip(self._entries[row], key, width)
            self._strips[key] = known
        return known

    def _strip(self, one: Entry, key: _Key, width: int) -> Strip:
        _, _, picked, focused, marked, words, theme, _ = key
        glyph, tone = GLYPHS.get(one.issue.state, MARKS[Mark.UNKNOWN])
        labels = (
            label.partition(": ")[2] or label
            for label in one.issue.labels
            if not one.severity or severity_in((label,)) != one.severity
        )
        body = columns(
            max(1, width - _GUTTER - 1),
            *_columns(
                width, f"#{one.issue.number}", (glyph, tone), one.severity, one.issue.title,
                ", ".join(labels), ", ".join(one.issue.assignees), words,
                severity_tone=_SEVERITY_TONES.get(one.severity, "dim"),
                tone="dim" if one.issue.state != "open" else "",
            ),
        )  # fmt: skip
        lead = (("▶" if picked else " ", "accent"), ("* " if marked else "  ", "soon"))
        line = (*lead, *body, (" ", ""))
        return strip(line, theme, width, picked=slice(0, len(line)) if picked else None, focused=focused)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._painted.clear()

    def on_resize(self) -> None:
        self._painted.clear()
        self.virtual_size = Size(self.size.width, len(self._entries))
        self._reveal()

    def notify_style_update(self) -> None:
        self._strips.clear()
        self._painted.clear()
        super().notify_style_update()

    def on_focus(self) -> None:
        self.sync()

    def on_blur(self) -> None:
        self.sync()

    # ---- moving -------------------------------------------------------------------------------------------------

    def _scroll(self, y: int) -> None:
        self.scroll_to(y=max(0, y), animate=False, force=True)

    def _reveal(self) -> None:
        index = self._index.get(self.selected if self.selected is not None else -1)
        if index is None:
            return
        top, height = int(self.scroll_target_y), max(1, self.size.height)
        if index < top:
            self._scroll(index)
        elif index >= top + height:
            self._scroll(index - height + 1)

    def select(self, number: int) -> None:
        """Select an issue and bring it into sight."""
        if number in self._index and number != self.selected:
            self.selected = number
            self.post_message(self.Changed())
        self._reveal()
        self.sync()

    def _step(self, by: int) -> None:
        if self._entries:
            index = self._index.get(self.selected if self.selected is not None else -1, 0)
            self.select(self._entries[max(0, min(len(self._entries) - 1, index + by))].issue.number)

    def act_down(self) -> None:
        self._step(1)

    def act_up(self) -> None:
        self._step(-1)

    def act_top(self) -> None:
        self._step(-len(self._entries))

    def act_bottom(self) -> None:
        self._step(len(self._entries))

    def action_page(self, way: int) -> None:
        self._step(way * max(1, self.size.height - 1))

    def act_mark(self) -> None:
        """Mark or unmark the selected issue, and go on to the next."""
        if self.selected is not None:
            self.marked ^= {self.selected}
            self.post_message(self.Changed())
            self._step(1)
            self.sync()

    def act_open(self) -> None:
        if (target := self.target) is not None:
            self.post_message(self.Opened(target))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        row = int(self.scroll_y) + offset.y if offset is not None else -1
        if not 0 <= row < len(self._entries):
            return
        number = self._entries[row].issue.number
        if number == self.selected:
            self.act_open()
        else:
            self.select(number)


def _columns(  # noqa: PLR0917 - the columns in their order
    width: int,
    number: str,
    state: str | tuple[str, str],
    severity: str,
    title: str,
    labels: str,
    people: str,
    old: str,
    *,
    tone: str = "",
    severity_tone: str = "",
) -> list[Col]:
    """The columns that fit in a width."""
    glyph, glyph_tone = state if isinstance(state, tuple) else (state, "")
    quiet = tone or "dim"
    cols = [Col(number, quiet, 7, ">"), Col(glyph or " ", glyph_tone, 1)]
    if width >= _WORDS_FROM:
        cols.append(Col(severity or " ", severity_tone or tone, 8))
    cols.append(Col(title or " ", tone))
    if width >= _LABELS_FROM:
        cols.append(Col(labels or " ", quiet, max(18, width // 6)))
    if width >= _PEOPLE_FROM:
        cols.append(Col(people or " ", quiet, 12 if width < _LABELS_FROM else 16))
    cols.append(Col(old or " ", quiet, 6, ">"))
    return cols
