"""Secret values: masked, from where the person says, and gone when the panel is. Nothing keeps them but the caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from vauntico_tui.actions.remedy.model import Ask
from vauntico_tui.actions.remedy.values import ORIGINS, Origin, value_of
from vauntico_tui.base.problems import InputError
from vauntico_tui.tui.format import cells, tame
from vauntico_tui.tui.screens.page import content
from vauntico_tui.tui.screens.remedy.asked import Panel

_HINTS: dict[Origin, str] = {
    "typed": "typed or pasted; masked",
    "environment": "the variable's name",
    "file": "the file's path",
    "command": "op read op://vault/item/field · pass show name",
}


class Masked(Input):
    """A field for one value; up and down say where it comes from. What is typed can't be copied out of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "origin(-1)", show=False),
        Binding("down", "origin(1)", show=False),
    ]

    def __init__(self, name: str) -> None:
        super().__init__(password=True, placeholder=_HINTS["typed"], compact=True)
        self.secret, self.origin = name, ORIGINS[0]

    def action_origin(self, way: int) -> None:
        """Another origin; what was typed for the one before goes."""
        self.take(ORIGINS[(ORIGINS.index(self.origin) + way) % len(ORIGINS)])

    def take(self, origin: Origin) -> None:
        self.origin = origin
        self.value = self.secret if origin == "environment" else ""
        self.password = origin == "typed"
        self.placeholder = _HINTS[origin]
        self.cursor_position = len(self.value)
        if isinstance(self.screen, SecretsScreen):
            self.screen.tell_origins()

    def action_copy(self) -> None:
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        if not self.password:
            super().action_cut()


class SecretsScreen(Panel[dict[str, str]]):
    """One field a name. Enter goes on to the next one, and ends after the last."""

    AUTO_FOCUS = "Masked"

    def __init__(self, asks: Sequence[Ask], whom: str) -> None:
        super().__init__()
        self.asks, self._whom = tuple(asks), whom
        self.names = tuple(ask.name for ask in asks)
        self._busy = False

    def title_line(self) -> Content:
        tail = "↑↓ typed, from the environment, a file or a command · enter: next · esc: no"
        head = content(("Secrets ", "bold"), (self._whom, "bold $accent"), ("  kept nowhere", "$text-muted"))
        return head + Content("\n") + content((tail, "$text-muted"))

    def body(self) -> ComposeResult:
        width = min(32, max(cells(tame(name)) for name in self.names)) + 2
        with VerticalScroll(can_focus=False):
            for name in self.names:
                with Horizontal():
                    label = Static(Content(tame(name)), classes="panel--label", markup=False)
                    label.styles.width = width
                    yield label
                    origin = Static("", classes="panel--label panel--origin", markup=False)
                    origin.styles.width = 13
                    yield origin
                    yield Masked(name)

    def on_mount(self) -> None:
        self.tell_origins()

    def tell_origins(self) -> None:
        for static, field in zip(self.query(".panel--origin").results(Static), self.query(Masked), strict=True):
            static.update(Content(field.origin))

    @on(Input.Submitted)
    def _entered(self) -> None:
        fields = list(self.query(Masked))
        here = next((index for index, field in enumerate(fields) if field.has_focus), -1)
        empty = [field for field in fields if not field.value.strip()]
        if fields[here].value.strip() and here + 1 < len(fields):
            fields[here + 1].focus()
        elif empty:
            self.tell(f"{empty[0].secret}: {_HINTS[empty[0].origin]}")
            empty[0].focus()
        elif not self._busy:
            self._busy = True
            self.run_worker(self._read(fields), exit_on_error=False)

    async def _read(self, fields: Sequence[Masked]) -> None:
        """Fetch every value; each one that can't be had is said, without any of them."""
        values: dict[str, str] = {}
        problems = []
        self.tell("reading…" if any(field.origin == "command" for field in fields) else "")
        for field in fields:
            try:
                values[field.secret] = await value_of(field.origin, field.value)
            except InputError as error:
                problems += [f"✗ {field.secret}: {problem}" for problem in error.problems]
        self._busy = False
        if problems:
            self.tell("\n".join(problems))
            return
        self._forget()
        self.dismiss(values)

    def _forget(self) -> None:
        """Nothing that was typed stays in a widget."""
        for field in self.query(Masked):
            with field.prevent(Input.Changed):
                field.value = ""

    def action_give_up(self) -> None:
        self._forget()
        self.dismiss(None)
