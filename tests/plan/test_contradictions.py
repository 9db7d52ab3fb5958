# ruff: noqa: E501 (a table reads best one line a row)
"""What a roadmap says in two ways."""

from __future__ import annotations

import pytest

from tests.plan.test_importer import ROADMAP
from vauntico_tui.plan.importer import import_markdown


def findings(document: str) -> list[str]:
    return [str(one) for one in import_markdown(document, "r.md").findings]


def changed(*changes: tuple[str, str]) -> list[str]:
    document = ROADMAP
    for before, after in changes:
        assert before in document
        document = document.replace(before, after, 1)
    return [one for one in findings(document) if "80%+" not in one]


def test_the_roadmap_promises_coverage_before_it_plans_the_work() -> None:
    assert findings(ROADMAP) == [
        'r.md:152: target "80%+ test coverage" is due in week 2, its work is planned up to week 4 (line 134) (move one of them)'
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("- **Week 2**: 32 hours", "- **Week 1**: 32 hours", "r.md:200: week 1 has 40 h (line 199) and 32 h"),
        ("- **Week 3-4**: 24 hours", "- Total: 100 hours\n- **Week 3-4**: 24 hours", "r.md:201: the hours of the weeks sum to 96"),
        ("#### 2. Production Secrets Configuration (1 hour)", "#### 2. Database Test Infrastructure (1 hour)",
         'r.md:27: blocker "Database Test Infrastructure" is estimated at 2 h (line 11) and at 1 h'),
        ("Setup (2 hours)\n", "Setup (2 hours)\n\n**Estimate**: 5 hours\n",
         'r.md:54: blocker "Basic Monitoring Setup" is estimated at 2 h (line 52) and at 5 h'),
        ("Day 3-4", "Day 2-4", 'r.md:86: day 2-4 of "KPI Infrastructure" overlaps "PR Template & Governance" (line 76)'),
        ("Day 3-4", "Day 4-3", "r.md:86: day 4-3 ends before it starts; it is read as 3-4"),
        ("- [ ] All 60 issues resolved", "- [ ] All 55 issues resolved", 'r.md:158: "All 55 issues resolved": the summary says 60'),
        ("Production deployments successful", "100% CI/CD  pipeline success rate.",
         'r.md:145: target "100% CI/CD pipeline success rate." stands twice, first in line 144'),
        ("3-phase", "4-phase", "r.md:3: the summary says 4 phases, the document has 3 spans of weeks"),
        ("capability within 48 hours and achieve", "capability within 3 days and achieve",
         "r.md:275: the success definition says 3 days, the summary 48 h (line 3)"),
        ("(Next 24 Hours)", "(Next 60 Hours)", "r.md:11: the blockers are due within 60 h, the summary says 48 h (line 3)"),
        ("Immediate (48 hours)", "Immediate (50 hours)", 'the outcomes "Immediate" are due within 50 h, the summary says 48 h'),
        (" WEEK 2: SYSTEM", " WEEK 6: SYSTEM", "r.md:108: the weeks run to week 6, the summary gives 4 weeks (line 3)"),
        ("Level 2 (48 hours)", "Level 2 (2 hours)", "r.md:228: level 2 has 2 h, less than level 1 with 24 h (line 223)"),
        ("Level 2 (48 hours)", "Level 1 (48 hours)", "r.md:228: level 1 stands twice, first in line 223"),
        ("- [ ] Production deployments", "- [x] Production deployments",
         'r.md:145: "Production deployments successful" is ticked; a plan takes no tick for an answer'),
    ],
)  # fmt: skip
def test_contradictions_are_told_with_both_lines(before: str, after: str, told: str) -> None:
    assert any(told in one for one in changed((before, after)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "60 issues: 18 critical, 22 high, 12 medium, 9 low.",
            "r.md:3: the counts by severity sum to 61 (18 + 22 + 12 + 9), not to 60",
        ),
        ("- Critical: 18\n- High: 22\n- Medium: 12\n- Low: 7\n- Total: 60", "r.md:3: the counts by severity sum to 59"),
        (
            "| severity | issues |\n|---|---|\n| critical | 18 |\n| high | 22 |\n| low | 8 |\n| total | 60 |",
            "sum to 48 (18 + 22 + 8)",
        ),
        (
            "## By category\n\n- **Tests**: 18 issues\n- Configuration (15)\n- 20 of governance\n- total: 60",
            "by category sum to 53",
        ),
        ("| category | issues |\n|---|---|\n| tests | 18 |\n| config | 15 |\n| total | 60 |", "by category sum to 33"),
    ],
)
def test_counts_that_do_not_sum(text: str, told: str) -> None:
    assert any(told in one for one in findings(f"# Plan\n\n{text}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "60 issues: 18 critical, 22 high, 12 medium, 8 low.",
        "**Executive Summary**: 60 issues.\n\n- 18 critical\n- 22 high\n- 12 medium\n- 8 low",
        "Escalate 1 critical, 2 high or 3 medium.",
        "## Reviews\n\n- Weekly 3\n- Daily 4",
        "## Week 1 Targets\n- a\n\n## Week 2 Targets\n- b\n\n## Outcomes\n### Soon\n- a",
        "## Week 1\n### Day 1-2: a\n### Day 3-4: b\n## Week 2\n### Day 1-2: a",
        "**Executive Summary**: 2 phases.\n\n## Phase 1: a\n\nx\n\n## Phase 2: b\n\ny\n\n## Week 1\n- c",
    ],
)
def test_what_agrees_is_not_told(text: str) -> None:
    assert findings(f"# Plan\n\n{text}\n") == []
