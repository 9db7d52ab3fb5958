"""Parameters from texts: typed, every problem at once, and nothing guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.base.problems import InputError
from vauntico_tui.runbooks.model import Param
from vauntico_tui.runbooks.params import as_texts, read_params
from vauntico_tui.runbooks.rules import branch_problem, path_problem, secret_name_problem


def param(kind: str = "text", **more: Any) -> Param:
    return Param.model_validate({"id": "it", "kind": kind, **more})


def read(one: Param, text: str | None = None, **known: Any) -> Any:
    return read_params([one], {} if text is None else {"it": text}, known or None)["it"]


def problem(one: Param, text: str | None = None, **known: Any) -> str:
    with pytest.raises(InputError) as raised:
        read(one, text, **known)
    return str(raised.value)


def test_every_wrong_part_of_a_list_is_named() -> None:
    said = problem(param("list", pattern="[A-Z]+"), "ONE, 2, THREE, four")
    assert '"2"' in said
    assert '"four"' in said
    assert "ONE" not in said


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " as it is ", " as it is "),
        ("number", " 12 ", 12),
        ("number", "-1.5", -1.5),
        ("yes_no", "Yes", True),
        ("yes_no", "false", False),
        ("branch", "hotfix/critical-deployment-blockers", "hotfix/critical-deployment-blockers"),
        ("workflow", "lint.yml", "lint.yml"),
        ("duration", "90 min", "90 min"),
        ("duration", "1 h 30 min", "90 min"),
        ("list", "a, b c ,d", ("a", "b c", "d")),
    ],
)
def test_a_value_of_each_kind(kind: str, text: str, value: object) -> None:
    found = read(param(kind), text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("number", "12a", "is no number"),
        ("number", "1e9", "is no number"),
        ("number", "٣", "is no number"),
        ("yes_no", "1", "neither yes nor no"),
        ("yes_no", "yep", "neither yes nor no"),
        ("branch", "a b", "git forbids a space"),
        ("branch", "a..b", 'git forbids ".."'),
        ("branch", "refs/heads/x", "is a ref"),
        ("duration", "15", "is not a duration"),
        ("duration", "0 s", "longer than nothing"),
        ("list", "a,,b", "empty part"),
        ("workflow", "a\nb", "more than one line"),
        ("text", "\x1b[31m", "control characters"),
        ("text", "   ", "is needed"),
    ],
)
def test_what_is_no_value(kind: str, text: str, words: str) -> None:
    assert words in problem(param(kind), text)


def test_choices_patterns_and_known_names() -> None:
    way = param("choice", choices=["service", "as_written"])
    assert 'did you mean "service"' in problem(way, "sirvice")
    assert "one of: service, as_written" in problem(way, "x")
    some = param("list", choices=["phase", "kpis"])
    assert 'did you mean "kpis"' in problem(some, "phase, kpi")
    assert "must be like" in problem(param(pattern="[a-z]+"), "abc1")
    assert "takes too long" in problem(param(pattern="(a|b|ab)*c"), "ab" * 2000 + "cd")
    assert read(param("workflow"), "lint.yml", workflow=["lint.yml"]) == "lint.yml"
    assert 'did you mean "lint.yml"' in problem(param("workflow"), "lint.yaml", workflow=["lint.yml"])


def test_defaults_and_what_may_be_left_out() -> None:
    assert read(param("number", default=2)) == 2
    assert read(param("yes_no", default=False)) is False
    assert read(param("list", default="a, b")) == ("a", "b")
    assert read(param(needed=False)) == ""
    assert read(param("list", needed=False), "") == ()
    assert problem(param()) == "it: is needed"
    assert problem(param(default="x"), "") == "it: is needed", "what is given and empty is not the default"


def test_every_problem_at_once_and_unknown_names() -> None:
    ones = [Param(id="first", kind="number"), Param(id="second", kind="yes_no", help="yes or no")]
    with pytest.raises(InputError) as raised:
        read_params(ones, {"first": "x", "secnd": "yes"})
    said = [str(one) for one in raised.value.problems]
    assert len(said) == 3
    assert 'there is no parameter "secnd" (did you mean "second"?)' in said
    assert "second: is needed (yes or no)" in said


@given(
    st.dictionaries(
        st.sampled_from(["number", "yes_no", "duration", "list", "text", "branch"]),
        st.sampled_from(["3", "-4.25", "yes", "no", "2 h", "1 week", "a, b", "a/b", "x"]),
    )
)
def test_what_was_read_is_read_back_the_same(given_: dict[str, str]) -> None:
    ones = [Param.model_validate({"id": kind, "kind": kind, "needed": False}) for kind in given_]
    try:
        values = read_params(ones, given_)
    except InputError:
        return
    assert read_params(ones, as_texts(values)) == values


@given(st.text(max_size=40))
def test_rules_take_any_text(text: str) -> None:
    for rule in (branch_problem, path_problem, secret_name_problem):
        assert rule(text) is None or rule(text)
    if branch_problem(text) is None:
        assert not set(text) & set(" ~^:?*[\\") and not text.startswith("-") and ".." not in text
    if path_problem(text) is None:
        assert ".." not in text.split("/") and not text.startswith("/") and "\n" not in text
