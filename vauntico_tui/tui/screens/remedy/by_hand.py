"""A file that no machine merges safely: what is beside what is wanted, and the person's own editor on it."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.model import Change, RunPlan
from vauntico_tui.tui.format import tame
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.page import Page, content
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.view.model import View

_WIDE = 110
"""Cells from which on the two stand side by side."""
_LONGEST = 2_000_000  # characters of what comes back from an editor


def to_merge(plan: RunPlan) -> list[Change]:
    """What a person must merge before the plan is whole."""
    return [change for step in plan.steps for change in step.changes if change.by_hand]


def editor() -> list[str]:
    """The person's editor and its arguments; [] where there is none."""
    said = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        argv = shlex.split(said)
    except ValueError:
        argv = []
    return argv or next(([name] for name in ("sensible-editor", "nano", "vi") if shutil.which(name)), [])


class ByHandScreen(Behind):
    """What is and what is wanted; `E` opens the file. Ends with its new text, or None."""

    DEFAULT_CSS = """
    ByHandScreen .hand--both { layout: horizontal; height: 1fr; }
    ByHandScreen.-stacked .hand--both { layout: vertical; }
    ByHandScreen .hand--why { height: auto; padding: 0 2; color: $tone-soon; }
    ByHandScreen .hand--head { height: 1; padding: 0 2; color: $tone-accent; }
    ByHandScreen #wanted { border-left: solid $foreground 15%; }
    ByHandScreen.-stacked #wanted { border-left: none; }
    """
    AUTO_FOCUS = "#is"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("E", "edit", show=False),
        Binding("tab,left,right", "other", show=False),
    ]
    KEYS = (("back", "back"), ("E", "open the editor"), ("tab", "other side"), ("copy", "copy"), ("help", "keys"))

    def __init__(self, change: Change, text: str | None = None) -> None:
        super().__init__()
        self.change = change
        self.text = text if text is not None else change.before or ""

    @property
    def target(self) -> Target:
        return Target("file", self.change.path, self.change.path)

    def body(self) -> ComposeResult:
        yield Static(content(self.change.by_hand), classes="hand--why", markup=False)
        with Container(classes="hand--both"):
            for ident, head in (("is", "as it is"), ("wanted", "what is wanted")):
                with Vertical():
                    yield Static(head, classes="hand--head", markup=False)
                    yield Sheet(widest=400, id=ident)

    def on_mount(self) -> None:
        self._stack()

    def on_resize(self) -> None:
        self._stack()

    def _stack(self) -> None:
        self.set_class(self.app.size.width < _WIDE, "-stacked")

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        self.say_title(("merge by hand  ", "$tone-dim"), (self.change.path, "bold"))
        if self._written.get("sheets") is None:
            self._written["sheets"] = content("drawn")
            suffix = Path(self.change.path).suffix.lstrip(".")
            for ident, text in (("is", self.text), ("wanted", self.change.wanted)):
                page = Page(self.look, self.target)
                page.code(text, suffix)
                self.query_one(f"#{ident}", Sheet).show(page.blocks)

    def keys(self) -> Iterable[tuple[str, str]]:
        return self.KEYS

    def action_other(self) -> None:
        other = "#is" if self.query_one("#wanted").has_focus else "#wanted"
        self.query_one(other).focus()

    def act_copy(self) -> None:
        self.copy_words(self.change.wanted if self.query_one("#wanted").has_focus else self.text)

    @work(exclusive=True, exit_on_error=False)
    async def action_edit(self) -> None:
        text, said = await edit(self.app, self.change, self.text)
        if text is None:
            self.room_app.say(said, "soon")
        else:
            self.dismiss(text)


async def edit(app: App[Any], change: Change, text: str) -> tuple[str | None, str]:
    """Open the file in the person's editor, with what is wanted beside it; its new text, or None and why.

    What is written to disk is the person's alone, and is gone afterwards whatever happens.
    """
    argv = editor()
    if not argv:
        return None, "there is no editor: export EDITOR, as EDITOR=nano"
    folder = Path(tempfile.mkdtemp(prefix="vauntico-merge-"))
    try:
        name = Path(change.path).name or "file"
        mine, wanted = folder / name, folder / f"wanted-{name}"
        for file, words in ((wanted, change.wanted), (mine, text)):
            file.touch(mode=0o600)
            file.write_bytes(words.encode("utf-8"))
        try:
            code = await _open(app, [*argv, str(mine), str(wanted)])
        except (OSError, SuspendNotSupported) as error:
            return None, f"{tame(argv[0])}: {error}; export another EDITOR"
        if code:
            return None, f"{tame(argv[0])} ended with {code}; nothing is taken from it"
        try:
            made = mine.read_bytes()[:_LONGEST].decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            return None, f"what was saved can't be read: {error}"
        return (made, "") if made != text else (None, "nothing was changed")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _open(app: App[Any], argv: list[str]) -> int:
    """Give the terminal to a program until it ends. What runs in the war room meanwhile goes on; nothing is drawn."""
    with app.suspend(), app.batch_update():
        process = await asyncio.create_subprocess_exec(*argv)
        return await process.wait()
