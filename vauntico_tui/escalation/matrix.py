"""Everything that somebody must act on, by level and by when: open issues, firing alerts, failing production
deployments and unmet blockers.

Order within a level: what is late comes first, what went late last before the others, for the newest breach is the one
nobody has dealt with yet and the old ones are known; then what breaches soonest. So the present moment is always at the
border of the two, and the rows nearest to it on either side are the ones worth a look.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Protocol, TypeVar

from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.escalation.severity import (
    SEVERITIES,
    UNLABELLED,
    alert_severity,
    levels_by_severity,
    severity_names,
    severity_of,
)
from vauntico_tui.evidence.facts import Alert, Deployment, Issue, Readings
from vauntico_tui.evidence.figures import after
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.evidence.verdict import Mark, Verdict
from vauntico_tui.plan.model import Level, Plan

MOST_ROWS = 500
"""Late rows, and rows to come, made for a level; its counts are of all."""

T = TypeVar("T")


class Kept(Protocol):
    """What is asked of a promise: a blocker with its verdict and due time."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def verdict(self) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class OpenLevel:
    """A level with what is open in it. `next_breach` is the soonest still to come."""

    level: Level
    open: int
    breached: int
    next_breach: datetime | None
    rows: tuple[EscalationRow, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The levels by number; `backlog` counts the open issues that no level takes: low ones and unlabelled ones.
    `by_severity` counts the open issues, "none" being those without a severity."""

    levels: tuple[OpenLevel, ...]
    backlog: int
    by_severity: dict[str, int]


@dataclass(frozen=True, slots=True)
class OpenIssues:
    """The open issues by severity, each severity's oldest first, which is the order in which they breach. The slow half
    of the matrix: it changes only when an issue does. Rows that were made are kept."""

    by_severity: dict[str, tuple[Issue, ...]]
    rows: dict[tuple[int, bool], EscalationRow] = field(default_factory=dict)


def sort_issues(plan: Plan, issues: Iterable[Issue]) -> OpenIssues:
    """The open ones of these issues, by severity."""
    names = severity_names(plan.severities)
    known: dict[tuple[str, ...], str] = {}
    by_severity: defaultdict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        if issue.state == "open":
            severity = known.get(issue.labels)
            if severity is None:
                severity = known[issue.labels] = severity_of(issue.labels, names)
            by_severity[severity].append(issue)
    return OpenIssues(
        {
            severity: tuple(sorted(ones, key=lambda issue: (issue.created_at, issue.number)))
            for severity, ones in by_severity.items()
        }
    )


def open_escalations(
    plan: Plan,
    readings: Readings,
    promises: Sequence[Kept],
    now: datetime,
    *,
    started_at: datetime | None = None,
    issues: OpenIssues | None = None,
) -> Matrix:
    """The matrix at `now`. Blockers among the promises count from `started_at` until they are due; without it they have
    no clock and are left to their own pane. `issues` are the readings' own if they were sorted before."""
    levels = levels_by_severity(plan)
    if issues is None:
        issues = sort_issues(plan, readings.issues.value.issues.values() if readings.issues.value is not None else ())
    counts = {severity: len(ones) for severity, ones in issues.by_severity.items()}
    rows: defaultdict[int, list[EscalationRow]] = defaultdict(list)
    for row in (
        *_alert_rows(levels, readings.alerts),
        *_deployment_rows(levels, readings.deployments),
        *_blocker_rows(levels, promises, started_at),
    ):
        rows[row.level].append(row)
    taken = [severity for severity in counts if severity in levels]
    here = {
        level.level: {one: issues.by_severity[one] for one in taken if levels[one] is level} for level in plan.levels
    }
    stale = _old(readings.issues)
    return Matrix(
        tuple(
            _level(level, here[level.level], rows[level.level], now, partial(_issue_row, issues, level, stale))
            for level in sorted(plan.levels, key=lambda one: one.level)
        ),
        sum(counts.values()) - sum(counts[severity] for severity in taken),
        {one: counts.get(one, 0) for one in SEVERITIES} | {one: n for one, n in counts.items() if one == UNLABELLED},
    )


def all_rows(
    plan: Plan,
    readings: Readings,
    promises: Sequence[Kept],
    *,
    started_at: datetime | None = None,
    issues: OpenIssues | None = None,
) -> Iterator[EscalationRow]:
    """Every row of the matrix, however many there are; in no order."""
    levels = levels_by_severity(plan)
    if issues is None:
        issues = sort_issues(plan, readings.issues.value.issues.values() if readings.issues.value is not None else ())
    stale = _old(readings.issues)
    for severity, ones in issues.by_severity.items():
        if (level := levels.get(severity)) is not None:
            yield from (_issue_row(issues, level, stale, severity, issue) for issue in ones)
    yield from _alert_rows(levels, readings.alerts)
    yield from _deployment_rows(levels, readings.deployments)
    yield from _blocker_rows(levels, promises, started_at)


def _level(
    level: Level,
    issues: Mapping[str, Sequence[Issue]],
    others: Sequence[EscalationRow],
    now: datetime,
    row: Callable[[str, Issue], EscalationRow],
) -> OpenLevel:
    """Issues come in the order of their breaches, so that only those that are shown are looked at."""
    late = sorted((one for one in others if one.breaches_at <= now), key=_latest_first)
    coming = sorted((one for one in others if one.breaches_at > now), key=_soonest_first)
    breached, total, soonest = len(late), len(others), [one.breaches_at for one in coming[:1]]
    for severity, ones in issues.items():
        border = bisect_right(ones, now, key=lambda issue: after(issue.created_at, level.window))
        breached, total = breached + border, total + len(ones)
        late += [row(severity, issue) for issue in ones[max(0, border - MOST_ROWS) : border]]
        coming += [row(severity, issue) for issue in ones[border : border + MOST_ROWS]]
        soonest += [after(issue.created_at, level.window) for issue in ones[border : border + 1]]
    shown = (*sorted(late, key=_latest_first)[:MOST_ROWS], *sorted(coming, key=_soonest_first)[:MOST_ROWS])
    return OpenLevel(level, total, breached, min(soonest, default=None), shown)


def _soonest_first(row: EscalationRow) -> tuple[float, str]:
    return row.breaches_at.timestamp(), row.id


def _latest_first(row: EscalationRow) -> tuple[float, str]:
    return -row.breaches_at.timestamp(), row.id


def _old(reading: Reading[T]) -> bool:
    return reading.state in {State.STALE, State.FAILED}


def _issue_row(issues: OpenIssues, level: Level, stale: bool, severity: str, issue: Issue) -> EscalationRow:
    made = issues.rows.get((issue.number, stale))
    if made is None:
        made = issues.rows[issue.number, stale] = EscalationRow(
            f"issue:{issue.number}",
            f"#{issue.number}",
            issue.title,
            level.level,
            "triggered",
            issue.created_at,
            after(issue.created_at, level.window),
            level.contacts,
            issue.assignees,
            f"open and labelled {severity}",
            issue.url,
            stale,
        )
    return made


def _alert_rows(levels: Mapping[str, Level], reading: Reading[tuple[Alert, ...]]) -> Iterator[EscalationRow]:
    for alert in {alert.key: alert for alert in reading.value or ()}.values():
        severity = alert_severity(alert.severity)
        level = levels.get(severity) if severity is not None else None
        if level is None or alert.state == "pending":
            continue
        silenced = alert.state == "suppressed"
        yield EscalationRow(
            f"alert:{alert.key}",
            alert.name,
            one_line(alert.annotations.get("summary") or alert.annotations.get("description") or _where(alert), 200),
            level.level,
            "snoozed" if silenced else "triggered",
            alert.active_at,
            after(alert.active_at, level.window),
            level.contacts,
            reason=f"firing with severity {one_line(alert.severity, 30) or 'unnamed'}"
            + (", silenced in Alertmanager" if silenced else ""),
            link=alert.url,
            stale=_old(reading),
            labels=tuple(sorted(alert.labels.items())),
            annotations=tuple(sorted(alert.annotations.items())),
        )


def _where(alert: Alert) -> str:
    place = alert.labels.get("instance") or alert.labels.get("job") or alert.labels.get("service") or ""
    return f"{alert.name} · {place}" if place else alert.name


def _deployment_rows(levels: Mapping[str, Level], reading: Reading[tuple[Deployment, ...]]) -> Iterator[EscalationRow]:
    """A production environment whose latest finished deployment failed, since the first failure after the last
    success: trying again in vain does not turn the clock back."""
    level = levels.get("critical")
    by_environment: defaultdict[str, list[Deployment]] = defaultdict(list)
    for one in sorted(reading.value or (), key=lambda one: (one.created_at, one.id), reverse=True):
        if one.environment.casefold().startswith("prod") and one.state in {"success", "inactive", "failure", "error"}:
            by_environment[one.environment].append(one)
    for environment, newest_first in by_environment.items():
        failing = list(takewhile(lambda one: one.state in {"failure", "error"}, newest_first))
        if failing and level is not None:
            since, last = failing[-1].created_at, failing[0]
            yield EscalationRow(
                f"deployment:{environment}",
                environment,
                f"Deployment of {last.ref} to {environment} failed",
                level.level,
                "triggered",
                since,
                after(since, level.window),
                level.contacts,
                (last.creator,) if last.creator else (),
                last.description or (f"{len(failing)} in a row failed" if len(failing) > 1 else "its last one failed"),
                last.url,
                _old(reading),
            )


def _blocker_rows(
    levels: Mapping[str, Level], promises: Sequence[Kept], started_at: datetime | None
) -> Iterator[EscalationRow]:
    level = levels.get("critical")
    if level is None or started_at is None:
        return
    for promise in promises:
        if promise.kind == "blocker" and promise.verdict.mark is Mark.UNMET and promise.due_at is not None:
            yield EscalationRow(
                f"blocker:{promise.id}",
                "blocker",
                promise.title,
                level.level,
                "triggered",
                started_at,
                promise.due_at,
                level.contacts,
                (promise.owner,) if promise.owner else (),
                promise.verdict.reason,
                promise.verdict.link,
                promise.verdict.stale,
            )
