"""The summary for the next shift: what is open, why, and what was tried; to read, copy and hand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.page import Page
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.view.model import View


class SummaryScreen(Behind):
    """Written once when it opens and again on `r`; a text that is being read does not move. Enter signs it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(["refresh.pane"])]
    KEYS = (("back", "back"), ("copy", "copy"), ("enter", "sign the hand-over"), ("refresh.pane", "write anew"),
            ("help", "keys"))  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    @property
    def target(self) -> Target:
        return Target("summary", "handover", "the hand-over")

    def body(self) -> ComposeResult:
        yield Sheet()

    def on_mount(self) -> None:
        self.query_one(Sheet).focus()
        self._fetch()

    def draw(self, view: View) -> None:
        self.say_title(("hand over  ", "$tone-dim"), ("what is open, why, and what was tried", "bold"))

    @work(exclusive=True, exit_on_error=False)
    async def _fetch(self) -> None:
        room = self.room_app.room
        if room is None:
            return
        self.words = await room.summary()
        page = Page(self.look, self.target)
        page.put(("→ Sign this hand-over", "bold $tone-accent"), "  enter puts it into the log", key="sign")
        page.gap()
        for line in self.words.splitlines():
            text = line.lstrip()
            page.put((text, "bold") if not line.startswith(" ") and text else text, indent=len(line) - len(text))
        sheet = self.query_one(Sheet)
        sheet.show(page.blocks)
        sheet.move_to("sign")

    def act_refresh_pane(self) -> None:
        self._fetch()

    def act_copy(self) -> None:
        self.copy_words(self.words)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        event.stop()
        self.room_app.start("handover", ())
