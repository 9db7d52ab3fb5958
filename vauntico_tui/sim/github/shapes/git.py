"""Commits, refs, branches, trees and files."""

from __future__ import annotations

import base64
from urllib.parse import quote

from vauntico_tui.sim.github.shapes.base import Base, Json, node_id, written
from vauntico_tui.sim.world.git import Commit, TreeEntry
from vauntico_tui.sim.world.people import TEAM

_UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


class GitShapes(Base):
    """Commits, refs, branches, trees and files."""

    @staticmethod
    def _signature(commit: Commit) -> Json:
        return {"name": commit.author, "email": f"{commit.author}@vauntico.com", "date": written(commit.at)}

    def commit(self, commit: Commit) -> Json:
        """commit, as the commits API shows it."""
        url = f"{self.repo_api}/commits/{commit.sha}"
        author = self.user(commit.author if commit.author in TEAM else None)
        return {
            "sha": commit.sha, "node_id": node_id("C", commit.sha),
            "commit": {
                "author": self._signature(commit), "committer": self._signature(commit), "message": commit.message,
                "tree": {"sha": commit.tree, "url": f"{self.repo_api}/git/trees/{commit.tree}"},
                "url": f"{self.repo_api}/git/commits/{commit.sha}", "comment_count": 0,
                "verification": dict(_UNSIGNED),
            },
            "url": url, "html_url": f"{self.repo_html}/commit/{commit.sha}", "comments_url": f"{url}/comments",
            "author": author, "committer": author,
            "parents": [
                {
                    "sha": parent, "url": f"{self.repo_api}/commits/{parent}",
                    "html_url": f"{self.repo_html}/commit/{parent}",
                }
                for parent in commit.parents
            ],
        }  # fmt: skip

    def git_commit(self, commit: Commit) -> Json:
        """git-commit, as the git data API shows it."""
        return {
            "sha": commit.sha, "node_id": node_id("C", commit.sha),
            "url": f"{self.repo_api}/git/commits/{commit.sha}", "html_url": f"{self.repo_html}/commit/{commit.sha}",
            "author": self._signature(commit), "committer": self._signature(commit),
            "tree": {"sha": commit.tree, "url": f"{self.repo_api}/git/trees/{commit.tree}"},
            "message": commit.message,
            "parents": [
                {
                    "sha": parent, "url": f"{self.repo_api}/git/commits/{parent}",
                    "html_url": f"{self.repo_html}/commit/{parent}",
                }
                for parent in commit.parents
            ],
            "verification": dict(_UNSIGNED),
        }  # fmt: skip

    def ref(self, name: str, sha: str) -> Json:
        """git-ref; `name` without refs/."""
        return {
            "ref": f"refs/{name}",
            "node_id": node_id("REF", name),
            "url": f"{self.repo_api}/git/refs/{quote(name)}",
            "object": {"sha": sha, "type": "commit", "url": f"{self.repo_api}/git/commits/{sha}"},
        }

    def branch(self, name: str, sha: str) -> Json:
        """short-branch."""
        commit = {"sha": sha, "url": f"{self.repo_api}/commits/{sha}"}
        return {"name": name, "commit": commit, "protected": name in self.world.protections}

    def branch_detail(self, name: str, commit: Commit) -> Json:
        """branch-with-protection."""
        url = f"{self.repo_api}/branches/{quote(name)}"
        held = self.world.protections.get(name)
        names = list(held.checks or ()) if held else []
        level = "off" if not names or held is None else "everyone" if held.bind_admins else "non_admins"
        return {
            "name": name, "commit": self.commit(commit),
            "_links": {"self": url, "html": f"{self.repo_html}/tree/{quote(name)}"}, "protected": held is not None,
            "protection": {
                "enabled": held is not None,
                "required_status_checks": {
                    "enforcement_level": level, "contexts": names,
                    "checks": [{"context": one, "app_id": None} for one in names],
                },
            },
            "protection_url": f"{url}/protection",
        }  # fmt: skip

    def tree(self, sha: str, *, deep: bool) -> Json:
        return {
            "sha": sha,
            "url": f"{self.repo_api}/git/trees/{sha}",
            "tree": [self._entry(entry) for entry in self.world.git.entries(sha, deep=deep)],
            "truncated": False,
        }

    def _entry(self, entry: TreeEntry) -> Json:
        shape: Json = {"path": entry.path, "mode": entry.mode, "type": entry.type, "sha": entry.sha}
        if entry.type == "blob":
            shape["size"] = len(self.world.git.blobs[entry.sha])
        return {**shape, "url": f"{self.repo_api}/git/{entry.type}s/{entry.sha}"}

    def blob(self, sha: str) -> Json:
        data = self.world.git.blobs[sha]
        return {
            "sha": sha, "node_id": node_id("B", sha), "size": len(data), "url": f"{self.repo_api}/git/blobs/{sha}",
            "content": base64.encodebytes(data).decode(), "encoding": "base64",
        }  # fmt: skip

    def content(self, path: str, ref: str, kind: str, sha: str, *, inline: bool) -> Json:
        """content-file, or an entry of content-directory."""
        data = self.world.git.blobs.get(sha, b"")
        where = quote(path)
        url = f"{self.repo_api}/contents/{where}?ref={quote(ref)}"
        page = f"{self.repo_html}/{'blob' if kind == 'file' else 'tree'}/{quote(ref)}/{where}"
        git = f"{self.repo_api}/git/{'blobs' if kind == 'file' else 'trees'}/{sha}"
        shape: Json = {
            "name": path.rpartition("/")[2], "path": path, "sha": sha, "size": len(data), "url": url,
            "html_url": page, "git_url": git,
            "download_url": f"{self.html}/raw/{self.world.full_name}/{quote(ref)}/{where}" if kind == "file" else None,
            "type": kind, "_links": {"self": url, "git": git, "html": page},
        }  # fmt: skip
        if inline:
            shape |= {"content": base64.encodebytes(data).decode(), "encoding": "base64"}
        return shape

    def file_commit(self, path: str, branch: str, commit: Commit) -> Json:
        """What a write to a file answers."""
        blob = commit.files.get(path)
        return {
            "content": self.content(path, branch, "file", blob, inline=False) if blob else None,
            "commit": self.git_commit(commit),
        }
