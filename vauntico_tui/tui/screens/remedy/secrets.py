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
        self.value = self.secret.partition("@")[0] if origin == "environment" else ""
        self.password = origin == "typed"
        self.placeholder = _HINTS[origin]
        self.cursor_position = len(self.value)
        if isinstance(self.screen, SecretsScreen):
            self.screen.tell("")
            self.screen.tell_origins()

    def action_copy(self) -> None:
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        if not self.password:
            super().action_cut()


class Same(Static, can_focus=True):
    """One value for every place, or one each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,down,left,right,space", "turn", show=False),
        Binding("enter", "app.focus_next", show=False),
    ]
    DEFAULT_CSS = "Same { width: 1fr; } Same:focus { text-style: bold; }"

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__(markup=False)
        self.places, self.same = tuple(places), True

    def on_mount(self) -> None:
        self._write()

    def _write(self) -> None:
        word = "yes" if self.same else "no, one each"
        self.update(content((word, "bold $accent"), (f"  {', '.join(self.places)} · space: the other", "$text-muted")))

    async def action_turn(self) -> None:
        self.same = not self.same
        self._write()
        if isinstance(self.screen, SecretsScreen):
            await self.screen.ask_again()


class SecretsScreen(Panel[dict[str, str]]):
    """One field a name. Enter goes on to the next one, and ends after the last."""

    AUTO_FOCUS = "Same, Masked"

    def __init__(self, asks: Sequence[Ask], whom: str) -> None:
        super().__init__()
        self.asks, self._whom = tuple(asks), whom
        self.places = tuple(dict.fromkeys(place for ask in asks for place in ask.places))
        self._busy = False

    @property
    def names(self) -> list[str]:
        """A field each: a name, or a name at a place where places differ."""
        same = next((one.same for one in self.query(Same)), True)
        return [
            name
            for ask in self.asks
            for name in ([ask.name] if same or len(ask.places) < 2 else [f"{ask.name}@{it}" for it in ask.places])
        ]

    def title_line(self) -> Content:
        tail = "↑↓ typed, from the environment, a file or a command · enter: next · esc: no"
        head = content(("Secrets ", "bold"), (self._whom, "bold $accent"), ("  kept nowhere", "$text-muted"))
        return head + Content("\n") + content((tail, "$text-muted"))

    def body(self) -> ComposeResult:
        if len(self.places) > 1:
            with Horizontal():
                label = Static("same for all environments?", classes="panel--label", markup=False)
                label.styles.width = 28
                yield label
                yield Same(self.places)
        with VerticalScroll(can_focus=False):
            yield from self._rows()

    def _rows(self) -> ComposeResult:
        names = self.names
        width = min(40, max(cells(tame(name)) for name in names)) + 2
        for name in names:
            origin = Static("", classes="panel--label panel--origin", markup=False)
            origin.styles.width = 13
            label = Static(Content(tame(name)), classes="panel--label", markup=False)
            label.styles.width = width
            yield Horizontal(label, origin, Masked(name))

    async def ask_again(self) -> None:
        """One field a name, or one a name and place; what was typed goes."""
        self._forget()
        scroll = self.query_one(VerticalScroll)
        await scroll.remove_children()
        await scroll.mount(*self._rows())
        self.tell_origins()

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
        problems: list[str] = []
        wrong = fields[0]
        self.tell("reading…" if any(field.origin == "command" for field in fields) else "")
        for field in fields:
            try:
                values[field.secret] = await value_of(field.origin, field.value)
            except InputError as error:
                wrong = wrong if problems else field
                problems += [f"✗ {field.secret}: {problem}" for problem in error.problems]
        self._busy = False
        if problems:
            self.tell("\n".join(problems))
            wrong.focus()
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
