"""GitHub's answers as typed shapes; msgspec reads them, skips what is not asked for, and names what is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec

T = TypeVar("T")
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Login(msgspec.Struct):
    login: str


class Named(msgspec.Struct):
    name: str


class Nodes(msgspec.Struct, Generic[T]):
    nodes: list[T | None] | None = None

    def all(self) -> list[T]:
        return [node for node in self.nodes or [] if node is not None]


class Counted(msgspec.Struct, rename="camel"):
    total_count: int


class PageInfo(msgspec.Struct, rename="camel"):
    has_next_page: bool
    end_cursor: str | None = None


class Page(msgspec.Struct, Generic[T], rename="camel"):
    page_info: PageInfo
    nodes: list[T | None] | None = None
    total_count: int = 0

    def all(self) -> list[T]:
        return [node for node in self.nodes or [] if node is not None]


# ---- GraphQL ----------------------------------------------------------------------------------------------------


class Error(msgspec.Struct):
    message: str = ""
    type: str = ""
    path: list[Any] | None = None


class Result(msgspec.Struct):
    data: dict[str, msgspec.Raw] | None = None
    errors: list[Error] | None = None
    message: str = ""


class IssueNode(msgspec.Struct, rename="camel"):
    number: int
    title: str
    state: str
    created_at: Instant
    updated_at: Instant
    url: str
    labels: Nodes[Named] | None = None
    assignees: Nodes[Login] | None = None
    closed_at: Instant | None = None
    author: Login | None = None
    state_reason: str | None = None


class Touched(msgspec.Struct, rename="camel"):
    updated_at: Instant


class IssuesRepository(msgspec.Struct, rename="camel"):
    name_with_owner: str
    url: str
    newest: Page[IssueNode] | None = None
    oldest: Page[IssueNode] | None = None
    latest: Nodes[Touched] | None = None
    default_branch_ref: Named | None = None
    has_issues_enabled: bool = True


class CommentNode(msgspec.Struct, rename="camel"):
    created_at: Instant
    body: str = ""
    url: str = ""
    author: Login | None = None


class Comments(msgspec.Struct, rename="camel"):
    total_count: int = 0
    nodes: list[CommentNode | None] | None = None


class DetailNode(msgspec.Struct):
    number: int
    body: str = ""
    comments: Comments = msgspec.field(default_factory=Comments)


class Step(msgspec.Struct):
    name: str
    conclusion: str | None = None


class Note(msgspec.Struct):
    message: str = ""


class CheckRun(msgspec.Struct, rename="camel"):
    name: str
    conclusion: str | None = None
    database_id: int | None = None
    details_url: str | None = None
    steps: Nodes[Step] | None = None
    annotations: Nodes[Note] | None = None


class Suite(msgspec.Struct, rename="camel"):
    check_runs: Nodes[CheckRun] | None = None


class RunNode(msgspec.Struct, rename="camel"):
    database_id: int | None = None
    check_suite: Suite | None = None


class Context(msgspec.Struct):
    name: str | None = None
    conclusion: str | None = None
    context: str | None = None
    state: str | None = None


class Rollup(msgspec.Struct):
    state: str
    contexts: Nodes[Context] | None = None


class Commit(msgspec.Struct, rename="camel"):
    status_check_rollup: Rollup | None = None


class PullCommit(msgspec.Struct):
    commit: Commit


class PullNode(msgspec.Struct, rename="camel"):
    number: int
    title: str
    head_ref_name: str
    base_ref_name: str
    created_at: Instant
    updated_at: Instant
    url: str
    body: str = ""
    is_draft: bool = False
    author: Login | None = None
    labels: Nodes[Named] | None = None
    commits: Nodes[PullCommit] | None = None


class Status(msgspec.Struct, rename="camel"):
    state: str
    description: str | None = None
    log_url: str | None = None
    environment_url: str | None = None
    updated_at: Instant | None = None


class DeploymentNode(msgspec.Struct, rename="camel"):
    created_at: Instant
    updated_at: Instant
    commit_oid: str
    database_id: int | None = None
    environment: str | None = None
    description: str | None = None
    state: str | None = None
    creator: Login | None = None
    ref: Named | None = None
    latest_status: Status | None = None


class Target(msgspec.Struct):
    oid: str


class Ref(msgspec.Struct):
    target: Target | None = None


class BranchPull(msgspec.Struct, rename="camel"):
    number: int
    state: str
    base_ref_name: str
    merged_at: Instant | None = None


class PullByNumber(msgspec.Struct, rename="camel"):
    number: int
    state: str
    url: str
    merged_at: Instant | None = None


class Object(msgspec.Struct, rename={"kind": "__typename", "is_binary": "isBinary", "is_truncated": "isTruncated"}):
    kind: str
    text: str | None = None
    is_binary: bool | None = None
    is_truncated: bool = False


# ---- REST -------------------------------------------------------------------------------------------------------


class RestIssue(msgspec.Struct):
    number: int
    title: str
    state: str
    created_at: Instant
    updated_at: Instant
    html_url: str
    labels: list[Named | str] = msgspec.field(default_factory=list)
    assignees: list[Login] | None = None
    closed_at: Instant | None = None
    user: Login | None = None
    state_reason: str | None = None
    pull_request: Any = None


class RestRun(msgspec.Struct):
    id: int
    run_number: int
    status: str | None
    conclusion: str | None
    head_sha: str
    html_url: str
    created_at: Instant
    updated_at: Instant
    event: str = ""
    path: str = ""
    name: str | None = None
    head_branch: str | None = None
    display_title: str = ""
    run_attempt: int = 1
    run_started_at: Instant | None = None
    actor: Login | None = None
    node_id: str = ""


class RestRuns(msgspec.Struct):
    total_count: int
    workflow_runs: list[RestRun]


class RestStep(msgspec.Struct):
    name: str
    conclusion: str | None = None


class RestJob(msgspec.Struct):
    id: int
    name: str
    html_url: str | None = None
    conclusion: str | None = None
    steps: list[RestStep] | None = None


class RestJobs(msgspec.Struct):
    jobs: list[RestJob]


class RestDeployment(msgspec.Struct):
    id: int
    ref: str


class RestSecret(msgspec.Struct):
    name: str
    updated_at: Instant


class RestSecrets(msgspec.Struct):
    secrets: list[RestSecret]


class RestTarget(msgspec.Struct):
    sha: str


class RestRef(msgspec.Struct):
    ref: str
    object: RestTarget
