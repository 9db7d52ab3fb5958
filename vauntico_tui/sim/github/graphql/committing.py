"""Mutations of branches, files and pull requests: commits on a branch, refs, a pull request opened or changed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from vauntico_tui.sim.github.call import ApiError
from vauntico_tui.sim.github.graphql.objects import Info, Ref, Resolver, find_ref, missing
from vauntico_tui.sim.github.graphql.root import lookup
from vauntico_tui.sim.github.opening import check_ref_name, open_pull
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.protection import ProtectedError, refuse_deletion, refuse_push
from vauntico_tui.sim.world.records import Pull
from vauntico_tui.sim.world.world import World

_WORKFLOWS = ".github/workflows/"


def _refuse(message: str, kind: str = "UNPROCESSABLE") -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})


def _echo(input: Mapping[str, Any]) -> dict[str, Any]:
    return {"clientMutationId": input.get("clientMutationId")}


def _branch(info: Info, wanted: Mapping[str, Any]) -> Ref:
    """The branch that a commit goes to, by node id or by repository and name."""
    world = info.context.world
    if wanted.get("id"):
        ref = lookup(world, wanted["id"])
        if not isinstance(ref, Ref):
            raise missing("a node", f"with the global id of '{wanted['id']}'")
        return ref
    named = wanted.get("repositoryNameWithOwner") or ""
    if named.casefold() != world.full_name:
        raise missing("a Repository", f"with the name '{named}'")
    name = wanted.get("branchName") or ""
    ref = find_ref(world, f"heads/{name}")
    if ref is None:
        raise _refuse(f'A ref named "refs/heads/{name}" does not exist in the repository.', "NOT_FOUND")
    return ref


def _files(info: Info, input: Mapping[str, Any], held: Mapping[str, str]) -> dict[str, bytes | None]:
    """What the commit changes. Raises GraphQLError for a path or a content that GitHub refuses."""
    given = input.get("fileChanges") or {}
    changed: dict[str, bytes | None] = {}
    for one in given.get("deletions") or ():
        if one["path"] not in held:
            raise _refuse(f"A path was requested for deletion which does not exist: {one['path']}")
        changed[one["path"]] = None
    for one in given.get("additions") or ():
        path = one["path"]
        if path.startswith("/") or any(part in ("", ".", "..", ".git") for part in path.split("/")):
            raise _refuse(f"The path '{path}' contains a malformed path component")
        try:
            changed[path] = base64.b64decode(one["contents"], validate=True)
        except (binascii.Error, ValueError):
            raise _refuse("File contents must be base64 encoded") from None
    scopes = info.context.account.scopes
    for path in changed:
        if path.startswith(_WORKFLOWS) and scopes is not None and "workflow" not in scopes:
            raise _refuse(
                f"refusing to allow a Personal Access Token to create or update workflow `{path}` "
                "without `workflow` scope",
                "FORBIDDEN",
            )
    return changed


def _commit(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    """createCommitOnBranch."""
    world, by = info.context.world, info.context.account.login
    ref = _branch(info, input["branch"])
    branch = ref.name.removeprefix("heads/")
    if input["expectedHeadOid"] != ref.sha:
        expected = input["expectedHeadOid"]
        raise _refuse(f'Expected branch to point to "{expected}" but it did not.  Pull and try again.', "STALE_DATA")
    _guard(world, branch, by)
    files = _files(info, input, world.git.commits[ref.sha].files)
    message = input["message"]["headline"]
    if not message.strip():
        raise _refuse("A commit message headline is required")
    if input["message"].get("body"):
        message += f"\n\n{input['message']['body']}"
    made = changes.commit_files(world, branch, files, message, by)
    return {**_echo(input), "commit": made, "ref": Ref(ref.name, made.sha)}


def _guard(world: World, branch: str, by: str, *, force: bool = False) -> None:
    try:
        refuse_push(world, branch, by, force=force)
    except ProtectedError as refusal:
        message = f"protected branch '{branch}' check failed:\n{refusal}"
        raise _refuse(message, "BRANCH_PROTECTION_RULE_VIOLATION") from None


def _own(info: Info, text: str) -> World:
    world: World = info.context.world
    if lookup(info.context.world, text) is not info.context.world:
        raise missing("a node", f"with the global id of '{text}'")
    return world


def _ref(info: Info, text: str) -> Ref:
    ref = lookup(info.context.world, text)
    if not isinstance(ref, Ref):
        raise missing("a node", f"with the global id of '{text}'")
    return ref


def _create_ref(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    world, name = _own(info, input["repositoryId"]), input["name"]
    bare = check_ref_name(name)
    if bare is None:
        raise _refuse(f"{name} is not a valid ref name.")
    if bare in world.git.refs:
        raise _refuse(f'A ref named "{name}" already exists in the repository.')
    if input["oid"] not in world.git.commits:
        raise _refuse("Object does not exist", "NOT_FOUND")
    changes.set_ref(world, bare, input["oid"], info.context.account.login)
    return {**_echo(input), "ref": Ref(bare, input["oid"])}


def _update_ref(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    world, ref, oid = info.context.world, _ref(info, input["refId"]), input["oid"]
    if oid not in world.git.commits:
        raise _refuse("Object does not exist", "NOT_FOUND")
    forced = world.git.merge_base(ref.sha, oid) != ref.sha
    if forced and not input.get("force"):
        raise _refuse("Update is not a fast forward")
    _guard(world, ref.name.removeprefix("heads/"), info.context.account.login, force=forced)
    changes.set_ref(world, ref.name, oid, info.context.account.login)
    return {**_echo(input), "ref": Ref(ref.name, oid)}


def _delete_ref(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    world, ref = info.context.world, _ref(info, input["refId"])
    branch = ref.name.removeprefix("heads/")
    if branch == world.default_branch:
        raise _refuse("Cannot delete the default branch")
    try:
        refuse_deletion(world, branch)
    except ProtectedError as refusal:
        raise _refuse(str(refusal), "BRANCH_PROTECTION_RULE_VIOLATION") from None
    changes.delete_ref(world, ref.name, info.context.account.login)
    return _echo(input)


def _open_pull(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    world = _own(info, input["repositoryId"])
    try:
        pull = open_pull(
            world,
            info.context.account.login,
            title=input["title"],
            body=input.get("body") or "",
            head=input["headRefName"].rpartition(":")[2],
            base=input["baseRefName"].removeprefix("refs/heads/"),
            draft=bool(input.get("draft")),
        )
    except ApiError as refusal:
        errors = [str(one.get("message") or one.get("field")) for one in refusal.errors if isinstance(one, dict)]
        raise _refuse("; ".join(errors) or refusal.message) from None
    return {**_echo(input), "pullRequest": pull}


def _change_pull(_: Any, info: Info, input: dict[str, Any]) -> dict[str, Any]:
    world, pull = info.context.world, lookup(info.context.world, input["pullRequestId"])
    if not isinstance(pull, Pull):
        raise missing("a node", f"with the global id of '{input['pullRequestId']}'")
    if input.get("title") is not None:
        pull.title = input["title"]
    if input.get("body") is not None:
        pull.body = input["body"]
    if input.get("state"):
        if pull.merged_at is not None:
            raise _refuse("Could not reopen a merged pull request")
        changes.set_state(world, pull, input["state"].lower(), None, info.context.account.login)
    pull.updated_at = world.now
    world.touch()
    return {**_echo(input), "pullRequest": pull}


COMMITTING: dict[str, Resolver] = {
    "createCommitOnBranch": _commit,
    "createRef": _create_ref,
    "updateRef": _update_ref,
    "deleteRef": _delete_ref,
    "createPullRequest": _open_pull,
    "updatePullRequest": _change_pull,
}
