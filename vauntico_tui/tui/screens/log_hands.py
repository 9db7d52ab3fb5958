"""Keys that move through a log that is there: errors, matches, folds, wrapped lines, times and numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.log_rows import wrapped_heights
from vauntico_tui.tui.screens.log_view import LogView
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.joblog import JobLog


class Find(Input):
    """What is looked for; escape gives it up."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.give_up_search", show=False)]

    def __init__(self) -> None:
        super().__init__(placeholder="find in the log", compact=True, classes="log--find")


class LogHands(Behind):
    """The hands of a screen that shows a log in a LogView, and a Sheet while there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "error(1)", show=False),
        Binding("E", "error(-1)", show=False),
        Binding("w", "wrap", show=False),
        Binding("t", "times", show=False),
        Binding("number_sign", "numbers", show=False),
        Binding("f", "fold_all", show=False),
    ]

    log_: JobLog | None = None
    searching = ""
    """What is being looked for just now."""

    def action_error(self, way: int) -> None:
        if self.log_ is not None and not self.query_one(LogView).next_of(self.log_.stops, way):
            self.room_app.say("the log marks no error")

    def act_link_next(self) -> None:
        self._next_match(1)

    def act_link_previous(self) -> None:
        self._next_match(-1)

    def _next_match(self, way: int) -> None:
        view = self.query_one(LogView)
        if self.log_ is None:
            self.query_one(Sheet).step(way)
        elif not view.how.words:
            self.room_app.say(f"nothing is looked for: {self.room_app.key_of('filter')} finds")
        else:
            view.next_of(view.matches, way)

    def action_numbers(self) -> None:
        view = self.query_one(LogView)
        view.set_columns(numbers=not view.how.numbers)
        self._rewrap(view)

    def action_times(self) -> None:
        view = self.query_one(LogView)
        view.set_columns(times=not view.how.times)
        self._rewrap(view)

    def action_fold_all(self) -> None:
        if self.log_ is not None:
            self.query_one(LogView).fold_all()

    def action_wrap(self) -> None:
        view = self.query_one(LogView)
        if self.log_ is None:
            return
        if view.wrap:
            view.set_wrap(None)
        else:
            self._wrap_now()

    def _rewrap(self, view: LogView) -> None:
        if view.wrap:
            self._wrap_now()

    @work(exclusive=True, exit_on_error=False, group="wrap")
    async def _wrap_now(self) -> None:
        log, view = self.log_, self.query_one(LogView)
        if log is None:
            return
        heights = await asyncio.to_thread(wrapped_heights, log, view.text_width)
        if log is self.log_:
            view.set_wrap(heights)

    # ---- searching ----------------------------------------------------------------------------------------------

    def act_filter(self) -> None:
        if self.log_ is not None:
            field = self.query_one(Find)
            field.add_class("-open")
            field.focus()

    def action_give_up_search(self) -> None:
        self.workers.cancel_group(self, "find")
        self.searching = ""
        field, view = self.query_one(Find), self.query_one(LogView)
        field.value = ""
        field.remove_class("-open")
        view.set_matches("", [])
        view.focus()
        self.redraw()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        words = event.value
        event.input.remove_class("-open")
        self.query_one(LogView).focus()
        if words.strip():
            self._find(words)
        else:
            self.action_give_up_search()

    @work(exclusive=True, exit_on_error=False, group="find")
    async def _find(self, words: str) -> None:
        """Look through the log, a piece at a time in a thread; go to the first match behind where the reader is."""
        log, view = self.log_, self.query_one(LogView)
        if log is None:
            return
        self.searching = words
        self.redraw()
        found: list[int] = []
        pieces = log.find(words)
        while (batch := await asyncio.to_thread(_some, pieces)) is not None:
            found += batch
        self.searching = ""
        view.set_matches(words, found)
        here = view.line
        if found and here not in found:
            view.go(next((line for line in found if line > here), found[0]))
        self.redraw()


def _some(pieces: Iterable[list[int]]) -> list[int] | None:
    """The matches of the next pieces; None at the end."""
    out: list[int] = []
    for count, batch in enumerate(pieces, 1):
        out += batch
        if count == 40:
            return out
    return out or None
