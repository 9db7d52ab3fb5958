"""What one does through the API has consequences, and conflicts are told as GitHub tells them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nacl.public import PublicKey, SealedBox

from tests.sim.conftest import Ask
from vauntico_tui.base.clock import FixedClock

BUILD = "/contents/.github/workflows/build-verification.yml"


def text_of(ask: Ask, path: str, ref: str = "main") -> str:
    return base64.b64decode(ask.json(f"/contents/{path}", ref=ref)["content"]).decode()


def test_close_reopen_label_assign_comment(ask: Ask) -> None:
    closed = ask("PATCH", "/issues/14", json={"state": "closed", "state_reason": "not_planned"}).json()
    assert (closed["state"], closed["state_reason"], closed["closed_by"]["login"]) == (
        "closed",
        "not_planned",
        "lead-dev",
    )
    assert 14 not in {one["number"] for one in ask.json("/issues", per_page=100)}
    reopened = ask("PATCH", "/issues/14", json={"state": "open"}).json()
    assert (reopened["closed_at"], reopened["state_reason"]) == (None, "reopened")
    assert [x["name"] for x in ask("POST", "/issues/14/labels", json={"labels": ["new one"]}).json()][-1] == "new one"
    assert ask("DELETE", "/issues/14/labels/new%20one").status_code == 200
    assert ask("DELETE", "/issues/14/labels/new%20one").status_code == 404
    assert (
        ask("POST", "/issues/14/assignees", json={"assignees": ["devops"]}).json()["assignees"][-1]["login"] == "devops"
    )
    made = ask("POST", "/issues/14/comments", json={"body": "on it"})
    assert made.status_code == 201
    edited = ask("PATCH", f"/issues/comments/{made.json()['id']}", json={"body": "done"}).json()
    assert edited["body"] == "done"
    assert ask.json("/issues/14/comments")[-1]["body"] == "done"
    assert ask("DELETE", f"/issues/comments/{made.json()['id']}").status_code == 204


def test_a_new_issue_is_numbered_after_the_last(ask: Ask) -> None:
    made = ask("POST", "/issues", json={"title": "New", "labels": ["severity: high"], "assignees": ["devops"]})
    assert (made.status_code, made.json()["number"]) == (201, 81)
    assert made.headers["location"].endswith("/issues/81")


@pytest.mark.parametrize(("method", "path"), [("POST", "/issues"), ("PATCH", "/issues/14"), ("PATCH", "/pulls/61")])
@pytest.mark.parametrize("title", ["", "  "])
def test_a_title_is_never_empty(ask: Ask, method: str, path: str, title: str) -> None:
    refused = ask(method, path, json={"title": title})
    assert refused.status_code == 422
    assert refused.json()["message"] == "Validation Failed"
    assert [error["field"] for error in refused.json()["errors"]] == ["title"]


def test_closing_an_issue_moves_its_figure(make: Callable[..., Ask]) -> None:
    clock = FixedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    ask = make(clock)

    def coverage() -> float:
        query = {"query": "vauntico_test_coverage_percentage", "time": clock.at.timestamp()}
        return float(ask.prometheus("query", **query).json()["data"]["result"][0]["value"][1])

    before = coverage()
    ask("PATCH", "/issues/4", json={"state": "closed"})
    clock.at += timedelta(seconds=15)  # the next scrape
    assert coverage() == pytest.approx(before + 0.7, abs=0.05)


def seal(ask: Ask, where: str, value: str) -> dict[str, str]:
    key = ask.json(f"{where}/public-key")
    sealed = SealedBox(PublicKey(base64.b64decode(key["key"]))).encrypt(value.encode())
    return {"encrypted_value": base64.b64encode(sealed).decode(), "key_id": key["key_id"]}


@pytest.mark.parametrize("where", ["/actions/secrets", "/environments/production/secrets"])
def test_secrets_are_sealed(ask: Ask, where: str) -> None:
    body = seal(ask, where, "sk_live")
    assert ask("PUT", f"{where}/PAYSTACK_SECRET_KEY", json=body).status_code == 201
    assert ask("PUT", f"{where}/PAYSTACK_SECRET_KEY", json=body).status_code == 204
    assert "PAYSTACK_SECRET_KEY" in {one["name"] for one in ask.json(where)["secrets"]}
    assert ask("PUT", f"{where}/X", json={**body, "encrypted_value": "bm90IHNlYWxlZA=="}).status_code == 422
    assert ask("PUT", f"{where}/X", json={**body, "key_id": "1"}).status_code == 422
    assert ask("GET", f"{where}/X").status_code == 404
    assert ask("DELETE", f"{where}/PAYSTACK_SECRET_KEY").status_code == 204
    assert ask("DELETE", f"{where}/PAYSTACK_SECRET_KEY").status_code == 404


def test_secret_values_are_not_kept(ask: Ask) -> None:
    ask("PUT", "/actions/secrets/RESEND_API_KEY", json=seal(ask, "/actions/secrets", "very-secret-value"))
    assert "very-secret-value" not in repr(ask.box.world.secrets)


def failed_build(ask: Ask) -> dict[str, Any]:
    path = "/actions/workflows/build-verification.yml/runs"
    return dict(ask.json(path, status="failure", branch="main")["workflow_runs"][0])


def test_rerun_is_another_attempt_of_the_same_run(ask: Ask) -> None:
    run = failed_build(ask)
    assert ask("POST", f"/actions/runs/{run['id']}/rerun").status_code == 201
    again = ask.json(f"/actions/runs/{run['id']}")
    assert (again["run_attempt"], again["status"], again["conclusion"]) == (2, "queued", None)
    assert ask("POST", f"/actions/runs/{run['id']}/rerun").status_code == 403
    first = ask.json(f"/actions/runs/{run['id']}/attempts/1")
    assert first["conclusion"] == "failure"
    ask.knob("/advance", seconds=900)
    assert ask.json(f"/actions/runs/{run['id']}")["conclusion"] == "failure"  # its commit has no database still


def test_rerunning_failed_jobs_keeps_the_others(ask: Ask) -> None:
    run = failed_build(ask)
    before = {job["name"]: job for job in ask.json(f"/actions/runs/{run['id']}/jobs")["jobs"]}
    assert ask("POST", f"/actions/runs/{run['id']}/rerun-failed-jobs").status_code == 201
    after = {job["name"]: job for job in ask.json(f"/actions/runs/{run['id']}/jobs")["jobs"]}
    assert after["test"]["id"] == before["test"]["id"]
    assert after["integration"]["id"] != before["integration"]["id"]
    assert after["integration"]["status"] == "queued"
    everything = ask.json(f"/actions/runs/{run['id']}/jobs", filter="all")
    assert everything["total_count"] == 8


def test_cancel(ask: Ask) -> None:
    running = ask.json("/actions/runs", status="in_progress")["workflow_runs"][0]
    assert ask("POST", f"/actions/runs/{running['id']}/cancel").status_code == 202
    assert ask.json(f"/actions/runs/{running['id']}")["conclusion"] == "cancelled"
    assert ask("POST", f"/actions/runs/{running['id']}/cancel").status_code == 409
    ask.knob("/advance", seconds=900)
    assert ask.json(f"/actions/runs/{running['id']}")["conclusion"] == "cancelled"


def test_dispatch(ask: Ask) -> None:
    assert ask("POST", "/actions/workflows/lint.yml/dispatches", json={"ref": "main"}).status_code == 204
    run = ask.json("/actions/runs", event="workflow_dispatch")["workflow_runs"][0]
    assert (run["name"], run["status"]) == ("Lint", "queued")
    ask.knob("/advance", seconds=120)
    assert ask.json(f"/actions/runs/{run['id']}")["status"] == "completed"


def test_a_pull_request_with_several_files_made_merged_and_built(make: Callable[..., Ask]) -> None:
    """The way of a hotfix through the git data API: ref, blobs, tree, commit, pull request, merge, green build."""
    ask = make(speed=0)
    base = ask.json("/git/ref/heads/main")["object"]["sha"]
    ref = "refs/heads/hotfix/critical-deployment-blockers"
    assert ask("POST", "/git/refs", json={"ref": ref, "sha": base}).status_code == 201
    assert ask("POST", "/git/refs", json={"ref": ref, "sha": base}).json()["message"] == "Reference already exists"
    service = "    services:\n      postgres:\n        image: postgres:15-alpine\n        ports: ['5432:5432']\n"
    build = text_of(ask, ".github/workflows/build-verification.yml").replace(
        "  integration:\n", f"  integration:\n{service}"
    )
    jest = text_of(ask, "server-v2/jest.config.js").replace("10000", "30000")
    blob = ask("POST", "/git/blobs", json={"content": base64.b64encode(build.encode()).decode(), "encoding": "base64"})
    entries = [
        {
            "path": ".github/workflows/build-verification.yml",
            "mode": "100644",
            "type": "blob",
            "sha": blob.json()["sha"],
        },
        {"path": "server-v2/jest.config.js", "mode": "100644", "type": "blob", "content": jest},
        {"path": "vercel.json", "mode": "100644", "type": "blob", "sha": None},
    ]
    base_tree = ask.json(f"/git/commits/{base}")["tree"]["sha"]
    tree = ask("POST", "/git/trees", json={"base_tree": base_tree, "tree": entries})
    assert tree.status_code == 201
    body = {"message": "1: fix: unblock", "tree": tree.json()["sha"], "parents": [base]}
    commit = ask("POST", "/git/commits", json=body).json()["sha"]
    moved = ask("PATCH", "/git/refs/heads/hotfix/critical-deployment-blockers", json={"sha": commit})
    assert moved.status_code == 200
    pull = {"title": "1: fix: unblock", "head": "hotfix/critical-deployment-blockers", "base": "main", "body": "x"}
    made = ask("POST", "/pulls", json=pull)
    assert (made.status_code, made.json()["mergeable"], made.json()["changed_files"]) == (201, True, 3)
    number = made.json()["number"]
    assert ask("POST", "/pulls", json=pull).status_code == 422  # one pull request a branch
    assert ask.get(f"/pulls/{number}/merge").status_code == 404
    assert ask("PUT", f"/pulls/{number}/merge", json={"sha": base}).status_code == 409
    merged = ask("PUT", f"/pulls/{number}/merge", json={"merge_method": "squash"})
    assert (merged.status_code, merged.json()["merged"]) == (200, True)
    assert ask("PUT", f"/pulls/{number}/merge").status_code == 405
    assert ask.get(f"/pulls/{number}/merge").status_code == 204
    assert "postgres:15" in text_of(ask, ".github/workflows/build-verification.yml")
    assert ask.get("/contents/vercel.json").status_code == 404
    assert ask("DELETE", "/git/refs/heads/hotfix/critical-deployment-blockers").status_code == 204
    ask.knob("/advance", seconds=1500)
    runs = ask.json("/actions/workflows/build-verification.yml/runs", branch="main")["workflow_runs"]
    assert (runs[0]["head_sha"], runs[0]["conclusion"]) == (merged.json()["sha"], "success")
    newest = ask.json("/deployments", environment="production")[0]
    assert newest["sha"] == merged.json()["sha"]  # a green build on the default branch is deployed
    assert ask.json(f"/deployments/{newest['id']}/statuses")[0]["state"] == "success"


def test_a_conflict_cannot_be_merged(ask: Ask) -> None:
    base = ask.json("/git/ref/heads/main")["object"]["sha"]
    ask("POST", "/git/refs", json={"ref": "refs/heads/one", "sha": base})
    for branch, text in (("one", "ours"), ("main", "theirs")):
        old = ask.json("/contents/README.md", ref=branch)["sha"]
        body = {"message": "x", "branch": branch, "sha": old, "content": base64.b64encode(text.encode()).decode()}
        assert ask("PUT", "/contents/README.md", json=body).status_code == 200
        assert ask("PUT", "/contents/README.md", json=body).status_code == 409  # that blob is gone meanwhile
    number = ask("POST", "/pulls", json={"title": "x", "head": "one", "base": "main"}).json()["number"]
    told = ask.json(f"/pulls/{number}")
    assert (told["mergeable"], told["mergeable_state"]) == (False, "dirty")
    assert ask("PUT", f"/pulls/{number}/merge").status_code == 405
    assert ask("PATCH", f"/pulls/{number}", json={"state": "closed"}).json()["state"] == "closed"


def test_refs_move_forward_only_unless_forced(ask: Ask) -> None:
    log = ask.json("/commits")
    old, new = log[3]["sha"], log[0]["sha"]
    ask("POST", "/git/refs", json={"ref": "refs/heads/mine", "sha": new})
    assert ask("PATCH", "/git/refs/heads/mine", json={"sha": old}).json()["message"] == "Update is not a fast forward"
    assert ask("PATCH", "/git/refs/heads/mine", json={"sha": old, "force": True}).status_code == 200
    assert ask("PATCH", "/git/refs/heads/mine", json={"sha": new}).status_code == 200


def test_deployments_and_their_statuses(ask: Ask) -> None:
    body = {"ref": "main", "environment": "staging", "auto_merge": False, "required_contexts": []}
    made = ask("POST", "/deployments", json=body)
    assert made.status_code == 201
    path = f"/deployments/{made.json()['id']}/statuses"
    assert ask("POST", path, json={"state": "success", "log_url": "http://127.0.0.1/log"}).status_code == 201
    assert ask("POST", path, json={"state": "splendid"}).status_code == 422
    assert ask.json(path)[0]["state"] == "success"
    others = ask.json("/deployments", environment="staging")[1:]
    assert {ask.json(f"/deployments/{one['id']}/statuses")[0]["state"] for one in others} == {"inactive"}
    assert ask("POST", "/deployments", json={"ref": "nothing"}).status_code == 422


def test_deleting_a_branch_closes_its_pull_request(ask: Ask) -> None:
    pull = ask.json("/pulls")[0]
    assert ask("DELETE", f"/git/refs/heads/{pull['head']['ref']}").status_code == 204
    assert ask.json(f"/pulls/{pull['number']}")["state"] == "closed"
    assert ask("DELETE", "/git/refs/heads/main").status_code == 422


@pytest.mark.parametrize("path", ["../x", "a//b", "a/./b"])
def test_paths_stay_inside_the_repository(ask: Ask, path: str) -> None:
    tree = {"path": path, "mode": "100644", "type": "blob", "content": "x"}
    answer = ask("POST", "/git/trees", json={"tree": [tree]})
    assert (answer.status_code == 422) == (".." in path)
