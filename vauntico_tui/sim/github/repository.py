"""The repository itself, its user, branches, commits, files and compared refs."""

from __future__ import annotations

import base64
import binascii
from itertools import islice

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, invalid
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.git import Commit
from vauntico_tui.sim.world.people import PEOPLE
from vauntico_tui.sim.world.protection import ProtectedError, refuse_push

router = Router()
REPO = "/repos/{owner}/{repo}"
_WORKFLOWS = ".github/workflows/"


_ROOT = (
    "current_user:/user authorizations:/authorizations emails:/user/emails emojis:/emojis events:/events feeds:/feeds "
    "followers:/user/followers following:/user/following{/target} gists:/gists{/gist_id} issues:/issues "
    "keys:/user/keys notifications:/notifications organization:/orgs/{org} organization_teams:/orgs/{org}/teams "
    "organization_repositories:/orgs/{org}/repos{?type,page,per_page,sort} public_gists:/gists/public "
    "rate_limit:/rate_limit repository:/repos/{owner}/{repo} starred:/user/starred{/owner}{/repo} "
    "starred_gists:/gists/starred user:/users/{user} user_organizations:/user/orgs "
    "current_user_repositories:/user/repos{?type,page,per_page,sort} "
    "user_repositories:/users/{user}/repos{?type,page,per_page,sort}"
)
_SEARCHES = {"code": "code", "commit": "commits", "issue": "issues", "label": "labels", "repository": "repositories",
             "user": "users"}  # fmt: skip


@router.add("GET", "/", "meta/meta#github-api-root")
def root(call: Call) -> object:
    api = call.shapes.api
    links = {f"{name}_url": api + path for name, path in (link.split(":", 1) for link in _ROOT.split())}
    search = "{&page,per_page,sort,order}"
    links |= {f"{name}_search_url": f"{api}/search/{path}?q={{query}}{search}" for name, path in _SEARCHES.items()}
    return {**links, "current_user_authorizations_html_url": f"{call.shapes.html}/settings/connections/applications"}


@router.add("GET", "/rate_limit", "rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user")
def rate_limit(call: Call) -> object:
    raise AssertionError("answered by the application, which holds the budgets")


@router.add("GET", "/user", "users/users#get-the-authenticated-user")
def user(call: Call) -> object:
    return call.shapes.private_user(call.user)


@router.add("GET", "/users/{username}", "users/users#get-a-user")
def users(call: Call) -> object:
    if call.params["username"] not in PEOPLE:
        raise ApiError(404, "Not Found")
    return call.shapes.private_user(call.params["username"])


@router.add("GET", REPO, "repos/repos#get-a-repository")
def repository(call: Call) -> object:
    return call.shapes.repository()


@router.add("GET", REPO + "/branches", "branches/branches#list-branches")
def branches(call: Call) -> object:
    heads = [(ref.removeprefix("heads/"), sha) for ref, sha in call.world.git.refs.items() if ref.startswith("heads/")]
    if wanted := call.query("protected"):
        heads = [(name, sha) for name, sha in heads if (name in call.world.protections) == (wanted == "true")]
    return Paged(sorted(heads), lambda item: call.shapes.branch(*item))


@router.add("GET", REPO + "/branches/{branch...}", "branches/branches#get-a-branch")
def branch(call: Call) -> object:
    name = call.params["branch"]
    sha = call.world.head(name)
    if sha is None:
        raise ApiError(404, "Branch not found")
    return call.shapes.branch_detail(name, call.world.git.commits[sha])


@router.add("GET", REPO + "/commits", "commits/commits#list-commits")
def commits(call: Call) -> object:
    commit = call.world.git.resolve(call.query("sha") or call.world.default_branch)
    if commit is None:
        raise ApiError(404, "Not Found")
    log = list(islice(call.world.git.log(commit.sha), 3000))
    if author := call.query("author"):
        log = [one for one in log if one.author == author]
    if path := call.query("path"):
        log = [one for one in log if _touches(call, one, path)]
    return Paged(log, call.shapes.commit)


def _touches(call: Call, commit: Commit, path: str) -> bool:
    before = call.world.git.commits[commit.parents[0]].files if commit.parents else {}
    return commit.files.get(path) != before.get(path)


@router.add("GET", REPO + "/commits/{ref}", "commits/commits#get-a-commit")
def commit(call: Call) -> object:
    one = call.world.git.resolve(call.params["ref"])
    if one is None:
        raise ApiError(422, f"No commit found for SHA: {call.params['ref']}")
    return call.shapes.commit(one)


@router.add("GET", REPO + "/contents", "repos/contents#get-repository-content")
@router.add("GET", REPO + "/contents/{path...}", "repos/contents#get-repository-content")
def contents(call: Call) -> object:
    path = call.params.get("path", "").strip("/")
    ref = call.query("ref") or call.world.default_branch
    commit = call.world.git.resolve(ref)
    if commit is None:
        raise ApiError(404, f"No commit found for the ref {ref}")
    if path in commit.files:
        sha = commit.files[path]
        if "raw" in call.request.headers.get("accept", ""):
            kind = {"Content-Type": "application/vnd.github.raw; charset=utf-8"}
            return Reply(headers=kind, raw=call.world.git.blobs[sha])
        return call.shapes.content(path, ref, "file", sha, inline=True)
    tree = commit.tree
    for folder in filter(None, path.split("/")):
        entry = next((e for e in call.world.git.entries(tree) if e.path == folder and e.type == "tree"), None)
        tree = found(entry).sha
    prefix = f"{path}/" if path else ""
    return [
        call.shapes.content(
            prefix + entry.path, ref, "file" if entry.type == "blob" else "dir", entry.sha, inline=False
        )
        for entry in call.world.git.entries(tree)
    ]


@router.add("PUT", REPO + "/contents/{path...}", "repos/contents#create-or-update-file-contents")
def put_contents(call: Call) -> object:
    path, branch_name, old = _write(call)
    message = call.text("message")
    try:
        data = base64.b64decode(call.text("content"), validate=False)
    except (binascii.Error, ValueError):
        raise ApiError(422, "content is not valid Base64") from None
    sha = call.body.get("sha")
    if old is not None and sha is None:
        raise ApiError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if old is not None and sha != old:
        raise ApiError(409, f"{path} does not match {sha}")
    commit = changes.commit_files(call.world, branch_name, {path: data}, message, call.user)
    return Reply(call.shapes.file_commit(path, branch_name, commit), 200 if old else 201)


@router.add("DELETE", REPO + "/contents/{path...}", "repos/contents#delete-a-file")
def delete_contents(call: Call) -> object:
    path, branch_name, old = _write(call)
    message, sha = call.text("message"), call.text("sha")
    if found(old) != sha:
        raise ApiError(409, f"{path} does not match {sha}")
    commit = changes.commit_files(call.world, branch_name, {path: None}, message, call.user)
    return call.shapes.file_commit(path, branch_name, commit)


def _write(call: Call) -> tuple[str, str, str | None]:
    """Path, branch and the blob there now. Raises ApiError where the branch is missing or the path is none."""
    path = call.params["path"]
    if path.startswith("/") or any(part in ("", ".", "..") for part in path.split("/")):
        raise invalid("Commit", "invalid", "path", "path contains a malformed path component")
    if path.startswith(_WORKFLOWS) and call.scopes is not None and "workflow" not in call.scopes:
        raise ApiError(404, "Not Found")
    branch_name = call.text("branch", call.world.default_branch)
    sha = call.world.head(branch_name)
    if sha is None:
        raise ApiError(404, f"Branch {branch_name} not found")
    files = call.world.git.commits[sha].files
    try:
        refuse_push(call.world, branch_name, call.user)
    except ProtectedError as refusal:
        word = "delete" if call.request.method == "DELETE" else "update" if path in files else "create"
        raise ApiError(409, f"Could not {word} file: {refusal}") from None
    if any(known.startswith(f"{path}/") for known in files):
        raise ApiError(422, f"{path} is a directory")
    return path, branch_name, files.get(path)
