"""What a refresh of GitHub reads and asks, over real HTTP against a scripted GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from tests.sources.servers import Asked, Reply, Server
from tests.sources.tiny_github import START, TinyGitHub, make_issue, make_run, pull_node
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sources.hub import Hub

NEEDS = Needs(
    files=frozenset({("jest.config.js", "HEAD"), ("missing.md", "HEAD")}),
    branches=frozenset({"feature/x", "feature/none"}),
    pulls=frozenset({7, 99}),
    secret_scopes=frozenset({"repository", "production"}),
)
PARTS = ("repository", "issues", "runs", "deployments", "pulls")


@pytest.fixture
def github() -> TinyGitHub:
    return TinyGitHub()


@pytest.fixture
def server(github: TinyGitHub) -> Iterator[Server]:
    with Server(github) as server:
        yield server


@pytest.fixture
def hub(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("BOX_TOKEN", "t0ken")
    config = Config.model_validate(
        {"github": {"repository": "o/r", "url": f"{server.url}/api/v3", "token_env": "BOX_TOKEN"}}
    )
    hub = Hub(config, NEEDS, FixedClock(START + timedelta(days=1)))
    yield hub
    hub.close()


async def test_everything_is_read_and_a_quiet_refresh_costs_nothing(
    github: TinyGitHub, server: Server, hub: Hub
) -> None:
    await hub.gather(10)
    told = hub.readings
    assert {name: getattr(told, name).state for name in PARTS} == dict.fromkeys(PARTS, State.FRESH)
    assert told.issues.value is not None and told.issues.value.complete
    assert [told.issues.value.issues[number].title for number in (1, 2, 3)] == ["Issue 1", "Issue 2", "Issue 3"]
    assert told.runs.value is not None
    failed = told.runs.value.runs[0]
    assert failed.path == "build.yml"
    assert [(job.name, job.step, job.reason) for job in failed.failed_jobs] == [
        ("integration", "Run tests", "ECONNREFUSED :5432")
    ]
    assert told.deployments.value is not None and told.deployments.value[0].state == "success"
    assert told.deployments.value[0].ref == "main"
    assert told.pulls.value is not None and told.pulls.value[0].checks == "failure"
    assert told.pulls.value[0].failing == ("test",)
    assert {scope: [one.name for one in reading.value or ()] for scope, reading in told.secrets.items()} == {
        "repository": ["DATABASE_URL"],
        "production": ["STRIPE_SECRET_KEY"],
    }
    branch = told.branches["feature/x"].value
    assert branch is not None and (branch.exists, branch.merged_pull, branch.merged_into) == (True, 3, "main")
    assert told.branches["feature/none"].value is not None and not told.branches["feature/none"].value.exists
    assert {number: reading.value.state for number, reading in told.pull_states.items() if reading.value} == {
        7: "open",
        99: "missing",
    }
    assert {key[0]: reading.value.text for key, reading in told.files.items() if reading.value} == {
        "jest.config.js": "testTimeout: 30000",
        "missing.md": None,
    }
    assert len(server.asked) <= 15

    cold, points = len(server.asked), github.remaining
    await hub.gather(10)
    assert len(server.asked) - cold <= 8
    assert github.remaining == points
    assert hub.budget is not None and hub.budget.remaining == points
    assert all(asked.headers["authorization"] == "token t0ken" for asked in server.asked)


async def test_only_what_changed_is_asked_for(github: TinyGitHub, server: Server, hub: Hub) -> None:
    await hub.gather(10)
    before = len(server.asked)
    github.issues[2]["state"] = "closed"
    github.issues[2]["updated"] += timedelta(hours=3)
    github.issues[4] = make_issue(4, updated=500) | {"pull": True}
    github.runs.insert(0, make_run(3, "failure"))
    github.heads["main"] = "c" * 40
    github.files["HEAD:jest.config.js"] = "testTimeout: 10"
    await hub.gather(10)
    told = hub.readings
    assert told.issues.value is not None and told.issues.value.issues[2].state == "closed"
    assert 4 not in told.issues.value.issues, "a pull request is no issue"
    assert told.runs.value is not None and [len(run.failed_jobs) for run in told.runs.value.runs] == [1, 1, 0]
    file = told.files["jest.config.js", "HEAD"].value
    assert file is not None and file.text == "testTimeout: 10"
    posts = [asked.json() for asked in server.asked[before:] if asked.method == "POST"]
    assert len(posts) == 2
    assert "deployments(" not in posts[0]["query"]
    assert posts[1]["variables"] == {"ids": ["WFR_1003"]}, "jobs of an attempt are asked for once"


async def test_a_count_that_differs_has_every_issue_read_anew(github: TinyGitHub, server: Server, hub: Hub) -> None:
    await hub.gather(10)
    del github.issues[2]  # deleted or transferred: no delta tells
    github.heads["main"] = "c" * 40
    await hub.gather(10)
    assert hub.readings.issues.value is not None and set(hub.readings.issues.value.issues) == {1, 3}


async def test_a_count_that_no_reading_confirms_is_not_run_after(github: TinyGitHub, server: Server, hub: Hub) -> None:
    await hub.gather(10)
    github.uncounted = 2
    for sha in "cd":
        github.heads["main"] = sha * 40
        await hub.gather(10)
    swept = [asked for asked in server.asked if asked.method == "POST" and "query Issues" in asked.json()["query"]]
    assert len(swept) == 2
    assert hub.readings.issues.state is State.FRESH


async def test_what_is_refused_is_not_asked_for_at_every_turn(github: TinyGitHub, server: Server, hub: Hub) -> None:
    github.errors = [{"type": "FORBIDDEN", "path": ["repository", "pulls"], "message": "no"}]
    github.drop = {"pulls"}
    await hub.gather(10)
    before = len(server.asked)
    await hub.gather(10)
    assert not [asked for asked in server.asked[before:] if asked.method == "POST"]
    assert hub.readings.pulls.state is State.FAILED and hub.readings.issues.state is State.FRESH
    status = hub.statuses()[0]
    assert status.trouble is not None and status.trouble == hub.readings.pulls.trouble
    github.errors, github.drop = [], set()
    hub.refresh("github")
    await hub.gather(10)
    assert hub.readings.pulls.state is State.FRESH, "a person who asks is not put off"


async def test_jobs_come_by_rest_where_graphql_does_not_tell_them(github: TinyGitHub, server: Server, hub: Hub) -> None:
    refusal = {"type": "FORBIDDEN", "path": ["nodes", 0], "message": "no"}
    no_jobs = Reply.of({"data": {"nodes": [None]}, "errors": [refusal]})
    github.over["/graphql"] = lambda asked: no_jobs if "FailedJobs" in asked.json()["query"] else None
    steps = [{"name": "Checkout", "conclusion": "success"}, {"name": "Test", "conclusion": "failure"}]
    job = {"id": 5, "name": "unit", "html_url": "https://github.example/j", "conclusion": "failure", "steps": steps}
    github.over["/jobs"] = lambda asked: Reply.of({"jobs": [job, job | {"conclusion": "success"}]})
    await hub.gather(10)
    assert hub.readings.runs.value is not None
    assert [(one.name, one.step, one.id) for one in hub.readings.runs.value.runs[0].failed_jobs] == [
        ("unit", "Test", 5)
    ]


async def test_a_renamed_repository_is_followed(github: TinyGitHub, server: Server, hub: Hub) -> None:
    def renamed(asked: Asked) -> Reply | None:
        told = github.graphql(asked.json()["query"], asked.json()["variables"])
        return Reply(200, json.dumps(told).replace('"o/r"', '"new/name"').encode())

    github.over["/graphql"] = renamed
    await hub.gather(10)
    assert hub.readings.repository.value is not None and hub.readings.repository.value.full_name == "new/name"
    rest = [asked.path for asked in server.asked if asked.method == "GET"]
    assert rest and all(path.startswith("/api/v3/repos/new/name/") for path in rest)


async def test_pull_requests_come_in_pages(github: TinyGitHub, server: Server, hub: Hub) -> None:
    nodes = [pull_node(number, {"title": "Fix", "body": "", "updated": START}) for number in range(1, 121)]

    def paged(asked: Asked) -> Reply | None:
        told = asked.json()
        if "pulls: pullRequests" not in told["query"]:
            return None
        data = github.graphql(told["query"], told["variables"])
        at = int(told["variables"]["pulls"] or 0)
        info = {"hasNextPage": at + 50 < 120, "endCursor": str(at + 50)}
        data["data"]["repository"]["pulls"] = {"pageInfo": info, "nodes": nodes[at : at + 50]}
        return Reply.of(data)

    github.over["/graphql"] = paged
    await hub.gather(10)
    assert [pull.number for pull in hub.readings.pulls.value or ()] == list(range(1, 121))


async def test_a_file_too_long_for_graphql_is_read_whole(github: TinyGitHub, server: Server, hub: Hub) -> None:
    def cut(asked: Asked) -> Reply | None:
        told = github.graphql(asked.json()["query"], asked.json()["variables"])
        return Reply(200, json.dumps(told).replace('"isTruncated": false', '"isTruncated": true').encode())

    github.over["/graphql"] = cut
    github.over["/contents/jest.config.js"] = lambda asked: Reply(200, b"all of it")
    await hub.gather(10)
    file = hub.readings.files["jest.config.js", "HEAD"].value
    assert file is not None and file.text == "all of it"
    asked = next(asked for asked in server.asked if "/contents/" in asked.target)
    assert asked.target.endswith("?ref=HEAD") and "raw" in asked.headers["accept"]


async def test_an_issue_opened_is_read_then(server: Server, hub: Hub) -> None:
    told = await hub.issue_detail(2)
    assert told.value is not None and told.value.body == "## Why"
    assert [comment.body for comment in told.value.comments] == ["seen "] and told.value.more_comments == 2
    missing = await hub.issue_detail(77)
    assert missing.state is State.FAILED and missing.value is None


async def test_a_long_delta_is_read_to_its_end(github: TinyGitHub, server: Server, hub: Hub) -> None:
    await hub.gather(10)
    for number in range(10, 160):
        github.issues[number] = make_issue(number, updated=5000)

    def pages(asked: Asked) -> Reply | None:
        query = parse_qs(asked.target.partition("?")[2])
        told = github.rest("/issues", query)
        page = int(query.get("page", ["1"])[0])
        link = {"Link": '<https://api.example/next>; rel="next"'} if page * 100 < len(told) else {}
        return Reply.of(told[(page - 1) * 100 : page * 100], **link)

    github.over[r"/repos/o/r/issues\?"] = pages
    await hub.gather(10)
    assert hub.readings.issues.value is not None and len(hub.readings.issues.value.issues) == 153


async def test_a_sweep_each_hour_finds_what_is_gone(github: TinyGitHub, server: Server, hub: Hub) -> None:
    clock = hub._clock
    assert isinstance(clock, FixedClock)
    await hub.gather(10)
    del github.issues[2]
    await hub.gather(10)
    assert hub.readings.issues.value is not None and 2 in hub.readings.issues.value.issues, "absence is no proof"
    clock.at += timedelta(hours=1)
    await hub.gather(10)
    assert set(hub.readings.issues.value.issues) == {1, 3}
