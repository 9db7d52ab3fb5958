"""What is put into a step is data, wherever it is put."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from vauntico_tui.actions.remedy.model import Subject
from vauntico_tui.base.problems import InputError
from vauntico_tui.evidence import specs
from vauntico_tui.runbooks import model
from vauntico_tui.runbooks.fill import fill, fill_text
from vauntico_tui.runbooks.params import Value

ISSUE = Subject("issue", "14", "#14 $(reboot) `x` %{name}", "https://github.test/v/v/issues/14")
ALERT = Subject("alert", "abc", "down", None, (("alertname", "DatabaseDown"), ("instance", "db-1")))
NOTHING = Subject()
STEP: TypeAdapter[Any] = TypeAdapter(model.Step)
CHECK: TypeAdapter[Any] = TypeAdapter(specs.Check)


def step(**keys: Any) -> BaseModel:
    made: BaseModel = STEP.validate_python(keys)
    return made


def filled(part: BaseModel, values: Mapping[str, Value] | None = None, subject: Subject = ISSUE) -> Any:
    return fill(part, values or {}, subject)


def problems(part: BaseModel, values: Mapping[str, Value] | None = None, subject: Subject = ISSUE) -> str:
    with pytest.raises(InputError) as raised:
        fill(part, values or {}, subject)
    return str(raised.value)


def test_parameters_and_the_target_take_their_places() -> None:
    found = filled(step(do="comment", text="%{name} asks for %{target.number}: %{target.link}"), {"name": "ann"})
    assert found.text == "ann asks for 14: https://github.test/v/v/issues/14"
    assert found.issue == "14"
    assert fill_text("%{n} of %%{n}", {"n": 3}, NOTHING) == "3 of %{n}"


def test_what_was_put_in_is_never_read_again() -> None:
    found = filled(step(do="comment", text="%{target.title}, %{name}"), {"name": "%{target.id}"})
    assert found.text == "#14 $(reboot) `x` %{name}, %{target.id}"


def test_numbers_choices_durations_and_lists_from_parameters() -> None:
    run = filled(step(do="run_workflow", workflow="x.yml", times="%{n}", wait="%{w}", ref="%{r}"),
                 {"n": 3, "w": "20 min", "r": ""})  # fmt: skip
    assert (run.times, run.wait, run.ref) == (3, timedelta(minutes=20), None)
    label = filled(step(do="label", add=["first", "%{more}"]), {"more": ("a", "b")})
    assert label.add == ("first", "a", "b")
    files = filled(
        step(do="files", branch="b", message="m", edits=[
            {"edit": "workflow_database", "path": "w.yml", "way": "%{way}"},
            {"edit": "jest", "path": "j.js", "options": {"testTimeout": "%{n}", "verbose": "%{yes}"}},
        ]),
        {"way": "as_written", "n": 5000, "yes": True},
    )  # fmt: skip
    assert files.edits[0].way == "as_written"
    assert files.edits[1].options == {"testTimeout": 5000, "verbose": True}


@pytest.mark.parametrize(
    ("keys", "values", "words"),
    [
        ({"do": "run_workflow", "workflow": "x", "times": "%{n}"}, {"n": 11}, "must be at most 10"),
        ({"do": "run_workflow", "workflow": "x", "times": "%{n}"}, {"n": "%{n}"}, "whole number"),
        ({"do": "rerun", "run": "1", "jobs": "%{j}"}, {"j": "sum"}, "one of: failed, all"),
        ({"do": "merge", "branch": "b", "wait": "%{w}"}, {"w": "soon"}, "is not a duration"),
    ],
)
def test_a_value_that_can_not_stand_there(keys: dict[str, Any], values: dict[str, Value], words: str) -> None:
    assert words in problems(step(**keys), values)


def test_unknown_names_all_at_once() -> None:
    said = problems(step(do="comment", text="%{nme} %{target.titel} %{Bad!}"), {"name": "x"})
    assert 'there is no parameter %{nme} (did you mean "name"?)' in said
    assert "a target has target.id" in said
    assert "%{Bad!}" in said


@pytest.mark.parametrize("name", ["id", "number", "title", "link", "labels.job"])
def test_an_empty_target_is_an_error(name: str) -> None:
    assert "started for nothing" in problems(step(do="comment", issue="1", text=f"%{{target.{name}}}"), {}, NOTHING)


def test_a_target_that_lacks_it_is_an_error() -> None:
    assert "has no link" in problems(step(do="comment", issue="1", text="%{target.link}"), {}, ALERT)
    assert "has no number" in problems(step(do="comment", text="x"), {}, Subject("run", "99", "Lint #3"))
    assert 'no label "job"' in problems(step(do="comment", issue="1", text="%{target.labels.job}"), {}, ALERT)
    assert "has no id" in problems(step(do="rerun"), {}, Subject("run", "", "x"))


def test_the_number_of_an_escalation_is_its_issue() -> None:
    assert filled(step(do="close_issue"), {}, Subject("escalation", "issue:7", "x")).issue == "7"
    assert "no number" in problems(step(do="close_issue"), {}, Subject("escalation", "12", "x"))


def test_all_labels_of_an_alert() -> None:
    silence = step(do="silence", matching={"*": "%{target.labels}", "team": "a"}, **{"for": "2 h"}, comment="c")
    assert filled(silence, {}, ALERT).matching == {"alertname": "DatabaseDown", "instance": "db-1", "team": "a"}
    assert "has no labels" in problems(silence, {}, ISSUE)


# ---- injection -----------------------------------------------------------------------------------------------------

HOSTILE = [
    "; rm -rf /",
    "$(reboot)",
    "`reboot`",
    "a' || 'b",
    '"; drop',
    "a\nb",
    "../../etc",
    "?x=1&y=2#z",
    "%{name}",
    "${{ secrets.A }}",
]


@pytest.mark.parametrize("word", HOSTILE)
def test_an_argument_stays_one_argument(word: str) -> None:
    found = filled(step(do="command", run=["echo", "%{x}", "say: %{x}"]), {"x": word})
    assert found.run == ("echo", word, f"say: {word}")
    assert found.shell is False


def test_an_argument_never_turns_out_an_option() -> None:
    one = step(do="command", run=["curl", "%{x}"])
    assert "taken for an option" in problems(one, {"x": "--output=/etc/passwd"})
    assert filled(step(do="command", run=["curl", "--url=%{x}"]), {"x": "-o"}).run == ("curl", "--url=-o")


@pytest.mark.parametrize("word", HOSTILE)
def test_a_url_keeps_its_host_and_path(word: str) -> None:
    found = filled(step(do="http", url="https://x.test/issues/%{x}/comments?by=%{x}"), {"x": word})
    assert found.url.startswith("https://x.test/issues/")
    assert found.url.count("/") == 5
    assert found.url.count("?") == 1
    assert "&" not in found.url and "#" not in found.url and " " not in found.url


def test_dots_lead_nowhere_in_a_url() -> None:
    assert "would lead elsewhere" in problems(step(do="http", url="https://x.test/a/%{x}/b"), {"x": ".."})
    assert "must be a URL" in problems(step(do="http", url="%{x}"), {"x": "file:///etc/passwd"})


@given(st.text(max_size=60))
def test_a_json_body_holds_the_text_and_nothing_else(word: str) -> None:
    found = filled(step(do="http", url="https://x.test", body='{ "title": "%{x}", "by": "a" }'), {"x": word})
    assert json.loads(found.body) == {"title": word, "by": "a"}


def test_a_header_keeps_to_its_line() -> None:
    assert "line break" in problems(
        step(do="http", url="https://x.test", headers={"X-A": "%{x}"}), {"x": "a\r\nX-B: c"}
    )


@pytest.mark.parametrize("word", ["../up", "/etc/passwd", "a/../../b", ".git/config", "a\\b"])
def test_a_path_stays_in_the_repository(word: str) -> None:
    edits = [{"edit": "put", "path": "%{x}", "text": "t"}]
    assert problems(step(do="files", branch="b", message="m", edits=edits), {"x": word})


@pytest.mark.parametrize("word", ["a b", "-x", "a..b", "@{1}", ""])
def test_a_branch_stays_a_branch(word: str) -> None:
    assert problems(step(do="branch", name="%{x}"), {"x": word})


def test_a_commit_s_message_gets_no_trailer() -> None:
    edits = [{"edit": "delete", "path": "a"}]
    found = filled(step(do="files", branch="b", message="docs: %{x}", edits=edits), {"x": "a\n\nSigned-off-by: eve"})
    assert "\n" not in found.message


def test_patterns_and_queries() -> None:
    file = CHECK.validate_python({"check": "file_matches", "path": "a", "regex": "^%{x}$"})
    assert filled(file, {"x": "a.*b"}).regex == r"^a\.\*b$"
    query = CHECK.validate_python({"check": "promql", "query": 'up{job="%{x}"}', "op": "==", "bound": 1})
    assert filled(query, {"x": "api"}).query == 'up{job="api"}'
    assert "can't stand in a query" in problems(query, {"x": 'a"} or vector(1)'})
    inner = CHECK.validate_python({"check": "all", "of": [{"check": "merged", "branch": "%{x}"}]})
    assert filled(inner, {"x": "b"}).of[0].branch == "b"


@given(st.text(max_size=80))
def test_any_template_is_filled_or_refused_with_sentences(text: str) -> None:
    try:
        fill_text(text, {"a": "b"}, ISSUE)
    except InputError as error:
        assert all(one.message for one in error.problems)
