"""Issues by label and state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.evidence.given import NOW, REFUSED, URL, ago, check, issue, issues, judge
from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.verdict import Mark

CRITICAL = "severity: critical"
NONE_CRITICAL = check("issues", labels=[CRITICAL], at_most=0)


def test_none_may_be_left_and_the_oldest_is_named() -> None:
    readings = issues(issue(3, CRITICAL, created=ago(days=9), title="Stripe secrets missing"), issue(14, CRITICAL),
                      issue(5, "severity: low"), issue(6, CRITICAL, state="closed"))  # fmt: skip
    verdict = judge(NONE_CRITICAL, readings)
    assert (verdict.mark, verdict.figure, verdict.bound, verdict.value) == (Mark.UNMET, "2", "0", 2.0)
    assert verdict.reason == (
        "2 open issues labelled severity: critical; none may be left, the oldest is #3 Stripe secrets missing"
    )
    assert verdict.link == f"{URL}/issues?q=is%3Aissue+is%3Aopen+label%3A%22severity%3A+critical%22"


def test_none_left_is_proof_only_of_a_complete_set() -> None:
    ones = [issue(1, CRITICAL, state="closed"), issue(2, "severity: low")]
    assert judge(NONE_CRITICAL, issues(*ones)).mark is Mark.MET
    partial = judge(NONE_CRITICAL, issues(*ones, complete=False))
    assert (partial.mark, partial.reason) == (
        Mark.UNKNOWN,
        "no open issues labelled severity: critical so far, but not all issues have been read yet",
    )


def test_what_is_broken_already_is_broken_in_a_part_too() -> None:
    assert judge(NONE_CRITICAL, issues(issue(1, CRITICAL), complete=False)).mark is Mark.UNMET


@pytest.mark.parametrize(
    ("closed", "complete", "mark"),
    [(3, True, Mark.MET), (3, False, Mark.MET), (2, True, Mark.UNMET), (2, False, Mark.UNKNOWN)],
)
def test_at_least(closed: int, complete: bool, mark: Mark) -> None:
    ones = [issue(n, state="closed") for n in range(closed)]
    assert judge(check("issues", state="closed", at_least=3), issues(*ones, complete=complete)).mark is mark


def test_a_share_is_rounded_down_and_says_of_how_many() -> None:
    spec = check("issues", state="closed", share_at_least=66)
    ones = [issue(1, state="closed"), issue(2, state="closed"), issue(3)]
    verdict = judge(spec, issues(*ones))
    assert (verdict.mark, verdict.figure, verdict.of) == (Mark.MET, "66.6 %", "of 3 issues")
    assert judge(spec, issues(*ones, complete=False)).mark is Mark.UNKNOWN
    assert judge(spec, issues()).mark is Mark.UNKNOWN
    whole = check("issues", state="closed", share_at_least=100)
    assert judge(whole, issues(*ones, complete=False)).mark is Mark.UNMET


def test_labels_know_no_upper_case_and_one_of_several_will_do() -> None:
    spec = check("issues", labels=["Bug"], any_labels=["area: docker", "AREA: CI"], state="all", at_least=1)
    assert judge(spec, issues(issue(1, "bug", "area: ci"))).mark is Mark.MET
    assert judge(spec, issues(issue(1, "bug"), issue(2, "area: ci"))).mark is Mark.UNMET


def test_many_labels_are_named_shortly() -> None:
    spec = check("issues", any_labels=["a", "b", "c", "d"], state="closed", at_least=2)
    assert judge(spec, issues(issue(1, "a", state="closed"))).reason == (
        "1 closed issue labelled one of a, b and 2 more; at least 2 are wanted"
    )


def test_several_bounds_must_all_hold() -> None:
    spec = check("issues", at_most=5, at_least=2)
    assert judge(spec, issues(issue(1))).mark is Mark.UNMET
    assert judge(spec, issues(issue(1), issue(2))).mark is Mark.MET
    assert judge(check("issues"), issues(issue(1))).mark is Mark.UNKNOWN


def test_a_failed_source_keeps_the_last_count_and_says_why() -> None:
    readings = issues(issue(1, CRITICAL, state="closed"))
    failing = replace(readings, issues=readings.issues.failed(REFUSED))
    verdict = judge(NONE_CRITICAL, failing)
    assert (verdict.mark, verdict.stale, verdict.as_of) == (Mark.MET, True, NOW)
    assert "GitHub refuses the connection; check the URL" in verdict.reason
    never = judge(NONE_CRITICAL, replace(Readings(), issues=Readings().issues.failed(REFUSED)))
    assert (never.mark, never.reason) == (
        Mark.UNKNOWN,
        "no answer on the issues: GitHub refuses the connection; check the URL",
    )


def test_a_label_that_no_issue_carries_proves_nothing() -> None:
    others = issues(issue(1, "severity: critical", state="closed"), issue(2, "bug"))
    wrong = judge(check("issues", labels=["severity: critcal"], at_most=0), others)
    assert wrong.mark is Mark.UNKNOWN
    assert wrong.reason == (
        'no issue, open or closed, carries the label severity: critcal; did you mean "severity: critical"?'
    )
    assert judge(check("issues", labels=["Severity: Critical"], at_most=0), others).mark is Mark.MET
    assert judge(check("issues", labels=["severity: critical", "bug"], at_most=0), others).mark is Mark.MET
    assert judge(check("issues", any_labels=["P0", "bug"], labels=["bug"], at_most=1), others).mark is Mark.MET
    assert judge(check("issues", any_labels=["P0", "P1"], at_most=0), others).mark is Mark.UNKNOWN
    assert judge(NONE_CRITICAL, issues()).mark is Mark.UNKNOWN
    assert judge(check("issues", at_most=0), issues()).mark is Mark.MET
