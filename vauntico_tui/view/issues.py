"""The issues' sum for the header, and all of them for the list behind it."""

from __future__ import annotations

from datetime import UTC

from vauntico_tui.escalation.matrix import Matrix
from vauntico_tui.evidence.facts import Issue, IssueSet
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
    issues = known.issues.values()
    opened = memo.part("open", (known,), lambda: sum(issue.state == "open" for issue in issues))
    closed = len(known.issues) - opened
    today = now.astimezone(UTC).toordinal()
    hour = int(now.timestamp() // 3600)
    last = clocks[-1].ends_at if clocks else None
    foretold = None
    if known.complete and promised is not None and last is not None:
        foretold = memo.part("pace", (known, promised, last, hour), lambda: pace(issues, promised, last, now))
    return IssuesView(
        reading.state,
        reading.as_of,
        reading.trouble,
        total=len(known.issues),
        open=opened,
        closed=closed,
        complete=known.complete,
        promised=promised,
        resolved=closed,
        burn=memo.part("burn", (known, today), lambda: burn(issues, today)) if known.complete else (),
        pace=foretold,
        by_severity=matrix.by_severity,
    )


def all_issues(known: IssueSet | None, memo: Memo) -> tuple[Issue, ...]:
    """Every issue known, by number."""
    if known is None:
        return ()
    return memo.part("all", (known,), lambda: tuple(known.issues[number] for number in sorted(known.issues)))
