"""Every answer of the box, read or write, holds against GitHub's own OpenAPI description."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.sim.conftest import REPO, Ask
from tests.sim.openapi import OpenApi
from tests.sim.test_writes import seal
from vauntico_tui.sim.github.app import routes

pytestmark = [pytest.mark.real_server, pytest.mark.xdist_group("openapi")]  # the description is loaded once


@pytest.fixture(scope="module")
def described(descriptions: Path) -> OpenApi:
    return OpenApi(descriptions / "api.github.com.json")


def hold(described: OpenApi, answer: httpx.Response) -> None:
    """Fail where an answer is not as GitHub describes it."""
    path = urlsplit(str(answer.request.url)).path.removeprefix("/api/v3") or "/"
    body = answer.json() if answer.content else None
    assert not described.errors(answer.request.method, path, answer.status_code, body), f"{answer.request.url}"


READS = (
    "", "/issues?state=all&per_page=100", "/issues/14", "/issues/61", "/issues/14/comments", "/issues/14/labels",
    "/labels", "/assignees", "/labels/severity: critical", "/actions/runs?per_page=100", "/actions/workflows",
    "/actions/workflows/lint.yml", "/actions/workflows/lint.yml/runs", "/actions/secrets",
    "/actions/secrets/DATABASE_URL", "/actions/secrets/public-key", "/environments", "/environments/production",
    "/environments/production/secrets", "/environments/production/secrets/public-key",
    "/environments/production/secrets/VERCEL_TOKEN", "/deployments",
    "/branches", "/branches/main", "/branches/feature/governance-compliance", "/commits", "/commits/main",
    "/commits/main/check-runs", "/contents/", "/contents/README.md", "/contents/server-v2/tests",
    "/git/ref/heads/main", "/git/matching-refs/heads/feature", "/pulls?state=all", "/pulls/61", "/pulls/72",
    "/pulls/61/files", "/pulls/61/commits", "/pulls/72/merge", "/branches/main/protection",
    "/compare/main...feature/governance-compliance", "/compare/feature/governance-compliance...main",
    "/compare/main...main", "/compare/main...none", "/branches?protected=true",
    "/issues/999", "/contents/none", "/git/ref/heads/none", "/issues?state=bad", "/pulls?state=bad", "/commits/none",
)  # fmt: skip


GUARDED = {
    "required_status_checks": {"strict": True, "contexts": ["test"]}, "enforce_admins": True,
    "required_pull_request_reviews": {"required_approving_review_count": 2}, "restrictions": {"users": ["devops"]},
}  # fmt: skip


@pytest.mark.parametrize("path", READS)
def test_reads(ask: Ask, described: OpenApi, path: str) -> None:
    hold(described, ask("GET", path))


@pytest.mark.parametrize("path", ["//", "//user", "//users/devops", "//rate_limit"])
def test_reads_outside_of_the_repository(ask: Ask, described: OpenApi, path: str) -> None:
    hold(described, ask("GET", path))


def test_reads_by_id(ask: Ask, described: OpenApi) -> None:
    for status in ("failure", "in_progress", "success"):
        run = ask.json("/actions/runs", status=status)["workflow_runs"][0]
        job = ask.json(f"/actions/runs/{run['id']}/jobs")["jobs"][0]
        for path in ("", "/jobs", "/attempts/1", "/attempts/1/jobs", "/artifacts"):
            hold(described, ask.get(f"/actions/runs/{run['id']}{path}"))
        for path in (f"/actions/jobs/{job['id']}", f"/check-runs/{job['id']}", f"/check-runs/{job['id']}/annotations"):
            hold(described, ask.get(path))
    deployment = ask.json("/deployments")[0]["id"]
    hold(described, ask.get(f"/deployments/{deployment}"))
    hold(described, ask.get(f"/deployments/{deployment}/statuses"))
    head = ask.json("/branches/main")["commit"]
    tree = head["commit"]["tree"]["sha"]
    entries = ask.json(f"/git/trees/{tree}", recursive="1")["tree"]
    blob = next(entry["sha"] for entry in entries if entry["type"] == "blob")
    for path in (f"/git/commits/{head['sha']}", f"/git/trees/{tree}", f"/git/blobs/{blob}"):
        hold(described, ask.get(path))


def test_writes(ask: Ask, described: OpenApi) -> None:
    """One of each write, in an order in which each has what it needs; answers and refusals."""
    head = ask.json("/git/ref/heads/main")["object"]["sha"]
    text = base64.b64encode(b"hello\n").decode()
    run = ask.json("/actions/runs", status="failure", event="push")["workflow_runs"][0]["id"]
    running = ask.json("/actions/runs", status="in_progress")["workflow_runs"][0]["id"]
    sealed = seal(ask, "/actions/secrets", "x")
    tree = [{"path": "a/b.txt", "mode": "100644", "type": "blob", "content": "x"}]
    signs: tuple[tuple[str, str, object], ...] = (
        ("POST", "/issues", {"title": "New", "body": "x", "labels": ["severity: high"]}),
        ("POST", "/issues", {"title": " "}),
        ("PATCH", "/issues/14", {"state": "closed"}),
        ("PATCH", "/issues/14", {"state": "shut"}),
        ("POST", "/issues/14/comments", {"body": "x"}),
        ("POST", "/issues/14/labels", {"labels": ["x"]}),
        ("PUT", "/issues/14/labels", {"labels": ["y"]}),
        ("POST", "/issues/14/assignees", {"assignees": ["devops"]}),
        ("DELETE", "/issues/14/assignees", {"assignees": ["devops"]}),
        ("POST", "/labels", {"name": "fresh", "color": "abcdef"}),
        ("POST", "/labels", {"name": "fresh"}),
        ("POST", f"/actions/runs/{run}/rerun", {}),
        ("POST", f"/actions/runs/{running}/cancel", {}),
        ("POST", f"/actions/runs/{running}/cancel", {}),
        ("POST", f"/actions/runs/{running}/rerun-failed-jobs", {}),
        ("POST", "/actions/workflows/lint.yml/dispatches", {"ref": "main"}),
        ("POST", "/actions/workflows/lint.yml/dispatches", {"ref": "main", "return_run_details": True}),
        ("PUT", "/actions/workflows/lint.yml/disable", None),
        ("PUT", "/actions/workflows/lint.yml/enable", None),
        ("PUT", "/branches/main/protection", GUARDED),
        ("GET", "/branches/main/protection", None),
        ("GET", "/branches/main", None),
        ("GET", "/branches?protected=true", None),
        ("PUT", "/branches/main/protection", {"enforce_admins": True}),
        ("DELETE", "/git/refs/heads/main", None),
        ("DELETE", "/branches/main/protection", None),
        ("PUT", "/actions/secrets/RESEND_API_KEY", sealed),
        ("PUT", "/actions/secrets/RESEND_API_KEY", sealed),
        ("DELETE", "/actions/secrets/RESEND_API_KEY", None),
        ("PUT", "/environments/staging/secrets/RESEND_API_KEY", sealed),
        ("POST", "/actions/variables", {"name": "PAYMENTS", "value": "stripe"}),
        ("PATCH", "/actions/variables/PAYMENTS", {"value": "paystack"}),
        ("GET", "/actions/variables/PAYMENTS", None),
        ("GET", "/actions/variables", None),
        ("DELETE", "/actions/variables/PAYMENTS", None),
        ("PUT", "/environments/next", {}),
        ("POST", "/git/refs", {"ref": "refs/heads/work", "sha": head}),
        ("POST", "/git/refs", {"ref": "refs/heads/work", "sha": head}),
        ("PUT", "/contents/notes.md", {"message": "x", "content": text, "branch": "work"}),
        ("PUT", "/contents/notes.md", {"message": "x", "content": text, "branch": "work", "sha": "0" * 40}),
        ("POST", "/git/blobs", {"content": "x"}),
        ("POST", "/git/trees", {"base_tree": head, "tree": tree}),
        ("POST", "/pulls", {"title": "x", "head": "work", "base": "main", "body": "x"}),
        ("POST", "/pulls", {"title": "x", "head": "work", "base": "main"}),
        ("PATCH", "/pulls/82", {"title": "y"}),
        ("PUT", "/pulls/82/merge", {"sha": head}),
        ("PUT", "/pulls/82/merge", {}),
        ("PUT", "/pulls/82/merge", {}),
        ("POST", "/deployments", {"ref": "main", "environment": "staging"}),
        ("DELETE", "/git/refs/heads/work", None),
    )
    for method, path, body in signs:
        hold(described, ask(method, path, json=body))
    made = ask("POST", "/deployments", json={"ref": "main"}).json()["id"]
    hold(described, ask("POST", f"/deployments/{made}/statuses", json={"state": "success"}))
    hold(described, ask("POST", f"/deployments/{made}/statuses", json={"state": "fine"}))


def test_deployments_that_wait_for_a_reviewer(ask: Ask, described: OpenApi) -> None:
    viewer = ask.json("//user")["id"]
    reviewers = {"reviewers": [{"type": "User", "id": viewer}]}
    hold(described, ask("PUT", "/environments/production", json=reviewers))
    ask("POST", "/actions/workflows/production-deploy.yml/dispatches", json={"ref": "main"})
    ask.knob("/advance", seconds=60)
    run = ask.json("/actions/runs", status="waiting")["workflow_runs"][0]["id"]
    waiting = ask.get(f"/actions/runs/{run}/pending_deployments")
    hold(described, waiting)
    review = {"environment_ids": [waiting.json()[0]["environment"]["id"]], "state": "approved", "comment": "go"}
    hold(described, ask("POST", f"/actions/runs/{run}/pending_deployments", json=review))
    hold(described, ask.get(f"/actions/runs/{run}/pending_deployments"))
    hold(described, ask.get(f"/actions/runs/{run}/approvals"))


def test_the_shape_of_a_large_organisation(make: object, described: OpenApi) -> None:
    ask: Ask = make(issues=400, runs=600, seed=7)  # type: ignore[operator]
    for path in (
        "/issues?state=all&per_page=100&page=4",
        "/actions/runs?per_page=100&page=6",
        "/deployments?per_page=100",
    ):
        hold(described, ask("GET", path))


def test_every_route_is_one_of_githubs(described: OpenApi) -> None:
    for route in routes().routes:
        path = route.template.replace("...}", "}").replace("{owner}/{repo}", "vauntico/vauntico")
        template = described.template(path.replace("{", "").replace("}", ""))
        assert route.method.lower() in described.description["paths"][template], f"{route.method} {route.template}"


def test_a_wrong_answer_is_noticed(ask: Ask, described: OpenApi) -> None:
    """The test of the tests: without a required field, with a wrong type, with a status that GitHub does not have."""
    issue = ask.json("/issues/14")
    path = f"{REPO}/issues/14"
    assert not described.errors("GET", path, 200, issue)
    assert described.errors("GET", path, 200, {**issue, "number": "14"})
    assert described.errors("GET", path, 200, {key: value for key, value in issue.items() if key != "title"})
    assert described.errors("GET", path, 418, issue)
