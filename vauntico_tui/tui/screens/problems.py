"""All that is wrong with what was given, each with its place and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from vauntico_tui.actions.registry import Target
from vauntico_tui.base.problems import Problem
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.page import Page
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.view.model import View


class ProblemsScreen(Behind):
    """Why the war room could not open. `r` reads the files again, `y` copies all."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(["refresh.pane"])]
    KEYS = (("refresh.pane", "try again"), ("copy", "copy all"), ("down", "down"), ("back", "last picture"),
            ("quit", "quit"))  # fmt: skip

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    def body(self) -> ComposeResult:
        yield Sheet()

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        count = len(self.problems)
        words = "1 problem" if count == 1 else f"{count} problems"
        self.say_title(("The war room can't open  ", "bold $tone-unmet"), words)
        page = Page(self.look, Target("problems", "problems", words))
        page.put(
            "Nothing was changed. Put these right, then press ", (self.room_app.key_of("refresh.pane"), "bold"),
            "; or ", (self.room_app.key_of("quit"), "bold"), " to leave.",
        )  # fmt: skip
        page.gap()
        for number, problem in enumerate(self.problems, 1):
            where = ":".join(filter(None, (problem.file, str(problem.line) if problem.line else None)))
            lead = f"{number}. "
            page.put((lead, "$tone-dim"), ("✗ ", "$tone-unmet"), (problem.message, "bold"), hang=len(lead) + 2)
            if where:
                page.put((where, "$tone-accent"), indent=len(lead) + 2)
            if problem.hint:
                page.put(problem.hint, indent=len(lead) + 2)
            page.gap()
        if not self.problems:
            page.put(("no reason was given", "$tone-dim"))
        self.query_one(Sheet).show(page.blocks)

    @property
    def target(self) -> Target | None:
        """What `y` copies."""
        return Target("problems", "problems", f"{len(self.problems)} problems")

    def act_copy(self) -> None:
        self.copy_words("\n".join(str(problem) for problem in self.problems))

    def act_refresh_pane(self) -> None:
        """Read everything again."""
        self.app.pop_screen()
        self.room_app.start_room()
