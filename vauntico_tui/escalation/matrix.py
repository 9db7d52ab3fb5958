"""Everything that somebody must act on, by level and by when: open issues, firing alerts, failing production
deployments and unmet blockers.

Order within a level: what is late comes first, what went late last before the others, for the newest breach is the one
nobody has dealt with yet and the old ones are known; then what breaches soonest. So the present moment is always at the
border of the two, and the rows nearest to it on either side are the ones worth a look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.escalation.severity import (
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

MOST_ROWS = 1000
"""Rows made for a level; its counts are of all."""

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
class _Due:
    """A row to be: made only for those that are shown."""

    id: str
    breaches_at: datetime
    make: Callable[[], EscalationRow]


@dataclass(frozen=True, slots=True)
class OpenIssues:
    """The open issues by severity, each severity's oldest first. The slow half of the matrix: it changes only when an
    issue does."""

    by_severity: dict[str, tuple[Issue, ...]]


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
    due: defaultdict[int, list[_Due]] = defaultdict(list)
    counts = Counter({severity: len(ones) for severity, ones in issues.by_severity.items()})
    taken = 0
    for severity, ones in issues.by_severity.items():
        level = levels.get(severity)
        if level is not None:
            taken += len(ones)
            due[level.level] += _issues_due(level, ones, severity, now, _old(readings.issues))
    for level, one in (
        *_alerts_due(levels, readings.alerts),
        *_deployments_due(levels, readings.deployments),
        *_blockers_due(levels, promises, started_at),
    ):
        due[level.level].append(one)
    order = ("critical", "high", "medium", "low", UNLABELLED)
    return Matrix(
        tuple(_level(level, due[level.level], now) for level in sorted(plan.levels, key=lambda one: one.level)),
        sum(counts.values()) - taken,
        {severity: counts[severity] for severity in order if counts[severity] or severity != UNLABELLED},
    )


def _level(level: Level, due: list[_Due], now: datetime) -> OpenLevel:
    late = sorted((one for one in due if one.breaches_at <= now), key=lambda one: one.id)
    late.sort(key=lambda one: one.breaches_at, reverse=True)
    coming = sorted((one for one in due if one.breaches_at > now), key=lambda one: (one.breaches_at, one.id))
    rows = tuple(one.make() for one in (*late, *coming)[:MOST_ROWS])
    return OpenLevel(level, len(due), len(late), coming[0].breaches_at if coming else None, rows)


def _old(reading: Reading[T]) -> bool:
    return reading.state in {State.STALE, State.FAILED}


def _issues_due(level: Level, issues: Sequence[Issue], severity: str, now: datetime, stale: bool) -> list[_Due]:
    return [
        _Due(
            f"issue:{issue.number}",
            after(issue.created_at, level.window),
            lambda issue=issue: _issue_row(level, issue, severity, stale),  # type: ignore[misc]
        )
        for issue in issues
    ]


def _issue_row(level: Level, issue: Issue, severity: str, stale: bool) -> EscalationRow:
    return EscalationRow(
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


def _alerts_due(levels: Mapping[str, Level], reading: Reading[tuple[Alert, ...]]) -> Iterable[tuple[Level, _Due]]:
    for alert in {alert.key: alert for alert in reading.value or ()}.values():
        severity = alert_severity(alert.severity)
        level = levels.get(severity) if severity is not None else None
        if level is None or alert.state == "pending":
            continue
        row = EscalationRow(
            f"alert:{alert.key}",
            alert.name,
            one_line(alert.annotations.get("summary") or alert.annotations.get("description") or _where(alert), 200),
            level.level,
            "snoozed" if alert.state == "suppressed" else "triggered",
            alert.active_at,
            after(alert.active_at, level.window),
            level.contacts,
            reason=f"firing with severity {one_line(alert.severity, 30) or 'unnamed'}"
            + (", silenced in Alertmanager" if alert.state == "suppressed" else ""),
            link=alert.url,
            stale=_old(reading),
            labels=tuple(sorted(alert.labels.items())),
            annotations=tuple(sorted(alert.annotations.items())),
        )
        yield level, _Due(row.id, row.breaches_at, lambda row=row: row)  # type: ignore[misc]


def _where(alert: Alert) -> str:
    place = alert.labels.get("instance") or alert.labels.get("job") or alert.labels.get("service") or ""
    return f"{alert.name} · {place}" if place else alert.name


def _deployments_due(
    levels: Mapping[str, Level], reading: Reading[tuple[Deployment, ...]]
) -> Iterable[tuple[Level, _Due]]:
    """A production environment whose latest finished deployment failed, since the first failure after the last
    success: trying again in vain does not turn the clock back."""
    level = levels.get("critical")
    if level is None:
        return
    by_environment: defaultdict[str, list[Deployment]] = defaultdict(list)
    for one in sorted(reading.value or (), key=lambda one: (one.created_at, one.id), reverse=True):
        if one.environment.casefold().startswith("prod") and one.state in {"success", "inactive", "failure", "error"}:
            by_environment[one.environment].append(one)
    for environment, newest_first in by_environment.items():
        failing = []
        for one in newest_first:
            if one.state not in {"failure", "error"}:
                break
            failing.append(one)
        if failing:
            since, last = failing[-1].created_at, failing[0]
            row = EscalationRow(
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
            yield level, _Due(row.id, row.breaches_at, lambda row=row: row)  # type: ignore[misc]


def _blockers_due(
    levels: Mapping[str, Level], promises: Sequence[Kept], started_at: datetime | None
) -> Iterable[tuple[Level, _Due]]:
    level = levels.get("critical")
    if level is None or started_at is None:
        return
    for promise in promises:
        if promise.kind == "blocker" and promise.verdict.mark is Mark.UNMET and promise.due_at is not None:
            row = EscalationRow(
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
            yield level, _Due(row.id, row.breaches_at, lambda row=row: row)  # type: ignore[misc]
