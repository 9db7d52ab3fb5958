"""Fields of the repository."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from vauntico_tui.sim.github.graphql.connection import Connection, Key, connect
from vauntico_tui.sim.github.graphql.objects import (
    Blob,
    Info,
    Ref,
    Resolver,
    Tree,
    find_ref,
    missing,
    thread_state,
    when,
)
from vauntico_tui.sim.github.issues import instant
from vauntico_tui.sim.github.shapes import node_id
from vauntico_tui.sim.world.people import PEOPLE, TEAM
from vauntico_tui.sim.world.records import (
    Deployment,
    Issue,
    Pull,
    Thread,
)
from vauntico_tui.sim.world.world import World


def _ordered(
    threads: Sequence[Any], order: dict[str, str] | None, default: tuple[str, str] = ("CREATED_AT", "ASC")
) -> tuple[list[Any], Key]:
    """Threads in an order, with the key that tells it."""
    field, direction = (order["field"], order["direction"]) if order else default
    sign = -1.0 if direction == "DESC" else 1.0
    keys: dict[str, Key] = {
        "CREATED_AT": lambda one: (sign * one.created_at, sign * one.number),
        "UPDATED_AT": lambda one: (sign * one.updated_at, sign * one.number),
        "COMMENTS": lambda one: (sign * len(one.comments), sign * one.number),
    }
    key = keys.get(field, keys["CREATED_AT"])
    return sorted(threads, key=key), key


def _issues(world: World, info: Info, **args: Any) -> Connection:
    order, states, labels = args.get("orderBy"), args.get("states"), args.get("labels")
    wanted = args.get("filterBy") or {}
    kept = info.context.shapes.orders
    place = (world.version, repr((order, states, labels, wanted)))
    if place not in kept:
        if len(kept) > 16:
            kept.clear()
        found = [issue for issue in world.issues() if _fits(issue, states, labels) and _passes(issue, wanted)]
        kept[place] = _ordered(found, order)
    items, key = kept[place]
    return connect(items, args, key)


def _fits(thread: Thread, states: list[str] | None, labels: list[str] | None) -> bool:
    if states is not None and thread_state(thread) not in states:
        return False
    return labels is None or bool({label.casefold() for label in labels} & {one.casefold() for one in thread.labels})


def _passes(issue: Issue, wanted: dict[str, Any]) -> bool:
    """filterBy."""
    if wanted.get("mentioned"):
        return False
    if wanted.get("createdBy") and issue.author != wanted["createdBy"]:
        return False
    match wanted.get("assignee"):
        case None:
            pass
        case "*":
            if not issue.assignees:
                return False
        case login:
            if login not in issue.assignees:
                return False
    if wanted.get("since") and issue.updated_at < instant(wanted["since"]):
        return False
    return _fits(issue, wanted.get("states"), wanted.get("labels"))


def _issue(world: World, info: Info, number: int) -> Issue:
    thread = world.threads.get(number)
    if not isinstance(thread, Issue):
        raise missing("an Issue", f"with the number of {number}")
    return thread


def _pull(world: World, info: Info, number: int) -> Pull:
    thread = world.threads.get(number)
    if not isinstance(thread, Pull):
        raise missing("a PullRequest", f"with the number of {number}")
    return thread


def _either(world: World, info: Info, number: int) -> Thread:
    thread = world.threads.get(number)
    if thread is None:
        raise missing("an issue or pull request", f"with the number of {number}")
    return thread


def pulls(world: World, info: Info, **args: Any) -> Connection:
    found = [
        pull
        for pull in world.pulls()
        if _fits(pull, args.get("states"), args.get("labels"))
        and args.get("headRefName") in (None, "", pull.head)
        and args.get("baseRefName") in (None, "", pull.base)
    ]
    items, key = _ordered(found, args.get("orderBy"))
    return connect(items, args, key)


def _deployments(world: World, info: Info, **args: Any) -> Connection:
    wanted = args.get("environments")
    held = [one for one in world.deployments.values() if not wanted or one.environment in wanted]
    order = args.get("orderBy") or {"direction": "ASC"}
    sign = -1.0 if order["direction"] == "DESC" else 1.0

    def key(one: Deployment) -> tuple[float, ...]:
        return (sign * one.created_at, sign * one.id)

    return connect(sorted(held, key=key), args, key)


def _object(world: World, info: Info, expression: str | None = None, oid: str | None = None) -> Any:
    if oid:
        git = world.git
        return git.commits.get(oid) or (Blob(oid) if oid in git.blobs else Tree(oid) if oid in git.trees else None)
    name, colon, path = (expression or "").partition(":")
    commit = world.git.resolve(world.default_branch if name == "HEAD" else name)
    if commit is None or not colon:
        return commit
    path = path.strip("/")
    if path in commit.files:
        return Blob(commit.files[path])
    tree = commit.tree
    for folder in filter(None, path.split("/")):
        entry = next((e for e in world.git.entries(tree) if e.path == folder and e.type == "tree"), None)
        if entry is None:
            return None
        tree = entry.sha
    return Tree(tree, f"{path}/" if path else "")


def _templates(world: World, info: Info) -> list[dict[str, Any]]:
    """Where GitHub looks for a pull request's template: the root, .github and docs, whatever the case."""
    commit = world.git.commits[world.git.refs[f"heads/{world.default_branch}"]]
    found = sorted(path for path in commit.files if _TEMPLATE.match(path))
    return [
        {"filename": path, "body": world.git.blobs[commit.files[path]].decode("utf-8", "replace")} for path in found
    ]


_TEMPLATE = re.compile(r"((docs|\.github)/)?pull_request_template(\.(md|txt)|/[^/]+\.md)\Z", re.IGNORECASE)


def _refs(world: World, info: Info, **args: Any) -> Connection:
    prefix = args["refPrefix"].removeprefix("refs/")
    query = args.get("query") or ""
    return connect([Ref(name, sha) for name, sha in sorted(world.git.refs.items())
                 if name.startswith(prefix) and query in name], args,
    )  # fmt: skip


def _labels(world: World, info: Info, **args: Any) -> Connection:
    query = (args.get("query") or "").casefold()
    return connect([label for name, label in world.labels.items() if query in name], args)


def _people(world: World, info: Info, **args: Any) -> Connection:
    query = args.get("query") or ""
    return connect([PEOPLE[login] for login in TEAM if query in login], args)


REPOSITORY: dict[str, Resolver] = {
    "id": lambda world, info: node_id("R", world.repository_id),
    "databaseId": lambda world, info: world.repository_id,
    "name": lambda world, info: world.name,
    "nameWithOwner": lambda world, info: world.full_name,
    "owner": lambda world, info: PEOPLE[world.owner],
    "url": lambda world, info: info.context.shapes.repo_html,
    "sshUrl": lambda world, info: info.context.shapes.repository()["ssh_url"],
    "description": lambda world, info: info.context.shapes.minimal_repository()["description"],
    "isPrivate": lambda world, info: True,
    "isFork": lambda world, info: False,
    "isArchived": lambda world, info: False,
    "hasIssuesEnabled": lambda world, info: True,
    "hasWikiEnabled": lambda world, info: False,
    "viewerPermission": lambda world, info: "ADMIN",
    "defaultBranchRef": lambda world, info: find_ref(world, world.default_branch),
    "parent": lambda world, info: None,
    "mergeCommitAllowed": lambda world, info: True,
    "rebaseMergeAllowed": lambda world, info: True,
    "squashMergeAllowed": lambda world, info: True,
    "createdAt": lambda world, info: when(world.created_at),
    "pushedAt": lambda world, info: when(world.pushed_at),
    "updatedAt": lambda world, info: when(world.pushed_at),
    "issue": _issue,
    "issues": _issues,
    "issueOrPullRequest": _either,
    "pullRequest": _pull,
    "pullRequests": pulls,
    "deployments": _deployments,
    "object": _object,
    "ref": lambda world, info, **args: find_ref(world, args["qualifiedName"]),
    "refs": _refs,
    "branchProtectionRules": lambda world, info, **args: connect(list(world.protections.values()), args),
    "pullRequestTemplates": _templates,
    "viewerCanAdminister": lambda world, info: True,
    "deleteBranchOnMerge": lambda world, info: False,
    "label": lambda world, info, name: world.labels.get(name.casefold()),
    "labels": _labels,
    "assignableUsers": _people,
}
