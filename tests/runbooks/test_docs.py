"""The page about writing runbooks, its example, and the published schema."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from vauntico_tui.cli import docs as pages
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.plan.references import known_of
from vauntico_tui.runbooks import docs, model
from vauntico_tui.runbooks.docs_examples import EDITS, STEPS
from vauntico_tui.runbooks.load import bundled_texts, parse_runbooks
from vauntico_tui.runbooks.schema import runbook_schema, schema_text

DOCS = Path(__file__).parents[2] / "docs"


def test_page_and_schema_are_not_stale() -> None:
    page = (DOCS / "runbooks.md").read_text(encoding="utf-8")
    assert pages.fill(page) == page, "run python -m vauntico_tui.cli.docs"
    assert all(f"<!-- made: {name} -->" in page for name in docs.NAMES)
    assert (DOCS / "runbook.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_worked_example_is_a_good_runbook() -> None:
    page = (DOCS / "runbooks.md").read_text(encoding="utf-8")
    example = next(text for text in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if text.startswith("format = 1"))
    ones, warnings = parse_runbooks(example, "example.toml", known_of(bundled_plan()))
    assert [one.id for one in ones] == ["start-feature-page"]
    assert warnings == ()
    jsonschema.validate(tomllib.loads(example), runbook_schema())


def test_every_kind_has_its_section_and_example() -> None:
    assert list(STEPS) == list(docs.steps())
    assert list(EDITS) == list(docs.edits())


def _step(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


@pytest.mark.parametrize("name", STEPS)
def test_the_example_of_a_step_is_whole(name: str) -> None:
    made = model.RunbookFile.model_validate({"runbooks": [{"id": "a", "title": "A", "steps": [_step(STEPS[name])]}]})
    assert made.runbooks[0].steps[0].do == name


@pytest.mark.parametrize("name", EDITS)
def test_the_example_of_an_edit_is_whole(name: str) -> None:
    step = {"do": "files", "branch": "b", "message": "m", "edits": [_step(EDITS[name])]}
    made = (
        model.RunbookFile.model_validate({"runbooks": [{"id": "a", "title": "A", "steps": [step]}]})
        .runbooks[0]
        .steps[0]
    )
    assert isinstance(made, model.ChangeFiles)
    assert made.edits[0].edit == name


def test_the_schema_takes_the_bundled_ones_and_refuses_a_wrong_one() -> None:
    schema = runbook_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name, text in bundled_texts().items():
        assert not list(validator.iter_errors(tomllib.loads(text))), name
    good = {"id": "a", "title": "A", "steps": [{"do": "run_workflow", "workflow": "x", "times": "%{n}"}]}
    assert validator.is_valid({"runbooks": [good]})
    for wrong in ({"do": "run_workflow"}, {"do": "rnu"}, {"do": "run_workflow", "workflow": "x", "times": "n"},
                  {"do": "merge", "branch": "a", "methd": "squash"}):  # fmt: skip
        assert not validator.is_valid({"runbooks": [{**good, "steps": [wrong]}]}), wrong
    assert json.loads(schema_text()) == schema


def test_defaults_stand_as_they_are_written_in_toml() -> None:
    page = docs.part("step kinds")
    assert "`[200, 201, 202, 204]`" in page and '"200"' not in page
    assert "False" not in page and "| false: merged although" in page
