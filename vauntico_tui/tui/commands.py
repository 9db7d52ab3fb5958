"""The palette: every action by its name, from the one table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from vauntico_tui.actions.registry import ACTIONS, Action
from vauntico_tui.tui.acting import FORMS, MANY

if TYPE_CHECKING:
    from vauntico_tui.tui.app import WarRoomApp

_NOT_HERE = frozenset({"palette", "down", "up", "top", "bottom", "back"})


class ActionCommands(Provider):
    """Finds actions. What one is for was selected before the palette opened."""

    def _entries(self) -> list[tuple[Action, str, str]]:
        app = cast("WarRoomApp", self.app)
        out = []
        for action in ACTIONS:
            if action.id in _NOT_HERE:
                continue
            key = app.key_of(action.id)
            why = app.why_not(action, app.meant[0] if app.meant else None) if action.mutates else None
            said = f"{action.title}  {key}" if key else action.title
            out.append((action, said, f"Not now: {why}" if why else action.help))
        return out

    async def discover(self) -> Hits:
        for action, said, help_text in self._entries():
            yield DiscoveryHit(Content(said), partial(self._do, action.id), text=said, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action, said, help_text in self._entries():
            if (score := max(matcher.match(said), matcher.match(action.help) * 0.7)) > 0:
                yield Hit(score, Content(said), partial(self._do, action.id), text=said, help=help_text)

    def _do(self, ident: str) -> None:
        cast("WarRoomApp", self.app).action_act(ident)


class HandCommands(Provider):
    """What can be done to the escalations that `A` was pressed for; why not, where it can't just now."""

    def _entries(self) -> list[tuple[Action, str]]:
        app = cast("WarRoomApp", self.app)
        out = []
        for action in ACTIONS:
            many = len(app.meant) > 1
            if action.id not in FORMS or not action.needs or (many and action.id not in MANY):
                continue
            why = None if many or not app.meant else app.why_not(action, app.meant[0])
            out.append((action, f"Not now: {why}" if why else action.help))
        return sorted(out, key=lambda pair: pair[1].startswith("Not now"))

    async def discover(self) -> Hits:
        for action, help_text in self._entries():
            yield DiscoveryHit(Content(action.title), partial(self._do, action.id), text=action.title, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action, help_text in self._entries():
            if (score := matcher.match(action.title)) > 0:
                yield Hit(score, Content(action.title), partial(self._do, action.id), text=action.title, help=help_text)

    def _do(self, ident: str) -> None:
        app = cast("WarRoomApp", self.app)
        app.start(ident, app.meant)
