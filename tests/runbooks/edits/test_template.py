"""Sections that governance asks for, added to pull-request templates."""

from __future__ import annotations

import re

import pytest

from tests.runbooks.edits import corpus
from tests.runbooks.edits.held import applied, taken_away
from vauntico_tui.evidence.template import read_description
from vauntico_tui.runbooks.edits.apply import apply
from vauntico_tui.runbooks.model import TemplateFields

RULES = ("phase", "revenue", "memories", "kpis")


def filled(template: str) -> str:
    """What an honest author makes of it."""
    body = template.replace("[ ] Phase 2", "[x] Phase 2").replace("[ ] pro subscriptions", "[x] pro subscriptions")
    body = re.sub(r"(?m)^Revenue target: \$(\r?)$", r"Revenue target: $500K\1", body)
    return re.sub(r"(?m)^memories.md section:(\r?)$", r"memories.md section: 2. Monetization phases\1", body)


def test_every_file_of_the_corpus_is_told() -> None:
    assert {path.name for path in (corpus.FOLDER / "templates").iterdir()} == set(corpus.TEMPLATES)


@pytest.mark.parametrize("name", corpus.TEMPLATES)
def test_sections_are_added_and_nothing_else_changes(name: str) -> None:
    why = corpus.TEMPLATES[name]
    before = corpus.text("templates", name)
    made = applied(corpus.template_fields(name), before, corpus.there)
    if why:
        assert why in made.by_hand
        return
    assert not made.by_hand
    assert made.after is not None
    assert made.changes is (why is None)
    assert not taken_away(before, made.after)
    assert read_description(made.after).lacks(RULES) == read_description(before).lacks(RULES)


@pytest.mark.parametrize("name", ["plain.md", "underlined.md", "bold-crlf.md"])
def test_filled_it_complies_and_empty_it_does_not(name: str) -> None:
    made = apply(corpus.template_fields(name), corpus.text("templates", name), corpus.there)
    assert made.after is not None
    assert len(read_description(made.after).lacks(RULES)) == 4
    assert read_description(filled(made.after)).lacks(RULES) == []
    assert re.search(r"(?i)monetization phase", made.after)
    assert re.search(r"(?is)\[ \][^\n]*phase 1\b.*\[ \][^\n]*phase 5\b", made.after)


def test_a_template_is_made_where_there_is_none() -> None:
    made = apply(corpus.template_fields(), None, corpus.there)
    assert made.after is not None
    assert len(read_description(made.after).lacks(RULES)) == 4
    assert read_description(filled(made.after)).lacks(RULES) == []
    assert not apply(corpus.template_fields(), made.after, corpus.there).changes


def test_only_the_fields_that_are_asked_for() -> None:
    edit = TemplateFields(edit="template_fields", path="t.md", fields=("revenue",))
    made = apply(edit, "# Title\n", corpus.there)
    assert made.after == "# Title\n\n# Revenue target\n\nRevenue target: $\n"


def test_style_is_the_files_own() -> None:
    made = apply(corpus.template_fields(), corpus.text("templates", "hinted.md"), corpus.there)
    assert made.after is not None
    assert "\n### Monetization phase\n\n<!-- Tick exactly one. -->\n\n* [ ] Phase 1: Foundation\n" in made.after
    closed = apply(corpus.template_fields(), "## A ##\ntext\n\n## B ##\ntext\n", corpus.there)
    assert closed.after is not None
    assert "\n## Monetization phase ##\n- [ ] Phase 1: Foundation\n" in closed.after


@pytest.mark.parametrize("text", ["# A\n```\ncode\n", "# A\n<details>\n<summary>x</summary>\n"])
def test_what_never_ends_is_for_a_person(text: str) -> None:
    assert "never ends" in apply(corpus.template_fields(), text, corpus.there).by_hand
