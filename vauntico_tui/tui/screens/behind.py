"""What every screen behind the dashboard shares: one line of title, one of keys, and the newest View."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from vauntico_tui.actions.registry import BY_ID
from vauntico_tui.tui.keys import bindings, said
from vauntico_tui.tui.screens.look import Look
from vauntico_tui.tui.screens.page import content

if TYPE_CHECKING:
    from datetime import datetime

    from vauntico_tui.tui.app import WarRoomApp
    from vauntico_tui.view.model import View

LASTS = 6.0  # seconds that what is said below stands
WIDE = 160
"""Cells from which on a detail stands beside the dashboard."""


class Behind(Screen[Any]):
    """A screen behind the dashboard. Subclasses write `body` and `draw`; the latter is called for every new View and
    as time passes. They answer actions by `act_...` and say what one would be for by `target`, as the app asks."""

    DEFAULT_CSS = """
    Behind { background: $background; }
    Behind > .behind--frame { width: 1fr; height: 1fr; background: $background; }
    Behind .behind--title, Behind .behind--keys {
        height: 1; padding: 0 2; background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Behind .behind--title { color: $foreground; }
    Behind .behind--keys { color: $text-muted; }
    """
    AUTO_FOCUS = "Sheet"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(["browse", "copy"])]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("back", "back"), ("browse", "browser"), ("copy", "copy"))
    """What the last line tells: an action's id, or a key, and a word."""

    view: View | None = None

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[str, Content] = {}
        self._said_below: Content | None = None
        self._saying: object = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="behind--frame"):
            yield Static(classes="behind--title", markup=False)
            yield from self.body()
            yield Static(classes="behind--keys", markup=False)

    def body(self) -> ComposeResult:
        """The widgets between title and keys."""
        raise NotImplementedError

    def draw(self, view: View) -> None:
        """Bring the screen in line with the View. Called often; must be cheap where nothing changed."""
        raise NotImplementedError

    @property
    def room_app(self) -> WarRoomApp:
        return cast("WarRoomApp", self.app)

    @property
    def look(self) -> Look:
        return Look(self.room_app.now(), self.room_app.zone)

    # ---- life ---------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        app = self.room_app
        self.view = app.view
        app.views.subscribe(self, self._viewed)
        app.ticks.subscribe(self, self._ticked)
        self.tell_keys()
        self.call_after_refresh(self.redraw)

    def on_resize(self) -> None:
        self.call_after_refresh(self.tell_keys)

    def _viewed(self, view: View) -> None:
        self.view = view
        self.redraw()

    def _ticked(self, _now: datetime) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Draw what there is; a screen under another is drawn too, for it may show beside it."""
        if self.view is not None and self.is_mounted and self.is_attached:
            self.draw(self.view)
        elif self.is_mounted:
            self.draw_nothing()

    def draw_nothing(self) -> None:
        """There is no View yet."""
        self.say_title(("nothing read yet", "$tone-dim"))

    # ---- title and keys -----------------------------------------------------------------------------------------

    def say_title(self, *parts: str | Content | tuple[str, str]) -> None:
        self.write(".behind--title", content(*parts))

    def write(self, where: str, line: Content) -> None:
        """Put one line into a Static, if it is another than the one that stands there."""
        before = self._written.get(where)
        if before is None or not before.is_same(line):
            self._written[where] = line
            self.query_one(where, Static).update(line, layout=False)

    def keys(self) -> Iterable[tuple[str, str]]:
        """The pairs of the last line; subclasses may let them depend on the moment."""
        return self.KEYS

    def say_below(self, text: str, tone: str) -> None:
        """One line in the place of the keys, for a while: it covers nothing that is read."""
        glyph = {"late": "✗ ", "soon": "! "}.get(tone, "")
        self._said_below = content((glyph + text, f"$tone-{tone}" if tone else "$foreground"))
        token = self._saying = object()
        self.set_timer(LASTS, lambda: self._quiet(token))
        self.tell_keys()

    def _quiet(self, token: object) -> None:
        if token is self._saying:
            self._said_below = None
            self.tell_keys()

    def tell_keys(self) -> None:
        if self._said_below is not None:
            self.write(".behind--keys", self._said_below)
            return
        pairs = [(self.room_app.key_of(ident) if ident in BY_ID else said(ident), word) for ident, word in self.keys()]
        room = (self.query_one(".behind--frame").size.width or self.app.size.width) - 4
        while len(pairs) > 2 and sum(len(key) + len(word) + 3 for key, word in pairs) - 2 > room:
            pairs.pop(-2)  # the last one tells where the others are
        parts: list[tuple[str, str] | str] = []
        for key, word in pairs:
            parts += [(key, "bold $tone-accent"), f" {word}  "]
        self.write(".behind--keys", Content.assemble(*parts))

    # ---- copying ------------------------------------------------------------------------------------------------

    def copy_words(self, words: str) -> None:
        """Put a text on the clipboard and say so."""
        self.app.copy_to_clipboard(words)
        brief = words if len(words) < 60 and "\n" not in words else f"{len(words):,} characters"
        self.room_app.say(f"copied {brief}")
