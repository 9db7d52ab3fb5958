"""Key bindings, footer words and clashes, all from the one table of actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding
from textual.keys import _character_to_key

from vauntico_tui.actions.registry import ACTIONS, BY_ID, Action
from vauntico_tui.base.problems import did_you_mean

_SAID = {
    "question_mark": "?", "slash": "/", "escape": "esc", "shift+tab": "shift+tab", "colon": ":", "plus": "+",
    "minus": "-", "underscore": "_", "space": "space", "enter": "enter", "left_square_bracket": "[",
    "right_square_bracket": "]", "full_stop": ".", "comma": ",",
}  # fmt: skip


def bindings(ids: Iterable[str]) -> list[Binding]:
    """The bindings of actions, for a BINDINGS. Their id lets the config give them other keys; all end in
    `action_act(id)` of the app."""
    return [
        Binding(BY_ID[ident].key, f"app.act('{ident}')", BY_ID[ident].title, show=False, id=ident)
        for ident in ids
        if BY_ID[ident].key
    ]


def moves(page_down: str = "pagedown,ctrl+d") -> list[Binding]:
    """The keys of every list that are the terminal's own: arrows, ends and pages (`action_page` of the widget)."""
    return [
        Binding("down", "app.act('down')", show=False),
        Binding("up", "app.act('up')", show=False),
        Binding("home", "app.act('top')", show=False),
        Binding("end", "app.act('bottom')", show=False),
        Binding(page_down, "page(1)", show=False),
        Binding("pageup,ctrl+u", "page(-1)", show=False),
    ]


def said(key: str) -> str:
    """A key as a footer says it: "question_mark" is "?", the first of several."""
    first = key.partition(",")[0].strip()
    return _SAID.get(first, first)


def key_of(action: Action, keys: Mapping[str, str]) -> str:
    """The key that an action has now, as a footer says it; "" where it has none."""
    return said(keys.get(action.id, action.key))


def check_keys(keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The config's keys that can be used, and one line about each that can't."""
    good: dict[str, str] = {}
    wrong: list[str] = []
    for ident, key in keys.items():
        action = BY_ID.get(ident)
        if action is None:
            near = did_you_mean(ident, BY_ID)
            wrong.append(f"[screen] keys: there is no action {ident!r}" + (f"; {near}" if near else ""))
        elif not action.key:
            wrong.append(f"[screen] keys: {ident!r} has no key, only the palette (ctrl+p)")
        elif not all(part.strip() for part in key.split(",")):
            wrong.append(f"[screen] keys: {ident!r} names no key")
        else:
            good[ident] = key
    taken: dict[str, str] = {}
    for action in sorted(ACTIONS, key=lambda action: action.id in good):  # the config's own come last and give way
        for key in good.get(action.id, action.key).split(","):
            name = _name(key)
            other = taken.get(name)
            if not name or other is None:
                taken[name] = action.id
                continue
            if action.id in good:
                wrong.append(
                    f"[screen] keys: {said(key)!r} is {other!r} already; {action.id!r} keeps {said(action.key)!r}"
                )
                del good[action.id]
                break
    return good, wrong


def _name(key: str) -> str:
    key = key.strip()
    return _character_to_key(key) if len(key) == 1 else key
