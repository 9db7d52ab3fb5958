"""The facts that sources read and checks look at. Plain values; GitHub's and Prometheus' own words.

All text fields were cleaned at the door (`base.text`); all instants are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vauntico_tui.evidence.reading import Reading, State

DEPLOYMENTS_READ = 100
"""How many of the newest deployments sources read: an answer with fewer is all there are."""
PULLS_READ = 300
"""How many open pull requests sources read at least: an answer with fewer is all there are."""

# ---- GitHub -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that the war room watches."""

    full_name: str  # owner/name
    default_branch: str
    url: str


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue; never a pull request. Bodies are read on demand."""

    number: int
    title: str
    state: str  # open | closed
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    url: str
    closed_at: datetime | None = None
    author: str | None = None
    state_reason: str | None = None  # completed | not_planned | reopened | None


@dataclass(frozen=True, slots=True)
class IssueSet:
    """All issues known. Only where `complete` is a missing issue proof of anything."""

    issues: Mapping[int, Issue]
    complete: bool

    def open(self) -> list[Issue]:
        return [issue for issue in self.issues.values() if issue.state == "open"]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue: Markdown."""

    author: str | None
    body: str
    created_at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class IssueDetail:
    """What is read of an issue only when it is opened: its Markdown and its comments, oldest first.
    `more_comments` is how many there are beyond those read."""

    number: int
    body: str
    comments: tuple[Comment, ...] = ()
    more_comments: int = 0


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed in a run, the step it failed in, and the first annotation on it."""

    name: str
    step: str | None
    url: str
    reason: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A workflow run (its latest attempt)."""

    id: int
    number: int
    attempt: int
    workflow: str  # "Build Verification"
    path: str  # "build-verification.yml": the file's last name
    branch: str
    event: str
    status: str  # queued | in_progress | completed | waiting | ...
    conclusion: str | None  # success | failure | cancelled | skipped | timed_out | neutral | action_required | ...
    sha: str
    title: str
    url: str
    created_at: datetime
    started_at: datetime
    updated_at: datetime
    actor: str | None = None
    failed_jobs: tuple[FailedJob, ...] = ()

    @property
    def verdict_counts(self) -> bool:
        """Whether this run says anything about success: finished, neither cancelled nor skipped, nor held back for
        somebody's approval before it began."""
        return self.status == "completed" and self.conclusion not in {
            "cancelled",
            "skipped",
            "neutral",
            "stale",
            "action_required",
        }


@dataclass(frozen=True, slots=True)
class RunSet:
    """The newest runs first; `total` is how many the repository has in all."""

    runs: tuple[Run, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment with its latest status."""

    id: int
    environment: str
    ref: str
    sha: str
    state: str  # success | failure | error | inactive | in_progress | queued | pending | unknown
    created_at: datetime
    updated_at: datetime
    url: str
    creator: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """An open pull request with its body and the state of its checks."""

    number: int
    title: str
    body: str
    author: str | None
    branch: str
    base: str
    draft: bool
    labels: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    url: str
    checks: str | None = None  # success | failure | pending | None: none ran
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that a check names: does it exist, and was a pull request from it merged?"""

    name: str
    exists: bool
    sha: str | None = None
    url: str | None = None
    merged_pull: int | None = None
    merged_at: datetime | None = None
    merged_into: str | None = None
    open_pull: int | None = None


@dataclass(frozen=True, slots=True)
class PullState:
    """One pull request that a check names by number."""

    number: int
    state: str  # open | closed | merged | missing
    url: str | None = None
    merged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret's name and when it was last set; values can't be read. `scope`: repository or an environment's name."""

    name: str
    updated_at: datetime
    scope: str


@dataclass(frozen=True, slots=True)
class File:
    """A file at a ref; `text` is None where there is none by that name (known, not guessed)."""

    path: str
    ref: str
    text: str | None
    url: str | None = None


# ---- Prometheus, Alertmanager, URLs -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Series:
    """One time series: labels, and (unix seconds, value) oldest first. NaN and inf were dropped at the door."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    @property
    def last(self) -> float | None:
        return self.points[-1][1] if self.points else None


@dataclass(frozen=True, slots=True)
class ScrapeTarget:
    """A target as Prometheus sees it."""

    job: str
    instance: str
    health: str  # up | down | unknown
    last_scrape: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert, from Prometheus or Alertmanager. `key` is stable while it fires (the label set)."""

    key: str
    name: str
    state: str  # pending | firing | suppressed
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    active_at: datetime
    url: str | None = None
    source: str = "prometheus"

    @property
    def severity(self) -> str:
        return self.labels.get("severity", "")


@dataclass(frozen=True, slots=True)
class AlertRule:
    """An alerting rule as its server knows it; only where `health` is "ok" does no alert mean no trouble."""

    name: str
    group: str
    state: str  # inactive | pending | firing | unknown
    health: str  # ok | err | unknown
    query: str = ""
    error: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UrlAnswer:
    """What a probe of a URL got: the status and time, or None and the trouble in the Reading."""

    url: str
    status: int
    elapsed_ms: float
    excerpt: str = ""  # the first 64 KiB of the body, cleaned


# ---- People (kept by the journal) -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    """A person's signature under an approval, review or outcome."""

    subject: str
    by: str
    role: str | None
    at: datetime
    reason: str = ""
    until: datetime | None = None


# ---- All of it --------------------------------------------------------------------------------------------------


def _off() -> Reading[tuple[Signature, ...]]:
    return Reading(value=(), state=State.OFF)


@dataclass(frozen=True, slots=True)
class Readings:
    """Everything the sources last said, each part with its own state."""

    repository: Reading[Repository] = field(default_factory=Reading)
    issues: Reading[IssueSet] = field(default_factory=Reading)
    runs: Reading[RunSet] = field(default_factory=Reading)
    deployments: Reading[tuple[Deployment, ...]] = field(default_factory=Reading)
    pulls: Reading[tuple[PullRequest, ...]] = field(default_factory=Reading)
    secrets: Mapping[str, Reading[tuple[Secret, ...]]] = field(default_factory=dict)  # by scope
    branches: Mapping[str, Reading[Branch]] = field(default_factory=dict)  # by name
    pull_states: Mapping[int, Reading[PullState]] = field(default_factory=dict)  # by number
    files: Mapping[tuple[str, str], Reading[File]] = field(default_factory=dict)  # by (path, ref)
    instants: Mapping[str, Reading[tuple[Series, ...]]] = field(default_factory=dict)  # by PromQL; one point each
    ranges: Mapping[str, Reading[tuple[Series, ...]]] = field(default_factory=dict)  # by PromQL; KpiWindow's points
    targets: Reading[tuple[ScrapeTarget, ...]] = field(default_factory=Reading)
    alerts: Reading[tuple[Alert, ...]] = field(default_factory=Reading)
    rules: Reading[tuple[AlertRule, ...]] = field(default_factory=Reading)
    urls: Mapping[str, Reading[UrlAnswer]] = field(default_factory=dict)
    signatures: Reading[tuple[Signature, ...]] = field(default_factory=_off)
    reviews: Reading[tuple[Signature, ...]] = field(default_factory=_off)  # held reviews, by subject
