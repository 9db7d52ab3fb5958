"""Just enough of GitHub to script: one repository, ETags by content, GraphQL by operation name, limits."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.sources.servers import Asked, Reply

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEB = "https://github.example/o/r"


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_issue(
    number: int, *, state: str = "open", labels: tuple[str, ...] = ("critical",), updated: int = 0
) -> dict[str, Any]:
    created = START + timedelta(minutes=number)
    return {
        "number": number, "title": f"Issue {number}", "state": state, "labels": list(labels), "assignees": ["dev"],
        "created": created, "updated": created + timedelta(minutes=updated), "closed": None,
    }  # fmt: skip


def make_run(number: int, conclusion: str | None = "success", workflow: str = "Build") -> dict[str, Any]:
    at = iso(START + timedelta(minutes=number))
    return {
        "id": 1000 + number, "node_id": f"WFR_{1000 + number}", "run_number": number, "run_attempt": 1,
        "name": workflow,
        "path": ".github/workflows/build.yml", "head_branch": "main", "head_sha": "a" * 40, "event": "push",
        "status": "completed" if conclusion else "in_progress", "conclusion": conclusion,
        "display_title": f"run {number}",
        "html_url": f"{WEB}/actions/runs/{1000 + number}", "created_at": at, "updated_at": at, "run_started_at": at,
        "actor": {"login": "dev"},
    }  # fmt: skip


class TinyGitHub:
    """The state, and `__call__` as a server's application. `over` may answer before it: path pattern → reply."""

    def __init__(self) -> None:
        self.issues = {number: make_issue(number) for number in range(1, 4)}
        self.uncounted = 0  # issues that are counted but never listed
        self.runs = [make_run(1), make_run(2, "failure")]
        self.pulls: dict[int, dict[str, Any]] = {
            7: {"title": "Fix", "body": "Phase 1", "state": "OPEN", "updated": START}
        }
        self.deployments = [{"id": 5, "environment": "production", "state": "SUCCESS", "updated": START}]
        self.secrets = {"repository": ["DATABASE_URL"], "production": ["STRIPE_SECRET_KEY"]}
        self.heads = {"main": "a" * 40, "feature/x": "b" * 40}
        self.files: dict[str, str] = {"HEAD:jest.config.js": "testTimeout: 30000"}
        self.over: dict[str, Callable[[Asked], Reply | None]] = {}
        self.errors: list[dict[str, Any]] = []
        self.drop: set[str] = set()  # GraphQL fields that are null
        self.remaining = 5000
        self.page = 100

    # ---- HTTP ---------------------------------------------------------------------------------------------------

    def limits(self, cost: int) -> dict[str, str]:
        self.remaining -= cost
        reset = str(int(datetime.now(UTC).timestamp()) + 1800)
        return {
            "X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": str(self.remaining), "X-RateLimit-Reset": reset,
            "X-RateLimit-Resource": "core", "X-OAuth-Scopes": "repo",
        }  # fmt: skip

    def __call__(self, asked: Asked) -> Reply:
        for pattern, over in self.over.items():
            if re.search(pattern, asked.target) and (reply := over(asked)) is not None:
                return reply
        if asked.path == "/api/graphql":
            told = asked.json()
            return Reply.of(self.graphql(told["query"], told["variables"]), **_named(self.limits(1)))
        value = self.rest(asked.path.removeprefix("/api/v3/repos/o/r"), parse_qs(asked.target.partition("?")[2]))
        if value is None:
            return Reply.of({"message": "Not Found"}, 404, **_named(self.limits(1)))
        etag = 'W/"' + hashlib.sha256(json.dumps([asked.target, value]).encode()).hexdigest() + '"'
        if asked.headers.get("if-none-match") == etag:
            return Reply(304, b"", {"ETag": etag} | self.limits(0))
        return Reply.of(value, ETag=etag, **_named(self.limits(1)))

    def rest(self, path: str, query: dict[str, list[str]]) -> Any:
        if path == "/issues":
            since = datetime.fromisoformat(query["since"][0]) if "since" in query else START
            told = sorted(self.issues.values(), key=lambda one: one["updated"], reverse=True)
            return [rest_issue(one) for one in told if one["updated"] >= since]
        if path == "/actions/runs":
            return {"total_count": len(self.runs), "workflow_runs": self.runs}
        if path == "/pulls":
            return [{"number": number, "updated": iso(one["updated"])} for number, one in self.pulls.items()]
        if path == "/deployments":
            return [{"id": one["id"], "ref": "main", "updated_at": iso(one["updated"])} for one in self.deployments]
        if path == "/git/matching-refs/heads/":
            return [{"ref": f"refs/heads/{name}", "object": {"sha": sha}} for name, sha in self.heads.items()]
        if path.endswith("/secrets"):
            scope = path.split("/")[2] if path.startswith("/environments/") else "repository"
            names = self.secrets.get(scope)
            return names if names is None else {"secrets": [{"name": name, "updated_at": iso(START)} for name in names]}
        return None

    # ---- GraphQL ------------------------------------------------------------------------------------------------

    def graphql(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        operation = re.match(r"query (\w+)", query)
        assert operation is not None
        if operation[1] == "FailedJobs":
            data: dict[str, Any] = {"nodes": [run_node(int(id.removeprefix("WFR_"))) for id in variables["ids"]]}
        else:
            fields = {"Issues": self._issues, "Details": self._details, "IssueDetail": self._detail}[operation[1]]
            data = {"repository": fields(query, variables)}
            for name in self.drop & data["repository"].keys():
                data["repository"][name] = None
        return {"data": data} | ({"errors": self.errors} if self.errors else {})

    def _issues(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {
            "nameWithOwner": "o/r", "url": WEB, "defaultBranchRef": {"name": "main"}, "hasIssuesEnabled": True,
        }  # fmt: skip
        oldest = sorted(self.issues.values(), key=lambda one: one["created"])
        told["newest"] = self._page(oldest[::-1], variables["newest"])
        if variables["both"]:
            told["oldest"] = self._page(oldest, variables["oldest"])
        if variables["first"]:
            latest = max((one["updated"] for one in oldest), default=None)
            told["latest"] = {"nodes": [{"updatedAt": iso(latest)}] if latest else []}
        return told

    def _page(self, issues: list[dict[str, Any]], after: str | None) -> dict[str, Any]:
        start = int(after or 0)
        end = start + self.page
        return {
            "totalCount": len(issues), "nodes": [issue_node(one) for one in issues[start:end]],
            "pageInfo": {"hasNextPage": end < len(issues), "endCursor": str(end)},
        }  # fmt: skip

    def _detail(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        comment = {"author": {"login": "dev"}, "body": "seen \x1b[31m", "createdAt": iso(START), "url": WEB}
        comments = {"totalCount": 3, "nodes": [comment]}
        known = variables["number"] in self.issues
        return {"issue": {"number": variables["number"], "body": "## Why", "comments": comments} if known else None}

    def _count(self) -> int:
        return self.uncounted + sum(not one.get("pull") for one in self.issues.values())

    def _details(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"nameWithOwner": "o/r", "counted": {"totalCount": self._count()}}
        if "pulls: pullRequests" in query:
            nodes = [pull_node(number, one) for number, one in self.pulls.items() if one["state"] == "OPEN"]
            told["pulls"] = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": nodes}
        if "deployments(" in query:
            told["deployments"] = {"nodes": [deployment_node(one) for one in self.deployments]}
        for name, value in variables.items():
            if re.fullmatch(r"b\d+", name):
                sha = self.heads.get(value.removeprefix("refs/heads/"))
                told[name] = {"target": {"oid": sha}} if sha else None
            elif re.fullmatch(r"m\d+", name):
                merged = {"number": 3, "state": "MERGED", "mergedAt": iso(START), "baseRefName": "main"}
                told[name] = {"nodes": [merged] if value == "feature/x" else []}
            elif re.fullmatch(r"n\d+", name):
                pull = self.pulls.get(value)
                told[name] = {"number": value, "state": pull["state"], "url": WEB, "mergedAt": None} if pull else None
            elif re.fullmatch(r"f\d+", name):
                text = self.files.get(value)
                told[name] = text if text is None else {
                    "__typename": "Blob", "text": text, "isBinary": False, "isTruncated": False,
                }  # fmt: skip
        return told


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}


def issue_node(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": one["number"], "title": one["title"], "state": one["state"].upper(), "stateReason": None,
        "createdAt": iso(one["created"]), "updatedAt": iso(one["updated"]), "closedAt": None,
        "url": f"{WEB}/issues/{one['number']}", "author": {"login": "dev"},
        "labels": {"nodes": [{"name": name} for name in one["labels"]]},
        "assignees": {"nodes": [{"login": name} for name in one["assignees"]]},
    }  # fmt: skip


def rest_issue(one: dict[str, Any]) -> dict[str, Any]:
    told = {
        "number": one["number"], "title": one["title"], "state": one["state"], "created_at": iso(one["created"]),
        "updated_at": iso(one["updated"]), "html_url": f"{WEB}/issues/{one['number']}", "closed_at": None,
        "labels": [{"name": name} for name in one["labels"]],
        "assignees": [{"login": name} for name in one["assignees"]], "user": {"login": "dev"}, "state_reason": None,
    }  # fmt: skip
    return told | ({"pull_request": {"url": WEB}} if one.get("pull") else {})


def run_node(id: int) -> dict[str, Any]:
    job = {
        "databaseId": 9, "name": "integration", "conclusion": "FAILURE", "detailsUrl": f"{WEB}/actions/runs/{id}/job/9",
        "steps": {"nodes": [{"name": "Set up", "conclusion": "SUCCESS"},
                            {"name": "Run tests", "conclusion": "FAILURE"}]},
        "annotations": {"nodes": [{"message": "Process completed with exit code 1."},
                                  {"message": "ECONNREFUSED :5432"}]},
    }  # fmt: skip
    return {"databaseId": id, "checkSuite": {"checkRuns": {"nodes": [job]}}}


def pull_node(number: int, one: dict[str, Any]) -> dict[str, Any]:
    rollup = {
        "state": "FAILURE",
        "contexts": {"nodes": [{"name": "test", "conclusion": "FAILURE"}, {"context": "ci", "state": "SUCCESS"}]},
    }
    return {
        "number": number, "title": one["title"], "body": one["body"], "url": f"{WEB}/pull/{number}", "isDraft": False,
        "headRefName": "feature/x", "baseRefName": "main", "createdAt": iso(START), "updatedAt": iso(one["updated"]),
        "author": {"login": "dev"}, "labels": {"nodes": []},
        "commits": {"nodes": [{"commit": {"statusCheckRollup": rollup}}]},
    }  # fmt: skip


def deployment_node(one: dict[str, Any]) -> dict[str, Any]:
    status = {"state": one["state"], "description": "done", "logUrl": f"{WEB}/actions/runs/1", "environmentUrl": None,
              "updatedAt": iso(one["updated"])}  # fmt: skip
    return {
        "databaseId": one["id"], "environment": one["environment"], "description": None, "commitOid": "a" * 40,
        "state": "ACTIVE", "createdAt": iso(START), "updatedAt": iso(one["updated"]), "creator": {"login": "dev"},
        "ref": None, "latestStatus": status,
    }  # fmt: skip
