"""The git data API: refs, blobs, trees and commits, enough for a pull request with several files."""

from __future__ import annotations

import base64
import binascii

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, invalid
from vauntico_tui.sim.github.opening import check_ref_name
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.protection import ProtectedError, refuse_deletion, refuse_push

router = Router()
REPO = "/repos/{owner}/{repo}"
GIT = REPO + "/git"


def _ref(call: Call) -> str:
    name = call.params["ref"]
    if name not in call.world.git.refs:
        raise ApiError(404, "Not Found")
    return name


@router.add("GET", GIT + "/ref/{ref...}", "git/refs#get-a-reference")
def ref(call: Call) -> object:
    name = _ref(call)
    return call.shapes.ref(name, call.world.git.refs[name])


@router.add("GET", GIT + "/matching-refs/{ref...}", "git/refs#list-matching-references")
def matching_refs(call: Call) -> object:
    names = [name for name in sorted(call.world.git.refs) if name.startswith(call.params["ref"])]
    return Paged(names, lambda name: call.shapes.ref(name, call.world.git.refs[name]))


@router.add("POST", GIT + "/refs", "git/refs#create-a-reference")
def create_ref(call: Call) -> object:
    name, sha = call.text("ref"), call.text("sha")
    bare = check_ref_name(name)
    if bare is None:
        raise ApiError(422, f"{name} is not a valid ref name.")
    if sha not in call.world.git.commits:
        raise ApiError(422, "Object does not exist")
    if bare in call.world.git.refs:
        raise ApiError(422, "Reference already exists")
    changes.set_ref(call.world, bare, sha, call.user)
    return Reply(call.shapes.ref(bare, sha), 201, {"Location": f"{call.shapes.repo_api}/git/{name}"})


@router.add("PATCH", GIT + "/refs/{ref...}", "git/refs#update-a-reference")
def update_ref(call: Call) -> object:
    name, sha, git = call.params["ref"], call.text("sha"), call.world.git
    if name not in git.refs:
        raise ApiError(422, "Reference does not exist")
    if sha not in git.commits:
        raise ApiError(422, "Object does not exist")
    forced = git.merge_base(git.refs[name], sha) != git.refs[name]
    if forced and not call.body.get("force"):
        raise ApiError(422, "Update is not a fast forward")
    try:
        refuse_push(call.world, name.removeprefix("heads/"), call.user, force=forced)
    except ProtectedError as refusal:
        raise ApiError(422, str(refusal)) from None
    changes.set_ref(call.world, name, sha, call.user)
    return call.shapes.ref(name, sha)


@router.add("DELETE", GIT + "/refs/{ref...}", "git/refs#delete-a-reference")
def delete_ref(call: Call) -> object:
    name = call.params["ref"]
    if name not in call.world.git.refs:
        raise ApiError(422, "Reference does not exist")
    if name == f"heads/{call.world.default_branch}":
        raise ApiError(422, "Cannot delete the default branch")
    try:
        refuse_deletion(call.world, name.removeprefix("heads/"))
    except ProtectedError as refusal:
        raise ApiError(422, str(refusal)) from None
    changes.delete_ref(call.world, name, call.user)
    return Reply(status=204)


@router.add("GET", GIT + "/commits/{sha}", "git/commits#get-a-commit-object")
def commit(call: Call) -> object:
    return call.shapes.git_commit(found(call.world.git.commits.get(call.params["sha"])))


@router.add("POST", GIT + "/commits", "git/commits#create-a-commit")
def create_commit(call: Call) -> object:
    world, message, tree = call.world, call.text("message"), call.text("tree")
    parents = tuple(call.texts("parents"))
    if tree not in world.git.trees:
        raise ApiError(422, "Tree SHA does not exist")
    if any(parent not in world.git.commits for parent in parents):
        raise ApiError(422, "Parent SHA does not exist or is not a commit object")
    made = world.git.add_commit(tree, parents, message, call.user, world.now)
    return Reply(call.shapes.git_commit(made), 201, {"Location": f"{call.shapes.repo_api}/git/commits/{made.sha}"})


@router.add("GET", GIT + "/trees/{sha}", "git/trees#get-a-tree")
def tree(call: Call) -> object:
    name, git = call.params["sha"], call.world.git
    held = git.resolve(name)
    sha = name if name in git.trees else held.tree if held else None
    return call.shapes.tree(found(sha), deep=bool(call.query("recursive")))


@router.add("POST", GIT + "/trees", "git/trees#create-a-tree")
def create_tree(call: Call) -> object:
    git = call.world.git
    base = call.text("base_tree", "")
    if base and base not in git.trees:
        held = git.resolve(base)
        base = found(held).tree
    files = dict(git.trees[base]) if base else {}
    entries = call.body.get("tree")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ApiError(422, 'Invalid request.\n\n"tree" wasn\'t supplied.')
    for entry in entries:
        _apply(call, files, entry)
    if not files:
        raise ApiError(422, "Invalid tree info")
    sha = git.add_tree(files)
    call.world.touch()
    return Reply(call.shapes.tree(sha, deep=False), 201, {"Location": f"{call.shapes.repo_api}/git/trees/{sha}"})


def _apply(call: Call, files: dict[str, str], entry: dict[str, object]) -> None:
    path, sha, content = entry.get("path"), entry.get("sha"), entry.get("content")
    if not isinstance(path, str) or not path or path.startswith("/") or ".." in path.split("/"):
        raise invalid("Tree", "invalid", "path", "tree.path contains a malformed path component")
    if path.startswith(".github/workflows/") and call.scopes is not None and "workflow" not in call.scopes:
        raise ApiError(404, "Not Found")
    if entry.get("type", "blob") != "blob":
        raise invalid("Tree", "invalid", "type", "the box takes blobs; name the files of a folder one by one")
    if isinstance(content, str):
        files[path] = call.world.git.add_blob(content.encode())
    elif isinstance(sha, str):
        if sha not in call.world.git.blobs:
            raise ApiError(422, f"tree.sha {sha} is not a valid blob")
        files[path] = sha
    elif "sha" in entry:
        files.pop(path, None)
    else:
        raise ApiError(422, "Must supply either tree.sha or tree.content")


@router.add("GET", GIT + "/blobs/{sha}", "git/blobs#get-a-blob")
def blob(call: Call) -> object:
    sha = call.params["sha"]
    return call.shapes.blob(found(sha if sha in call.world.git.blobs else None))


@router.add("POST", GIT + "/blobs", "git/blobs#create-a-blob")
def create_blob(call: Call) -> object:
    content = call.text("content")
    if call.text("encoding", "utf-8") == "base64":
        try:
            data = base64.b64decode(content, validate=False)
        except (binascii.Error, ValueError):
            raise ApiError(422, "content is not valid Base64") from None
    else:
        data = content.encode()
    sha = call.world.git.add_blob(data)
    url = f"{call.shapes.repo_api}/git/blobs/{sha}"
    return Reply({"sha": sha, "url": url}, 201, {"Location": url})
