"""The last question before anything is sent. Its key opens nothing: no key that is held down says yes."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from vauntico_tui.tui.screens.page import content
from vauntico_tui.tui.screens.remedy.asked import Panel


class ConfirmingScreen(Panel[bool]):
    """`what` will be done, and `but`, what can't be taken back. `y` says yes, escape and `n` say no; no other key
    does anything, nor reaches what is behind."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", show=False),
        Binding("ctrl+q,ctrl+c", "app.act('quit')", show=False),
    ]

    def __init__(self, act: str, what: str, but: str = "", yes: str = "", no: str = "no") -> None:
        super().__init__()
        self.act, self.what, self.but, self._yes, self._no = act, what, but, yes or "yes", no

    def title_line(self) -> Content:
        lines = [content((f"{self.act} ", "bold $accent"), (self.what, "bold"))]
        if self.but:
            lines += [content((line, "$tone-soon")) for line in self.but.split("\n")]
        keys = content(("y", "bold $tone-accent"), f" {self._yes} · ", ("esc", "bold $tone-accent"), f" {self._no}")
        return Content("\n").join([*lines, keys])

    def body(self) -> ComposeResult:
        return iter(())

    def on_key(self, event: events.Key) -> None:
        if event.character in {"y", "n"}:
            event.stop()
            self.dismiss(event.character == "y")
        elif event.key != "escape" and not event.key.startswith("ctrl+"):
            event.stop()
