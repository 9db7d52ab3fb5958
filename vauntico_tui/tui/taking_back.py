"""The key that takes back: at once what was done a moment ago, else after a question that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from vauntico_tui.actions.registry import BY_ID, Target
from vauntico_tui.base.durations import age

if TYPE_CHECKING:
    from vauntico_tui.warroom import WarRoom


class TakingBack(App[str]):
    """What the app answers to `undo`."""

    room: WarRoom | None

    def ask(self, ident: str, target: Target | None = None, **args: str) -> None:
        raise NotImplementedError

    def key_of(self, ident: str) -> str:
        raise NotImplementedError

    def act_undo(self) -> None:
        """What was done long ago may be out of sight: nothing of it is taken back unasked."""
        from vauntico_tui.tui.screens.asking import AskingScreen  # noqa: PLC0415

        last = self.room.last_done() if self.room is not None else None
        if last is None:
            self.ask("undo")
        elif last.fresh:
            self.ask("undo", Target("press", last.id, last.words))
        elif not isinstance(self.screen, AskingScreen):
            named, title = Target("press", last.id, last.words), f"Take back, done {age(last.ago)} ago:"
            tail = f"the runbook since then is undone under {self.key_of('runbook.all')}" if last.ran else ""
            self.push_screen(AskingScreen(BY_ID["undo"], (named,), (), title=title, tail=tail))
