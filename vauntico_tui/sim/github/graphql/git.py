"""Fields of refs, commits, files and folders."""

from __future__ import annotations

from typing import Any

from vauntico_tui.sim.github.graphql.connection import Connection, connect
from vauntico_tui.sim.github.graphql.objects import (
    Blob,
    Comparison,
    Info,
    Ref,
    Resolver,
    Suite,
    Tree,
    rollup_of,
)
from vauntico_tui.sim.github.graphql.repository import pulls
from vauntico_tui.sim.github.shapes import node_id
from vauntico_tui.sim.world.git import Commit, TreeEntry, between, distance, stamp
from vauntico_tui.sim.world.people import PEOPLE
from vauntico_tui.sim.world.protection import ProtectedError, Protection, refuse_push


def _branch_protection(ref: Ref, info: Info) -> Protection | None:
    held: Protection | None = info.context.world.protections.get(ref.name.removeprefix("heads/"))
    return held


def _compare(ref: Ref, info: Info, headRef: str) -> Comparison | None:  # noqa: N803 (GitHub's name)
    git = info.context.world.git
    head = git.resolve(headRef)
    return Comparison(git.commits[ref.sha], head) if head else None


def _status(one: Comparison, info: Info) -> str:
    ahead, behind = distance(info.context.world.git, one.base.sha, one.head.sha)
    if ahead and behind:
        return "DIVERGED"
    return "AHEAD" if ahead else "BEHIND" if behind else "IDENTICAL"


def _file(commit: Commit, info: Info, path: str) -> TreeEntry | None:
    blob = commit.files.get(path)
    if blob is not None:
        return TreeEntry(path, "blob", blob)
    entries = info.context.world.git.entries(commit.tree, deep=True)
    return next((entry for entry in entries if entry.path == path), None)


def _changed(commit: Commit, info: Info) -> int:
    before = info.context.world.git.commits[commit.parents[0]].files if commit.parents else {}
    return sum(1 for path in before.keys() | commit.files.keys() if before.get(path) != commit.files.get(path))


def _can_push(held: Protection, info: Info) -> bool:
    try:
        refuse_push(info.context.world, held.branch, info.context.account.login)
    except ProtectedError:
        return False
    return True


def _associated(ref: Ref, info: Info, **args: Any) -> Connection:
    return pulls(info.context.world, info, **{**args, "headRefName": ref.name.removeprefix("heads/")})


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
    "refUpdateRule": _branch_protection,
    "compare": _compare,
}
PROTECTION: dict[str, Resolver] = {
    "id": lambda held, info: node_id("BPR", held.id),
    "databaseId": lambda held, info: held.id,
    "pattern": lambda held, info: held.branch,
    "allowsDeletions": lambda held, info: held.deletions,
    "allowsForcePushes": lambda held, info: held.force_pushes,
    "isAdminEnforced": lambda held, info: held.bind_admins,
    "lockBranch": lambda held, info: held.locked,
    "requiredApprovingReviewCount": lambda held, info: held.reviews,
    "requiredStatusCheckContexts": lambda held, info: list(held.checks or ()),
    "requiresApprovingReviews": lambda held, info: held.reviews is not None,
    "requiresLinearHistory": lambda held, info: held.linear,
    "requiresStatusChecks": lambda held, info: held.checks is not None,
    "requiresStrictStatusChecks": lambda held, info: held.strict,
    "restrictsPushes": lambda held, info: held.pushers is not None,
    "blocksCreations": lambda held, info: False,
    "viewerCanPush": _can_push,
}
COMPARISON: dict[str, Resolver] = {
    "id": lambda one, info: node_id("CMP", f"{one.base.sha}...{one.head.sha}"),
    "aheadBy": lambda one, info: distance(info.context.world.git, one.base.sha, one.head.sha)[0],
    "behindBy": lambda one, info: distance(info.context.world.git, one.base.sha, one.head.sha)[1],
    "baseTarget": lambda one, info: one.base,
    "headTarget": lambda one, info: one.head,
    "status": _status,
    "commits": lambda one, info, **args: connect(between(info.context.world.git, one.base.sha, one.head.sha), args),
}
ACTOR: dict[str, Resolver] = {
    "name": lambda commit, info: commit.author,
    "email": lambda commit, info: f"{commit.author}@vauntico.com",
    "date": lambda commit, info: stamp(commit.at),
    "user": lambda commit, info: PEOPLE.get(commit.author),
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
    "statusCheckRollup": lambda commit, info: rollup_of(info.context.world, commit),
    "checkSuites": _suites,
    "history": _history,
    "tree": lambda commit, info: Tree(commit.tree),
    "file": _file,
    "changedFilesIfAvailable": _changed,
    "author": lambda commit, info: commit,
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
    "entries": lambda tree, info: list(info.context.world.git.entries(tree.sha, prefix=tree.at)),
}
ENTRY: dict[str, Resolver] = {
    "mode": lambda entry, info: int(entry.mode, 8),
    "name": lambda entry, info: entry.path.rpartition("/")[2],
    "path": lambda entry, info: entry.path,
    "type": lambda entry, info: entry.type,
    "size": lambda entry, info: len(info.context.world.git.blobs.get(entry.sha, b"")),
    "oid": lambda entry, info: entry.sha,
    "object": lambda entry, info: Blob(entry.sha) if entry.type == "blob" else Tree(entry.sha, f"{entry.path}/"),
}
