"""Signatures and held reviews. The journal keeps both; without one nothing is signed and nothing was held."""

from __future__ import annotations

from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import Signature
from vauntico_tui.evidence.figures import before, when
from vauntico_tui.evidence.ground import Ground, resting_on, unread
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.evidence.verdict import Mark, Verdict


def _of(reading: Reading[tuple[Signature, ...]], subject: str) -> list[Signature] | None:
    """The signatures under a subject ("approval:hotfix", or "hotfix"), newest first; None where they can't be read."""
    if reading.value is None or reading.state is State.LOADING:
        return [] if reading.state is State.OFF else None
    names = {subject, subject.rsplit(":", 1)[-1]}
    here = [one for one in reading.value if one.subject in names or one.subject.rsplit(":", 1)[-1] == subject]
    return sorted(here, key=lambda one: one.at, reverse=True)


def signed_by(check: specs.SignedBy, ground: Ground) -> Verdict:
    subject = check.subject or ground.subject
    signed = _of(ground.readings.signatures, subject)
    if signed is None:
        return unread(ground.readings.signatures, "signatures", "the journal keeps them")
    by = f" as {one_line(check.role, 60)}" if check.role else ""
    bound = f"signed{by}"
    fitting = [one for one in signed if check.role in {None, one.role}]
    valid = [one for one in fitting if one.until is None or one.until > ground.now]
    if valid:
        one = valid[0]
        said = f': "{one_line(one.reason, 120)}"' if one.reason else ""
        reason = f"signed by {one_line(one.by, 60)} at {when(one.at)}{said}"
        verdict = Verdict(Mark.MET, reason, "signed", bound)
    elif fitting and fitting[0].until is not None:
        reason = f"not signed: the signature of {one_line(fitting[0].by, 60)} ran out at {when(fitting[0].until)}"
        verdict = Verdict(Mark.UNMET, reason, "not signed", bound)
    else:
        who = f"no {one_line(check.role, 60)}" if check.role else "nobody"
        verdict = Verdict(Mark.UNMET, f"not signed: {who} has signed yet", "not signed", bound)
    return resting_on(verdict, ground.readings.signatures)


def review_held(check: specs.ReviewHeld, ground: Ground) -> Verdict:
    held = _of(ground.readings.reviews, check.review)
    if held is None:
        return unread(ground.readings.reviews, "held reviews", "the journal keeps them")
    every = write_duration(check.every)
    bound = f"every {every.removeprefix('1 ')}"
    if held and held[0].at >= before(ground.now, check.every):
        verdict = Verdict(Mark.MET, f"held by {one_line(held[0].by, 60)} at {when(held[0].at)}", "held", bound)
    elif held:
        reason = f"not held: last by {one_line(held[0].by, 60)} at {when(held[0].at)}; it is due {bound}"
        verdict = Verdict(Mark.UNMET, reason, "not held", bound)
    else:
        verdict = Verdict(Mark.UNMET, f"not held: no review is on record; it is due {bound}", "not held", bound)
    return resting_on(verdict, ground.readings.reviews)
