"""Runs, jobs and commits of one run at a time, for whoever looks into it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from vauntico_tui.sources import door
from vauntico_tui.sources.failures import Place
from vauntico_tui.sources.github.parse import read
from vauntico_tui.sources.github.shapes import Instant

FAILED = frozenset({"failure", "timed_out", "startup_failure", "action_required"})


@dataclass(frozen=True, slots=True)
class JobStep:
    """A step of a job."""

    number: int
    name: str
    status: str
    conclusion: str | None
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a run's attempt. `status`: queued, in_progress, completed, waiting, ..."""

    id: int
    run_id: int
    attempt: int
    name: str
    status: str
    conclusion: str | None
    started_at: datetime | None
    completed_at: datetime | None
    url: str
    steps: tuple[JobStep, ...]
    labels: tuple[str, ...] = ()
    runner: str = ""

    @property
    def failed(self) -> bool:
        return self.conclusion in FAILED

    @property
    def running(self) -> bool:
        return self.status != "completed"

    @property
    def failed_step(self) -> JobStep | None:
        return next((step for step in self.steps if step.conclusion in FAILED), None)

    @property
    def mark(self) -> str:
        """success, failure, running, queued, cancelled, skipped or other."""
        if self.status == "completed":
            if self.failed:
                return "failure"
            return self.conclusion if self.conclusion in {"success", "cancelled", "skipped"} else "other"
        return "running" if self.status == "in_progress" else "queued"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run, as it is now. `by` started this attempt."""

    id: int
    number: int
    attempt: int
    workflow_id: int
    workflow: str
    file: str  # "build-verification.yml"
    branch: str
    event: str
    status: str
    conclusion: str | None
    sha: str
    title: str
    url: str
    created_at: datetime
    started_at: datetime
    updated_at: datetime
    by: str

    @property
    def failed(self) -> bool:
        return self.conclusion in FAILED

    @property
    def running(self) -> bool:
        return self.status != "completed"


@dataclass(frozen=True, slots=True)
class WorkflowFacts:
    """A workflow; `state`: active, disabled_manually, ..."""

    id: int
    name: str
    file: str
    state: str

    @property
    def stem(self) -> str:
        """ "build-verification" """
        return self.file.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that differs between two commits; `status`: added, modified, removed, renamed, ..."""

    path: str
    status: str
    added: int
    removed: int
    patch: str = ""


@dataclass(frozen=True, slots=True)
class ChangedCommit:
    """A commit between two commits."""

    sha: str
    title: str
    author: str
    at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between two commits: GitHub tells 250 commits and 300 files at most; the counts are whole."""

    commits: tuple[ChangedCommit, ...]
    files: tuple[ChangedFile, ...]
    ahead: int
    behind: int
    url: str


# ---- shapes --------------------------------------------------------------------------------------------------------


class _Step(msgspec.Struct):
    name: str
    number: int = 0
    status: str = ""
    conclusion: str | None = None
    started_at: Instant | None = None
    completed_at: Instant | None = None


class _Job(msgspec.Struct):
    id: int
    name: str
    status: str
    run_id: int = 0
    run_attempt: int = 1
    conclusion: str | None = None
    started_at: Instant | None = None
    completed_at: Instant | None = None
    html_url: str | None = None
    steps: list[_Step] | None = None
    labels: list[str] | None = None
    runner_name: str | None = None


class _Jobs(msgspec.Struct):
    jobs: list[_Job]


class _Person(msgspec.Struct):
    login: str = ""


class _Run(msgspec.Struct):
    id: int
    status: str | None
    head_sha: str
    created_at: Instant
    updated_at: Instant
    run_number: int = 0
    run_attempt: int = 1
    workflow_id: int = 0
    name: str | None = None
    path: str = ""
    head_branch: str | None = None
    event: str = ""
    conclusion: str | None = None
    display_title: str = ""
    html_url: str = ""
    run_started_at: Instant | None = None
    actor: _Person | None = None
    triggering_actor: _Person | None = None


class _Runs(msgspec.Struct):
    workflow_runs: list[_Run]


class _Workflow(msgspec.Struct):
    id: int
    name: str
    path: str
    state: str = "active"


class _Workflows(msgspec.Struct):
    workflows: list[_Workflow]


class _Who(msgspec.Struct):
    name: str = ""
    date: Instant | None = None


class _CommitBody(msgspec.Struct):
    message: str = ""
    author: _Who | None = None


class _Commit(msgspec.Struct):
    sha: str
    commit: _CommitBody
    html_url: str = ""
    author: _Person | None = None


class _File(msgspec.Struct):
    filename: str
    status: str = "modified"
    additions: int = 0
    deletions: int = 0
    patch: str | None = None


class _Compared(msgspec.Struct):
    commits: list[_Commit]
    files: list[_File] | None = None
    ahead_by: int = 0
    behind_by: int = 0
    html_url: str = ""


# ---- reading -------------------------------------------------------------------------------------------------------


def jobs(text: str, place: Place) -> tuple[Job, ...]:
    """A page of jobs. Raises SourceError."""
    return tuple(_job(one) for one in read(text, _Jobs, place, "jobs").jobs)


def job(text: str, place: Place) -> Job:
    return _job(read(text, _Job, place, "the job"))


def _job(one: _Job) -> Job:
    steps = tuple(
        JobStep(
            step.number, door.line(step.name, 160), step.status, step.conclusion,
            door.utc(step.started_at) if step.started_at else None,
            door.utc(step.completed_at) if step.completed_at else None,
        )
        for step in one.steps or ()
    )  # fmt: skip
    return Job(
        one.id, one.run_id, one.run_attempt, door.name(one.name), one.status, one.conclusion,
        door.utc(one.started_at) if one.started_at else None,
        door.utc(one.completed_at) if one.completed_at else None,
        door.link(one.html_url) or "", steps, door.names(one.labels or ()), door.name(one.runner_name or ""),
    )  # fmt: skip


def run(text: str, place: Place) -> RunFacts:
    return _run(read(text, _Run, place, "the run"))


def runs(text: str, place: Place) -> tuple[RunFacts, ...]:
    return tuple(_run(one) for one in read(text, _Runs, place, "runs").workflow_runs)


def _run(one: _Run) -> RunFacts:
    who = one.triggering_actor or one.actor
    file = one.path.partition("@")[0].rsplit("/", 1)[-1]
    return RunFacts(
        one.id, one.run_number, one.run_attempt, one.workflow_id, door.name(one.name or file), door.name(file),
        door.name(one.head_branch or ""), one.event, one.status or "", one.conclusion, one.head_sha,
        door.line(one.display_title), door.link(one.html_url) or "", door.utc(one.created_at),
        door.utc(one.run_started_at or one.created_at), door.utc(one.updated_at),
        door.name(who.login) if who else "",
    )  # fmt: skip


def workflows(text: str, place: Place) -> tuple[WorkflowFacts, ...]:
    return tuple(
        WorkflowFacts(one.id, door.name(one.name), door.name(one.path.rsplit("/", 1)[-1]), one.state)
        for one in read(text, _Workflows, place, "workflows").workflows
    )


def between(text: str, place: Place) -> Between:
    told = read(text, _Compared, place, "the comparison")
    return Between(
        tuple(
            ChangedCommit(
                one.sha, door.line(one.commit.message.partition("\n")[0], 200),
                door.name(one.author.login if one.author else one.commit.author.name if one.commit.author else ""),
                door.utc(one.commit.author.date) if one.commit.author and one.commit.author.date else None,
                door.link(one.html_url) or "",
            )
            for one in told.commits
        ),
        tuple(
            ChangedFile(door.line(one.filename, 400), one.status, one.additions, one.deletions, door.body(one.patch))
            for one in told.files or ()
        ),
        told.ahead_by, told.behind_by, door.link(told.html_url) or "",
    )  # fmt: skip
