"""Whether a URL answers."""

from __future__ import annotations

from vauntico_tui.base.durations import write_duration
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import UrlAnswer
from vauntico_tui.evidence.ground import Ground, known, resting_on, unknown, unread
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.verdict import Mark, Verdict

_REFUSALS = frozenset({"refused", "tls", "timeout"})


def url_answers(check: specs.UrlAnswers, ground: Ground) -> Verdict:
    reading = ground.readings.urls.get(check.url)
    shown = one_line(check.url, 80)
    if reading is not None and reading.state is State.FAILED and reading.trouble is not None:
        # A probe that was refused is itself the answer; what a resolver or a proxy says is not.
        if reading.trouble.kind in _REFUSALS:
            reason = f"{shown} does not answer: {one_line(str(reading.trouble), 200)}"
            return Verdict(Mark.UNMET, reason, "no answer", str(check.status), check.url, as_of=reading.as_of)
        return unknown(f"{shown} can't be probed: {one_line(str(reading.trouble), 200)}", link=check.url)
    if reading is None or not known(reading) or reading.value is None:
        return unread(reading, shown, "see the sources of vauntico-tui doctor")
    return resting_on(_judge_answer(check, reading.value, shown), reading)


def _judge_answer(check: specs.UrlAnswers, answer: UrlAnswer, shown: str) -> Verdict:
    took = f"{answer.elapsed_ms:.0f} ms"
    figure, bound = str(answer.status), str(check.status)
    if answer.status != check.status:
        return Verdict(Mark.UNMET, f"{shown} answers {answer.status}, not {check.status}", figure, bound, check.url)
    if check.contains is not None and check.contains not in answer.excerpt:
        lack = f'{shown} answers {answer.status} without "{one_line(check.contains, 60)}"'
        return Verdict(Mark.UNMET, lack, "text missing", "text there", check.url)
    if check.within is not None:
        most = check.within.total_seconds() * 1000
        if answer.elapsed_ms > most:
            reason = f"{shown} answers {answer.status} in {took}; {write_duration(check.within)} is wanted"
            bound = write_duration(check.within)
            return Verdict(Mark.UNMET, reason, took, bound, check.url, value=answer.elapsed_ms)
        figure, bound = took, write_duration(check.within)
    return Verdict(
        Mark.MET, f"{shown} answers {answer.status} in {took}", figure, bound, check.url, value=answer.elapsed_ms
    )
