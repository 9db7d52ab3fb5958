"""Fields of issues, pull requests, comments, labels and users."""

from __future__ import annotations

from typing import Any

from vauntico_tui.sim.github.graphql.connection import Connection, connect
from vauntico_tui.sim.github.graphql.objects import (
    Info,
    PullCommit,
    Ref,
    Resolver,
    find_ref,
    person,
    rollup_of,
    thread_state,
    when,
)
from vauntico_tui.sim.github.shapes import Shapes, node_id
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.git import stamp
from vauntico_tui.sim.world.people import PEOPLE
from vauntico_tui.sim.world.protection import merge_state
from vauntico_tui.sim.world.records import (
    Pull,
    Thread,
)


def _thread_labels(thread: Thread, info: Info, **args: Any) -> Connection:
    return connect(info.context.world.labels_of(thread.labels), args)


def _assignees(thread: Thread, info: Info, **args: Any) -> Connection:
    return connect([person(login) for login in thread.assignees], args)


def _comments(thread: Thread, info: Info, **args: Any) -> Connection:
    return connect(thread.comments, args)


def _empty(thing: Any, info: Info, **args: Any) -> Connection:
    return connect((), args)


def thread_url(thread: Thread, info: Info) -> str:
    kind = "pull" if isinstance(thread, Pull) else "issues"
    return f"{info.context.shapes.repo_html}/{kind}/{thread.number}"


THREAD: dict[str, Resolver] = {
    "id": lambda thread, info: Shapes.thread_id(thread),
    "databaseId": lambda thread, info: 1_800_000_000 + thread.number,
    "number": lambda thread, info: thread.number,
    "title": lambda thread, info: thread.title,
    "body": lambda thread, info: thread.body,
    "bodyText": lambda thread, info: thread.body,
    "state": lambda thread, info: thread_state(thread),
    "url": thread_url,
    "createdAt": lambda thread, info: stamp(thread.created_at),
    "updatedAt": lambda thread, info: stamp(thread.updated_at),
    "closed": lambda thread, info: thread.state == "closed",
    "closedAt": lambda thread, info: when(thread.closed_at),
    "author": lambda thread, info: person(thread.author),
    "authorAssociation": lambda thread, info: "MEMBER",
    "labels": _thread_labels,
    "assignees": _assignees,
    "comments": _comments,
    "milestone": lambda thread, info: None,
    "locked": lambda thread, info: False,
    "repository": lambda thread, info: info.context.world,
    "reactionGroups": lambda thread, info: [],
}
ISSUE: dict[str, Resolver] = {
    **THREAD,
    "stateReason": lambda thread, info, **_: thread.state_reason.upper() if thread.state_reason else None,
    "parent": lambda thread, info: None,
    "subIssues": _empty,
    "issueType": lambda thread, info: None,
    "blockedBy": _empty,
    "blocking": _empty,
    "subIssuesSummary": lambda thread, info: {"total": 0, "completed": 0, "percentCompleted": 0},
}


def _pull_commits(pull: Pull, info: Info, **args: Any) -> Connection:
    git = info.context.world.git
    base = {one.sha for one in git.log(pull.base_sha)}
    own = [PullCommit(pull, one) for one in git.log(pull.head_sha) if one.sha not in base]
    return connect(own[::-1], args)


def _mergeable(pull: Pull, info: Info) -> str:
    if pull.state != "open":
        return "UNKNOWN"
    return "MERGEABLE" if changes.mergeable(info.context.world, pull) else "CONFLICTING"


def _head_ref(pull: Pull, info: Info) -> Ref | None:
    sha = info.context.world.head(pull.head)
    return Ref(f"heads/{pull.head}", sha) if sha else None


def _changed(pull: Pull, info: Info) -> int:
    git = info.context.world.git
    old, new = git.commits[pull.base_sha].files, git.commits[pull.head_sha].files
    return sum(1 for path in old.keys() | new.keys() if old.get(path) != new.get(path))


PULL: dict[str, Resolver] = {
    **THREAD,
    "merged": lambda pull, info: pull.merged_at is not None,
    "mergedAt": lambda pull, info: when(pull.merged_at),
    "mergedBy": lambda pull, info: person(pull.merged_by),
    "isDraft": lambda pull, info: pull.draft,
    "headRefName": lambda pull, info: pull.head,
    "headRefOid": lambda pull, info: pull.head_sha,
    "baseRefName": lambda pull, info: pull.base,
    "baseRefOid": lambda pull, info: pull.base_sha,
    "headRef": _head_ref,
    "baseRef": lambda pull, info: find_ref(info.context.world, pull.base),
    "headRepository": lambda pull, info: info.context.world,
    "headRepositoryOwner": lambda pull, info: PEOPLE[info.context.world.owner],
    "isCrossRepository": lambda pull, info: False,
    "commits": _pull_commits,
    "mergeable": _mergeable,
    "mergeStateStatus": lambda pull, info: merge_state(info.context.world, pull, info.context.account.login).upper(),
    "mergeCommit": lambda pull, info: info.context.world.git.commits.get(pull.merge_sha),
    "additions": _changed,
    "deletions": lambda pull, info: 0,
    "changedFiles": _changed,
    "maintainerCanModify": lambda pull, info: False,
    "statusCheckRollup": lambda pull, info: rollup_of(
        info.context.world, info.context.world.git.commits[pull.head_sha]
    ),
    "reviewDecision": lambda pull, info: None,
    "reviews": _empty,
    "latestReviews": _empty,
    "reviewRequests": _empty,
    "autoMergeRequest": lambda pull, info: None,
}

COMMENT: dict[str, Resolver] = {
    "id": lambda comment, info: node_id("IC", comment.id),
    "databaseId": lambda comment, info: comment.id,
    "author": lambda comment, info: person(comment.author),
    "authorAssociation": lambda comment, info: "MEMBER",
    "body": lambda comment, info: comment.body,
    "createdAt": lambda comment, info: stamp(comment.created_at),
    "updatedAt": lambda comment, info: stamp(comment.updated_at),
    "url": lambda comment, info: info.context.shapes.comment(comment)["html_url"],
    "includesCreatedEdit": lambda comment, info: comment.updated_at != comment.created_at,
    "isMinimized": lambda comment, info: False,
    "minimizedReason": lambda comment, info: None,
    "reactionGroups": lambda comment, info: [],
    "viewerDidAuthor": lambda comment, info: comment.author == info.context.account.login,
}

LABEL: dict[str, Resolver] = {
    "id": lambda label, info: node_id("LA", label.id),
    "name": lambda label, info: label.name,
    "color": lambda label, info: label.color,
    "description": lambda label, info: label.description,
    "isDefault": lambda label, info: False,
    "url": lambda label, info: f"{info.context.shapes.repo_html}/labels/{label.name}",
}

USER: dict[str, Resolver] = {
    "id": lambda one, info: node_id("U", one.id),
    "databaseId": lambda one, info: one.id,
    "login": lambda one, info: one.login.removesuffix("[bot]"),
    "name": lambda one, info: one.name,
    "url": lambda one, info: f"{info.context.shapes.html}/{one.login}",
    "avatarUrl": lambda one, info, size=0: f"{info.context.shapes.html}/avatars/{one.id}",
    "createdAt": lambda one, info: when(info.context.world.created_at),
}
