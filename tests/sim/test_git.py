"""The repository's objects are git's own: the real git agrees about every hash."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from vauntico_tui.sim.world.files import FILES
from vauntico_tui.sim.world.git import Git

AT = 1_772_442_000


def repository() -> tuple[Git, str]:
    git = Git()
    tree = git.add_tree({path: git.add_blob(text.encode()) for path, text in FILES.items()})
    commit = git.add_commit(tree, (), "first", "devops", AT)
    git.refs["heads/main"] = commit.sha
    return git, commit.sha


def test_real_git_computes_the_same_hashes(tmp_path: Path) -> None:
    program = shutil.which("git")
    if program is None:
        pytest.skip("git: install git")
    git, sha = repository()

    def run(*words: str, **environment: str) -> str:
        done = subprocess.run([program, *words], cwd=tmp_path, check=True, capture_output=True, text=True,
                              env={"HOME": str(tmp_path), **environment})  # fmt: skip
        return done.stdout.strip()

    run("init", "--quiet")
    for path, text in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    run("add", "--all")
    assert run("write-tree") == git.commits[sha].tree
    person = {"NAME": "devops", "EMAIL": "devops@vauntico.com", "DATE": f"{AT} +0000"}
    who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in person.items()}
    run("commit", "--quiet", "--message", "first", **who)
    assert run("rev-parse", "HEAD") == sha


def test_a_merge_takes_both_sides_and_refuses_conflicts() -> None:
    git, root = repository()
    ours = git.change(root, {"a.txt": b"ours", "README.md": None}, "ours", "devops", AT + 1)
    theirs = git.change(root, {"b.txt": b"theirs"}, "theirs", "devops", AT + 2)
    merged = git.merge(ours.sha, theirs.sha)
    assert merged is not None
    assert {"a.txt", "b.txt"} <= merged.keys()
    assert "README.md" not in merged
    other = git.change(root, {"a.txt": b"other"}, "other", "devops", AT + 3)
    assert git.merge(ours.sha, other.sha) is None
    assert git.merge_base(ours.sha, other.sha) == root


def test_names_resolve_as_git_resolves_them() -> None:
    git, sha = repository()
    git.refs["tags/v1"] = sha
    for name in ("main", "heads/main", "refs/heads/main", "v1", sha, sha[:9]):
        found = git.resolve(name)
        assert found is not None
        assert found.sha == sha
    assert git.resolve("nothing") is None
    assert git.text("main", "README.md") == FILES["README.md"]
    assert git.text("main", "nothing") is None
