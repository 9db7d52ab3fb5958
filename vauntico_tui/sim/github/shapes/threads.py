"""Issues, pull requests, comments and labels."""

from __future__ import annotations

from urllib.parse import quote

from vauntico_tui.sim.github.shapes.base import Base, Json, node_id, written
from vauntico_tui.sim.world.records import (
    Comment,
    Issue,
    Label,
    Pull,
    Thread,
)


class ThreadShapes(Base):
    """Issues, pull requests, comments and labels."""

    def label(self, label: Label) -> Json:
        return {
            "id": label.id,
            "node_id": node_id("LA", label.id),
            "url": f"{self.repo_api}/labels/{quote(label.name)}",
            "name": label.name,
            "color": label.color,
            "default": False,
            "description": label.description,
        }

    def labels(self, thread: Thread) -> list[Json]:
        return [self.label(label) for label in self.world.labels_of(thread.labels)]

    def _reactions(self, url: str) -> Json:
        kinds = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
        return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(kinds, 0)}

    def issue(self, thread: Thread) -> Json:
        """An issue, or a pull request as the issues API shows it."""
        url = f"{self.repo_api}/issues/{thread.number}"
        pull = isinstance(thread, Pull)
        page = f"{self.repo_html}/{'pull' if pull else 'issues'}/{thread.number}"
        assignees = [self.user(login) for login in thread.assignees]
        shape: Json = {
            "url": url, "repository_url": self.repo_api, "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments", "events_url": f"{url}/events", "html_url": page,
            "id": 1_800_000_000 + thread.number, "node_id": self.thread_id(thread), "number": thread.number,
            "title": thread.title, "user": self.user(thread.author), "labels": self.labels(thread),
            "state": thread.state, "locked": False, "assignee": assignees[0] if assignees else None,
            "assignees": assignees, "milestone": None, "comments": len(thread.comments),
            "created_at": written(thread.created_at), "updated_at": written(thread.updated_at),
            "closed_at": written(thread.closed_at) if thread.closed_at else None, "author_association": "MEMBER",
            "active_lock_reason": None, "body": thread.body, "closed_by": self.user(thread.closed_by),
            "reactions": self._reactions(url), "timeline_url": f"{url}/timeline", "performed_via_github_app": None,
            "state_reason": thread.state_reason,
        }  # fmt: skip
        if isinstance(thread, Pull):
            api = f"{self.repo_api}/pulls/{thread.number}"
            shape["draft"] = thread.draft
            shape["pull_request"] = {
                "url": api, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
                "merged_at": written(thread.merged_at) if thread.merged_at else None,
            }  # fmt: skip
        return shape

    @staticmethod
    def thread_id(thread: Thread) -> str:
        return node_id("I" if isinstance(thread, Issue) else "PR", thread.number)

    def comment(self, comment: Comment) -> Json:
        url = f"{self.repo_api}/issues/comments/{comment.id}"
        issue = f"{self.repo_html}/issues/{comment.number}"
        return {
            "url": url, "html_url": f"{issue}#issuecomment-{comment.id}",
            "issue_url": f"{self.repo_api}/issues/{comment.number}", "id": comment.id,
            "node_id": node_id("IC", comment.id), "user": self.user(comment.author),
            "created_at": written(comment.created_at), "updated_at": written(comment.updated_at),
            "author_association": "MEMBER", "body": comment.body, "reactions": self._reactions(url),
            "performed_via_github_app": None,
        }  # fmt: skip

    def pull(self, pull: Pull) -> Json:
        """pull-request-simple."""
        url = f"{self.repo_api}/pulls/{pull.number}"
        issue = f"{self.repo_api}/issues/{pull.number}"
        page = f"{self.repo_html}/pull/{pull.number}"
        assignees = [self.user(login) for login in pull.assignees]
        links = {
            "self": url, "html": page, "issue": issue, "comments": f"{issue}/comments",
            "review_comments": f"{url}/comments", "review_comment": f"{self.repo_api}/pulls/comments{{/number}}",
            "commits": f"{url}/commits", "statuses": f"{self.repo_api}/statuses/{pull.head_sha}",
        }  # fmt: skip
        return {
            "url": url, "id": 1_800_000_000 + pull.number, "node_id": self.thread_id(pull), "html_url": page,
            "diff_url": f"{page}.diff", "patch_url": f"{page}.patch", "issue_url": issue, "number": pull.number,
            "state": pull.state, "locked": False, "title": pull.title, "user": self.user(pull.author),
            "body": pull.body, "created_at": written(pull.created_at), "updated_at": written(pull.updated_at),
            "closed_at": written(pull.closed_at) if pull.closed_at else None,
            "merged_at": written(pull.merged_at) if pull.merged_at else None, "merge_commit_sha": pull.merge_sha,
            "assignee": assignees[0] if assignees else None, "assignees": assignees, "requested_reviewers": [],
            "requested_teams": [], "labels": self.labels(pull), "milestone": None, "draft": pull.draft,
            "commits_url": f"{url}/commits", "review_comments_url": f"{url}/comments",
            "review_comment_url": f"{self.repo_api}/pulls/comments{{/number}}", "comments_url": f"{issue}/comments",
            "statuses_url": links["statuses"], "head": self._side(pull.head, pull.head_sha),
            "base": self._side(pull.base, pull.base_sha),
            "_links": {name: {"href": href} for name, href in links.items()}, "author_association": "MEMBER",
            "auto_merge": None, "active_lock_reason": None,
        }  # fmt: skip

    def _side(self, branch: str, sha: str) -> Json:
        owner = self.world.owner
        repository = self.repository()
        return {"label": f"{owner}:{branch}", "ref": branch, "sha": sha, "user": self.user(owner), "repo": repository}

    def pull_detail(self, pull: Pull, *, mergeable: bool | None, state: str, files: int) -> Json:
        """pull-request."""
        return {
            **self.pull(pull), "merged": pull.merged_at is not None, "mergeable": mergeable, "rebaseable": mergeable,
            "mergeable_state": state,
            "merged_by": self.user(pull.merged_by), "comments": len(pull.comments), "review_comments": 0,
            "maintainer_can_modify": False, "commits": 1, "additions": files, "deletions": 0, "changed_files": files,
        }  # fmt: skip
