"""The issues' sum for the header, and all of them for the list behind it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC
from itertools import chain

from vauntico_tui.escalation.matrix import Matrix
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import Issue, IssueSet
from vauntico_tui.evidence.needs import leaves
from vauntico_tui.view.history import burn, pace
from vauntico_tui.view.memo import Memo
from vauntico_tui.view.model import ClockView, IssuesView
from vauntico_tui.view.scene import Scene


def issues_view(scene: Scene, matrix: Matrix, clocks: tuple[ClockView, ...]) -> IssuesView:
    """Counts, burn-down and pace. A partial set has no history: what it lacks would look resolved."""
    reading, memo, now = scene.readings.issues, scene.memo, scene.now
    known = reading.value
    promised = scene.plan.summary.issues
    if known is None:
        return IssuesView(reading.state, reading.as_of, reading.trouble, promised=promised)
    opened = memo.part("open", (known,), lambda: sum(issue.state == "open" for issue in known.issues.values()))
    closed = len(known.issues) - opened
    ours = memo.part("promised", (scene.plan, known), lambda: _promised(scene))
    resolved = memo.part("resolved", (ours,), lambda: sum(issue.state != "open" for issue in ours))
    today = now.astimezone(UTC).toordinal()
    hour = int(now.timestamp() // 3600)
    last = clocks[-1].ends_at if clocks else None
    foretold = None
    if known.complete and promised is not None and last is not None:
        foretold = memo.part("pace", (ours, promised, last, hour), lambda: pace(ours, promised, last, now))
    return IssuesView(
        reading.state,
        reading.as_of,
        reading.trouble,
        total=len(known.issues),
        open=opened,
        closed=closed,
        complete=known.complete,
        promised=promised,
        resolved=resolved,
        burn=memo.part("burn", (ours, today), lambda: burn(ours, today)) if known.complete else (),
        pace=foretold,
        by_severity=matrix.by_severity,
        ours=len(ours),
    )


def _promised(scene: Scene) -> Collection[Issue]:
    """The issues that the plan promises to resolve: those of its check that wants as many closed as the summary names,
    where it has one; else all of them."""
    plan, index = scene.plan, scene.ground.issues
    if index is None:
        return ()
    promises = (*plan.targets, *plan.outcomes, *plan.deliverables) if plan.summary.issues is not None else ()
    for check in leaves(promise.check for promise in promises if promise.check is not None):
        if isinstance(check, specs.Issues) and check.state == "closed" and check.at_least == plan.summary.issues:
            return tuple(chain.from_iterable(index.chosen(check.labels, check.any_labels).values()))
    return index.known.issues.values()


def all_issues(known: IssueSet | None, memo: Memo) -> tuple[Issue, ...]:
    """Every issue known, by number."""
    if known is None:
        return ()
    return memo.part("all", (known,), lambda: tuple(known.issues[number] for number in sorted(known.issues)))
