"""One commit of several files on a branch, in one request that GitHub refuses where the branch has moved on."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vauntico_tui.actions.remedy.steps.calls import Call

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.remote import Remote

MUTATION = (
    "mutation Commit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid url } } }"
)
HISTORY = """query History($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) { target { ... on Commit { oid history(first: 30) { nodes { oid message } } } } }
  }
}"""


def commit_call(
    repository: str, branch: str, head: str, message: str, files: Mapping[str, str | None], *, show: bool = False
) -> Call:
    """The request. `files` map paths to whole texts, None removes one; `show` has their size where their content goes,
    for the content is shown as a diff."""
    headline, _, body = message.strip().partition("\n")
    additions = [
        {"path": path, "contents": _sized(text) if show else _encoded(text)}
        for path, text in files.items()
        if text is not None
    ]
    changes: dict[str, Any] = {"additions": additions}
    if gone := [{"path": path} for path, text in files.items() if text is None]:
        changes["deletions"] = gone
    told = {"headline": headline.strip(), "body": body.strip()}
    asked = {
        "branch": {"repositoryNameWithOwner": repository, "branchName": branch},
        "expectedHeadOid": head,
        "message": told,
        "fileChanges": changes,
    }
    return Call("POST", "graphql", {"query": MUTATION, "variables": {"input": asked}})


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode()


def _sized(text: str) -> str:
    return f"(base64 of the {len(text.encode('utf-8')):,} bytes as they are in the diff)"


async def history(remote: Remote, branch: str) -> Sequence[tuple[str, str]]:
    """The newest commits of a branch, (oid, message); empty where the branch is gone. Raises StepError."""
    owner, name = remote.owner_and_name
    told = await remote.graphql(
        HISTORY, {"owner": owner, "name": name, "ref": f"refs/heads/{branch}"}, what=f"the commits of {branch}"
    )
    ref = (told.get("repository") or {}).get("ref") or {}
    nodes = ((ref.get("target") or {}).get("history") or {}).get("nodes") or ()
    return [(str(one["oid"]), str(one["message"])) for one in nodes]
