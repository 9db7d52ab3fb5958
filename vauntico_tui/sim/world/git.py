"""The repository's objects, with git's own hashes, so that a reader may check them."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; `files` are all of its tree, path to blob."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str
    author: str
    at: int
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """An entry of a tree, by its path from the root."""

    path: str
    type: str  # blob | tree
    sha: str

    @property
    def mode(self) -> str:
        return "040000" if self.type == "tree" else "100644"


def _hash(kind: str, data: bytes) -> str:
    return hashlib.sha1(b"%s %d\0%s" % (kind.encode(), len(data), data), usedforsecurity=False).hexdigest()


class Git:
    """Blobs, trees, commits and refs. Refs are by full name without `refs/`: "heads/main"."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.trees: dict[str, dict[str, str]] = {}  # tree sha: all of its files, path to blob
        self.commits: dict[str, Commit] = {}
        self.refs: dict[str, str] = {}
        self._entries: dict[str, list[TreeEntry]] = {}
        self._order: dict[str, int] = {}  # commits as they came: children after their parents, even in one second

    def add_blob(self, data: bytes) -> str:
        sha = _hash("blob", data)
        self.blobs[sha] = data
        return sha

    def add_tree(self, files: Mapping[str, str]) -> str:
        """Store a whole tree (path to blob) and answer its hash; the trees inside it are stored too."""
        root: dict[str, object] = {}
        for path, blob in files.items():
            *folders, name = path.split("/")
            node = root
            for folder in folders:
                below = node.setdefault(folder, {})
                if not isinstance(below, dict):
                    raise ValueError(f"{path}: {folder} is a file")
                node = below
            node[name] = blob
        return self._store(root)

    def _store(self, node: Mapping[str, object]) -> str:
        files: dict[str, str] = {}
        entries: list[TreeEntry] = []
        for name, child in node.items():
            if isinstance(child, dict):
                sha = self._store(child)
                entries.append(TreeEntry(name, "tree", sha))
                files.update({f"{name}/{path}": blob for path, blob in self.trees[sha].items()})
            else:
                entries.append(TreeEntry(name, "blob", str(child)))
                files[name] = str(child)
        entries.sort(key=lambda entry: entry.path + ("/" if entry.type == "tree" else ""))
        data = b"".join(
            b"%s %s\0%s" % (entry.mode.lstrip("0").encode(), entry.path.encode(), bytes.fromhex(entry.sha))
            for entry in entries
        )
        sha = _hash("tree", data)
        self.trees[sha], self._entries[sha] = files, entries
        return sha

    def entries(self, tree: str, *, deep: bool = False, prefix: str = "") -> Iterator[TreeEntry]:
        """The entries of a tree; `deep` goes down into the trees inside it."""
        for entry in self._entries[tree]:
            yield TreeEntry(prefix + entry.path, entry.type, entry.sha)
            if deep and entry.type == "tree":
                yield from self.entries(entry.sha, deep=True, prefix=f"{prefix}{entry.path}/")

    def add_commit(self, tree: str, parents: tuple[str, ...], message: str, author: str, at: int) -> Commit:
        who = f"{author} <{author}@vauntico.com> {at} +0000"
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents), f"author {who}", f"committer {who}"]
        sha = _hash("commit", ("\n".join(lines) + f"\n\n{message}\n").encode())
        commit = Commit(sha, tree, parents, message, author, at, self.trees[tree])
        self.commits[sha] = commit
        self._order.setdefault(sha, len(self._order))
        return commit

    def change(self, base: str, changes: Mapping[str, bytes | None], message: str, author: str, at: int) -> Commit:
        """A commit on top of `base` with files set, or removed where the content is None."""
        files = dict(self.commits[base].files)
        for path, data in changes.items():
            if data is None:
                files.pop(path, None)
            else:
                files[path] = self.add_blob(data)
        return self.add_commit(self.add_tree(files), (base,), message, author, at)

    def resolve(self, name: str) -> Commit | None:
        """The commit that a branch, tag, full ref or (abbreviated) hash names."""
        bare = name.removeprefix("refs/")
        for ref in (bare, f"heads/{bare}", f"tags/{bare}"):
            if ref in self.refs:
                return self.commits[self.refs[ref]]
        if name in self.commits:
            return self.commits[name]
        if 7 <= len(name) < 40 and all(letter in "0123456789abcdef" for letter in name):
            return next((commit for sha, commit in self.commits.items() if sha.startswith(name)), None)
        return None

    def text(self, ref: str, path: str) -> str | None:
        """A file's text at a ref, or None."""
        commit = self.resolve(ref)
        blob = commit.files.get(path) if commit else None
        return None if blob is None else self.blobs[blob].decode("utf-8", "replace")

    def log(self, sha: str) -> Iterator[Commit]:
        """A commit and its ancestors, newest first."""
        return (commit for commit, _ in self._walk({sha: 1}))

    def merge_base(self, one: str, other: str) -> str | None:
        """The newest commit that both have."""
        both = {one: 1, other: 2} if one != other else {one: 3}
        return next((commit.sha for commit, sides in self._walk(both) if sides == 3), None)

    def _walk(self, sides: dict[str, int]) -> Iterator[tuple[Commit, int]]:
        """Ancestors of some commits, newest first and each once, with the sides (bits) that they were reached from."""
        waiting = [(-self.commits[sha].at, -self._order[sha], sha) for sha in sides]
        heapq.heapify(waiting)
        while waiting:
            sha = heapq.heappop(waiting)[2]
            commit = self.commits[sha]
            yield commit, sides[sha]
            for parent in commit.parents:
                if parent not in sides:
                    heapq.heappush(waiting, (-self.commits[parent].at, -self._order[parent], parent))
                sides[parent] = sides.get(parent, 0) | sides[sha]

    def merge(self, base: str, head: str) -> dict[str, str] | None:
        """The files of a three-way merge, or None where both sides changed the same file differently."""
        root = self.merge_base(base, head)
        old = self.commits[root].files if root else {}
        ours, theirs = self.commits[base].files, self.commits[head].files
        merged = dict(ours)
        for path in old.keys() | theirs.keys():
            if theirs.get(path) == old.get(path):
                continue
            if ours.get(path) not in (old.get(path), theirs.get(path)):
                return None
            if path in theirs:
                merged[path] = theirs[path]
            else:
                merged.pop(path, None)
        return merged


def between(git: Git, base: str, head: str) -> list[Commit]:
    """The commits of `head` that `base` does not have, oldest first."""
    behind = {commit.sha for commit in git.log(base)}
    return [commit for commit in git.log(head) if commit.sha not in behind][::-1]


def distance(git: Git, base: str, head: str) -> tuple[int, int]:
    """How many commits `head` has that `base` has not, and the other way round."""
    return len(between(git, base, head)), len(between(git, head, base))


def stamp(at: int) -> str:
    """An instant as GitHub writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
