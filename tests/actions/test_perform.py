"""The one executor: what it refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from vauntico_tui.actions.perform import Done, missing, perform
from vauntico_tui.actions.registry import BY_ID, Action, Target
from vauntico_tui.base.problems import InputError, Problem

ROW = Target("blocker", "db", "Database", link=None)


async def _done(_target: Target | None, args: Mapping[str, str]) -> Done:
    return Done(True, f"done {args}")


async def _fails(_target: Target | None, _args: Mapping[str, str]) -> Done:
    raise InputError([Problem("can't be written", "c.toml"), Problem("disk full")])


def _allowed(_action: Action, _target: Target | None) -> str | None:
    return None


async def test_what_is_allowed_is_done_with_its_arguments() -> None:
    done = await perform("pause", None, {"a": "b"}, executors={"pause": _done}, why=_allowed)
    assert done == Done(True, "done {'a': 'b'}")


async def test_a_refusal_is_said_and_nothing_is_done() -> None:
    done = await perform("pause", None, {}, executors={"pause": _fails}, why=lambda action, target: "not now")
    assert done == Done(False, "Pause: not now")


async def test_an_unknown_action_gets_a_suggestion() -> None:
    done = await perform("refresh.al", None, {}, executors={}, why=_allowed)
    assert not done.ok
    assert 'did you mean "refresh.all"?' in done.message


async def test_an_action_of_the_screen_is_not_pretended() -> None:
    done = await perform("zoom", None, {}, executors={}, why=_allowed)
    assert done == Done(False, "Zoom: this is done on the screen")


async def test_every_problem_of_a_failure_is_told() -> None:
    done = await perform("pause", None, {}, executors={"pause": _fails}, why=_allowed)
    assert done == Done(False, "Pause: c.toml: can't be written; disk full")


@pytest.mark.parametrize(
    ("action", "target", "why"),
    [
        ("open", None, "nothing is selected"),
        ("open", ROW, None),
        ("browse", None, "nothing is selected"),
        ("browse", ROW, "Database has no page"),
        ("browse", Target("issue", "14", "x", "https://github.com/o/r/issues/14"), None),
        ("quit", None, None),
    ],
)
def test_an_empty_target_never_falls_back(action: str, target: Target | None, why: str | None) -> None:
    assert missing(BY_ID[action], target) == why
