"""What all shapes share: addresses, node ids, users and the repository."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from vauntico_tui.sim.world.git import stamp
from vauntico_tui.sim.world.people import OWNER, PEOPLE, Person
from vauntico_tui.sim.world.world import World

Json = dict[str, Any]
written = lru_cache(4096)(stamp)
"""An instant as GitHub writes it."""

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


class Base:
    """Shapes under one address: `api` without a slash at its end, `html` where pages are."""

    def __init__(self, world: World, api: str, html: str) -> None:
        self.world, self.api, self.html = world, api, html
        self.repo_api = f"{api}/repos/{world.full_name}"
        self.repo_html = f"{html}/{world.full_name}"
        self._users: dict[str, Json] = {}
        self._minimal: Json | None = None
        self._full: tuple[int, Json] | None = None
        self.orders: dict[tuple[int, str], tuple[list[Any], Any]] = {}  # sorted lists for GraphQL's pages

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
        at = written(self.world.created_at)
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
            "web_commit_signoff_required": False, "pushed_at": written(world.pushed_at),
            "created_at": written(world.created_at), "updated_at": written(world.pushed_at),
            "permissions": {"admin": True, "maintain": True, "push": True, "triage": True, "pull": True},
            "allow_rebase_merge": True, "allow_squash_merge": True, "allow_merge_commit": True,
            "allow_auto_merge": False, "delete_branch_on_merge": False, "allow_update_branch": False,
            "temp_clone_token": "", "organization": self.user(OWNER.login), "network_count": 0, "subscribers_count": 5,
        }  # fmt: skip
