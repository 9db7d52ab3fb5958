"""The table of actions: every id and key once, and what tmux and vim hands expect."""

from __future__ import annotations

import pytest

from vauntico_tui.actions.registry import ACTIONS, BY_ID

ELSEWHERE = {"ctrl+a", "ctrl+b", "ctrl+h", "ctrl+j", "ctrl+k", "ctrl+l"}


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


def test_no_two_actions_share_a_key() -> None:
    keys = [key for action in ACTIONS for key in action.key.split(",") if key]
    assert len(keys) == len(set(keys))


def test_no_key_that_tmux_or_vim_takes() -> None:
    assert not ELSEWHERE & {key for action in ACTIONS for key in action.key.split(",")}


def test_what_changes_something_is_on_no_bare_ctrl_key() -> None:
    changing = [action for action in ACTIONS if action.mutates]
    assert changing
    assert not [action.id for action in changing if action.key.startswith("ctrl+")]


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("quit", "q"), ("help", "question_mark"), ("palette", "ctrl+p"), ("filter", "slash"), ("open", "enter"),
        ("back", "escape"), ("browse", "o"), ("copy", "y"), ("zoom", "z"), ("refresh.pane", "r"), ("refresh.all", "R"),
        ("pause", "p"), ("pane.next", "tab"), ("pane.previous", "shift+tab"), ("pane.1", "1"), ("pane.5", "5"),
        ("down", "j"), ("up", "k"), ("top", "g"), ("bottom", "G"),
    ],
)  # fmt: skip
def test_keys_that_hands_know(action: str, key: str) -> None:
    assert BY_ID[action].key == key


def test_every_action_has_words_for_help() -> None:
    assert all(action.title and action.help.endswith(".") for action in ACTIONS)
