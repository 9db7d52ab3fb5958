"""Signatures and held reviews: unmet until the journal brings one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.evidence.given import NOW, ago, check, judge
from vauntico_tui.evidence.facts import Readings, Signature
from vauntico_tui.evidence.reading import Reading, fresh
from vauntico_tui.evidence.verdict import Mark

SIGNED = check("signed_by", role="executive")
SUBJECT = "approval:hotfix"
ONE = Signature(SUBJECT, "ada", "executive", ago(hours=1), "go ahead")


def _signed(*ones: Signature) -> Readings:
    return Readings(signatures=fresh(ones, NOW))


def test_without_a_journal_nothing_is_signed_or_held() -> None:
    verdict = judge(SIGNED, Readings(), subject=SUBJECT)
    assert (verdict.mark, verdict.figure) == (Mark.UNMET, "not signed")
    assert verdict.reason.startswith("not signed")
    held = judge(check("review_held", review="weekly", every="1 week"), Readings())
    assert (held.mark, held.figure) == (Mark.UNMET, "not held")
    assert held.reason.startswith("not held")


def test_a_journal_that_has_not_answered_is_unknown() -> None:
    assert judge(SIGNED, Readings(signatures=Reading()), subject=SUBJECT).mark is Mark.UNKNOWN


def test_a_signature_by_the_right_role() -> None:
    assert judge(SIGNED, _signed(ONE), subject=SUBJECT).reason == 'signed by ada at 22 Nov 13:02 UTC: "go ahead"'
    assert judge(SIGNED, _signed(ONE), subject="hotfix").mark is Mark.MET
    assert judge(SIGNED, _signed(replace(ONE, role="dev")), subject=SUBJECT).mark is Mark.UNMET
    assert judge(SIGNED, _signed(ONE), subject="approval:other").mark is Mark.UNMET
    assert judge(check("signed_by", subject="hotfix"), _signed(ONE), subject="outcome:x").mark is Mark.MET


def test_a_signature_runs_out() -> None:
    short = replace(ONE, until=NOW + timedelta(hours=1))
    assert judge(SIGNED, _signed(short), subject=SUBJECT).mark is Mark.MET
    over = judge(SIGNED, _signed(short), NOW + timedelta(hours=2), subject=SUBJECT)
    assert (over.mark, "ran out at" in over.reason) == (Mark.UNMET, True)


def test_a_review_within_its_cadence() -> None:
    weekly = check("review_held", review="weekly", every="1 week")
    held = Readings(reviews=fresh((Signature("review:weekly", "bo", None, ago(days=6)),), NOW))
    assert judge(weekly, held).mark is Mark.MET
    late = judge(weekly, held, NOW + timedelta(days=2))
    assert (late.mark, late.reason) == (
        Mark.UNMET,
        "not held: last by bo at 16 Nov 14:02 UTC; it is due every week",
    )
