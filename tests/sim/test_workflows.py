"""Workflows by hand: dispatches with inputs, switching off, reviewers, attempts, logs; and what makes a build green."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.sim.conftest import Ask
from vauntico_tui.sim.world import jest
from vauntico_tui.sim.world.consequences import scrape_jobs
from vauntico_tui.sim.world.files import FILES, FIXED_JEST_CONFIG
from vauntico_tui.sim.world.workflow_files import dispatch_inputs, without_database

BUILD = FILES[".github/workflows/build-verification.yml"]
DEPLOY = "/actions/workflows/production-deploy.yml"


def dispatch(ask: Ask, file: str, **inputs: object) -> httpx.Response:
    return ask("POST", f"/actions/workflows/{file}/dispatches", json={"ref": "main", "inputs": inputs})


@pytest.mark.parametrize(
    ("file", "inputs", "message"),
    [
        ("lint.yml", {"a": 1}, 'Unexpected inputs provided: ["a"]'),
        ("release.yml", {}, "Required input 'version' not provided"),
        ("release.yml", {"version": "1", "level": "huge"},
         "Provided value 'huge' for input 'level' not in the list of allowed values"),
        ("release.yml", {"version": "1", "retries": "x"}, "Provided value 'x' for input 'retries' is not a number"),
        ("production-deploy.yml", {"dry_run": "maybe"},
         "Provided value 'maybe' for input 'dry_run' not in the list of allowed values"),
        ("production-deploy.yml", {"environment": "moon"},
         "Provided value 'moon' for input 'environment' not in the list of allowed values"),
    ],
)  # fmt: skip
def test_inputs_that_do_not_fit_are_refused(ask: Ask, file: str, inputs: dict[str, Any], message: str) -> None:
    answer = dispatch(ask, file, **inputs)
    assert (answer.status_code, answer.json()["message"]) == (422, message)
    assert ask.json("/actions/runs", event="workflow_dispatch")["total_count"] == 0


def test_inputs_are_read_from_the_file_at_the_ref(ask: Ask) -> None:
    inputs = dispatch_inputs(FILES[".github/workflows/production-deploy.yml"]) or {}
    assert [(one.type, one.required, one.default) for one in inputs.values()] == [
        ("environment", True, "production"), ("boolean", False, "false"), ("string", False, None),
    ]  # fmt: skip
    assert dispatch_inputs(BUILD) == {}
    assert dispatch_inputs("on: push\njobs: {a: {}}") is None
    assert dispatch_inputs(": no yaml") is None


def test_a_dispatch_deploys_where_it_was_told(make: Callable[..., Ask]) -> None:
    ask = make(speed=0)
    before = len(ask.json("/deployments", environment="staging", per_page=100))
    body = {"ref": "main", "inputs": {"environment": "staging"}, "return_run_details": True}
    made = ask("POST", f"{DEPLOY}/dispatches", json=body)
    assert made.status_code == 200
    ask.knob("/advance", seconds=900)
    assert ask.json(f"/actions/runs/{made.json()['workflow_run_id']}")["status"] == "completed"
    assert len(ask.json("/deployments", environment="staging", per_page=100)) == before + 1


def test_a_workflow_that_is_off_is_not_started(make: Callable[..., Ask]) -> None:
    ask = make(speed=0)
    assert ask("PUT", f"{DEPLOY}/disable").status_code == 204
    assert ask.json(DEPLOY)["state"] == "disabled_manually"
    refused = dispatch(ask, "production-deploy.yml")
    assert refused.json()["message"] == "Cannot trigger a 'workflow_dispatch' on a disabled workflow"
    ask("PUT", "/actions/workflows/lint.yml/disable")
    before = ask.json("/actions/workflows/lint.yml/runs")["total_count"]
    for fix in ("jest", "database"):
        ask.knob("/act", act=fix)
    ask.knob("/advance", seconds=1500)
    newest = ask.json("/actions/workflows/build-verification.yml/runs")["workflow_runs"][0]
    assert newest["conclusion"] == "success"
    assert newest["head_sha"] not in {one["head_sha"] for one in ask.json(f"{DEPLOY}/runs")["workflow_runs"]}
    assert ask.json("/actions/workflows/lint.yml/runs")["total_count"] == before
    ask("PUT", f"{DEPLOY}/enable")
    assert ask.json(DEPLOY)["state"] == "active"
    assert dispatch(ask, "production-deploy.yml").status_code == 204


@pytest.mark.parametrize(("state", "ends"), [("approved", "success"), ("rejected", "failure")])
def test_a_deployment_waits_for_its_reviewer(make: Callable[..., Ask], state: str, ends: str) -> None:
    ask = make(speed=0)
    person = ask.json("//user")["id"]
    ask("PUT", "/environments/production", json={"reviewers": [{"type": "User", "id": person}]})
    dispatch(ask, "production-deploy.yml")
    ask.knob("/advance", seconds=600)
    run = ask.json("/actions/runs", status="waiting")["workflow_runs"][0]["id"]
    waiting = ask.json(f"/actions/runs/{run}/pending_deployments")[0]
    assert waiting["current_user_can_approve"] is True
    review = {"environment_ids": [waiting["environment"]["id"]], "state": state, "comment": "seen"}
    assert ask("POST", f"/actions/runs/{run}/pending_deployments", json={**review, "state": "fine"}).status_code == 422
    assert ask("POST", f"/actions/runs/{run}/pending_deployments", json=review).status_code == 200
    ask.knob("/advance", seconds=600)
    assert ask.json(f"/actions/runs/{run}")["conclusion"] == ends
    assert ask.json(f"/actions/runs/{run}/approvals")[0]["comment"] == "seen"


def test_who_started_it_and_who_started_it_again(ask: Ask) -> None:
    run = ask.json("/actions/runs", status="failure", event="push")["workflow_runs"][0]
    ask.knob("/token", login="devops")
    assert ask("POST", f"/actions/runs/{run['id']}/rerun-failed-jobs").status_code == 201
    again = ask.json(f"/actions/runs/{run['id']}")
    assert (again["actor"], again["triggering_actor"]["login"]) == (run["actor"], "devops")
    refused = ask("POST", f"/actions/runs/{run['id']}/rerun-failed-jobs")
    assert (refused.status_code, refused.json()["message"]) == (403, "This workflow is already running")


def test_a_log_has_stamps_groups_colours_and_errors(ask: Ask) -> None:
    run = ask.json("/actions/workflows/build-verification.yml/runs", status="failure")["workflow_runs"][0]["id"]
    jobs = ask.json(f"/actions/runs/{run}/jobs")["jobs"]
    failed = next(job for job in jobs if job["conclusion"] == "failure")
    log = ask("GET", f"/actions/jobs/{failed['id']}/logs", follow_redirects=True).text
    assert log.startswith("\ufeff20")
    assert all(" " in line and line.lstrip("\ufeff")[19] == "." for line in log.splitlines())
    assert log.count("##[group]") == log.count("##[endgroup]") >= 5
    assert "\x1b[36;1mnpm run test:integration" in log
    assert "##[error]connect ECONNREFUSED 127.0.0.1:5432" in log
    assert log.index("##[error]") < log.index("##[error]Process completed with exit code 1.")
    packed = ask("GET", f"/actions/runs/{run}/logs", follow_redirects=True).content
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        assert "ECONNREFUSED" in files.read("integration/6_Run integration tests.txt").decode()
    running = ask.json("/actions/runs", status="in_progress")["workflow_runs"][0]["id"]
    job = ask.json(f"/actions/runs/{running}/jobs")["jobs"][2]["id"]
    assert ask.get(f"/actions/jobs/{job}/logs").status_code == 404
    assert ask.get(f"/actions/runs/{running}/logs").status_code == 404


# ---- what makes a build green --------------------------------------------------------------------------------------

SERVICE = "    services:\n      postgres:\n        image: {}\n        ports: [{}]\n"
JOB = "  integration:\n    runs-on: ubuntu-latest\n"
STARTS = "      - name: Setup Test Database\n        run: docker run -d -p 5432:5432 postgres:15-alpine\n"
TESTS = "      - name: Run integration tests\n"


@pytest.mark.parametrize(
    ("text", "job"),
    [
        (BUILD, "integration"),
        (BUILD.replace(JOB, JOB + SERVICE.format("postgres:15-alpine", "'5432:5432'")), None),
        (BUILD.replace(JOB, JOB + SERVICE.format("docker.io/postgres", "5432/tcp")), None),
        (BUILD.replace(JOB, JOB + SERVICE.format("postgres:15", "'5433:5432'")), "integration"),
        (BUILD.replace(JOB, JOB + SERVICE.format("redis:7", "'5432:5432'")), "integration"),
        (BUILD.replace("  test:\n", "  test:\n" + SERVICE.format("postgres:15", "'5432:5432'")), "integration"),
        (BUILD.replace(TESTS, STARTS + TESTS), None),
        (BUILD.replace("  build:\n", STARTS + "  build:\n"), "integration"),
        (BUILD.replace(TESTS, "# " + STARTS.replace("\n", "\n#") + "\n" + TESTS), "integration"),
    ],
)
def test_integration_tests_need_a_database_before_them_in_their_job(text: str, job: str | None) -> None:
    assert without_database(text) == job


FIXED = {"server-v2/tests/globalSetup.ts", "server-v2/tests/globalTeardown.ts", "server-v2/tests/setup.ts"}


@pytest.mark.parametrize(
    ("text", "files", "words"),
    [
        (FIXED_JEST_CONFIG, FIXED, None),
        (FIXED_JEST_CONFIG, FIXED - {"server-v2/tests/globalSetup.ts"}, "globalSetup option was not found"),
        (FIXED_JEST_CONFIG, FIXED - {"server-v2/tests/setup.ts"}, "setupFilesAfterEnv option was not found"),
        (FIXED_JEST_CONFIG.replace("  globalSet", "  // globalSet"), FIXED - {"server-v2/tests/globalSetup.ts"}, None),
        ("export default { setupFilesAfterEnv: ['jest-extended/all'] };", set(), None),
        ("module.exports = {", set(), "SyntaxError"),
        ("const config = {};", set(), "SyntaxError"),
        (None, set(), "Can't find"),
    ],
)  # fmt: skip
def test_jest_refuses_what_points_at_nothing(text: str | None, files: set[str], words: str | None) -> None:
    said = jest.refused(text, files)
    assert said is None if words is None else words in (said or "")


def test_a_broken_jest_configuration_and_no_database_fail_two_jobs(make: Callable[..., Ask]) -> None:
    ask = make(speed=0)
    ask.knob("/act", act="write", files={"server-v2/jest.config.js": FIXED_JEST_CONFIG})
    ask.knob("/advance", seconds=1500)
    run = ask.json("/actions/workflows/build-verification.yml/runs")["workflow_runs"][0]
    jobs = {job["name"]: job["conclusion"] for job in ask.json(f"/actions/runs/{run['id']}/jobs")["jobs"]}
    assert jobs == {"test": "failure", "integration": "failure", "build": "skipped", "basic-smoke": "skipped"}
    ask.knob("/act", act="jest")
    ask.knob("/act", act="database")
    ask.knob("/advance", seconds=1500)
    run = ask.json("/actions/workflows/build-verification.yml/runs")["workflow_runs"][0]
    assert run["conclusion"] == "success"


def test_a_workflow_that_is_no_yaml_fails(make: Callable[..., Ask]) -> None:
    ask = make(speed=0)
    ask.knob("/act", act="write", files={".github/workflows/build-verification.yml": "jobs: [\n"})
    ask.knob("/advance", seconds=1500)
    run = ask.json("/actions/workflows/build-verification.yml/runs")["workflow_runs"][0]
    jobs = ask.json(f"/actions/runs/{run['id']}/jobs")["jobs"]
    said = ask.json(f"/check-runs/{jobs[0]['id']}/annotations")[0]["message"]
    assert (run["conclusion"], said) == ("failure", "Invalid workflow file: .github/workflows/build-verification.yml")


def test_prometheus_keeps_what_it_scrapes_when_the_file_is_broken(make: Callable[..., Ask]) -> None:
    ask = make(speed=0)
    ask.knob("/act", act="monitoring")
    assert set(ask.box.world.scraped) == {"vauntico-api", "vauntico-frontend"}
    ask.knob("/act", act="write", files={"monitoring/prometheus.yml": "scrape_configs: [\n"})
    assert set(ask.box.world.scraped) == {"vauntico-api", "vauntico-frontend"}
    assert scrape_jobs("scrape_configs:\n- job_name: a\n- job_name: a\n") is None


# ---- two boxes compared --------------------------------------------------------------------------------------------


def test_the_same_deeds_make_the_same_picture(make: Callable[..., Ask]) -> None:
    one, other = make(speed=0), make(speed=0)
    assert one.knob("/world", "GET") == other.knob("/world", "GET")
    one("POST", "/issues/14/comments", json={"body": "done <!-- vauntico-tui 7 -->"})
    assert one.knob("/world", "GET") != other.knob("/world", "GET")
    other("POST", "/issues/14/comments", json={"body": "done <!-- vauntico-tui 8 -->"})
    assert one.knob("/world", "GET") == other.knob("/world", "GET")
    for ask in (one, other):
        ask.knob("/act", act="database")
    assert one.knob("/world", "GET") == other.knob("/world", "GET")
    other("POST", "/issues/14/comments", json={"body": "done"})
    assert one.knob("/world", "GET")["issues"]["14"] != other.knob("/world", "GET")["issues"]["14"]


def test_variables(ask: Ask) -> None:
    made = {"name": "payments", "value": "stripe"}
    answers = [ask("POST", "/actions/variables", json=made).status_code for _ in range(2)]
    assert answers == [201, 409]
    assert ask("POST", "/actions/variables", json={"name": "GITHUB_X", "value": ""}).status_code == 422
    assert ask("PATCH", "/actions/variables/PAYMENTS", json={"value": "paystack"}).status_code == 204
    assert ask.json("/actions/variables/payments")["value"] == "paystack"
    assert ask.knob("/world", "GET")["variables"] == {"PAYMENTS": "paystack"}
    assert [ask("DELETE", "/actions/variables/PAYMENTS").status_code for _ in range(2)] == [204, 404]
