"""What the organisation consists of. Instants are unix seconds; GitHub's stamps know no smaller unit."""

from __future__ import annotations

from dataclasses import dataclass, field

from vauntico_tui.sim.world.workflows import Failure


@dataclass(slots=True)
class Comment:
    """A comment on an issue or pull request."""

    id: int
    number: int
    author: str
    body: str
    created_at: int
    updated_at: int


@dataclass(slots=True)
class Thread:
    """What issues and pull requests share: they are numbered together."""

    number: int
    title: str
    body: str
    author: str
    created_at: int
    updated_at: int
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    state: str = "open"
    state_reason: str | None = None
    closed_at: int | None = None
    closed_by: str | None = None
    comments: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class Issue(Thread):
    """An issue."""


@dataclass(slots=True)
class Pull(Thread):
    """A pull request from a branch of the same repository."""

    head: str = ""
    base: str = "main"
    head_sha: str = ""
    base_sha: str = ""
    draft: bool = False
    merged_at: int | None = None
    merged_by: str | None = None
    merge_sha: str | None = None


@dataclass(slots=True)
class Run:
    """A workflow run in its latest attempt. Jobs and steps are worked out from it (`workflows.jobs_of`)."""

    id: int
    number: int
    workflow: str  # file name
    branch: str
    event: str
    sha: str
    title: str
    actor: str
    created_at: int
    started_at: int
    updated_at: int
    attempt: int = 1
    status: str = "queued"
    conclusion: str | None = None
    failure: Failure | None = None
    pull: int | None = None
    pace: float = 1.0  # world seconds a wall second while it ran
    kept: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # job: (id, start, end) of an earlier attempt
    earlier: list[Run] = field(default_factory=list)  # attempts before this one
    again_by: str = ""  # who started this attempt, where it is not the first
    inputs: dict[str, str] = field(default_factory=dict)  # of a dispatch
    reviewed: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # environment: (state, by, comment)


@dataclass(slots=True)
class DeploymentStatus:
    """One status of a deployment."""

    id: int
    state: str
    created_at: int
    creator: str
    description: str = ""
    environment_url: str = ""
    log_url: str = ""


@dataclass(slots=True)
class Deployment:
    """A deployment with its statuses, oldest first."""

    id: int
    environment: str
    ref: str
    sha: str
    creator: str
    created_at: int
    updated_at: int
    description: str = ""
    task: str = "deploy"
    payload: object = ""
    statuses: list[DeploymentStatus] = field(default_factory=list)

    @property
    def state(self) -> str:
        return self.statuses[-1].state if self.statuses else "pending"


@dataclass(slots=True)
class Secret:
    """A secret: the name and its times. The value is opened once to prove that it was sealed right, then dropped."""

    name: str
    created_at: int
    updated_at: int


@dataclass(slots=True)
class Variable:
    """A variable that workflows read."""

    name: str
    value: str
    created_at: int
    updated_at: int


@dataclass(slots=True)
class Label:
    """A label of the repository."""

    id: int
    name: str
    color: str
    description: str


@dataclass(slots=True)
class Environment:
    """A deployment environment with its secrets."""

    id: int
    name: str
    created_at: int
    url: str
    secrets: dict[str, Secret] = field(default_factory=dict)
    reviewers: tuple[str, ...] = ()  # who must approve what is deployed to it; nobody needs to without them
