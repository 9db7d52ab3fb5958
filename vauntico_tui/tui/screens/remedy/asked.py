"""Small panels at the bottom: choosing a runbook, saying its parameters. What is behind stays in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.acting import Field
from vauntico_tui.tui.format import cells, fit, tame
from vauntico_tui.tui.screens.asking import Typed
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.page import content
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.runbooks.model import Param, Runbook
    from vauntico_tui.tui.app import WarRoomApp
    from vauntico_tui.view.model import View

Answer = TypeVar("Answer")
_LABEL = 30


class Panel(ModalScreen[Answer | None], Generic[Answer]):
    """A title, something to fill in or pick, and a line for what is wrong. Escape gives it up."""

    DEFAULT_CSS = """
    Panel { align: left bottom; }
    Panel > Vertical { height: auto; max-height: 80%; background: $panel; border-top: solid $primary; padding: 0 1; }
    Panel .panel--title, Panel .panel--said { height: auto; }
    Panel .panel--said { color: $error; }
    Panel VerticalScroll { height: auto; max-height: 14; scrollbar-size-vertical: 1; }
    Panel Horizontal { height: 1; }
    Panel .panel--label { color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; padding: 0 2 0 0; }
    Panel Input { width: 1fr; }
    Panel .panel--help { height: auto; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", show=False)]

    def __init__(self) -> None:
        super().__init__(classes="-beside")
        self.said = ""

    @property
    def war_room(self) -> WarRoomApp:
        return cast("WarRoomApp", self.app)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self.title_line(), classes="panel--title", markup=False)
            yield from self.body()
            yield Static(classes="panel--said", markup=False)

    def title_line(self) -> Content:
        raise NotImplementedError

    def body(self) -> ComposeResult:
        raise NotImplementedError

    def on_mount(self) -> None:
        self.styles.background = Color(0, 0, 0, 0)  # what is behind shows; the app's sheet says otherwise
        self.tell(self.said)

    def tell(self, text: str) -> None:
        """Say what is wrong; what was typed stays."""
        self.said = text
        said = self.query_one(".panel--said", Static)
        said.display = bool(text)
        said.update(Content("\n".join(tame(line) for line in text.splitlines())))

    def action_give_up(self) -> None:
        self.dismiss(None)


class ChoosingScreen(Panel["Runbook"]):
    """Several runbooks are bound: which?"""

    AUTO_FOCUS = "Sheet"
    DEFAULT_CSS = "ChoosingScreen Sheet { height: auto; max-height: 12; background: $panel; }"

    def __init__(self, runbooks: Sequence[Runbook], whom: str, each: Mapping[str, str] | None = None) -> None:
        """`each` is what a runbook would be started for, where it is not `whom` itself, by the runbook's id."""
        super().__init__()
        self.runbooks, self._whom, self._each = tuple(runbooks), whom, dict(each or {})

    @property
    def target(self) -> Target:
        """So that `open` has something to open."""
        return Target("runbook", self.query_one(Sheet).pick or "", "a runbook")

    def title_line(self) -> Content:
        tail = "enter: its plan, nothing is sent yet · esc: no"
        return content(("Remediate ", "bold"), (self._whom, "bold $accent")) + Content("\n") + content(
            (tail, "$text-muted")
        )  # fmt: skip

    def body(self) -> ComposeResult:
        yield Sheet(listing=True, widest=200)
        yield Static(classes="panel--help", markup=False)

    def _called(self, one: Runbook) -> str:
        each = self._each.get(one.id, "")
        return f"{one.title} {each.removeprefix(self._whom).strip()}".strip()

    def on_sheet_picked(self, event: Sheet.Picked) -> None:
        event.stop()
        picked = next((one for one in self.runbooks if one.id == event.key), None)
        self.query_one(".panel--help", Static).update(content(" ".join(picked.about.split()) if picked else ""))

    def on_resize(self) -> None:
        """As high as the longest needs: going from one to the next moves nothing."""
        room, most = max(20, self.app.size.width - 2), max(1, self.app.size.height // 3)
        high = max(len(content(" ".join(one.about.split()) or " ").wrap(room)) for one in self.runbooks)
        self.query_one(".panel--help", Static).styles.height = min(high, most)

    def on_mount(self) -> None:
        super().on_mount()
        sheet = self.query_one(Sheet)
        wide = min(40, max(cells(tame(self._called(one))) for one in self.runbooks))
        blocks = [
            Block(
                content((fit(self._called(one), wide) + "  ", "bold"), (first_sentence(one.about), "$text-muted")),
                key=one.id, cut=True,
            )
            for one in self.runbooks
        ]  # fmt: skip
        sheet.styles.height = min(12, len(blocks))
        self.call_after_refresh(sheet.show, blocks)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        event.stop()
        self.dismiss(next(one for one in self.runbooks if one.id == event.key))


def first_sentence(text: str) -> str:
    """As much as a list says of a runbook."""
    return " ".join(text.split()).partition(". ")[0].rstrip(".")


class ParamsScreen(Panel[dict[str, str]]):
    """What a runbook must be told before it is planned."""

    AUTO_FOCUS = "Input"

    def __init__(
        self, title: str, params: Sequence[Param], values: Mapping[str, str], said: str = "",
        offers: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._title, self.params = title, tuple(params)
        self.fields = tuple(_field(param, values, offers or {}) for param in params)
        self.said = said

    def title_line(self) -> Content:
        tail = "enter: its plan, nothing is sent yet · ↑↓ offers choices · esc: no"
        return content((self._title, "bold")) + Content("\n") + content((tail, "$text-muted"))

    def body(self) -> ComposeResult:
        width = min(_LABEL, max(cells(field.label) for field in self.fields)) + 2
        with VerticalScroll(can_focus=False):
            for field in self.fields:
                with Horizontal():
                    label = Static(field.label, classes="panel--label", markup=False)
                    label.styles.width = width
                    yield label
                    yield Typed(field)
        yield Static(classes="panel--help", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        wrong = [param.id for param in self.params if f"✗ {param.id}: " in self.said]
        if wrong:
            next(typed for typed in self.query(Typed) if typed.field.name == wrong[0]).focus()

    def on_resize(self) -> None:
        """The helps are as high as the longest: going from field to field moves nothing."""
        room = max(20, self.app.size.width - 2)
        high = max(len(content(_help(param)).wrap(room)) if _help(param) else 0 for param in self.params)
        self.query_one(".panel--help", Static).styles.min_height = high

    def on_descendant_focus(self, event: Any) -> None:
        index = next((i for i, it in enumerate(self.query(Typed)) if it is event.widget), None)
        if index is not None:
            self.query_one(".panel--help", Static).update(content(_help(self.params[index])))

    @on(Input.Submitted)
    def _entered(self) -> None:
        for typed in self.query(Typed):
            if typed.field.needed and not typed.value.strip():
                if typed.has_focus:
                    self.tell(f"{typed.field.label}: this is needed")
                typed.focus()
                return
        self.dismiss({typed.field.name: typed.value for typed in self.query(Typed) if typed.value.strip()})


def _help(param: Param) -> str:
    parts = [param.help, f"one of {', '.join(param.choices)}" if param.choices else ""]
    return " · ".join(part for part in parts if part)


def offers_of(view: View | None) -> dict[str, tuple[str, ...]]:
    """The workflows, environments and branches that the picture knows."""
    if view is None:
        return {}
    ci = view.ci
    return {
        "workflow": tuple(dict.fromkeys(flow.path.rsplit("/", 1)[-1] for flow in ci.workflows)),
        "environment": tuple(dict.fromkeys(one.environment for one in ci.deployments)),
        "branch": tuple(dict.fromkeys(run.branch for flow in ci.workflows for run in flow.runs if run.branch)),
    }


_HINTS = {
    "number": "a number", "yes_no": "yes or no", "branch": "a branch", "workflow": "a workflow's file or name",
    "environment": "an environment", "duration": '"30 min", "2 h"', "list": "parts between commas",
}  # fmt: skip


def _field(param: Param, values: Mapping[str, str], offers: Mapping[str, tuple[str, ...]]) -> Field:
    """`offers` are the names that there are, by a parameter's kind."""
    presets = param.choices or (("yes", "no") if param.kind == "yes_no" else offers.get(param.kind, ()))
    hint = _HINTS.get(param.kind, "") + ("" if param.needed else " (may stay empty)")
    value = values.get(param.id, said_default(param))
    return Field(param.id, param.title or param.id, value, hint.strip(), tuple(presets), param.needed)


def said_default(param: Param) -> str:
    """A default as it is typed."""
    value = param.default
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
