"""A workflow's inputs as parameters."""

from __future__ import annotations

import pytest

from vauntico_tui.actions.remedy.ci.dispatch import inputs_of, with_inputs
from vauntico_tui.base.problems import InputError
from vauntico_tui.runbooks.model import Runbook

FILE = """\
on:
  push:
  workflow_dispatch:
    inputs:
      environment: {description: "Where  to", type: environment, required: true}
      Dry-Run:
        type: boolean
        default: true
      count: {type: number, default: 3}
      size: {type: choice, options: [small, "1", 2, true], default: 2}
      note: {description: why}
      nothing:
      "dry run": {type: string, default: "a  b"}
"""


def test_every_type() -> None:
    inputs = inputs_of(FILE, "x.yml")
    assert inputs is not None
    told = {one.name: one.param for one in inputs}
    assert list(told) == ["environment", "Dry-Run", "count", "size", "note", "nothing", "dry run"]
    assert [param.id for param in told.values()] == [
        "environment", "dry_run", "count", "size", "note", "nothing", "dry_run_2",
    ]  # fmt: skip
    assert (told["environment"].kind, told["environment"].needed) == ("environment", True)
    assert (told["Dry-Run"].choices, told["Dry-Run"].default) == (("false", "true"), "true")
    assert (told["count"].kind, told["count"].default) == ("number", 3)
    assert (told["size"].choices, told["size"].default) == (("small", "1", "2", "true"), "2")
    assert (told["note"].kind, told["note"].needed, told["note"].help) == ("text", False, "why")
    assert told["dry run"].default == "a  b"  # as it is written: GitHub compares


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on: [push, workflow_dispatch]", ()), ("on: workflow_dispatch", ()), ("on:\n  workflow_dispatch:\n", ()),
        ("on: push", None), ("on:\n  push:\n", None), ("", None), ("jobs: {}", None),
    ],
)  # fmt: skip
def test_whether_it_can_be_started(text: str, expected: tuple[()] | None) -> None:
    assert inputs_of(text, "x.yml") == expected


def test_a_file_that_is_no_yaml_says_so() -> None:
    with pytest.raises(InputError, match=r"x\.yml"):
        inputs_of("on: [", "x.yml")


def test_they_go_into_the_step_by_their_own_names() -> None:
    runbook = Runbook.model_validate({
        "id": "start", "title": "Start", "params": [{"id": "note"}],
        "steps": [{"do": "run_workflow", "workflow": "x.yml"}],
    })  # fmt: skip
    made = with_inputs(runbook, inputs_of(FILE, "x.yml") or ())
    assert [param.id for param in made.params][:2] == ["note", "environment"]
    step = made.steps[0]
    assert step.do == "run_workflow"
    assert step.inputs["Dry-Run"] == "%{dry_run}"
    assert step.inputs["note"] == "%{input_note}"  # the runbook has a parameter of that name already
