"""Mutations: what `gh` does to issues and pull requests."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from vauntico_tui.sim.github.graphql.committing import COMMITTING
from vauntico_tui.sim.github.graphql.connection import Edge, cursor
from vauntico_tui.sim.github.graphql.objects import Info, Resolver, missing
from vauntico_tui.sim.github.graphql.root import lookup
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.protection import ProtectedError, refuse_merge
from vauntico_tui.sim.world.records import Issue, Label, Pull, Thread


def _thread(info: Info, text: str, kind: type[Thread]) -> Any:
    found = lookup(info.context.world, text)
    if not isinstance(found, kind):
        raise missing("a node", f"with the global id of '{text}'")
    return found


def _close(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    issue = _thread(info, input["issueId"], Issue)
    reason = (input.get("stateReason") or "COMPLETED").lower()
    changes.set_state(info.context.world, issue, "closed", reason, info.context.account.login)
    return {**_echo(input), "issue": issue}


def _reopen(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    issue = _thread(info, input["issueId"], Issue)
    changes.set_state(info.context.world, issue, "open", None, info.context.account.login)
    return {**_echo(input), "issue": issue}


def _comment(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    thread = _thread(info, input["subjectId"], Thread)
    made = changes.add_comment(info.context.world, thread, info.context.account.login, input["body"])
    edge = Edge(made, cursor((float(len(thread.comments) - 1),)))
    return {**_echo(input), "commentEdge": edge, "subject": thread}


def _create(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    world = info.context.world
    if lookup(world, input["repositoryId"]) is not world:
        raise missing("a node", f"with the global id of '{input['repositoryId']}'")
    labels = [lookup(world, one) for one in input.get("labelIds") or ()]
    names = [label.name for label in labels if isinstance(label, Label)]
    made = changes.open_issue(world, input["title"], input.get("body") or "", info.context.account.login, names)
    return {**_echo(input), "issue": made}


def _close_pull(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    pull = _thread(info, input["pullRequestId"], Pull)
    changes.set_state(info.context.world, pull, "closed", None, info.context.account.login)
    return {**_echo(input), "pullRequest": pull}


def _merge(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    pull = _thread(info, input["pullRequestId"], Pull)
    if pull.state != "open" or pull.draft:
        raise GraphQLError("Pull Request is not mergeable", extensions={"type": "UNPROCESSABLE"})
    if input.get("expectedHeadOid") not in (None, pull.head_sha):
        raise GraphQLError("Head branch was modified. Review and try the merge again.")
    method = (input.get("mergeMethod") or "MERGE").lower()
    title, text = input.get("commitHeadline") or "", input.get("commitBody") or ""
    login = info.context.account.login
    try:
        refuse_merge(info.context.world, pull, login)
        changes.merge_pull(info.context.world, pull, login, method=method, title=title, text=text)
    except changes.ConflictError:
        raise GraphQLError("Pull Request is not mergeable", extensions={"type": "UNPROCESSABLE"}) from None
    except ProtectedError as refusal:
        raise GraphQLError(str(refusal), extensions={"type": "UNPROCESSABLE"}) from None
    return {**_echo(input), "pullRequest": pull}


def _relabel(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """Add or remove labels, as the field's name says."""
    thread = _thread(info, input["labelableId"], Thread)
    found = [lookup(info.context.world, one) for one in input["labelIds"]]
    names = [label.name for label in found if isinstance(label, Label)]
    if info.field_name.startswith("add"):
        changes.set_labels(info.context.world, thread, [*thread.labels, *names])
    else:
        changes.set_labels(info.context.world, thread, [one for one in thread.labels if one not in names])
    return {**_echo(input), "labelable": thread}


def _echo(input: dict[str, Any]) -> dict[str, Any]:
    return {"clientMutationId": input.get("clientMutationId")}


MUTATIONS: dict[str, Resolver] = {
    **COMMITTING,
    "closeIssue": _close,
    "reopenIssue": _reopen,
    "addComment": _comment,
    "createIssue": _create,
    "closePullRequest": _close_pull,
    "mergePullRequest": _merge,
    "addLabelsToLabelable": _relabel,
    "removeLabelsFromLabelable": _relabel,
}
