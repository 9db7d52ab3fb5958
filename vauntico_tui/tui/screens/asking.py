"""The few lines that ask before something is done: for what exactly, and what it needs. What was typed stays when it is
refused. What it is for was captured when its key was pressed, whatever the rows behind it do meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from vauntico_tui.actions.registry import Action, Target
from vauntico_tui.tui.acting import AFTERWARDS, FORMS, Field, named
from vauntico_tui.tui.format import tame

if TYPE_CHECKING:
    from vauntico_tui.tui.app import WarRoomApp


class Typed(Input):
    """A field; up and down offer its presets."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "offer(-1)", show=False),
        Binding("down", "offer(1)", show=False),
    ]

    def __init__(self, field: Field) -> None:
        super().__init__(field.value, placeholder=field.hint, compact=True, id=f"field-{field.name}")
        self.field = field

    def action_offer(self, way: int) -> None:
        presets = self.field.presets
        if presets:
            here = presets.index(self.value) if self.value in presets else -1 if way > 0 else 0
            self.value = presets[(here + way) % len(presets)]
            self.cursor_position = len(self.value)


class AskingScreen(ModalScreen[None]):
    """Asks for a yes or for words, does the action, and closes when it is done. Escape gives it up."""

    DEFAULT_CSS = """
    AskingScreen { align: left bottom; }
    AskingScreen > Vertical { height: auto; background: $panel; border-top: solid $primary; padding: 0 1; }
    AskingScreen Static { height: auto; }
    AskingScreen Horizontal { height: 1; }
    AskingScreen .asking--label { width: 10; color: $text-muted; }
    AskingScreen Input { width: 1fr; }
    AskingScreen #asking-said { color: $error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]
    AUTO_FOCUS = "Input"

    def __init__(
        self, action: Action, targets: Sequence[Target], fields: Sequence[Field] | None = None, *, title: str = "",
        tail: str = "",
    ) -> None:  # fmt: skip
        """`title` stands in the place of the action's, `tail` of what is known of it afterwards."""
        super().__init__(classes="-beside")
        self._title, self._tail = title or action.title, tail or AFTERWARDS.get(action.id, "")
        self.asked, self.targets = action, tuple(targets)
        self.fields = FORMS[action.id] if fields is None else tuple(fields)
        self.said = ""
        self._busy = False

    @property
    def war_room(self) -> WarRoomApp:
        return cast("WarRoomApp", self.app)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="asking-title", markup=False)
            for field in self.fields:
                with Horizontal():
                    yield Static(field.label, classes="asking--label", markup=False)
                    yield Typed(field)
            yield Static(id="asking-said", markup=False)

    def on_mount(self) -> None:
        self.styles.background = Color(0, 0, 0, 0)  # what is behind shows; the app's sheet says otherwise
        self._write()

    def on_resize(self) -> None:
        self._write()

    def _write(self) -> None:
        room = max(20, self.app.size.width - 4)
        what = self._title
        key = self.war_room.key_of(self.asked.id)
        yes = f"{key} or enter: yes" if key and not self.fields else "enter: yes"
        tail = f"{yes} · esc: no · {self._tail}".rstrip(" ·")
        subject = named(self.targets, room - len(what) - 2) if self.targets else ""
        title = Content.assemble((f"{what} ", "bold"), (tame(subject), "bold $accent"), "\n", (tail, "$text-muted"))
        self.query_one("#asking-title", Static).update(title)
        said = self.query_one("#asking-said", Static)
        said.display = bool(self.said)
        said.update(Content(tame(self.said)))

    def tell(self, text: str) -> None:
        """Say why it was not done; what was typed stays."""
        self.said = f"✗ {text}" if text else ""
        self._write()

    # ---- doing ---------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Without fields its own key says yes, and no other key reaches what is behind."""
        if self.fields:
            return
        own = self.war_room.keys.get(self.asked.id, self.asked.key)
        if event.key == "enter" or event.key in own.split(",") or event.character in own.split(","):
            event.stop()
            self.submit()
        elif event.key != "escape" and not event.key.startswith("ctrl+"):
            event.stop()

    @on(Input.Submitted)
    def _entered(self) -> None:
        for typed in self.query(Typed):
            if typed.field.needed and not typed.value.strip():
                if typed.has_focus:
                    self.tell(f"{typed.field.label}: {typed.field.hint}")
                typed.focus()
                return
        self.submit()

    def submit(self) -> None:
        """Do it, for each of what it is for."""
        if self._busy:
            return
        self._busy = True
        args = {typed.field.name: typed.value for typed in self.query(Typed) if typed.value.strip()}
        self.run_worker(self._do(args), exit_on_error=False)

    async def _do(self, args: dict[str, str]) -> None:
        try:
            done = await self.war_room.do(self.asked.id, self.targets, args)
        finally:
            self._busy = False
        if not done.ok and done.code in {"", "unreachable", "refused"} and (self.fields or done.code == "unreachable"):
            self.tell(done.message)
            return
        self.dismiss(None)
        self.war_room.say(done.message, "" if done.ok else "late")

    def action_give_up(self) -> None:
        self.dismiss(None)
