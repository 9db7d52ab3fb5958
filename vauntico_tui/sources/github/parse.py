"""GitHub's answers into facts. Raises SourceError where an answer is not what it should be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

import msgspec

from vauntico_tui.base.text import clean
from vauntico_tui.evidence.facts import (
    Branch,
    Comment,
    Deployment,
    FailedJob,
    File,
    Issue,
    IssueDetail,
    PullRequest,
    PullState,
    Repository,
    Run,
    RunSet,
    Secret,
)  # fmt: skip
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import door, failures
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.github import shapes

T = TypeVar("T")
_FULL_NAME = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
FAILED = frozenset({"failure", "timed_out", "startup_failure"})


def read(text: str | bytes | msgspec.Raw, shape: type[T], place: Place, what: str) -> T:
    """A JSON body in its shape. Raises SourceError: html, truncated, or bad_data that names the field."""
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        body = text.encode() if isinstance(text, str) else bytes(text)
        trouble = failures.unread(error, body, place)
        raise SourceError(replace(trouble, cause=f"{what}: {trouble.cause}")) from None


def maybe(text: str | bytes | msgspec.Raw, shape: type[T], place: Place, what: str) -> T | None:
    """`read`, where null is an answer too. Raises SourceError."""
    return read(text, shape | None, place, what)  # type: ignore[arg-type]


# ---- Issues -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IssuesPage:
    """A page of the sweep: issues of both ends, where they go on, and whether an end has none left."""

    repository: Repository
    issues: tuple[Issue, ...]
    total: int
    ended: bool
    newest: str | None
    oldest: str | None
    touched: datetime | None  # the latest update of any issue; told by the first page


def issues_page(node: shapes.IssuesRepository) -> IssuesPage:
    ends = [page for page in (node.newest, node.oldest) if page is not None]
    return IssuesPage(
        repository(node),
        tuple(issue(one) for page in ends for one in page.all()),
        max((page.total_count for page in ends), default=0),
        any(not page.page_info.has_next_page for page in ends) or not ends,
        node.newest.page_info.end_cursor if node.newest else None,
        node.oldest.page_info.end_cursor if node.oldest else None,
        max((door.utc(one.updated_at) for one in node.latest.all()), default=None) if node.latest else None,
    )


def issue(node: shapes.IssueNode) -> Issue:
    return Issue(
        node.number, door.line(node.title), "closed" if node.state.upper() == "CLOSED" else "open",
        door.names(label.name for label in node.labels.all()) if node.labels else (),
        door.names(one.login for one in node.assignees.all()) if node.assignees else (),
        door.utc(node.created_at), door.utc(node.updated_at), door.link(node.url),
        door.utc(node.closed_at) if node.closed_at else None,
        door.name(node.author.login) if node.author else None,
        door.name(node.state_reason.lower()) if node.state_reason else None,
    )  # fmt: skip


def rest_issues(text: str, place: Place) -> tuple[tuple[Issue, ...], int]:
    """The issues of a page, pull requests left out, and how long the page is with them."""
    page = read(text, list[shapes.RestIssue], place, "issues")
    found = tuple(
        Issue(
            one.number, door.line(one.title), "closed" if one.state == "closed" else "open",
            door.names(label if isinstance(label, str) else label.name for label in one.labels),
            door.names(who.login for who in one.assignees or ()),
            door.utc(one.created_at), door.utc(one.updated_at), door.link(one.html_url),
            door.utc(one.closed_at) if one.closed_at else None,
            door.name(one.user.login) if one.user else None,
            door.name(one.state_reason) if one.state_reason else None,
        )
        for one in page if one.pull_request is None
    )  # fmt: skip
    return found, len(page)


def repository(node: shapes.IssuesRepository) -> Repository:
    if _FULL_NAME.fullmatch(node.name_with_owner) is None:
        cause = f"GitHub names the repository {door.line(node.name_with_owner, 60)!r}"
        raise SourceError(Trouble("bad_data", cause, "check that [github] url leads to GitHub's API"))
    branch = node.default_branch_ref.name if node.default_branch_ref else "main"
    return Repository(door.line(node.name_with_owner), door.name(branch), door.link(node.url))


def issue_detail(node: shapes.DetailNode) -> IssueDetail:
    told = [one for one in node.comments.nodes or () if one is not None]
    comments = tuple(
        Comment(
            door.name(one.author.login) if one.author else None,
            door.body(one.body), door.utc(one.created_at), door.link(one.url),
        )
        for one in told
    )  # fmt: skip
    return IssueDetail(node.number, door.body(node.body), comments, max(0, node.comments.total_count - len(told)))


# ---- Runs -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs, and GraphQL's ids of them."""

    value: RunSet
    node_ids: Mapping[int, str]


def runs(text: str, place: Place) -> Runs:
    told = read(text, shapes.RestRuns, place, "workflow runs")
    found = [
        Run(
            one.id, one.run_number, one.run_attempt, door.name(one.name or one.path.rpartition("/")[2] or "workflow"),
            door.name(one.path.partition("@")[0].rpartition("/")[2]), door.name(one.head_branch or ""),
            door.name(one.event), door.name(one.status or "unknown"),
            door.name(one.conclusion) if one.conclusion else None, door.line(one.head_sha, 64),
            door.line(one.display_title), door.link(one.html_url), door.utc(one.created_at),
            door.utc(one.run_started_at or one.created_at), door.utc(one.updated_at),
            door.name(one.actor.login) if one.actor else None,
        )
        for one in told.workflow_runs
    ]  # fmt: skip
    found.sort(key=lambda run: (run.created_at, run.id), reverse=True)
    return Runs(RunSet(tuple(found), told.total_count), {one.id: one.node_id for one in told.workflow_runs})


def with_jobs(value: RunSet, jobs: Mapping[tuple[int, int], tuple[FailedJob, ...]]) -> RunSet:
    """The runs with the failed jobs known of them, by (run id, attempt)."""
    found = tuple(
        replace(run, failed_jobs=jobs[run.id, run.attempt]) if jobs.get((run.id, run.attempt)) else run
        for run in value.runs
    )
    return RunSet(found, value.total)


def _reason(notes: Iterable[str]) -> str | None:
    told = [door.line(note, 200) for note in notes if note.strip()]
    telling = [note for note in told if not note.startswith("Process completed with exit code")]
    return next(iter(telling or told), None)


def failed_jobs(node: shapes.RunNode) -> tuple[FailedJob, ...]:
    checks = node.check_suite.check_runs.all() if node.check_suite and node.check_suite.check_runs else []
    return tuple(
        FailedJob(
            door.name(one.name),
            next((door.line(step.name, 120) for step in (one.steps.all() if one.steps else ())
                  if (step.conclusion or "").lower() in FAILED), None),
            door.link(one.details_url),
            _reason(note.message for note in (one.annotations.all() if one.annotations else ())),
            one.database_id,
        )
        for one in checks if (one.conclusion or "").lower() in FAILED
    )  # fmt: skip


def rest_jobs(text: str, place: Place) -> tuple[FailedJob, ...]:
    return tuple(
        FailedJob(
            door.name(one.name),
            next((door.line(step.name, 120) for step in one.steps or () if step.conclusion in FAILED), None),
            door.link(one.html_url), None, one.id,
        )
        for one in read(text, shapes.RestJobs, place, "jobs").jobs if one.conclusion in FAILED
    )  # fmt: skip


# ---- Pull requests, deployments, branches, files, secrets --------------------------------------------------------

_CHECKS = {"SUCCESS": "success", "FAILURE": "failure", "ERROR": "failure", "PENDING": "pending", "EXPECTED": "pending"}
_BAD = {"FAILURE", "ERROR", "TIMED_OUT", "STARTUP_FAILURE", "ACTION_REQUIRED", "CANCELLED"}


def pull(node: shapes.PullNode) -> PullRequest:
    commits = node.commits.all() if node.commits else []
    rollup = commits[-1].commit.status_check_rollup if commits else None
    failing = [
        door.name(one.name or one.context or "check")
        for one in (rollup.contexts.all() if rollup and rollup.contexts else ())
        if (one.conclusion or one.state or "").upper() in _BAD
    ]
    return PullRequest(
        node.number, door.line(node.title), door.body(node.body), door.name(node.author.login) if node.author else None,
        door.name(node.head_ref_name), door.name(node.base_ref_name), node.is_draft,
        door.names(label.name for label in node.labels.all()) if node.labels else (),
        door.utc(node.created_at), door.utc(node.updated_at), door.link(node.url),
        _CHECKS.get(rollup.state.upper(), "pending") if rollup else None, tuple(failing),
    )  # fmt: skip


def deployment(node: shapes.DeploymentNode, refs: Mapping[int, str], repository_url: str) -> Deployment:
    status, known = node.latest_status, node.database_id or 0
    ref = refs.get(known) or (node.ref.name if node.ref else node.commit_oid[:7])
    state = door.name((status.state if status else "unknown").lower())
    environment = door.name(node.environment or "")
    page = f"{repository_url}/deployments/{quote(environment, safe='')}" if repository_url else ""
    told = door.line((status.description if status else None) or node.description or "")
    return Deployment(
        known, environment, door.name(ref), door.line(node.commit_oid, 64), state, door.utc(node.created_at),
        door.utc(max(node.updated_at, status.updated_at) if status and status.updated_at else node.updated_at),
        door.link(status.log_url if status else None) or door.link(page),
        door.name(node.creator.login) if node.creator else None, told,
    )  # fmt: skip


def branch(name: str, ref: shapes.Ref | None, pulls: Iterable[shapes.BranchPull], repository_url: str) -> Branch:
    pulls = list(pulls)
    merged = max((one for one in pulls if one.merged_at is not None), key=lambda one: str(one.merged_at), default=None)
    opened = next((one.number for one in pulls if one.state.upper() == "OPEN"), None)
    page = f"{repository_url}/tree/{quote(name)}" if repository_url else ""
    return Branch(
        name, ref is not None, door.line(ref.target.oid, 64) if ref and ref.target else None, door.link(page) or None,
        merged.number if merged else None, door.utc(merged.merged_at) if merged and merged.merged_at else None,
        door.name(merged.base_ref_name) if merged else None, opened,
    )  # fmt: skip


def pull_state(number: int, node: shapes.PullByNumber | None) -> PullState:
    if node is None:
        return PullState(number, "missing")
    state = "merged" if node.merged_at or node.state.upper() == "MERGED" else node.state.lower()
    return PullState(
        number, door.name(state), door.link(node.url) or None, door.utc(node.merged_at) if node.merged_at else None
    )


def file(path: str, ref: str, text: str | None, known: Repository) -> File:
    shown = known.default_branch if ref == "HEAD" else ref
    page = f"{known.url}/blob/{quote(shown)}/{quote(path)}" if known.url else ""
    return File(path, ref, None if text is None else clean(text, 2_000_000), door.link(page) or None)


def secrets(text: str, scope: str, place: Place) -> tuple[Secret, ...]:
    told = read(text, shapes.RestSecrets, place, "secret names")
    return tuple(Secret(door.name(one.name), door.utc(one.updated_at), scope) for one in told.secrets)


def heads(text: str, place: Place) -> dict[str, str]:
    """Branch names and their commits."""
    told = read(text, list[shapes.RestRef], place, "branches")
    return {one.ref.removeprefix("refs/heads/"): one.object.sha for one in told}


def deployment_refs(text: str, place: Place) -> dict[int, str]:
    return {one.id: one.ref for one in read(text, list[shapes.RestDeployment], place, "deployments")}
