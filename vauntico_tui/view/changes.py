"""Verdicts that changed, for the history in a detail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from vauntico_tui.evidence.reading import SourceStatus, State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.view.memo import Memo
from vauntico_tui.view.model import Change, PromiseView, View

MOST = 500


def all_promises(view: View) -> Iterable[PromiseView]:
    """Every promise of a View."""
    return (*view.blockers, *view.targets, *view.deliverables, *view.outcomes, *view.approvals)


def changes(
    promises: Iterable[PromiseView],
    statuses: Sequence[SourceStatus],
    previous: View | None,
    now: datetime,
    memo: Memo,
) -> tuple[Change, ...]:
    """The changes told before and those of just now, the newest last, at most 500. While a source has not answered yet,
    `unknown` says nothing about the promise and is passed over: what was known before stands until more is known."""
    if previous is not None and previous.memo is None:  # it comes from the disk
        told_last = {_subject(one): one.verdict.mark for one in all_promises(previous)}
        memo.marks |= {subject: mark for subject, mark in told_last.items() if mark is not Mark.UNKNOWN}
    loading = any(status.state is State.LOADING for status in statuses)
    found: list[Change] = []
    for promise in promises:
        subject, verdict = _subject(promise), promise.verdict
        if verdict.mark is Mark.UNKNOWN and loading:
            continue
        before = memo.marks.get(subject)
        if before is not None and before is not verdict.mark:
            found.append(Change(subject, now, before, verdict.mark, verdict.reason))
        memo.marks[subject] = verdict.mark
    told = previous.changes if previous is not None else ()
    return (*told, *found)[-MOST:] if found else told


def _subject(promise: PromiseView) -> str:
    return f"{promise.kind}:{promise.id}"
