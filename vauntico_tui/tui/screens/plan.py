"""The whole plan, each promise with its verdict, and an outline beside it where there is room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from vauntico_tui.actions.registry import Target
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.page import DOT
from vauntico_tui.tui.screens.pages.plan import PlanPage, outline, plan_page
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.view.model import View

_OUTLINE_FROM = 110


class PlanScreen(Behind):
    """The roadmap as it stands."""

    DEFAULT_CSS = """
    PlanScreen #outline { width: 38; border-right: solid $foreground 15%; display: none; }
    PlanScreen.-outlined #outline { display: block; }
    """
    AUTO_FOCUS = "#plan"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["refresh.pane"]),
        Binding("tab,left,right", "other", show=False),
        Binding("left_square_bracket", "section(-1)", show=False),
        Binding("right_square_bracket", "section(1)", show=False),
    ]
    KEYS = (("back", "back"), ("runbook.open", "remediate"), ("open", "open"), ("down", "down"),
            ("left_square_bracket", "section before"), ("right_square_bracket", "next section"),
            ("browse", "browser"), ("copy", "copy"), ("help", "keys"))  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._page: PlanPage | None = None

    def body(self) -> ComposeResult:
        with Horizontal():
            yield Sheet(listing=True, id="outline")
            yield Sheet(listing=True, id="plan")

    def on_mount(self) -> None:
        self._outline()

    def keys(self) -> Iterable[tuple[str, str]]:
        applies = self.room_app.remedying.applies(self.target)
        return [pair for pair in self.KEYS if applies or pair[0] != "runbook.open"]

    def on_resize(self) -> None:
        self._outline()

    def _outline(self) -> None:
        self.set_class(self.app.size.width >= _OUTLINE_FROM, "-outlined")

    @property
    def _plan(self) -> Sheet:
        return self.query_one("#plan", Sheet)

    @property
    def _sections(self) -> Sheet:
        return self.query_one("#outline", Sheet)

    def draw(self, view: View) -> None:
        page = plan_page(view, self.look)
        self._page = page
        self._plan.show(page.finish())
        self._sections.show(outline(page))
        promised = sum(section.promised for section in page.sections)
        kept = sum(section.kept for section in page.sections)
        self.say_title(("Plan  ", "$tone-dim"), (view.plan.title, "bold"), f"{DOT}{kept} of {promised} promises met")

    # ---- moving -------------------------------------------------------------------------------------------------

    @property
    def target(self) -> Target | None:
        page = self._page
        if page is None:
            return None
        jump = page.jumps.get(self._plan.pick or "")
        return jump.target if jump else page.target

    def action_other(self) -> None:
        """From the outline to the plan and back."""
        if self.has_class("-outlined"):
            (self._plan if self._sections.has_focus else self._sections).focus()

    def action_section(self, by: int) -> None:
        """To the heading after or before what is in sight."""
        page = self._page
        if page is None:
            return
        at = self._plan.block_at_top
        places = [section.block for section in page.sections]
        later = [place for place in places if place > at] if by > 0 else [place for place in places if place < at]
        if later:
            self._go(later[0] if by > 0 else later[-1])

    def _go(self, block: int) -> None:
        plan = self._plan
        plan.scroll_to_block(block)
        plan.pick = plan.key_from(block)

    def on_sheet_picked(self, event: Sheet.Picked) -> None:
        """In the outline, moving shows the section; in the plan, the outline follows."""
        event.stop()
        self.tell_keys()
        page = self._page
        if page is None or event.key is None:
            return
        if event.sheet is self._sections and event.sheet.has_focus:
            self._go(int(event.key.removeprefix("at:")))
        elif event.sheet is self._plan and not self._sections.has_focus:
            at = self._plan.block_of(event.key)
            here = [section.block for section in page.sections if section.block <= at]
            if here:
                self._sections.move_to(f"at:{here[-1]}")

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        event.stop()
        if event.sheet is self._sections:
            self._go(int(event.key.removeprefix("at:")))
            self._plan.focus()
        elif self._page is not None and (jump := self._page.jumps.get(event.key)) is not None:
            if jump.opens:
                self.room_app.open_target(jump.target)
            else:
                self.room_app.action_act("browse")

    # ---- actions ------------------------------------------------------------------------------------------------

    def act_refresh_pane(self) -> None:
        if (room := self.room_app.room) is None:
            self.room_app.say("the war room is still opening", "soon")
            return
        room.refresh(None)
        self.room_app.say("asking every source again")

    def act_copy(self) -> None:
        target = self.target
        page = self._page
        picked = page is not None and self._plan.pick in page.jumps
        self.copy_words((target.link or target.title) if target and picked else self._plan.text)
