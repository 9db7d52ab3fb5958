"""The footer: the keys that matter here and now, from the table of actions; or one line of what just happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from textual import events

from vauntico_tui.actions.registry import BY_ID
from vauntico_tui.tui.lines import Line, cut_line, line_cells
from vauntico_tui.tui.widgets.bar import Bar
from vauntico_tui.view.model import View

if TYPE_CHECKING:
    from vauntico_tui.tui.app import WarRoomApp


@dataclass(frozen=True, slots=True)
class Hint:
    """A key and what it does; `why` it can't just now."""

    id: str
    key: str
    title: str
    why: str | None = None


def keys_line(hints: list[Hint], width: int) -> tuple[Line, list[tuple[int, int, str]]]:
    """The keys that fit, the most wanted first; and the cells at which each can be clicked."""
    out: list[tuple[str, str]] = [(" ", "")]
    spots: list[tuple[int, int, str]] = []
    x = 1
    for hint in hints:
        title = hint.title.lower()
        size = len(hint.key) + 1 + len(title)
        if x + size > width:
            continue
        off = hint.why is not None
        out += [(hint.key, "dim" if off else "key"), (f" {title}", "dim" if off else ""), ("  ", "")]
        spots.append((x, x + size, hint.id))
        x += size + 2
    return tuple(out[:-1] if spots else out), spots


def budget_words(view: View | None) -> Line:
    """GitHub's requests left; amber below a fifth, red below a twentieth."""
    if view is None or view.budget is None or not view.budget.limit:
        return ()
    budget = view.budget
    share = budget.remaining / budget.limit
    tone = "late" if share < 0.05 else "soon" if share < 0.2 else "dim"
    return ((f"api {budget.remaining:,}/{budget.limit:,}", tone),)


class Footer(Bar):
    """Keys left, the request budget right; a message takes the keys' place for a while."""

    LASTS = 6.0  # seconds that a message stands

    def __init__(self) -> None:
        super().__init__(id="footer")
        self.hints: list[Hint] = []
        self.right: Line = ()
        self.message: Line = ()
        self._spots: list[tuple[int, int, str]] = []
        self._timer: object = None

    def show(self, hints: list[Hint], right: Line) -> None:
        """These keys, and this at the right."""
        self.hints, self.right = hints, right
        self._redraw()

    def say(self, text: str, tone: str, *, lasting: bool = False) -> None:
        """One line instead of the keys, for a while."""
        glyph = {"late": "✗ ", "soon": "! ", "": ""}.get(tone, "")
        self.message = ((" ", ""), (glyph + text, tone))
        self._redraw()
        token = self._timer = object()
        if not lasting:
            self.set_timer(self.LASTS, lambda: self._quiet(token))

    def _quiet(self, token: object) -> None:
        if token is self._timer:
            self.message = ()
            self._redraw()

    def _redraw(self) -> None:
        width = self.size.width
        if not width:
            return
        left_most = line_cells(self.message) if self.message else 28  # what was just said comes first
        right = self.right if line_cells(self.right) + left_most + 3 <= width else ()
        room = width - line_cells(right) - 2 if right else width - 1
        if self.message:
            left, self._spots = self.message, []
        else:
            left, self._spots = keys_line(self.hints, room)
        self.set_line((*cut_line(left, room), (" ", ""), *right, (" ", "")) if right else cut_line(left, width))

    def on_resize(self) -> None:
        self._redraw()

    def on_click(self, event: events.Click) -> None:
        for start, end, ident in self._spots:
            if start <= event.x < end and ident in BY_ID:
                cast("WarRoomApp", self.app).action_act(ident)
                return
