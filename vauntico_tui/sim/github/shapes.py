"""The world as GitHub writes it in JSON. One set of shapes for each address that the box is asked under."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from vauntico_tui.sim.world.git import Commit, TreeEntry, stamp
from vauntico_tui.sim.world.people import OWNER, PEOPLE, TEAM, Person
from vauntico_tui.sim.world.records import (
    Comment,
    Deployment,
    DeploymentStatus,
    Environment,
    Issue,
    Label,
    Pull,
    Run,
    Secret,
    Thread,
)
from vauntico_tui.sim.world.workflows import WORKFLOWS, JobView, WorkflowSpec, suite_id
from vauntico_tui.sim.world.world import World

Json = dict[str, Any]
_stamp = lru_cache(4096)(stamp)

_REPO_LINKS = (
    "archive_url:/{archive_format}{/ref}", "assignees_url:/assignees{/user}", "blobs_url:/git/blobs{/sha}",
    "branches_url:/branches{/branch}", "collaborators_url:/collaborators{/collaborator}",
    "comments_url:/comments{/number}", "commits_url:/commits{/sha}", "compare_url:/compare/{base}...{head}",
    "contents_url:/contents/{+path}", "contributors_url:/contributors", "deployments_url:/deployments",
    "downloads_url:/downloads", "events_url:/events", "forks_url:/forks", "git_commits_url:/git/commits{/sha}",
    "git_refs_url:/git/refs{/sha}", "git_tags_url:/git/tags{/sha}", "hooks_url:/hooks",
    "issue_comment_url:/issues/comments{/number}", "issue_events_url:/issues/events{/number}",
    "issues_url:/issues{/number}", "keys_url:/keys{/key_id}", "labels_url:/labels{/name}", "languages_url:/languages",
    "merges_url:/merges", "milestones_url:/milestones{/number}",
    "notifications_url:/notifications{?since,all,participating}", "pulls_url:/pulls{/number}",
    "releases_url:/releases{/id}", "stargazers_url:/stargazers", "statuses_url:/statuses/{sha}",
    "subscribers_url:/subscribers", "subscription_url:/subscription", "tags_url:/tags", "teams_url:/teams",
    "trees_url:/git/trees{/sha}",
)  # fmt: skip
_USER_LINKS = (
    "followers_url:/followers", "following_url:/following{/other_user}", "gists_url:/gists{/gist_id}",
    "starred_url:/starred{/owner}{/repo}", "subscriptions_url:/subscriptions", "organizations_url:/orgs",
    "repos_url:/repos", "events_url:/events{/privacy}", "received_events_url:/received_events",
)  # fmt: skip

_UNSIGNED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


def node_id(prefix: str, key: object) -> str:
    """A node id in GitHub's manner; `read_node_id` takes it apart."""
    return f"{prefix}_kwDO" + base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def read_node_id(text: str) -> tuple[str, str] | None:
    """Prefix and key of a node id, or None where it is none of ours."""
    prefix, mark, coded = text.partition("_kwDO")
    try:
        key = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except ValueError:
        return None
    return (prefix, key) if mark and key else None


class Shapes:
    """Shapes under one address: `api` without a slash at its end, `html` where pages are."""

    def __init__(self, world: World, api: str, html: str) -> None:
        self.world, self.api, self.html = world, api, html
        self.repo_api = f"{api}/repos/{world.full_name}"
        self.repo_html = f"{html}/{world.full_name}"
        self._users: dict[str, Json] = {}
        self._minimal: Json | None = None
        self._full: tuple[int, Json] | None = None
        self.orders: dict[tuple[int, str], tuple[list[Any], Any]] = {}  # sorted lists for GraphQL's pages

    # ---- users, the repository --------------------------------------------------------------------------------------

    def user(self, login: str | None) -> Json | None:
        """simple-user; None for nobody."""
        if login is None:
            return None
        known = self._users.get(login)
        if known is None:
            known = self._users[login] = self._user(PEOPLE.get(login) or Person(4_900_000, login, login))
        return known

    def _user(self, person: Person) -> Json:
        url = f"{self.api}/users/{quote(person.login)}"
        links = (link.split(":", 1) for link in _USER_LINKS)
        return {
            "login": person.login,
            "id": person.id,
            "node_id": node_id("U", person.id),
            "avatar_url": f"{self.html}/avatars/{person.id}",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.html}/{quote(person.login)}",
            **{name: url + path for name, path in links},
            "type": person.type,
            "user_view_type": "public",
            "site_admin": False,
        }

    def private_user(self, login: str) -> Json:
        """The signed-in user."""
        user = self.user(login) or {}
        at = _stamp(self.world.created_at)
        return {
            **user, "name": PEOPLE[login].name if login in PEOPLE else login, "company": "Vauntico", "blog": "",
            "location": "Lagos", "email": None, "hireable": None, "bio": None, "twitter_username": None,
            "public_repos": 3, "public_gists": 0, "followers": 12, "following": 5, "created_at": at, "updated_at": at,
        }  # fmt: skip

    def minimal_repository(self) -> Json:
        if self._minimal is None:
            world = self.world
            links = (link.split(":", 1) for link in _REPO_LINKS)
            self._minimal = {
                "id": world.repository_id,
                "node_id": node_id("R", world.repository_id),
                "name": world.name,
                "full_name": world.full_name,
                "private": True,
                "owner": self.user(OWNER.login),
                "html_url": self.repo_html,
                "description": "Trust scores for creators",
                "fork": False,
                "url": self.repo_api,
                **{name: self.repo_api + path for name, path in links},
            }
        return self._minimal

    def repository(self) -> Json:
        """full-repository."""
        if self._full is None or self._full[0] != self.world.version:
            self._full = (self.world.version, self._repository())
        return self._full[1]

    def _repository(self) -> Json:
        world = self.world
        host = self.html.split("//", 1)[-1]
        opened = sum(1 for thread in world.threads.values() if thread.state == "open")
        return {
            **self.minimal_repository(),
            "git_url": f"git://{host}/{world.full_name}.git", "ssh_url": f"git@{host}:{world.full_name}.git",
            "clone_url": f"{self.repo_html}.git", "svn_url": self.repo_html, "mirror_url": None, "homepage": None,
            "language": "TypeScript", "forks_count": 0, "forks": 0, "stargazers_count": 4, "watchers_count": 4,
            "watchers": 4, "size": 48213, "default_branch": world.default_branch, "open_issues_count": opened,
            "open_issues": opened, "is_template": False, "topics": [], "has_issues": True, "has_projects": True,
            "has_wiki": False, "has_pages": False, "has_discussions": False, "has_downloads": True, "archived": False,
            "disabled": False, "visibility": "private", "license": None, "allow_forking": False,
            "web_commit_signoff_required": False, "pushed_at": _stamp(world.pushed_at),
            "created_at": _stamp(world.created_at), "updated_at": _stamp(world.pushed_at),
            "permissions": {"admin": True, "maintain": True, "push": True, "triage": True, "pull": True},
            "allow_rebase_merge": True, "allow_squash_merge": True, "allow_merge_commit": True,
            "allow_auto_merge": False, "delete_branch_on_merge": False, "allow_update_branch": False,
            "temp_clone_token": "", "organization": self.user(OWNER.login), "network_count": 0, "subscribers_count": 5,
        }  # fmt: skip

    # ---- issues, comments, labels -----------------------------------------------------------------------------------

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
            "created_at": _stamp(thread.created_at), "updated_at": _stamp(thread.updated_at),
            "closed_at": _stamp(thread.closed_at) if thread.closed_at else None, "author_association": "MEMBER",
            "active_lock_reason": None, "body": thread.body, "closed_by": self.user(thread.closed_by),
            "reactions": self._reactions(url), "timeline_url": f"{url}/timeline", "performed_via_github_app": None,
            "state_reason": thread.state_reason,
        }  # fmt: skip
        if isinstance(thread, Pull):
            api = f"{self.repo_api}/pulls/{thread.number}"
            shape["draft"] = thread.draft
            shape["pull_request"] = {
                "url": api, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
                "merged_at": _stamp(thread.merged_at) if thread.merged_at else None,
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
            "created_at": _stamp(comment.created_at), "updated_at": _stamp(comment.updated_at),
            "author_association": "MEMBER", "body": comment.body, "reactions": self._reactions(url),
            "performed_via_github_app": None,
        }  # fmt: skip

    # ---- pull requests ----------------------------------------------------------------------------------------------

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
            "body": pull.body, "created_at": _stamp(pull.created_at), "updated_at": _stamp(pull.updated_at),
            "closed_at": _stamp(pull.closed_at) if pull.closed_at else None,
            "merged_at": _stamp(pull.merged_at) if pull.merged_at else None, "merge_commit_sha": pull.merge_sha,
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

    def pull_detail(self, pull: Pull, *, mergeable: bool | None, files: int) -> Json:
        """pull-request."""
        blocked = mergeable is False
        return {
            **self.pull(pull), "merged": pull.merged_at is not None, "mergeable": mergeable, "rebaseable": mergeable,
            "mergeable_state": "unknown" if mergeable is None else "dirty" if blocked else "clean",
            "merged_by": self.user(pull.merged_by), "comments": len(pull.comments), "review_comments": 0,
            "maintainer_can_modify": False, "commits": 1, "additions": files, "deletions": 0, "changed_files": files,
        }  # fmt: skip

    # ---- actions ----------------------------------------------------------------------------------------------------

    def workflow(self, spec: WorkflowSpec) -> Json:
        at = _stamp(self.world.created_at)
        return {
            "id": spec.id, "node_id": node_id("W", spec.id), "name": spec.name, "path": spec.path, "state": "active",
            "created_at": at, "updated_at": at, "url": f"{self.repo_api}/actions/workflows/{spec.id}",
            "html_url": f"{self.repo_html}/blob/{self.world.default_branch}/{spec.path}",
            "badge_url": f"{self.repo_html}/actions/workflows/{spec.file}/badge.svg",
        }  # fmt: skip

    def run(self, run: Run, *, pulls: bool = True) -> Json:
        """workflow-run."""
        spec = WORKFLOWS[run.workflow]
        url = f"{self.repo_api}/actions/runs/{run.id}"
        suite = suite_id(run)
        minimal = self.minimal_repository()
        actor = self.user(run.actor)
        return {
            "id": run.id, "name": spec.name, "node_id": node_id("WFR", run.id), "head_branch": run.branch,
            "head_sha": run.sha, "path": spec.path, "display_title": run.title, "run_number": run.number,
            "event": run.event, "status": run.status, "conclusion": run.conclusion, "workflow_id": spec.id,
            "check_suite_id": suite, "check_suite_node_id": node_id("CS", suite), "url": url,
            "html_url": f"{self.repo_html}/actions/runs/{run.id}",
            "pull_requests": self._run_pulls(run) if pulls else [], "created_at": _stamp(run.created_at),
            "updated_at": _stamp(run.updated_at), "actor": actor, "run_attempt": run.attempt,
            "referenced_workflows": [], "run_started_at": _stamp(run.started_at), "triggering_actor": actor,
            "jobs_url": f"{url}/jobs", "logs_url": f"{url}/logs",
            "check_suite_url": f"{self.repo_api}/check-suites/{suite}", "artifacts_url": f"{url}/artifacts",
            "cancel_url": f"{url}/cancel", "rerun_url": f"{url}/rerun",
            "previous_attempt_url": f"{url}/attempts/{run.attempt - 1}" if run.attempt > 1 else None,
            "workflow_url": f"{self.repo_api}/actions/workflows/{spec.id}",
            "head_commit": self._run_commit(self.world.git.commits[run.sha]), "repository": minimal,
            "head_repository": minimal,
        }  # fmt: skip

    def _run_pulls(self, run: Run) -> list[Json]:
        pull = self.world.threads.get(run.pull) if run.pull else None
        if not isinstance(pull, Pull):
            return []
        repo = {"id": self.world.repository_id, "url": self.repo_api, "name": self.world.name}
        return [
            {
                "url": f"{self.repo_api}/pulls/{pull.number}", "id": 1_800_000_000 + pull.number,
                "number": pull.number, "head": {"ref": pull.head, "sha": run.sha, "repo": repo},
                "base": {"ref": pull.base, "sha": pull.base_sha, "repo": repo},
            }
        ]  # fmt: skip

    @staticmethod
    def _run_commit(commit: Commit) -> Json:
        who = {"name": commit.author, "email": f"{commit.author}@vauntico.com"}
        return {
            "id": commit.sha, "tree_id": commit.tree, "message": commit.message, "timestamp": _stamp(commit.at),
            "author": who, "committer": who,
        }  # fmt: skip

    def job(self, run: Run, job: JobView) -> Json:
        url = f"{self.repo_api}/actions/jobs/{job.id}"
        started = job.status != "queued" and job.conclusion != "skipped"
        return {
            "id": job.id, "run_id": run.id, "workflow_name": WORKFLOWS[run.workflow].name, "head_branch": run.branch,
            "run_url": f"{self.repo_api}/actions/runs/{run.id}", "run_attempt": run.attempt,
            "node_id": node_id("CR", job.id), "head_sha": run.sha, "url": url, "html_url": self.job_page(run, job),
            "status": job.status, "conclusion": job.conclusion, "created_at": _stamp(job.created_at),
            "started_at": _stamp(job.started_at),
            "completed_at": _stamp(job.completed_at) if job.completed_at else None, "name": job.name,
            "steps": [
                {
                    "name": step.name, "status": step.status, "conclusion": step.conclusion, "number": step.number,
                    "started_at": _stamp(step.started_at) if step.started_at else None,
                    "completed_at": _stamp(step.completed_at) if step.completed_at else None,
                }
                for step in job.steps
            ],
            "check_run_url": f"{self.repo_api}/check-runs/{job.id}", "labels": ["ubuntu-latest"],
            "runner_id": job.id % 1000 if started else None,
            "runner_name": f"GitHub Actions {job.id % 1000}" if started else None,
            "runner_group_id": 0 if started else None, "runner_group_name": "GitHub Actions" if started else None,
        }  # fmt: skip

    def job_page(self, run: Run, job: JobView) -> str:
        return f"{self.repo_html}/actions/runs/{run.id}/job/{job.id}"

    def check_run(self, run: Run, job: JobView) -> Json:
        spec = WORKFLOWS[run.workflow]
        count = 1 if job.failure else 0
        return {
            "id": job.id, "name": job.name, "node_id": node_id("CR", job.id), "head_sha": run.sha,
            "external_id": str(job.id), "url": f"{self.repo_api}/check-runs/{job.id}",
            "html_url": self.job_page(run, job), "details_url": self.job_page(run, job), "status": job.status,
            "conclusion": job.conclusion, "started_at": _stamp(job.started_at),
            "completed_at": _stamp(job.completed_at) if job.completed_at else None,
            "output": {
                "title": spec.name, "summary": None, "text": None, "annotations_count": count,
                "annotations_url": f"{self.repo_api}/check-runs/{job.id}/annotations",
            },
            "check_suite": {"id": suite_id(run)}, "app": None, "pull_requests": self._run_pulls(run),
        }  # fmt: skip

    def annotation(self, run: Run, job: JobView) -> list[Json]:
        failure = job.failure
        if failure is None:
            return []
        return [
            {
                "path": failure.path, "start_line": failure.line, "end_line": failure.line, "start_column": None,
                "end_column": None, "annotation_level": "failure", "title": f"{failure.job} / {failure.step}",
                "message": failure.message, "raw_details": None,
                "blob_href": f"{self.repo_html}/blob/{run.sha}/{failure.path}",
            }
        ]  # fmt: skip

    # ---- secrets, environments, deployments -------------------------------------------------------------------------

    @staticmethod
    def secret(secret: Secret) -> Json:
        times = {"created_at": _stamp(secret.created_at), "updated_at": _stamp(secret.updated_at)}
        return {"name": secret.name, **times}

    def environment(self, environment: Environment) -> Json:
        at = _stamp(environment.created_at)
        return {
            "id": environment.id, "node_id": node_id("EN", environment.id), "name": environment.name,
            "url": f"{self.repo_api}/environments/{quote(environment.name)}",
            "html_url": f"{self.repo_html}/deployments/activity_log?environments_filter={quote(environment.name)}",
            "created_at": at, "updated_at": at, "protection_rules": [], "deployment_branch_policy": None,
        }  # fmt: skip

    def deployment(self, deployment: Deployment) -> Json:
        url = f"{self.repo_api}/deployments/{deployment.id}"
        production = deployment.environment == "production"
        return {
            "url": url, "id": deployment.id, "node_id": node_id("DE", deployment.id), "task": deployment.task,
            "original_environment": deployment.environment, "environment": deployment.environment,
            "description": deployment.description or None, "created_at": _stamp(deployment.created_at),
            "updated_at": _stamp(deployment.updated_at), "statuses_url": f"{url}/statuses",
            "repository_url": self.repo_api, "creator": self.user(deployment.creator), "sha": deployment.sha,
            "ref": deployment.ref, "payload": deployment.payload or {}, "transient_environment": False,
            "production_environment": production, "performed_via_github_app": None,
        }  # fmt: skip

    def deployment_status(self, deployment: Deployment, status: DeploymentStatus) -> Json:
        url = f"{self.repo_api}/deployments/{deployment.id}"
        at = _stamp(status.created_at)
        return {
            "url": f"{url}/statuses/{status.id}", "id": status.id, "node_id": node_id("DES", status.id),
            "state": status.state, "creator": self.user(status.creator), "description": status.description,
            "environment": deployment.environment, "target_url": status.log_url, "created_at": at, "updated_at": at,
            "deployment_url": url, "repository_url": self.repo_api, "environment_url": status.environment_url,
            "log_url": status.log_url, "performed_via_github_app": None,
        }  # fmt: skip

    # ---- git --------------------------------------------------------------------------------------------------------

    @staticmethod
    def _signature(commit: Commit) -> Json:
        return {"name": commit.author, "email": f"{commit.author}@vauntico.com", "date": _stamp(commit.at)}

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
        return {"name": name, "commit": commit, "protected": False}

    def branch_detail(self, name: str, commit: Commit) -> Json:
        """branch-with-protection."""
        url = f"{self.repo_api}/branches/{quote(name)}"
        return {
            "name": name, "commit": self.commit(commit),
            "_links": {"self": url, "html": f"{self.repo_html}/tree/{quote(name)}"}, "protected": False,
            "protection": {
                "enabled": False,
                "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []},
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
