"""Whatever the template looks like, what was given is found in the description."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.actions.remedy.steps.description import Fields, complete, describe
from vauntico_tui.evidence.template import read_description
from vauntico_tui.sim.world.files import GOVERNED_TEMPLATE, PULL_REQUEST_TEMPLATE
from vauntico_tui.sim.world.governance import complies

FIELDS = Fields(
    "Adds a database to the tests.", 1, "$100K MRR", "section 2. Monetization phases", ("pro subscriptions", "uptime")
)
ALL = ("phase", "revenue", "memories", "kpis")
TEMPLATES = {
    "none": "",
    "bare": PULL_REQUEST_TEMPLATE,
    "governed": GOVERNED_TEMPLATE,
    "labels": "**Phase**: 1 / 2 / 3 / 4 / 5\n\n**Revenue target**: $____\n\n**memories.md section**: \n\n"
    "**KPIs**: TBD\n",
    "pre-ticked": "## Phase\n- [x] Phase 3\n- [ ] Phase 1\n",
    "comments": "<!-- tell us -->\n## Summary\n<!-- what -->\n\n## KPIs\n<!-- which KPIs? e.g. uptime -->\n\n"
    "## Revenue\n<!-- $ -->\n",
    "crlf": GOVERNED_TEMPLATE.replace("\n", "\r\n"),
    "open comment": "## What changes\n\n<!-- everything after this is\n## KPIs\n",
    "numbered": "1. [ ] Phase 2\n2. [ ] Phase 1\n\n### Key performance indicators\n\n1. ...\n",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_filled_in(name: str) -> None:
    body = describe(TEMPLATES[name], FIELDS)
    told = read_description(body)
    assert told.lacks(ALL) == [] and told.phases == {1}, body
    assert FIELDS.about in body and complete(body, FIELDS) == body, "twice is once"
    for line in TEMPLATES[name].replace("\r\n", "\n").splitlines():
        if line.startswith("#") or line.startswith("<!--"):
            assert line in body, "the template's own words stay"


@pytest.mark.parametrize("name", ["none", "bare", "governed"])
def test_the_organisations_own_rules_are_kept(name: str) -> None:
    assert complies(describe(TEMPLATES[name], FIELDS)) == []


def test_boxes_are_ticked_and_not_written_again() -> None:
    body = describe(GOVERNED_TEMPLATE, FIELDS)
    assert "- [x] Phase 1: Foundation" in body and "- [ ] Phase 2: B2B API Licensing" in body
    assert body.count("pro subscriptions") == 1 and "- [x] pro subscriptions" in body and "- uptime" in body
    assert body.count("Revenue target:") == 1


def test_what_is_not_given_stays_as_the_template_has_it() -> None:
    body = describe(GOVERNED_TEMPLATE, Fields("Only this."))
    assert read_description(body).lacks(ALL) and "- [ ] Phase 1: Foundation" in body


def test_a_description_that_lacks_nothing_is_left_alone() -> None:
    body = "My own words.\n\nPhase: 2\nRevenue target: $5\nmemories.md#x1\n**KPIs**\n- churn\n"
    assert complete(body, FIELDS) == body


LINES = st.sampled_from([
    "", "## KPIs affected", "## Revenue target", "**Monetization phase**", "- [ ] Phase 1", "- [x] Phase 2", "* [ ]",
    "<!--", "-->", "Revenue target: $", "KPIs:", "memories.md", "Phase: 3", "text", "```", "> quoted", "| a | b |",
])  # fmt: skip


@given(st.lists(LINES | st.text(max_size=30), max_size=14).map("\n".join))
def test_any_template(template: str) -> None:
    body = describe(template, FIELDS)
    told = read_description(body)
    assert told.lacks(ALL) == [] and told.phases == {1}
    assert complete(body, FIELDS) == body


@given(st.text(max_size=300), st.sampled_from(["", "$5", "7 %"]))
def test_any_body_is_completed_with_what_is_given(body: str, revenue: str) -> None:
    fields = Fields(revenue=revenue, kpis=("uptime",))
    told = complete(body, fields)
    assert read_description(told).kpis and complete(told, fields) == told
