"""GitHub's REST API as the box speaks it: pages, filters, ETags, budgets, errors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.sim.conftest import Ask
from vauntico_tui.sim.world.world import World


def issues_of(ask: Ask, **params: Any) -> list[dict[str, Any]]:
    return [one for one in ask.json("/issues", per_page=100, **params) if "pull_request" not in one]


def test_sixty_issues_with_the_real_spread(ask: Ask) -> None:
    issues = issues_of(ask, state="all")
    names = Counter(label["name"] for issue in issues for label in issue["labels"])
    assert len(issues) == 60
    assert [names[f"severity: {s}"] for s in ("critical", "high", "medium", "low")] == [18, 22, 12, 8]
    assert [names[f"category: {c}"] for c in ("configuration", "tests", "governance", "kpi")] == [15, 18, 12, 15]
    assert sum(issue["state"] == "closed" for issue in issues) == 14
    assert len({issue["title"] for issue in issues}) == 60


def test_pull_requests_are_issues_too(ask: Ask) -> None:
    everything = ask.json("/issues", state="all", per_page=100)
    assert sum("pull_request" in one for one in everything) == 20


def test_pages_follow_their_links_to_the_end(make: Callable[..., Ask]) -> None:
    ask = make(issues=230)
    answer = ask.get("/issues", state="all", per_page=100)
    seen = [one["number"] for one in answer.json()]
    while "next" in answer.links:
        answer = ask.get(answer.links["next"]["url"])
        seen += [one["number"] for one in answer.json()]
    assert len(seen) == len(set(seen)) == 250
    assert set(answer.links) == {"first", "prev"}


@pytest.mark.parametrize(("asked", "given"), [("1000", 80), ("0", 1), ("7", 7), ("x", 30)])
def test_per_page_is_held_within_bounds(ask: Ask, asked: str, given: int) -> None:
    assert len(ask.json("/issues", state="all", per_page=asked)) == given


def test_filters(ask: Ask) -> None:
    critical = issues_of(ask, labels="severity: critical,category: tests")
    assert critical
    assert all({"severity: critical", "category: tests"} <= {x["name"] for x in one["labels"]} for one in critical)
    newest = ask.json("/issues", sort="updated", direction="desc", state="all")
    assert [one["updated_at"] for one in newest] == sorted((one["updated_at"] for one in newest), reverse=True)
    since = newest[4]["updated_at"]
    assert all(one["updated_at"] >= since for one in ask.json("/issues", since=since, state="all", per_page=100))
    failed = ask.json("/actions/runs", status="failure", branch="main")["workflow_runs"]
    assert {(run["conclusion"], run["head_branch"]) for run in failed} == {("failure", "main")}
    day = failed[0]["created_at"][:10]
    assert all(run["created_at"][:10] >= day for run in ask.json("/actions/runs", created=f">={day}")["workflow_runs"])
    assert {one["environment"] for one in ask.json("/deployments", environment="production")} == {"production"}
    assert [one["head"]["ref"] for one in ask.json("/pulls", head="vauntico:fix/redis-url")] == ["fix/redis-url"]


def test_an_unchanged_answer_costs_nothing(ask: Ask) -> None:
    first = ask.get("/issues")
    again = ask("GET", "/issues", headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["etag"].startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]
    assert ask.box.record.shown()["counts"]["not_modified"] == 1  # type: ignore[index]


def test_a_change_changes_the_etag_of_what_it_touches_alone(ask: Ask) -> None:
    before = {path: ask.get(path).headers["etag"] for path in ("/issues/14", "/actions/secrets")}
    assert ask("PATCH", "/issues/14", json={"state": "closed"}).status_code == 200
    after = {path: ask.get(path).headers["etag"] for path in before}
    assert after["/issues/14"] != before["/issues/14"]
    assert after["/actions/secrets"] == before["/actions/secrets"]


def test_the_etag_depends_on_the_token(ask: Ask) -> None:
    mine = ask.get("/labels").headers["etag"]
    other = ask("GET", "/labels", headers={"Authorization": "token another", "If-None-Match": mine})
    assert other.status_code == 200


def test_the_budget_runs_out_and_says_when_it_is_back(ask: Ask) -> None:
    ask.knob("/token", used=4999)
    last = ask.get("/labels")
    over = ask.get("/labels")
    assert (last.status_code, last.headers["x-ratelimit-remaining"]) == (200, "0")
    assert over.status_code == 403
    assert "rate limit exceeded" in over.json()["message"]
    assert int(over.headers["x-ratelimit-reset"]) > datetime.now(UTC).timestamp()
    told = ask.json("//rate_limit")
    assert told["resources"]["core"]["remaining"] == 0
    assert told["resources"]["graphql"]["remaining"] == 1


def test_headers_of_every_answer(ask: Ask) -> None:
    headers = ask.get("").headers
    assert abs((parsedate_to_datetime(headers["date"]) - datetime.now(UTC)).total_seconds()) < 5
    assert headers["x-oauth-scopes"] == "read:org, repo, workflow"
    assert re.fullmatch(r"[0-9A-F]{24}", headers["x-github-request-id"])
    assert headers["x-github-api-version-selected"] == "2022-11-28"
    assert headers["x-ratelimit-resource"] == "core"


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        (("GET", "/issues/999", None), 404, "Not Found"),
        (("GET", "/contents/nothing.txt", None), 404, "Not Found"),
        (("GET", "/issues?state=ajar", None), 422, "Validation Failed"),
        (("GET", "/issues?since=yesterday", None), 422, "yesterday"),
        (("POST", "/issues", {}), 422, "title"),
        (("POST", "/issues", {"title": 7}), 422, "not a string"),
        (("POST", "/issues", {"title": " "}), 422, "Validation Failed"),
        (("PATCH", "/issues/14", {"state": "gone"}), 422, "Validation Failed"),
        (("PATCH", "/issues/14", {"assignees": ["nobody-here"]}), 422, "Validation Failed"),
        (("POST", "/pulls", {"title": "x", "head": "none", "base": "main"}), 422, "Validation Failed"),
        (("POST", "/git/refs", {"ref": "heads/x", "sha": "0" * 40}), 422, "valid ref"),
        (("POST", "/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}), 422, "does not exist"),
        (("PUT", "/actions/secrets/A-B", {"encrypted_value": "", "key_id": ""}), 422, "Secret names"),
        (("POST", "/actions/workflows/lint.yml/dispatches", {"ref": "none"}), 422, "No ref found"),
        (("POST", "/actions/workflows/none.yml/dispatches", {"ref": "main"}), 404, "Not Found"),
        (("DELETE", "/git/refs/heads/none", None), 422, "does not exist"),
        (("GET", "/actions/runs/7", None), 404, "Not Found"),
        (("GET", "/actions/runs/99999999999999999999", None), 404, "Not Found"),
    ],
)
def test_errors_have_githubs_bodies(ask: Ask, call: tuple[str, str, object], status: int, words: str) -> None:
    method, path, body = call
    answer = ask(method, path, json=body) if body is not None else ask(method, path)
    assert answer.status_code == status
    told = answer.json()
    assert words in str(told)
    assert told["status"] == str(status)
    assert told["documentation_url"].startswith("https://docs.github.com/rest")


def test_a_body_that_is_no_json(ask: Ask) -> None:
    answer = ask("PATCH", "/issues/14", content=b"{")
    assert (answer.status_code, answer.json()["message"]) == (400, "Problems parsing JSON")


def test_who_may_see_the_repository(ask: Ask) -> None:
    url = ask.box.urls["github"] + "/repos/vauntico/vauntico"
    assert httpx.get(url).status_code == 404  # private: without a token it is not there
    assert httpx.get(url, headers={"Authorization": "token expired-1"}).json()["message"] == "Bad credentials"
    assert httpx.get(ask.box.urls["github"] + "/user").status_code == 401
    assert ask("GET", "//repos/vauntico/other").status_code == 404
    ask.knob("/token", scopes=["public_repo"])
    assert ask.get("").status_code == 404
    ask.knob("/token", scopes=None)
    assert "x-oauth-scopes" not in ask.get("").headers


def test_a_workflow_file_needs_the_workflow_scope(ask: Ask) -> None:
    ask.knob("/token", scopes=["repo"])
    body = {"message": "x", "content": "eA==", "branch": "main"}
    assert ask("PUT", "/contents/.github/workflows/new.yml", json=body).status_code == 404
    assert ask("PUT", "/contents/docs/new.md", json=body).status_code == 201


def test_urls_in_answers_lead_back_to_the_box(ask: Ask) -> None:
    run = ask.json("/actions/runs")["workflow_runs"][0]
    assert ask.get(run["jobs_url"]).status_code == 200
    assert ask.get(run["workflow_url"]).status_code == 200
    issue = ask.json("/issues/14")
    page = httpx.get(issue["html_url"])
    assert page.status_code == 200
    assert "DATABASE_URL hard-coded" in page.text
    assert "failure" in httpx.get(ask.json("/actions/runs", status="failure")["workflow_runs"][0]["html_url"]).text


def test_pages_show_hostile_text_as_text(ask: Ask) -> None:
    made = ask("POST", "/issues", json={"title": "<script>alert(1)</script>", "body": "</pre><b>x"}).json()
    page = httpx.get(made["html_url"]).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_file_as_it_is(ask: Ask) -> None:
    raw = ask("GET", "/contents/memories.md", headers={"Accept": "application/vnd.github.raw+json"})
    assert raw.text.startswith("# memories.md")
    assert ask.json("/contents/memories.md")["encoding"] == "base64"


def test_head_has_no_body(ask: Ask) -> None:
    answer = ask("HEAD", "/issues")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


def test_failed_jobs_name_step_and_reason(ask: Ask) -> None:
    runs = ask.json("/actions/workflows/build-verification.yml/runs", status="failure")["workflow_runs"]
    jobs = {job["name"]: job for job in ask.json(f"/actions/runs/{runs[0]['id']}/jobs")["jobs"]}
    assert jobs["integration"]["conclusion"] == "failure"
    assert jobs["build"]["conclusion"] == jobs["basic-smoke"]["conclusion"] == "skipped"
    steps = {step["name"]: step["conclusion"] for step in jobs["integration"]["steps"]}
    assert steps["Run integration tests"] == "failure"
    notes = ask.json(f"/check-runs/{jobs['integration']['id']}/annotations")
    assert notes[0]["message"] == "connect ECONNREFUSED 127.0.0.1:5432"


def test_a_mistake_of_the_box_shows_as_one(ask: Ask, capfd: pytest.CaptureFixture[str]) -> None:
    world: World = ask.box.world
    del world.git.refs["heads/main"]
    answer = ask.get("/actions/runs")
    broken = ask.get("/branches/main")
    assert answer.status_code == 200
    assert broken.status_code == 404
    world.runs[next(iter(world.runs))].sha = "gone"
    world.touch()
    assert ask.get("/actions/runs", per_page=100, page=2).status_code == 500
    assert "KeyError" in capfd.readouterr().err
