"""Where queries begin, objects by their node id, and which table answers for which type."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from vauntico_tui.sim.github.graphql.checks import (
    ANNOTATION,
    CHECK,
    DEPLOYMENT,
    PULL_COMMIT,
    ROLLUP,
    RUN,
    STATUS,
    STEP,
    SUITE,
    WORKFLOW,
)
from vauntico_tui.sim.github.graphql.connection import edges, nodes, page_info
from vauntico_tui.sim.github.graphql.git import ACTOR, BLOB, COMMIT, COMPARISON, ENTRY, PROTECTION, REF, TREE
from vauntico_tui.sim.github.graphql.objects import (
    Blob,
    Check,
    Comparison,
    Context,
    Info,
    PullCommit,
    Ref,
    Resolver,
    Rollup,
    Suite,
    Tree,
    missing,
    person,
)
from vauntico_tui.sim.github.graphql.repository import REPOSITORY
from vauntico_tui.sim.github.graphql.threads import COMMENT, ISSUE, LABEL, PULL, USER
from vauntico_tui.sim.github.shapes import read_node_id
from vauntico_tui.sim.world.git import Commit, TreeEntry, stamp
from vauntico_tui.sim.world.people import PEOPLE, Person
from vauntico_tui.sim.world.protection import Protection
from vauntico_tui.sim.world.records import (
    Comment,
    Deployment,
    DeploymentStatus,
    Issue,
    Label,
    Pull,
    Run,
)
from vauntico_tui.sim.world.workflows import (
    WORKFLOWS_BY_ID,
    StepView,
    WorkflowSpec,
    jobs_of,
    run_of_job,
    run_of_suite,
)
from vauntico_tui.sim.world.world import World


def _repository(_: Any, info: Info, owner: str, name: str, **_followed: bool) -> World:
    world: World = info.context.world
    scopes = info.context.account.scopes
    if f"{owner}/{name}".casefold() != world.full_name or (scopes is not None and "repo" not in scopes):
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
        case "BPR":
            return next((held for held in world.protections.values() if held.id == number), None)
        case "REF":
            return Ref(key, world.git.refs[key]) if key in world.git.refs else None
    return None


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
    "BranchProtectionRule": PROTECTION, "RefUpdateRule": PROTECTION, "Comparison": COMPARISON, "GitActor": ACTOR,
    "DeploymentStatus": STATUS, "StatusCheckRollup": ROLLUP, "PullRequestCommit": PULL_COMMIT,
}  # fmt: skip

TYPES: dict[type, str] = {
    World: "Repository", Issue: "Issue", Pull: "PullRequest", Comment: "IssueComment", Label: "Label", Ref: "Ref",
    Commit: "Commit", Blob: "Blob", Tree: "Tree", TreeEntry: "TreeEntry", Run: "WorkflowRun",
    WorkflowSpec: "Workflow", Suite: "CheckSuite", Check: "CheckRun", StepView: "CheckStep",
    Deployment: "Deployment", DeploymentStatus: "DeploymentStatus", Rollup: "StatusCheckRollup",
    PullCommit: "PullRequestCommit", Protection: "BranchProtectionRule", Comparison: "Comparison",
}  # fmt: skip


def type_of(value: Any, info: Info, abstract: Any) -> str | None:
    """The GraphQL type of an object, for interfaces and unions."""
    if isinstance(value, Person):
        return value.type
    return TYPES.get(type(value))
