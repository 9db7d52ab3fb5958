"""How each field of the schema is answered. Records of the world are the objects; thin wrappers where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLResolveInfo

from vauntico_tui.sim.github.graphql.connection import Connection, Key, connect, edges, nodes, page_info
from vauntico_tui.sim.github.issues import instant
from vauntico_tui.sim.github.shapes import Shapes, node_id, read_node_id
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.git import Commit, TreeEntry, stamp
from vauntico_tui.sim.world.people import PEOPLE, TEAM, Person
from vauntico_tui.sim.world.records import (
    Comment,
    Deployment,
    DeploymentStatus,
    Issue,
    Label,
    Pull,
    Run,
    Thread,
)
from vauntico_tui.sim.world.workflows import (
    WORKFLOWS,
    WORKFLOWS_BY_ID,
    JobView,
    StepView,
    WorkflowSpec,
    jobs_of,
    run_of_job,
    run_of_suite,
    suite_id,
)
from vauntico_tui.sim.world.world import World

if TYPE_CHECKING:
    from vauntico_tui.sim.github.limits import Account

Info = GraphQLResolveInfo
Resolver = Callable[..., Any]


@dataclass(slots=True)
class Context:
    """What every resolver may look at."""

    world: World
    shapes: Shapes
    account: Account
    cost: int
    node_count: int


@dataclass(frozen=True, slots=True)
class Ref:
    """A branch or tag by its full name without refs/."""

    name: str
    sha: str


@dataclass(frozen=True, slots=True)
class Suite:
    """A check suite: a run seen by the checks API."""

    run: Run


@dataclass(frozen=True, slots=True)
class Check:
    """A check run: a job seen by the checks API."""

    run: Run
    job: JobView


@dataclass(frozen=True, slots=True)
class Blob:
    sha: str


@dataclass(frozen=True, slots=True)
class Tree:
    sha: str


@dataclass(frozen=True, slots=True)
class Rollup:
    """The checks of a commit, taken together."""

    commit: Commit
    runs: Sequence[Run]


@dataclass(frozen=True, slots=True)
class PullCommit:
    pull: Pull
    commit: Commit


def when(value: int | None) -> str | None:
    return None if value is None else stamp(value)


def missing(kind: str, what: str) -> GraphQLError:
    """GitHub's NOT_FOUND."""
    return GraphQLError(f"Could not resolve to {kind} {what}.", extensions={"type": "NOT_FOUND"})


# ---- the root -------------------------------------------------------------------------------------------------------


def _repository(_: Any, info: Info, owner: str, name: str, **_followed: bool) -> World:
    world: World = info.context.world
    if f"{owner}/{name}".casefold() != world.full_name:
        raise missing("a Repository", f"with the name '{owner}/{name}'")
    return world


def _rate_limit(_: Any, info: Info, **_dry: bool) -> dict[str, Any]:
    context: Context = info.context
    budget = context.account.budget("graphql")
    return {
        "cost": context.cost, "limit": budget.limit, "nodeCount": context.node_count,
        "remaining": max(0, budget.remaining - context.cost), "resetAt": stamp(budget.resets_at),
        "used": budget.used + context.cost,
    }  # fmt: skip


def _node(_: Any, info: Info, id: str) -> Any:
    found = lookup(info.context.world, id)
    if found is None:
        raise missing("a node", f"with the global id of '{id}'")
    return found


def _nodes(_: Any, info: Info, ids: list[str]) -> list[Any]:
    if len(ids) > 100:
        raise GraphQLError(
            f"You may not provide more than 100 node ids; you provided {len(ids)}.",
            extensions={"type": "ARGUMENT_LIMIT"},
        )
    found = [lookup(info.context.world, one) for one in ids]
    return [
        missing("a node", f"with the global id of '{one}'") if held is None else held
        for one, held in zip(ids, found, strict=True)
    ]


def lookup(world: World, text: str) -> Any:
    """The object behind a node id, or None."""
    parts = read_node_id(text)
    if parts is None:
        return None
    prefix, key = parts
    number = int(key) if key.isdigit() and len(key) < 19 else -1
    match prefix:
        case "R":
            return world if number == world.repository_id else None
        case "I" | "PR":
            thread = world.threads.get(number)
            return thread if isinstance(thread, Issue if prefix == "I" else Pull) else None
        case "WFR":
            return world.runs.get(number)
        case "CS":
            run = world.runs.get(run_of_suite(number))
            return Suite(run) if run else None
        case "CR":
            run = world.runs.get(run_of_job(number))
            views = [Check(one, job) for one in ((*run.earlier, run) if run else ()) for job in jobs_of(one, world.now)]
            return next((check for check in views if check.job.id == number), None)
        case "DE":
            return world.deployments.get(number)
        case "LA":
            return next((label for label in world.labels.values() if label.id == number), None)
        case "U":
            return next((person for person in PEOPLE.values() if person.id == number), None)
        case "IC":
            return next((c for thread in world.threads.values() for c in thread.comments if c.id == number), None)
        case "C":
            return world.git.commits.get(key)
        case "W":
            return WORKFLOWS_BY_ID.get(number)
        case "REF":
            return Ref(key, world.git.refs[key]) if key in world.git.refs else None
    return None


# ---- the repository -------------------------------------------------------------------------------------------------


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


def thread_state(thread: Thread) -> str:
    return "MERGED" if isinstance(thread, Pull) and thread.merged_at is not None else thread.state.upper()


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


def _pulls(world: World, info: Info, **args: Any) -> Connection:
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
    return Tree(tree)


def _ref(world: World, info: Info, **args: str) -> Ref | None:
    bare = args["qualifiedName"].removeprefix("refs/")
    for name in (bare, f"heads/{bare}", f"tags/{bare}"):
        if name in world.git.refs:
            return Ref(name, world.git.refs[name])
    return None


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


def person(login: str | None) -> Person | None:
    """A user by login; nobody for None."""
    return None if login is None else PEOPLE.get(login) or Person(4_900_000, login, login)


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
    "defaultBranchRef": lambda world, info: _ref(world, info, qualifiedName=world.default_branch),
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
    "pullRequests": _pulls,
    "deployments": _deployments,
    "object": _object,
    "ref": _ref,
    "refs": _refs,
    "label": lambda world, info, name: world.labels.get(name.casefold()),
    "labels": _labels,
    "assignableUsers": _people,
}

# ---- issues and pull requests ---------------------------------------------------------------------------------------


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
    "baseRef": lambda pull, info: _ref(info.context.world, info, qualifiedName=pull.base),
    "headRepository": lambda pull, info: info.context.world,
    "headRepositoryOwner": lambda pull, info: PEOPLE[info.context.world.owner],
    "isCrossRepository": lambda pull, info: False,
    "commits": _pull_commits,
    "mergeable": _mergeable,
    "mergeStateStatus": lambda pull, info: {"MERGEABLE": "CLEAN", "CONFLICTING": "DIRTY"}.get(
        _mergeable(pull, info), "UNKNOWN"
    ),
    "mergeCommit": lambda pull, info: info.context.world.git.commits.get(pull.merge_sha),
    "additions": _changed,
    "deletions": lambda pull, info: 0,
    "changedFiles": _changed,
    "maintainerCanModify": lambda pull, info: False,
    "statusCheckRollup": lambda pull, info: _rollup(info.context.world.git.commits[pull.head_sha], info),
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

# ---- git ------------------------------------------------------------------------------------------------------------


def _branch_protection(ref: Ref, info: Info) -> None:
    return None


def _associated(ref: Ref, info: Info, **args: Any) -> Connection:
    return _pulls(info.context.world, info, **{**args, "headRefName": ref.name.removeprefix("heads/")})


def _rollup(commit: Commit, info: Info) -> Rollup | None:
    runs = info.context.world.runs_of(commit.sha)
    return Rollup(commit, runs) if runs else None


def _suites(commit: Commit, info: Info, **args: Any) -> Connection:
    return connect([Suite(run) for run in info.context.world.runs_of(commit.sha)], args)


def _history(commit: Commit, info: Info, **args: Any) -> Connection:
    return connect(list(info.context.world.git.log(commit.sha)), args)


REF: dict[str, Resolver] = {
    "id": lambda ref, info: node_id("REF", ref.name),
    "name": lambda ref, info: ref.name.partition("/")[2],
    "prefix": lambda ref, info: f"refs/{ref.name.partition('/')[0]}/",
    "target": lambda ref, info: info.context.world.git.commits[ref.sha],
    "associatedPullRequests": _associated,
    "branchProtectionRule": _branch_protection,
}
COMMIT: dict[str, Resolver] = {
    "id": lambda commit, info: node_id("C", commit.sha),
    "oid": lambda commit, info: commit.sha,
    "abbreviatedOid": lambda commit, info: commit.sha[:7],
    "message": lambda commit, info: commit.message,
    "messageHeadline": lambda commit, info: commit.message.partition("\n")[0],
    "messageBody": lambda commit, info: commit.message.partition("\n")[2].strip(),
    "committedDate": lambda commit, info: stamp(commit.at),
    "authoredDate": lambda commit, info: stamp(commit.at),
    "url": lambda commit, info: f"{info.context.shapes.repo_html}/commit/{commit.sha}",
    "statusCheckRollup": _rollup,
    "checkSuites": _suites,
    "history": _history,
    "tree": lambda commit, info: Tree(commit.tree),
    "parents": lambda commit, info, **args: connect(
        [info.context.world.git.commits[parent] for parent in commit.parents], args
    ),
}


def _bytes(blob: Blob, info: Info) -> bytes:
    data: bytes = info.context.world.git.blobs[blob.sha]
    return data


def _binary(blob: Blob, info: Info) -> bool:
    return b"\0" in _bytes(blob, info)


def _text(blob: Blob, info: Info) -> str | None:
    return None if _binary(blob, info) else _bytes(blob, info).decode("utf-8", "replace")[:512_000]


BLOB: dict[str, Resolver] = {
    "id": lambda blob, info: node_id("B", blob.sha),
    "oid": lambda blob, info: blob.sha,
    "abbreviatedOid": lambda blob, info: blob.sha[:7],
    "text": _text,
    "isBinary": _binary,
    "isTruncated": lambda blob, info: len(_bytes(blob, info)) > 512_000,
    "byteSize": lambda blob, info: len(_bytes(blob, info)),
}
TREE: dict[str, Resolver] = {
    "id": lambda tree, info: node_id("T", tree.sha),
    "oid": lambda tree, info: tree.sha,
    "abbreviatedOid": lambda tree, info: tree.sha[:7],
    "entries": lambda tree, info: list(info.context.world.git.entries(tree.sha)),
}
ENTRY: dict[str, Resolver] = {
    "mode": lambda entry, info: int(entry.mode, 8),
    "name": lambda entry, info: entry.path,
    "oid": lambda entry, info: entry.sha,
    "object": lambda entry, info: Blob(entry.sha) if entry.type == "blob" else Tree(entry.sha),
}

# ---- runs, checks, deployments --------------------------------------------------------------------------------------


def _conclusion(value: str | None) -> str | None:
    return value.upper() if value else None


def _status(value: str) -> str:
    return value.upper()


def rollup_state(runs: Sequence[Run]) -> str:
    """One word for all of a commit's runs."""
    if any(run.conclusion in ("failure", "timed_out", "cancelled") for run in runs):
        return "FAILURE"
    return "SUCCESS" if all(run.status == "completed" for run in runs) else "PENDING"


def _contexts(rollup: Rollup, info: Info, **args: Any) -> Connection:
    now = info.context.world.now
    return connect([Check(run, job) for run in rollup.runs for job in jobs_of(run, now)], args)


def _check_runs(suite: Suite, info: Info, **args: Any) -> Connection:
    wanted = args.get("filterBy") or {}
    now = info.context.world.now
    attempts = (*suite.run.earlier, suite.run) if wanted.get("checkType") == "ALL" else (suite.run,)
    found = [Check(run, job) for run in attempts for job in jobs_of(run, now)]
    if wanted.get("checkName"):
        found = [check for check in found if check.job.name == wanted["checkName"]]
    if wanted.get("conclusions"):
        found = [check for check in found if _conclusion(check.job.conclusion) in wanted["conclusions"]]
    statuses = wanted.get("statuses") or ([wanted["status"]] if wanted.get("status") else None)
    if statuses:
        found = [check for check in found if _status(check.job.status) in statuses]
    return connect(found, args)


def _steps(check: Check, info: Info, **args: Any) -> Connection:
    number = args.get("number")
    return connect([step for step in check.job.steps if number in (None, step.number)], args)


def _annotations(check: Check, info: Info, **args: Any) -> Connection:
    return connect(info.context.shapes.annotation(check.run, check.job), args)


def _workflow(run: Run, info: Info) -> WorkflowSpec:
    return WORKFLOWS[run.workflow]


RUN: dict[str, Resolver] = {
    "id": lambda run, info: node_id("WFR", run.id),
    "databaseId": lambda run, info: run.id,
    "runNumber": lambda run, info: run.number,
    "event": lambda run, info: run.event,
    "url": lambda run, info: f"{info.context.shapes.repo_html}/actions/runs/{run.id}",
    "createdAt": lambda run, info: stamp(run.created_at),
    "updatedAt": lambda run, info: stamp(run.updated_at),
    "checkSuite": lambda run, info: Suite(run),
    "workflow": _workflow,
}
WORKFLOW: dict[str, Resolver] = {
    "id": lambda spec, info: node_id("W", spec.id),
    "databaseId": lambda spec, info: spec.id,
    "name": lambda spec, info: spec.name,
    "state": lambda spec, info: "ACTIVE",
    "url": lambda spec, info: f"{info.context.shapes.repo_html}/actions/workflows/{spec.file}",
    "createdAt": lambda spec, info: when(info.context.world.created_at),
    "updatedAt": lambda spec, info: when(info.context.world.created_at),
}
SUITE: dict[str, Resolver] = {
    "id": lambda suite, info: node_id("CS", suite_id(suite.run)),
    "databaseId": lambda suite, info: suite_id(suite.run),
    "status": lambda suite, info: _status(suite.run.status),
    "conclusion": lambda suite, info: _conclusion(suite.run.conclusion),
    "url": lambda suite, info: f"{info.context.shapes.repo_html}/actions/runs/{suite.run.id}",
    "createdAt": lambda suite, info: stamp(suite.run.created_at),
    "updatedAt": lambda suite, info: stamp(suite.run.updated_at),
    "checkRuns": _check_runs,
    "workflowRun": lambda suite, info: suite.run,
    "commit": lambda suite, info: info.context.world.git.commits[suite.run.sha],
    "branch": lambda suite, info: _ref(info.context.world, info, qualifiedName=suite.run.branch),
}
CHECK: dict[str, Resolver] = {
    "id": lambda check, info: node_id("CR", check.job.id),
    "databaseId": lambda check, info: check.job.id,
    "name": lambda check, info: check.job.name,
    "status": lambda check, info: _status(check.job.status),
    "conclusion": lambda check, info: _conclusion(check.job.conclusion),
    "startedAt": lambda check, info: when(check.job.started_at),
    "completedAt": lambda check, info: when(check.job.completed_at),
    "detailsUrl": lambda check, info: info.context.shapes.job_page(check.run, check.job),
    "url": lambda check, info: info.context.shapes.job_page(check.run, check.job),
    "title": lambda check, info: None,
    "steps": _steps,
    "annotations": _annotations,
    "checkSuite": lambda check, info: Suite(check.run),
    "isRequired": lambda check, info, **_: False,
    "externalId": lambda check, info: str(check.job.id),
}
STEP: dict[str, Resolver] = {
    "number": lambda step, info: step.number,
    "name": lambda step, info: step.name,
    "status": lambda step, info: _status(step.status),
    "conclusion": lambda step, info: _conclusion(step.conclusion),
    "startedAt": lambda step, info: when(step.started_at),
    "completedAt": lambda step, info: when(step.completed_at),
}
ANNOTATION: dict[str, Resolver] = {
    "message": lambda one, info: one["message"],
    "title": lambda one, info: one["title"],
    "path": lambda one, info: one["path"],
    "annotationLevel": lambda one, info: "FAILURE",
    "rawDetails": lambda one, info: None,
    "blobUrl": lambda one, info: one["blob_href"],
    "location": lambda one, info: {
        "start": {"line": one["start_line"], "column": None},
        "end": {"line": one["end_line"], "column": None},
    },
}
_DEPLOYED = {"success": "ACTIVE", "in_progress": "IN_PROGRESS"}


def _deployment_state(deployment: Deployment, info: Info) -> str:
    return _DEPLOYED.get(deployment.state, deployment.state.upper())


DEPLOYMENT: dict[str, Resolver] = {
    "id": lambda one, info: node_id("DE", one.id),
    "databaseId": lambda one, info: one.id,
    "environment": lambda one, info: one.environment,
    "originalEnvironment": lambda one, info: one.environment,
    "latestEnvironment": lambda one, info: one.environment,
    "description": lambda one, info: one.description or None,
    "commitOid": lambda one, info: one.sha,
    "commit": lambda one, info: info.context.world.git.commits.get(one.sha),
    "state": _deployment_state,
    "createdAt": lambda one, info: stamp(one.created_at),
    "updatedAt": lambda one, info: stamp(one.updated_at),
    "creator": lambda one, info: person(one.creator),
    "ref": lambda one, info: _ref(info.context.world, info, qualifiedName=one.ref),
    "task": lambda one, info: one.task,
    "payload": lambda one, info: str(one.payload) if one.payload else None,
    "latestStatus": lambda one, info: (one, one.statuses[-1]) if one.statuses else None,
    "statuses": lambda one, info, **args: connect([(one, s) for s in reversed(one.statuses)], args),
}
STATUS: dict[str, Resolver] = {
    "id": lambda pair, info: node_id("DES", pair[1].id),
    "state": lambda pair, info: pair[1].state.upper(),
    "description": lambda pair, info: pair[1].description or None,
    "logUrl": lambda pair, info: pair[1].log_url or None,
    "environmentUrl": lambda pair, info: pair[1].environment_url or None,
    "environment": lambda pair, info: pair[0].environment,
    "createdAt": lambda pair, info: stamp(pair[1].created_at),
    "updatedAt": lambda pair, info: stamp(pair[1].created_at),
    "creator": lambda pair, info: person(pair[1].creator),
    "deployment": lambda pair, info: pair[0],
}
ROLLUP: dict[str, Resolver] = {
    "id": lambda rollup, info: node_id("SCR", rollup.commit.sha),
    "state": lambda rollup, info: rollup_state(rollup.runs),
    "contexts": _contexts,
    "commit": lambda rollup, info: rollup.commit,
}
PULL_COMMIT: dict[str, Resolver] = {
    "id": lambda one, info: node_id("PRC", f"{one.pull.number} {one.commit.sha}"),
    "commit": lambda one, info: one.commit,
    "url": lambda one, info: f"{info.context.shapes.repo_html}/commit/{one.commit.sha}",
}
CONNECTION: dict[str, Resolver] = {
    "edges": edges,
    "nodes": nodes,
    "pageInfo": page_info,
    "totalCount": lambda connection, info: connection.total,
    "checkRunCount": lambda connection, info: connection.total,
    "statusContextCount": lambda connection, info: 0,
}
QUERY: dict[str, Resolver] = {
    "repository": _repository,
    "viewer": lambda _, info: PEOPLE.get(info.context.account.login) or person(info.context.account.login),
    "node": _node,
    "nodes": _nodes,
    "rateLimit": _rate_limit,
}

RESOLVERS: dict[str, dict[str, Resolver]] = {
    "Query": QUERY, "Repository": REPOSITORY, "Issue": ISSUE, "PullRequest": PULL, "IssueComment": COMMENT,
    "Label": LABEL, "User": USER, "Bot": USER, "Organization": USER, "Ref": REF, "Commit": COMMIT, "Blob": BLOB,
    "Tree": TREE, "TreeEntry": ENTRY, "WorkflowRun": RUN, "Workflow": WORKFLOW, "CheckSuite": SUITE,
    "CheckRun": CHECK, "CheckStep": STEP, "CheckAnnotation": ANNOTATION, "Deployment": DEPLOYMENT,
    "DeploymentStatus": STATUS, "StatusCheckRollup": ROLLUP, "PullRequestCommit": PULL_COMMIT,
}  # fmt: skip

TYPES: dict[type, str] = {
    World: "Repository", Issue: "Issue", Pull: "PullRequest", Comment: "IssueComment", Label: "Label", Ref: "Ref",
    Commit: "Commit", Blob: "Blob", Tree: "Tree", TreeEntry: "TreeEntry", Run: "WorkflowRun",
    WorkflowSpec: "Workflow", Suite: "CheckSuite", Check: "CheckRun", StepView: "CheckStep",
    Deployment: "Deployment", DeploymentStatus: "DeploymentStatus", Rollup: "StatusCheckRollup",
    PullCommit: "PullRequestCommit",
}  # fmt: skip


def type_of(value: Any, info: Info, abstract: Any) -> str | None:
    """The GraphQL type of an object, for interfaces and unions."""
    if isinstance(value, Person):
        return value.type
    return TYPES.get(type(value))
