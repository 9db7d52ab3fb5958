"""Other keys for actions: what the config may get wrong."""

from __future__ import annotations

from vauntico_tui.actions.keymap import keymap_problems


def test_good_keys_are_no_problem() -> None:
    assert keymap_problems({"refresh.all": "f5", "quit": "Q,ctrl+q"}) == ()


def test_an_unknown_action_gets_a_suggestion() -> None:
    (problem,) = keymap_problems({"refrsh.all": "f5"}, "config.toml")
    assert problem.file == "config.toml"
    assert "refrsh.all" in problem.message
    assert problem.hint == 'did you mean "refresh.all"?'


def test_a_key_of_two_actions_names_both() -> None:
    (problem,) = keymap_problems({"refresh.all": "q"})
    assert "quit" in problem.message
    assert "refresh.all" in problem.message


def test_two_keys_swapped_are_no_problem() -> None:
    assert keymap_problems({"quit": "z", "zoom": "q"}) == ()


def test_hostile_ids_are_one_clean_line() -> None:
    (problem,) = keymap_problems({"\x1b[31mquit\n": "f5"})
    assert "\x1b" not in str(problem)
    assert "\n" not in str(problem)
