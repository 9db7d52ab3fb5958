"""What a pull request's description carries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.given import URL, check, judge, pull, pulls
from vauntico_tui.evidence.facts import PULLS_READ
from vauntico_tui.evidence.template import read_description
from vauntico_tui.evidence.verdict import Mark

ALL = ("phase", "revenue", "memories", "kpis")
TEMPLATE = """\
## Monetization phase
<!-- pick one -->
- [ ] Phase 1: Foundation ($100K MRR)
- [ ] Phase 2: B2B API Licensing ($500K MRR)
- [ ] Phase 3: Enterprise Compliance

## Revenue target
<!-- for example $5,000 MRR -->
$ (e.g. $500 a month)

## memories.md reference
<!-- memories.md#pricing -->
memories.md#<section>

## KPIs affected
- [ ] MRR
- [ ] Uptime

## Checklist
- [ ] Tests pass
"""
FILLED = (
    TEMPLATE.replace("- [ ] Phase 1", "- [x] Phase 1")
    .replace("$ (e.g. $500 a month)", "+$5,000 MRR by March")
    .replace("#<section>", "#pricing")
    .replace("- [ ] MRR", "- [X] MRR")
)


def test_an_untouched_template_lacks_everything() -> None:
    assert read_description(TEMPLATE).lacks(ALL) == [
        "exactly one phase",
        "a revenue target",
        "a memories.md section",
        "its KPIs",
    ]


def test_a_filled_template_carries_everything() -> None:
    assert read_description(FILLED).lacks(ALL) == []


@pytest.mark.parametrize(
    "body",
    [
        "Phase: 1\nRevenue target: $10K\nmemories.md section Trust score\nKPIs: MRR, uptime",
        "**Monetization Phase:** Phase 2\n**Revenue Target:** $1.5M ARR\n[why](memories.md#b2b-api)\n**KPIs**\n- MRR",
        "* [X] Phase 3 - Enterprise\n\nMRR: 2,000 USD\n\nsee `memories.md` § Compliance\n\n### KPIs affected\n\nuptime",
        'phase : 4\r\nrevenue: USD 300\r\nSection "Creators" of memories.md\r\nAffected KPIs: sign-ups',
        "- [x] Phase 2\nRevenue target: $500K MRR\nFollows memories.md section 3.\n## KPIs affected\n\n- [x] uptime",
        "1. [x] Phase 5\nRevenue impact $9\nmemories.md > Credits\n## Key performance indicators\nCredits sold",
    ],
)
def test_other_ways_to_say_it(body: str) -> None:
    assert read_description(body).lacks(ALL) == []


@pytest.mark.parametrize(
    ("before", "after", "lacks"),
    [
        ("- [ ] Phase 2", "- [x] Phase 2", "exactly one phase"),
        ("- [x] Phase 1", "- [ ] Phase 1", "exactly one phase"),
        ("- [x] Phase 1: Foundation ($100K MRR)", "Phase: 1 / 2 / 3", "exactly one phase"),
        ("+$5,000 MRR by March", "$0", "a revenue target"),
        ("+$5,000 MRR by March", "$[amount]", "a revenue target"),
        ("+$5,000 MRR by March", "TBD", "a revenue target"),
        ("+$5,000 MRR by March", "<!-- $5,000 -->", "a revenue target"),
        ("+$5,000 MRR by March", "<!-- $5,000 never closed", "a revenue target"),
        ("memories.md#pricing", "memories.md", "a memories.md section"),
        ("memories.md#pricing", "memories.md section ...", "a memories.md section"),
        ("memories.md#pricing", "memories.md#section", "a memories.md section"),
        ("memories.md#pricing", "Link the memories.md section that this follows", "a memories.md section"),
        ("memories.md#pricing", "Which section or sections in memories.md?", "a memories.md section"),
        ("- [X] MRR", "- [ ] MRR", "its KPIs"),
        ("- [X] MRR", "n/a", "its KPIs"),
        ("- [X] MRR", "None", "its KPIs"),
    ],
)
def test_what_is_missing_is_named(before: str, after: str, lacks: str) -> None:
    assert before in FILLED
    assert lacks in read_description(FILLED.replace(before, after)).lacks(ALL)


def test_the_verdict_names_the_offenders() -> None:
    verdict = judge(
        check("pulls_comply"), pulls(pull(7, FILLED), pull(9, TEMPLATE), pull(8, FILLED.replace("#pricing", "")))
    )
    assert (verdict.mark, verdict.figure, verdict.of) == (Mark.UNMET, "33.3 %", "of 3 open pull requests")
    assert verdict.reason == (
        "1 of 3 open pull requests comply: #8 lacks a memories.md section; "
        "#9 lacks exactly one phase, a revenue target, a memories.md section and its KPIs"
    )
    assert verdict.link == f"{URL}/pull/8"


def test_drafts_and_other_bases_are_left_out() -> None:
    ones = (pull(1, FILLED), pull(2, TEMPLATE, draft=True), pull(3, TEMPLATE, base="release"))
    assert judge(check("pulls_comply", base="main"), pulls(*ones)).mark is Mark.MET
    assert judge(check("pulls_comply", base="main", drafts=True), pulls(*ones)).figure == "50 %"
    assert judge(check("pulls_comply", at_least=50), pulls(*ones)).mark is Mark.MET
    assert judge(check("pulls_comply", rules=["phase"]), pulls(pull(1, "Phase: 1"))).mark is Mark.MET


def test_none_open_breaks_no_rule_and_says_so() -> None:
    verdict = judge(check("pulls_comply"), pulls())
    assert (verdict.mark, verdict.figure) == (Mark.MET, "none open")


def test_a_list_that_may_go_on_proves_no_compliance() -> None:
    many = [pull(n, FILLED) for n in range(1, PULLS_READ + 1)]
    assert judge(check("pulls_comply"), pulls(*many)).mark is Mark.UNKNOWN
    assert judge(check("pulls_comply"), pulls(*many[:-1])).mark is Mark.MET
    assert judge(check("pulls_comply"), pulls(*many, pull(999, TEMPLATE))).mark is Mark.UNMET


_PIECES = [*TEMPLATE.splitlines(), "<!--", "-->", "$", "**", "[x]", "#"]


@given(st.text(max_size=2000) | st.lists(st.sampled_from(_PIECES))
       .map("\n".join))  # fmt: skip
def test_any_body_can_be_read(body: str) -> None:
    read_description(body)


@given(st.text(alphabet=st.characters(blacklist_characters="<"), max_size=200).filter(lambda text: "-->" not in text))
def test_comments_never_count(text: str) -> None:
    assert read_description(f"<!-- {text} {FILLED.replace('<!--', '').replace('-->', '')} -->").lacks(
        ALL
    ) == read_description("").lacks(ALL)


@pytest.mark.parametrize("place", range(9))
def test_long_hostile_bodies_are_read(place: int) -> None:
    piece = (
        "<!--",
        "(e.g. ",
        "- [x] phase ",
        "memories.md section ",
        "**KPI",
        "$1",
        "[" * 50,
        "_" * 50,
        "phase:" * 20,
    )[place]
    assert read_description(piece * (60_000 // len(piece))).lacks(ALL)
