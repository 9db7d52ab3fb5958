"""Every key and what it does, from the table of actions; and what the glyphs mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from vauntico_tui.actions.registry import ACTIONS, Action, Target
from vauntico_tui.tui.format import MARKS, RUNS, SOURCES, STATES
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.page import Page, content
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.view.model import View

_PLACES = (
    ("everywhere", "Everywhere"),
    ("list", "In a list"),
    ("dashboard", "On the dashboard"),
    ("detail", "In a detail or chart"),
)
_ANY = Target("row", "any", "what is selected", link="https://any")
"""Help asks whether an action may be done at all, not whether a row is selected."""

_KEY = 12  # cells for a key
_TITLE = 18
_ALSO = (
    ("arrows", "Move", "Like j and k; home and end like g and G."),
    ("pgup pgdn", "Page", "A page on or back; ctrl+d and ctrl+u too."),
    ("1-9", "Link", "In a detail: to the link with that number."),
    ("e E", "Next error", "In a log: to the next error, or to the one before."),
    ("w t #", "Wrap, times", "In a log: lines in full, times, line numbers; each again to end it."),
    ("f J", "Fold, jobs", "In a log: everything opened or folded; the run's other jobs."),
    ("mouse", "Pick, open", "A click picks a row, a second one opens it; the wheel scrolls."),
)


class HelpScreen(Behind):
    """The keys as they are now, after the config's own."""

    KEYS = (("back", "back"), ("down", "down"), ("up", "up"), ("palette", "find an action"))

    def body(self) -> ComposeResult:
        yield Sheet()

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        self.say_title(("Help  ", "$tone-dim"), ("every key", "bold"))
        page = Page(self.look, Target("help", "help", "Help"))
        for where, title in _PLACES:
            page.head(title)
            for action in ACTIONS:
                if action.where == where and action.key:
                    self._action(page, action)
        page.head("Also")
        for key, title, words in _ALSO:
            _line(page, key, title, words)
        page.head("Only in the palette", self.room_app.key_of("palette"))
        for action in ACTIONS:
            if not action.key:
                self._action(page, action)
        _legend(page)
        page.gap()
        page.put(
            ('Other keys: [screen] keys in the config, by the action\'s id, as "refresh.all" = "f5".', "$tone-dim")
        )
        self.query_one(Sheet).show(page.blocks)

    def _action(self, page: Page, action: Action) -> None:
        """One line; why it can't be done just now, where that is known."""
        why = self.room_app.why_not(action, _ANY) if action.mutates else None
        words = content(action.help, (f" Not now: {why}." if why else "", "$tone-soon"))
        _line(page, self.room_app.key_of(action.id), action.title, words)


def _line(page: Page, key: str, title: str, words: object) -> None:
    lead = content((key.ljust(_KEY - 1) + " ", "bold $tone-accent"), (title.ljust(_TITLE - 1) + " ", "bold"))
    text = words if not isinstance(words, str) else content((words, "$tone-dim"))
    page.blocks.append(Block(content(text), lead, content(" " * (_KEY + _TITLE))))  # type: ignore[arg-type]


def _legend(page: Page) -> None:
    """What the glyphs say."""
    page.head("Glyphs")
    groups: tuple[tuple[str, list[tuple[str, str, str]]], ...] = (
        ("verdict", [(*sign, mark.value) for mark, sign in MARKS.items()]),
        ("escalation", [(*sign, word) for word, sign in STATES.items()]),
        ("run", [(*sign, word) for word, sign in RUNS.items() if word != "other"]),
        ("source", [(*sign, state.value) for state, sign in SOURCES.items()]),
        ("issue", [("○", "soon", "open"), ("✓", "met", "closed")]),
    )
    for name, signs in groups:
        parts: list[str | tuple[str, str]] = []
        for glyph, tone, word in signs:
            parts += [(glyph, "$tone-dim" if tone in {"unknown", "dim"} else f"$tone-{tone}"), f" {word}   "]
        page.field(name, *parts)
