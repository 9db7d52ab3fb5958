"""Branch protection over REST, and two commits compared."""

from __future__ import annotations

import difflib
from typing import Any
from urllib.parse import quote

from vauntico_tui.sim.github.call import ApiError, Call, Reply, found
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world.git import Commit, between, distance
from vauntico_tui.sim.world.protection import Protection

router = Router()
REPO = "/repos/{owner}/{repo}"
PROTECTION = REPO + "/branches/{branch...}/protection"
_PAGE = "branches/branch-protection#"
_NEEDED = ("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions")


def _branch(call: Call) -> str:
    name = call.params["branch"]
    if call.world.head(name) is None:
        raise ApiError(404, "Branch not found")
    return name


@router.add("GET", PROTECTION, _PAGE + "get-branch-protection")
def protection(call: Call) -> object:
    held = call.world.protections.get(_branch(call))
    if held is None:
        raise ApiError(404, "Branch not protected")
    return _shape(call, held)


@router.add("PUT", PROTECTION, _PAGE + "update-branch-protection")
def protect(call: Call) -> object:
    name, body = _branch(call), call.body
    missing = [key for key in _NEEDED if key not in body]
    if missing:
        wrong, were = ", ".join(f'"{key}"' for key in missing), "wasn't" if len(missing) == 1 else "weren't"
        raise ApiError(422, f"Invalid request.\n\n{wrong} {were} supplied.")
    checks, reviews, pushers = (_object(body, key) for key in (_NEEDED[0], _NEEDED[2], _NEEDED[3]))
    old = call.world.protections.get(name)
    made = Protection(old.id if old else call.world.new_id(), name)
    if checks is not None:
        named = [one.get("context") for one in checks.get("checks") or () if isinstance(one, dict)]
        made.checks = tuple(dict.fromkeys(str(one) for one in (*(checks.get("contexts") or ()), *named)))
        made.strict = bool(checks.get("strict"))
    if reviews is not None:
        made.reviews = int(reviews.get("required_approving_review_count", 1))
    if pushers is not None:
        made.pushers = frozenset(str(login) for login in pushers.get("users") or ())
    made.bind_admins = bool(body["enforce_admins"])
    made.linear, made.locked = bool(body.get("required_linear_history")), bool(body.get("lock_branch"))
    made.force_pushes, made.deletions = bool(body.get("allow_force_pushes")), bool(body.get("allow_deletions"))
    made.conversations = bool(body.get("required_conversation_resolution"))
    call.world.protections[name] = made
    call.world.touch()
    return _shape(call, made)


def _object(body: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = body[name]
    if value is not None and not isinstance(value, dict):
        raise ApiError(422, f"Invalid request.\n\nFor 'properties/{name}', {value} is not an object or null.")
    return value


@router.add("DELETE", PROTECTION, _PAGE + "delete-branch-protection")
def unprotect(call: Call) -> object:
    if call.world.protections.pop(_branch(call), None) is None:
        raise ApiError(404, "Branch not protected")
    call.world.touch()
    return Reply(status=204)


def _shape(call: Call, held: Protection) -> dict[str, Any]:
    """protected-branch."""
    url = f"{call.shapes.repo_api}/branches/{quote(held.branch)}/protection"
    shown: dict[str, Any] = {"url": url}
    if held.checks is not None:
        checks = f"{url}/required_status_checks"
        shown["required_status_checks"] = {
            "url": checks, "strict": held.strict, "contexts": list(held.checks), "contexts_url": f"{checks}/contexts",
            "checks": [{"context": name, "app_id": None} for name in held.checks],
        }  # fmt: skip
    if held.pushers is not None:
        who = f"{url}/restrictions"
        shown["restrictions"] = {
            "url": who, "users_url": f"{who}/users", "teams_url": f"{who}/teams", "apps_url": f"{who}/apps",
            "users": [call.shapes.user(login) for login in sorted(held.pushers)], "teams": [], "apps": [],
        }  # fmt: skip
    if held.reviews is not None:
        shown["required_pull_request_reviews"] = {
            "url": f"{url}/required_pull_request_reviews", "dismiss_stale_reviews": False,
            "require_code_owner_reviews": False, "require_last_push_approval": False,
            "required_approving_review_count": held.reviews,
        }  # fmt: skip
    return shown | {
        "required_signatures": {"url": f"{url}/required_signatures", "enabled": False},
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": held.bind_admins},
        "required_linear_history": {"enabled": held.linear},
        "allow_force_pushes": {"enabled": held.force_pushes},
        "allow_deletions": {"enabled": held.deletions},
        "block_creations": {"enabled": False},
        "required_conversation_resolution": {"enabled": held.conversations},
        "lock_branch": {"enabled": held.locked},
        "allow_fork_syncing": {"enabled": False},
    }


# ---- two commits compared -------------------------------------------------------------------------------------------


@router.add("GET", REPO + "/compare/{basehead...}", "commits/commits#compare-two-commits")
def compare(call: Call) -> object:
    git = call.world.git
    left, mark, right = call.params["basehead"].partition("...")
    if not mark:
        left, _, right = call.params["basehead"].partition("..")
    base, head = (found(git.resolve(name.rpartition(":")[2])) for name in (left, right))
    ahead, behind = distance(git, base.sha, head.sha)
    root = git.commits[found(git.merge_base(base.sha, head.sha))]
    commits = between(git, base.sha, head.sha)
    page = f"{call.shapes.repo_html}/compare/{left}...{right}"
    exact = f"{call.world.owner}:{base.sha[:12]}...{call.world.owner}:{head.sha[:12]}"
    return {
        "url": f"{call.shapes.repo_api}/compare/{quote(left)}...{quote(right)}", "html_url": page,
        "permalink_url": f"{call.shapes.repo_html}/compare/{exact}", "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch", "base_commit": call.shapes.commit(base),
        "merge_base_commit": call.shapes.commit(root),
        "status": "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical",
        "ahead_by": ahead, "behind_by": behind, "total_commits": ahead,
        "commits": [call.shapes.commit(one) for one in commits[:250]], "files": changed(call, root, head)[:300],
    }  # fmt: skip


def changed(call: Call, base: Commit, head: Commit) -> list[dict[str, Any]]:
    """diff-entry of every file that differs, by path."""
    git, shapes = call.world.git, call.shapes
    entries = []
    for path in sorted(base.files.keys() | head.files.keys()):
        old, new = base.files.get(path), head.files.get(path)
        if old == new:
            continue
        before, after = (git.blobs[blob].decode("utf-8", "replace").splitlines() if blob else [] for blob in (old, new))
        patch = list(difflib.unified_diff(before, after, lineterm=""))[2:]
        added = sum(1 for line in patch if line.startswith("+"))
        removed = sum(1 for line in patch if line.startswith("-"))
        entries.append({
            "sha": new, "filename": path, "status": "added" if not old else "modified" if new else "removed",
            "additions": added, "deletions": removed, "changes": added + removed,
            "blob_url": f"{shapes.repo_html}/blob/{head.sha}/{quote(path)}",
            "raw_url": f"{shapes.repo_html}/raw/{head.sha}/{quote(path)}",
            "contents_url": f"{shapes.repo_api}/contents/{quote(path)}?ref={head.sha}", "patch": "\n".join(patch),
        })  # fmt: skip
    return entries
