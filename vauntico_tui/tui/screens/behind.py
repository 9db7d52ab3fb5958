"""What every screen behind the dashboard shares: one line of title, one of keys, the newest View, the browser and the
clipboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from vauntico_tui.actions.registry import BY_ID
from vauntico_tui.tui.screens.look import Look

if TYPE_CHECKING:
    from vauntico_tui.tui.app import WarRoomApp
    from vauntico_tui.view.model import View

WIDE = 160
"""Cells from which on a detail stands beside the dashboard."""

_AGES = 10.0  # seconds between two looks at the clock: ages and time left are words
_NAMES = {
    "escape": "esc", "question_mark": "?", "slash": "/", "space": "space", "left_square_bracket": "[",
    "right_square_bracket": "]", "enter": "enter",
}  # fmt: skip


def bind(*ids: str) -> list[BindingType]:
    """Bindings of registered actions, so that the reader's own keys reach these screens too."""
    return [
        Binding(BY_ID[ident].key, ident.replace(".", "_"), BY_ID[ident].title, id=ident, show=False) for ident in ids
    ]


class Behind(Screen[None]):
    """A screen behind the dashboard. Subclasses write `draw`, which is called for every new View and as time passes."""

    DEFAULT_CSS = """
    Behind { background: $background; }
    Behind > .behind--frame { width: 1fr; height: 1fr; background: $background; }
    Behind .behind--title, Behind .behind--keys {
        height: 1; padding: 0 1; background: $panel; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Behind .behind--title { color: $foreground; }
    Behind .behind--keys { color: $tone-dim; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bind("back", "browse", "copy")
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("back", "back"), ("browse", "browser"), ("copy", "copy"))
    """What the last line tells: an action's id (or a key) and a word."""

    view: View | None = None

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
        app = self.room_app
        return Look(app.clock.now(), app.zone)

    # ---- life ---------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        self.view = self.room_app.view
        self.set_interval(_AGES, self.redraw)
        self.call_after_refresh(self.redraw)
        self.tell_keys()

    def show_view(self, view: View) -> None:
        """The app has a new View."""
        self.view = view
        self.redraw()

    def redraw(self) -> None:
        if self.view is not None and self.is_mounted and self.is_attached:
            self.draw(self.view)

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        newest = self.room_app.view
        if newest is not self.view:
            self.view = newest
        self.redraw()

    # ---- title and keys -----------------------------------------------------------------------------------------

    def say_title(self, *parts: str | Content | tuple[str, str]) -> None:
        self.query_one(".behind--title", Static).update(Content.assemble(*parts))

    def keys(self) -> Iterable[tuple[str, str]]:
        """The pairs of the last line; subclasses may let them depend on the moment."""
        return self.KEYS

    def tell_keys(self) -> None:
        keymap = self.app._keymap
        parts: list[str | tuple[str, str]] = []
        for ident, word in self.keys():
            action = BY_ID.get(ident)
            key = keymap.get(ident, action.key) if action else ident
            key = key.split(",")[0]
            parts += [(_NAMES.get(key, key), "bold $text"), f" {word}  "]
        self.query_one(".behind--keys", Static).update(Content.assemble(*parts))

    # ---- actions ------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        self.app.pop_screen()

    def address(self) -> str | None:
        """Where `o` goes."""
        return None

    def words(self) -> str:
        """What `y` copies: the link, or the text where there is none."""
        return self.address() or ""

    def action_browse(self) -> None:
        address = self.address()
        if address is None or not address.startswith(("https://", "http://")):
            self.tell("nothing here has a page to open")
            return
        self.app.open_url(address)
        self.tell(f"opened {address}")

    def action_copy(self) -> None:
        words = self.words()
        if not words:
            self.tell("nothing here to copy")
            return
        self.app.copy_to_clipboard(words)
        self.tell(f"copied {words if len(words) < 60 and chr(10) not in words else f'{len(words):,} characters'}")

    def tell(self, message: str, *, bad: bool = False) -> None:
        """One line at the corner; never markup."""
        self.app.notify(message, severity="error" if bad else "information", timeout=3, markup=False)
