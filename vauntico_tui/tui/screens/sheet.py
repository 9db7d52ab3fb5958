"""A scrolling page of lines. It keeps scroll and picked row when its text changes, and repaints only what did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from vauntico_tui.tui.keys import bindings, moves
from vauntico_tui.tui.screens.blocks import Block, Line, lay
from vauntico_tui.tui.theme import SIXTEEN


class Sheet(ScrollView, can_focus=True):
    """Lines of text made of blocks. `listing`: up and down move the picked row; else they scroll and `step` picks."""

    DEFAULT_CSS = """
    Sheet { width: 1fr; height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; padding: 0; }
    Sheet > .sheet--pick { background: $block-cursor-background 40%; }
    Sheet:focus > .sheet--pick { background: $block-cursor-background; }
    Sheet:ansi > .sheet--pick { background: ansi_default; text-style: bold; }
    Sheet:ansi:focus > .sheet--pick { background: ansi_default; text-style: bold reverse; }
    """
    GUTTER = 2
    """Cells at the left, for the mark of the picked row."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {"sheet--pick"}
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["open", "down", "up", "top", "bottom"]),
        *moves("space,pagedown,ctrl+d"),
    ]
    ALLOW_SELECT = True

    pick: reactive[str | None] = reactive(None)
    """The key of the picked row."""

    class Chosen(Message):
        """A row was opened, by enter or by a click."""

        def __init__(self, sheet: Sheet, key: str) -> None:
            super().__init__()
            self.sheet, self.key = sheet, key

    class Picked(Message):
        """Another row is picked."""

        def __init__(self, sheet: Sheet, key: str | None) -> None:
            super().__init__()
            self.sheet, self.key = sheet, key

    def __init__(
        self, *, listing: bool = False, widest: int = 116, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.listing = listing
        self.widest = widest
        self._blocks: Sequence[Block] = ()
        self._lines: list[Line] = []
        self._starts: list[int] = []  # the first line of each block
        self._laid: dict[int, tuple[Block, list[Line]]] = {}
        self._width = 0
        self._strips: LRUCache[int, Strip] = LRUCache(1024)

    # ---- text ---------------------------------------------------------------------------------------------------

    def show(self, blocks: Sequence[Block]) -> None:
        """Show other blocks in the place of these; scroll and pick stay."""
        self._blocks = blocks
        self._lay()

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n".join(line.content.plain.rstrip() for line in self._lines)

    @property
    def _room(self) -> int:
        return min(self.widest, self.scrollable_content_region.width - self.GUTTER - 1)

    def _lay(self) -> None:
        width = self._room
        if width <= 0:
            return
        kept = self._laid if width == self._width else {}
        old = self._lines
        lines: list[Line] = []
        starts: list[int] = []
        laid: dict[int, tuple[Block, list[Line]]] = {}
        for block in self._blocks:
            starts.append(len(lines))
            known = kept.get(id(block))
            of_block = known[1] if known is not None and known[0] is block else lay(block, width)
            laid[id(block)] = (block, of_block)
            lines.extend(of_block)
        self._lines, self._starts, self._laid, self._width = lines, starts, laid, width
        self._keep_pick(old)
        self._repaint(old)
        size = Size(width + self.GUTTER, len(lines))
        if self.virtual_size != size:
            self.virtual_size = size

    def _keep_pick(self, old: list[Line]) -> None:
        """The picked row stays picked; in a list, where it has gone, the next one of those that stayed is."""
        keys = self.keys
        if self.pick in keys or (self.pick is None and not self.listing):
            return
        before = list(dict.fromkeys(line.key for line in old if line.key is not None))
        after = before[before.index(self.pick) :] if self.pick in before else []
        heir = next((key for key in after if key in keys), keys[0] if keys else None)
        self.pick = heir if self.listing else None

    def _repaint(self, old: list[Line]) -> None:
        """Drop and repaint the lines that differ."""
        lines = self._lines
        top, height = self.scroll_offset.y, self.size.height
        for y in range(max(len(old), len(lines))):
            same = y < len(old) and y < len(lines) and _alike(old[y], lines[y])
            if not same:
                self._strips.discard(y)
                if top <= y < top + height:
                    self.refresh_line(y)

    def on_resize(self, _event: events.Resize) -> None:
        width = self._room
        if width == self._width:
            return
        top = int(self.scroll_y)
        at = max((index for index, start in enumerate(self._starts) if start <= top), default=0)
        below = top - self._starts[at] if self._starts else 0
        self._strips.clear()
        self._lay()
        if self._starts and top:
            self.scroll_to(y=self._starts[min(at, len(self._starts) - 1)] + below, animate=False)
        self.refresh()

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def on_focus(self) -> None:
        self._repaint_pick()

    def on_blur(self) -> None:
        self._repaint_pick()

    def _repaint_pick(self) -> None:
        for row, line in enumerate(self._lines):
            if line.key is not None and line.key == self.pick:
                self._strips.discard(row)
                self.refresh_line(row)

    # ---- painting -----------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        row = int(self.scroll_offset.y) + y
        width = self.scrollable_content_region.width
        strip = self._strips.get(row)
        if strip is None or self.text_selection is not None:
            strip = self._strip(row, width)
            self._strips[row] = strip
        return strip

    def _strip(self, row: int, width: int) -> Strip:
        style = self.visual_style
        if row >= len(self._lines):
            return Strip.blank(width, style.rich_style)
        line = self._lines[row]
        content = line.content
        picked = line.key is not None and line.key == self.pick
        if (selection := self.text_selection) is not None and (span := selection.get_span(row)) is not None:
            start, end = span
            chosen = self.screen.get_visual_style("screen--selection")
            content = content.stylize(chosen, start, len(content.plain) if end == -1 else end)
        content = Content(self._mark(row) if picked else " " * self.GUTTER) + content
        if picked:
            content = content.pad_right(max(0, min(width, self._width + self.GUTTER + 1) - content.cell_length))
            if self.app.theme == SIXTEEN:  # one even bar: the terminal's own colours on colours can't be read
                content = Content(content.plain)
            content = content.stylize(self._pick_style())
        strip = Strip(
            [
                Segment(text, piece.rich_style)
                for text, piece in content.render(style, end="", parse_style=self._get_style)
                if text
            ]
        )
        return strip.extend_cell_length(width, style.rich_style).apply_offsets(-self.GUTTER, row)

    def _pick_style(self) -> Style:
        styles = self.get_component_styles("sheet--pick")
        text = styles.text_style
        return Style(background=styles.background, bold=text.bold, reverse=text.reverse)

    def _mark(self, row: int) -> str:
        first = row == 0 or self._lines[row - 1].key != self._lines[row].key
        return "▶ " if first else " " * self.GUTTER

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(line.content.plain for line in self._lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self._strips.clear()
        self.refresh()

    # ---- moving -------------------------------------------------------------------------------------------------

    @property
    def keys(self) -> list[str]:
        """The rows that can be picked, from the top."""
        return list(dict.fromkeys(line.key for line in self._lines if line.key is not None))

    def move_to(self, key: str | None) -> None:
        """Pick a row and bring it into view."""
        self.pick = key
        rows = [row for row, line in enumerate(self._lines) if line.key == key and key is not None]
        if rows:
            self.scroll_to_region(
                Region(0, rows[0], 1, rows[-1] - rows[0] + 1), animate=False, force=True, x_axis=False
            )

    @property
    def block_at_top(self) -> int:
        """The index of the block that the first line in sight belongs to."""
        top = int(self.scroll_target_y)
        return max((index for index, start in enumerate(self._starts) if start <= top), default=0)

    def scroll_to_block(self, index: int) -> None:
        """Bring a block to the top."""
        if 0 <= index < len(self._starts):
            self.scroll_to(y=self._starts[index], animate=False)

    def key_from(self, index: int) -> str | None:
        """The first row at or after a block; the last one before it where none follows."""
        keys = [block.key for block in self._blocks[index:] if block.key]
        return keys[0] if keys else next((block.key for block in reversed(self._blocks[:index]) if block.key), None)

    def block_of(self, key: str) -> int:
        """The index of a row's first block."""
        return next((index for index, block in enumerate(self._blocks) if block.key == key), 0)

    def step(self, by: int) -> None:
        """Pick the row that many further on; the first or last visible one where none is picked."""
        keys = self.keys
        if not keys:
            return
        if self.pick in keys:
            self.move_to(keys[max(0, min(len(keys) - 1, keys.index(self.pick) + by))])
            return
        top = int(self.scroll_y)
        visible = [line.key for line in self._lines[top : top + self.size.height] if line.key]
        self.move_to((visible[0] if by > 0 else visible[-1]) if visible else keys[0 if by > 0 else -1])

    def watch_pick(self, before: str | None, after: str | None) -> None:
        for row, line in enumerate(self._lines):
            if line.key is not None and line.key in (before, after):
                self._strips.discard(row)
                self.refresh_line(row)
        self.post_message(self.Picked(self, after))

    def act_down(self) -> None:
        if self.listing and self.keys and self.pick != self.keys[-1]:
            self.step(1)
        else:
            self.scroll_relative(y=1, animate=False)

    def act_up(self) -> None:
        if self.listing and self.keys and self.pick != self.keys[0]:
            self.step(-1)
        else:
            self.scroll_relative(y=-1, animate=False)

    def act_top(self) -> None:
        if self.listing and self.keys:
            self.move_to(self.keys[0])
        self.scroll_to(y=0, animate=False)

    def act_bottom(self) -> None:
        if self.listing and self.keys:
            self.move_to(self.keys[-1])
        self.scroll_to(y=self.max_scroll_y, animate=False)

    def action_page(self, way: int) -> None:
        self.scroll_relative(y=way * max(1, self.size.height - 2), animate=False)
        if self.listing:
            top, height = int(self.scroll_target_y), self.size.height
            visible = [line.key for line in self._lines[top : top + height] if line.key]
            if visible and self.pick not in visible:
                self.pick = visible[0 if way > 0 else -1]

    def act_open(self) -> None:
        if self.pick is not None:
            self.post_message(self.Chosen(self, self.pick))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        row = int(self.scroll_y) + (offset.y if offset is not None else -1)
        key = self._lines[row].key if 0 <= row < len(self._lines) else None
        if key is None or offset is None:
            return
        if key == self.pick or not self.listing:
            self.pick = key
            self.act_open()
        else:
            self.pick = key


def _alike(one: Line, other: Line) -> bool:
    return one is other or (
        one.key == other.key
        and one.content.plain == other.content.plain
        and list(one.content.spans) == list(other.content.spans)
    )
