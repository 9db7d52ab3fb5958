"""Keys from the config: used where they can be, told about where they can't."""

from __future__ import annotations

import pytest

from vauntico_tui.actions.registry import ACTIONS, BY_ID
from vauntico_tui.tui.keys import bindings, check_keys, key_of


def test_other_keys_are_taken() -> None:
    assert check_keys({"refresh.all": "f5", "quit": "ctrl+x"}) == ({"refresh.all": "f5", "quit": "ctrl+x"}, [])


def test_an_unknown_action_is_told_with_the_nearest() -> None:
    good, wrong = check_keys({"refresh.al": "f5"})
    assert good == {}
    assert wrong == ["[screen] keys: there is no action 'refresh.al'; did you mean \"refresh.all\"?"]


def test_a_key_that_is_taken_is_told_and_the_old_one_stays() -> None:
    good, wrong = check_keys({"zoom": "q"})
    assert good == {}
    assert wrong == ["[screen] keys: 'q' is 'quit' already; 'zoom' keeps 'z'"]


def test_two_actions_may_swap_their_keys() -> None:
    assert check_keys({"zoom": "q", "quit": "z"}) == ({"zoom": "q", "quit": "z"}, [])


def test_two_actions_can_not_have_one_new_key() -> None:
    good, wrong = check_keys({"zoom": "f7", "filter": "f7"})
    assert len(good) == 1
    assert len(wrong) == 1


@pytest.mark.parametrize("key", ["", " ", "a,"])
def test_no_key_is_no_key(key: str) -> None:
    good, wrong = check_keys({"zoom": key})
    assert good == {}
    assert "names no key" in wrong[0]


def test_every_binding_is_an_action_with_its_id() -> None:
    with_keys = [action.id for action in ACTIONS if action.key]
    assert [binding.id for binding in bindings(with_keys)] == with_keys
    assert key_of(BY_ID["filter"], {}) == "/"
    assert key_of(BY_ID["filter"], {"filter": "f3"}) == "f3"
