"""The View. Plain dataclasses, so that a face can draw the last one before any client or validator is imported.

Faces draw it and hold no truth of their own. Times are instants; a face turns them into words with its own clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.evidence.facts import Deployment, Issue, PullRequest
from vauntico_tui.evidence.reading import Budget, SourceStatus, State, Trouble
from vauntico_tui.evidence.verdict import Mark, Verdict

VIEW_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock of the plan: "24 h", "48 h", "week 1", "4 weeks"."""

    id: str
    title: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class IssuesView:
    """The issues' sum. `promised` is the summary's 60, and `ours`, `resolved`, `burn` and `pace` are about those that
    the plan promises: `ours` is how many of them there are; `burn` is how many were open at the end of each day, oldest
    first; `pace` is how many will be resolved by the last clock's end at the slope of the last 7 days."""

    state: State
    as_of: datetime | None
    trouble: Trouble | None
    total: int = 0
    open: int = 0
    closed: int = 0
    complete: bool = False
    promised: int | None = None
    resolved: int = 0
    burn: tuple[int, ...] = ()
    pace: int | None = None
    by_severity: dict[str, int] | None = None  # open ones; "none" has those without a severity
    ours: int = 0

    @property
    def aim(self) -> int:
        """Of how many `resolved` is told: those that were promised; where there are more by now, all of them."""
        return max(self.promised or 0, self.ours) or self.total


@dataclass(frozen=True, slots=True)
class SnippetView:
    language: str
    text: str
    file: str | None


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A blocker, target, deliverable, outcome or approval with its verdict."""

    kind: str  # blocker target deliverable outcome approval
    id: str
    title: str
    verdict: Verdict
    owner: str | None = None
    group: str = ""  # week or horizon id
    due_at: datetime | None = None
    hours: float | None = None
    branch: str | None = None
    section: str | None = None
    snippets: tuple[SnippetView, ...] = ()
    check: str = ""  # the check as TOML, for the detail
    trend: tuple[float, ...] = ()  # the figure's own history where it has one


@dataclass(frozen=True, slots=True)
class JobView:
    name: str
    step: str | None
    reason: str | None
    url: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    id: int
    number: int
    mark: str  # success failure cancelled running queued other
    branch: str
    event: str
    title: str
    sha: str
    actor: str | None
    url: str
    created_at: datetime
    started_at: datetime
    updated_at: datetime
    failed_jobs: tuple[JobView, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkflowView:
    """A workflow: its runs newest first, the success rate of `counted` finished runs in 7 days (percent, or None)."""

    name: str
    path: str
    success_rate: float | None
    counted: int
    runs: tuple[RunView, ...]
    running: RunView | None
    failed: RunView | None  # the latest finished run, if it failed


@dataclass(frozen=True, slots=True)
class CiView:
    state: State
    as_of: datetime | None
    trouble: Trouble | None
    workflows: tuple[WorkflowView, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    pulls: tuple[PullRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class KpiView:
    """A KPI. `series` is (unix seconds, value) over 24 h, oldest first; `change` is percent against 24 h ago;
    `since` is when it crossed its target; `labels` tells series of one query apart."""

    id: str
    title: str
    phase: int | None
    unit: str
    decimals: int
    query: str
    state: State
    as_of: datetime | None
    trouble: Trouble | None
    value: float | None
    change: float | None
    op: str
    target: float | None
    mark: Mark
    series: tuple[tuple[float, float], ...] = ()
    since: datetime | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class PhaseView:
    number: int
    title: str
    mrr_target: float | None


EscalationView = EscalationRow
"""Something that must be resolved by a time; see there."""


@dataclass(frozen=True, slots=True)
class LevelView:
    level: int
    severity: str
    window_text: str  # "24 h"
    issue_class: str
    contacts: tuple[str, ...]
    resolution: str
    open: int
    breached: int
    next_breach: datetime | None  # the next one still to come
    rows: tuple[EscalationView, ...] = ()  # late ones first, then by what breaches next; 500 of each


@dataclass(frozen=True, slots=True)
class EscalationsView:
    state: State
    as_of: datetime | None
    trouble: Trouble | None
    levels: tuple[LevelView, ...] = ()
    backlog: int = 0  # open issues that no level takes: low ones and unlabelled ones


@dataclass(frozen=True, slots=True)
class JournalView:
    """How the journal does, and what waits in its outbox."""

    state: State
    shown: str = ""  # where it is, without secrets
    as_of: datetime | None = None
    trouble: Trouble | None = None
    pending: int = 0
    dead: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class OnCallView:
    """Who is paged first for a contact now, and who after; `until` None: no end is known. A gap begins at `gap_at`."""

    contact: str
    people: tuple[str, ...]
    note: str = ""
    until: datetime | None = None
    then: tuple[str, ...] = ()
    gap_at: datetime | None = None
    gap_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the plan that is only read: a risk, a role, a review, a next step, a note."""

    id: str
    title: str
    text: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class WeekView:
    id: str
    title: str
    ends_at: datetime | None
    hours: float | None
    focus: str


@dataclass(frozen=True, slots=True)
class SectionView:
    id: str
    week: str
    title: str
    first_day: int | None
    last_day: int | None
    branch: str | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """The parts of the plan that have no verdict of their own."""

    title: str
    summary: str
    success_definition: str
    team: str
    started_at: datetime | None
    file: str  # where it was read from
    weeks: tuple[WeekView, ...] = ()
    sections: tuple[SectionView, ...] = ()
    risks: tuple[Row, ...] = ()
    roles: tuple[Row, ...] = ()
    reviews: tuple[Row, ...] = ()
    long_term: tuple[Row, ...] = ()
    next_steps: tuple[Row, ...] = ()
    notes: tuple[Row, ...] = ()
    phases: tuple[PhaseView, ...] = ()
    horizons: tuple[WeekView, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that changed, for the history in a detail."""

    subject: str  # "blocker:database-test-infrastructure"
    at: datetime
    before: Mark
    after: Mark
    reason: str


@dataclass(frozen=True, slots=True)
class View:
    """One immutable picture of everything."""

    as_of: datetime
    repository: str | None
    repository_url: str | None
    demo: bool
    read_only: bool
    paused: bool
    sources: tuple[SourceStatus, ...]
    budget: Budget | None
    clocks: tuple[ClockView, ...]
    issues: IssuesView
    blockers: tuple[PromiseView, ...]
    targets: tuple[PromiseView, ...]
    deliverables: tuple[PromiseView, ...]
    outcomes: tuple[PromiseView, ...]
    approvals: tuple[PromiseView, ...]
    ci: CiView
    kpis: tuple[KpiView, ...]
    escalations: EscalationsView
    plan: PlanView
    changes: tuple[Change, ...] = ()
    all_issues: tuple[Issue, ...] = ()  # every issue known, by number; not kept in the picture on disk
    schema: int = VIEW_SCHEMA
    journal: JournalView | None = None  # None: this war room keeps none
    ahead: timedelta = timedelta(0)  # by how much the journal's clock, which escalations go by, is ahead of `as_of`
    notices: tuple[str, ...] = ()  # what the war room says of itself: "the last picture is not kept: disk full"
    memo: object | None = field(default=None, compare=False, repr=False)  # what the next View is made quicker by
