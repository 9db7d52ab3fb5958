"""Fields of refs, commits, files and folders."""

from __future__ import annotations

from typing import Any

from vauntico_tui.sim.github.graphql.connection import Connection, connect
from vauntico_tui.sim.github.graphql.objects import (
    Blob,
    Info,
    Ref,
    Resolver,
    Suite,
    Tree,
    rollup_of,
)
from vauntico_tui.sim.github.graphql.repository import pulls
from vauntico_tui.sim.github.shapes import node_id
from vauntico_tui.sim.world.git import Commit, stamp


def _branch_protection(ref: Ref, info: Info) -> None:
    return None


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
