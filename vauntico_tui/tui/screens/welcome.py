"""The first screen, where there is no config: a demo, a repository, a plan file. Nothing is missing here."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.blocks import GAP, Block
from vauntico_tui.tui.screens.page import content
from vauntico_tui.tui.screens.setup import LiveSetup, Setup, Told
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.view.model import View

_CHOICES = (
    ("demo", "Look around in the demo", "An organisation in a box on this machine: no account, no network."),
    ("repository", "Connect a repository", "Asks for owner/name, tries it out, and writes a config."),
    ("plan", "Open a plan file", "A plan.toml; `vauntico-tui plan import` makes one of Markdown."),
    ("init", "Set up everything", "Repository, token, Prometheus, Alertmanager: one question each."),
)
_ASKS = {"repository": "owner/name", "plan": "path of a plan.toml"}


class WelcomeScreen(Behind):
    """Leaves the app with what was chosen: "demo", "init", or "written" once there is a config."""

    DEFAULT_CSS = """
    WelcomeScreen #welcome { align: center middle; height: 1fr; }
    WelcomeScreen #welcome > * { width: 76; max-width: 100%; }
    WelcomeScreen #hello { height: auto; padding: 0 2 1 2; }
    WelcomeScreen Sheet { height: 11; max-height: 60%; }
    WelcomeScreen Input { height: 1; border: none; padding: 0 2; background: $panel; display: none; }
    WelcomeScreen Input:focus { border: none; }
    WelcomeScreen Input.-open { display: block; }
    WelcomeScreen #said { height: auto; min-height: 3; padding: 1 2 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"choose('{key}')", show=False) for number, (key, _, _) in enumerate(_CHOICES, 1)
    ]
    KEYS = (("open", "choose"), ("down", "down"), ("up", "up"), ("help", "keys"), ("quit", "quit"))

    def __init__(self, setup: Setup | None = None) -> None:
        super().__init__()
        self.setup: Setup = setup or LiveSetup()
        self.asking: str | None = None
        self._refused: str | None = None  # the answer that did not pass: given again, it is kept all the same

    def body(self) -> ComposeResult:
        with Vertical(id="welcome"):
            yield Static(id="hello", markup=False)
            yield Sheet(listing=True)
            yield Input()
            yield Static(id="said", markup=False)

    @property
    def target(self) -> Target | None:
        return Target("choice", self.query_one(Sheet).pick or "demo", "first screen")

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        self.say_title(("Vauntico war room", "bold"))
        self.query_one("#hello", Static).update(
            content(("What was promised, what is true, and who must act by when.", "bold"))
        )
        blocks: list[Block] = []
        for number, (key, title, words) in enumerate(_CHOICES, 1):
            blocks.append(Block(content((title, "bold")), content((f"{number} ", "$tone-dim")), key=key))
            blocks.append(Block(content((words, "$tone-dim")), content("  "), content("  "), key=key))
            if number < len(_CHOICES):
                blocks.append(GAP)
        self.query_one(Sheet).show(blocks)

    # ---- choosing -----------------------------------------------------------------------------------------------

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        event.stop()
        self.action_choose(event.key)

    def action_choose(self, key: str) -> None:
        """Do what was chosen: ask for what it needs, or leave it to the command."""
        if key in _ASKS:
            self.query_one(Sheet).move_to(key)
            self._ask(key)
        else:
            self.room_app.leave(key)

    def on_sheet_picked(self, event: Sheet.Picked) -> None:
        event.stop()
        if event.key not in {None, self.asking}:
            self._close()

    def _ask(self, what: str) -> None:
        self.asking, self._refused = what, None
        field = self.query_one(Input)
        field.value, field.placeholder = "", _ASKS[what]
        field.add_class("-open")
        field.focus()
        self._say(f"This writes {self.setup.file}", "$tone-dim")
        if what == "repository":
            self._tell_token()

    def _close(self) -> None:
        self.asking = None
        self.query_one(Input).remove_class("-open")
        self.query_one(Sheet).focus()
        self._say("")

    def act_back(self) -> None:
        """Gives up the question. There is nothing behind this screen to go back to."""
        self.workers.cancel_group(self, "setup")
        self._close()

    def _say(self, words: str, style: str = "") -> None:
        lines = words.split("\n")
        shown = lines[:6] + ([f"and {len(lines) - 6} more"] if len(lines) > 6 else [])
        self.query_one("#said", Static).update(Content("\n").join(content((line, style)) for line in shown))

    # ---- setting up ---------------------------------------------------------------------------------------------

    @work(exit_on_error=False, group="setup", exclusive=True)
    async def _tell_token(self) -> None:
        told = await self._safely(self.setup.token)
        if self.asking == "repository":
            self._say(f"This writes {self.setup.file}\n{told.words}", "$tone-dim" if told.ok else "$tone-soon")

    @on(Input.Submitted)
    def _answered(self, event: Input.Submitted) -> None:
        event.stop()
        answer = event.value.strip()
        if not answer:
            self._say(f"Give {_ASKS[self.asking or 'plan']}; esc gives up.", "$tone-soon")
        elif self.asking is not None:
            self._try(self.asking, answer)

    @work(exit_on_error=False, group="setup", exclusive=True)
    async def _try(self, what: str, answer: str) -> None:
        """Try an answer; a good one is written. One that failed is kept all the same when it is given again."""
        again = answer == self._refused
        if not again:
            self._say(f"trying {answer}", "$tone-dim")
            check = self.setup.repository if what == "repository" else self.setup.plan
            told = await self._safely(lambda: check(answer))
            if not told.ok:
                keep = what == "repository" and not told.hopeless
                self._refused = answer if keep else None
                more = "\nenter once more keeps it all the same" if keep else ""
                self._say(f"{told.words}{more}", "$tone-unmet")
                return
        if what == "repository":
            told = await self._safely(lambda: self.setup.write(repository=answer))
        else:
            told = await self._safely(lambda: self.setup.write(plan=answer))
        if told.ok:
            self.room_app.leave("written")
        else:
            self._say(told.words, "$tone-unmet")

    async def _safely(self, step: Callable[[], Told]) -> Told:
        """A step in a thread that can't hold up leaving; whatever it raises is said in a line."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Told] = loop.create_future()

        def run() -> None:
            try:
                told = step()
            except Exception as error:  # the first screen never fails
                told = Told(False, f"{type(error).__name__}: {error}")
            with contextlib.suppress(RuntimeError):  # the loop is closed: the reader has left
                loop.call_soon_threadsafe(give, told)

        def give(told: Told) -> None:
            if not answer.done():
                answer.set_result(told)

        threading.Thread(target=run, name="setup", daemon=True).start()
        return await answer
