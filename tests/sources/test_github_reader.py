"""What a refresh of GitHub reads and asks, over real HTTP against a scripted GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.sources.servers import Server
from tests.sources.tiny_github import START, TinyGitHub, make_issue, make_run
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
