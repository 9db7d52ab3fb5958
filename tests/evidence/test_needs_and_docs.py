"""What checks need read, and the page that is made from them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from tests.evidence.given import check
from vauntico_tui.evidence.docs import EXAMPLES, checks_page, kinds
from vauntico_tui.evidence.needs import Needs, needs_of
from vauntico_tui.evidence.specs import Check

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_needs_are_gathered_from_the_leaves() -> None:
    inner = {"check": "any", "of": [{"check": "file_exists", "path": "a"},
                                    {"check": "file_matches", "path": "b", "ref": "dev", "text": "x"}]}  # fmt: skip
    spec = check("all", of=[
        inner,
        {"check": "merged", "branch": "hotfix/x"},
        {"check": "merged", "pull": 7},
        {"check": "secrets_present", "names": ["A"], "scope": "production"},
        {"check": "promql", "query": "now", "op": ">", "bound": 1},
        {"check": "promql", "query": "held", "op": ">", "bound": 1, "for": "1 h"},
        {"check": "url_answers", "url": "http://x"},
        {"check": "issues", "at_most": 0},
    ])  # fmt: skip
    assert needs_of([spec]) == Needs(
        files=frozenset({("a", "HEAD"), ("b", "dev")}),
        branches=frozenset({"hotfix/x"}),
        pulls=frozenset({7}),
        secret_scopes=frozenset({"production"}),
        instants=frozenset({"now"}),
        ranges=frozenset({"held"}),
        urls=frozenset({"http://x"}),
    )


def test_the_page_is_as_the_classes_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == checks_page(), (
        "docs/checks.md is behind; run: python -m vauntico_tui.evidence.docs > docs/checks.md"
    )


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_has_an_example_that_is_valid(kind: str) -> None:
    spec: Check = TypeAdapter(Check).validate_python(tomllib.loads(EXAMPLES[kind]))
    assert spec.check == kind
