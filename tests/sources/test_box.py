"""The budgets and the failures on Vauntico in a box, with what the bundled plan needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sim.acts import act
from vauntico_tui.sim.box import Box, Options
from vauntico_tui.sources.github import queries
from vauntico_tui.sources.github.queries import Wanted
from vauntico_tui.sources.hub import Hub
from vauntico_tui.sources.limits import AllLimits, Limits
from vauntico_tui.sources.scopes import FEATURES, check_scopes

NEEDS = Needs(
    files=frozenset(
        {("server-v2/jest.config.js", "HEAD"), ("monitoring/prometheus.yml", "HEAD"), ("memories.md", "HEAD")}
    ),
    branches=frozenset({"hotfix/critical-deployment-blockers", "feature/governance-compliance"}),
    secret_scopes=frozenset({"repository", "production"}),
    instants=frozenset({"vauntico_sla_uptime_percentage"}),
    ranges=frozenset({"vauntico:mrr:current", "increase(pro_subscriptions_total[5m])"}),
)
SMALL = Limits(timeout=10, deadline=20, body=4 << 20)
SHORT = AllLimits(SMALL, SMALL, SMALL, SMALL)


class Place:
    """A box, and hubs that point at it."""

    def __init__(self, folder: Path) -> None:
        self.box = Box(Options(runs=100))
        self.box.start()
        (folder / "token").write_text(self.box.token)
        self.config = Config.model_validate({
            "github": {
                "repository": "vauntico/vauntico", "url": self.box.urls["github"], "token_file": folder / "token",
            },
            "prometheus": {"url": self.box.urls["prometheus"]},
            "alertmanager": {"url": self.box.urls["alertmanager"]},
        })  # fmt: skip

    def hub(self, limits: AllLimits | None = None, folder: Path | None = None) -> Hub:
        return Hub(self.config, NEEDS, SystemClock(), folder, limits=limits or AllLimits())

    def counts(self, target: str = "github") -> dict[str, int]:
        """Requests, points and 304s of a target since the last look."""
        told: list[dict[str, Any]] = self.box.record.shown(target, 10_000)["requests"]  # type: ignore[assignment]
        self.box.record.reset()
        return {
            "requests": len(told),
            "points": sum(one["points"] for one in told),
            "unchanged": sum(one["status"] == 304 for one in told),
        }


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("box"))
    yield place
    place.box.stop()


@pytest.fixture
def place(started: Place) -> Place:
    started.box.faults.clear()
    started.box.record.reset()
    return started


def test_every_query_is_githubs() -> None:
    schema = build_schema(
        (Path(queries.__file__).parents[2] / "sim/github/graphql/schema.graphql").read_text(), assume_valid=True
    )
    wanted = Wanted(True, None, True, ["a", "b"], [1, 2], [("x", "HEAD")])
    for query in (queries.ISSUES, queries.DETAIL, queries.JOBS, queries.details("o", "r", wanted)[0]):
        assert validate(schema, parse(query)) == []


async def test_cold_in_15_requests_and_quiet_in_8_that_cost_nothing(place: Place) -> None:
    hub = place.hub()
    await hub.gather(30)
    assert [status.state for status in hub.statuses()] == [State.FRESH, State.FRESH, State.FRESH, State.OFF]
    told = hub.readings
    assert told.issues.value is not None and len(told.issues.value.issues) == 60 and told.issues.value.complete
    assert told.runs.value is not None and len(told.runs.value.runs) == 100
    failed = [run for run in told.runs.value.runs if run.conclusion == "failure"]
    assert failed and all(run.failed_jobs for run in failed)
    assert told.deployments.value and told.pulls.value
    assert all(reading.state is State.FRESH for reading in (*told.files.values(), *told.branches.values()))
    assert all(reading.value for reading in (*told.instants.values(), *told.ranges.values()))
    assert place.counts()["requests"] <= 15
    await hub.gather(30)
    quiet = place.counts()
    assert quiet["requests"] <= 8 and quiet["points"] == 0 and quiet["unchanged"] == quiet["requests"]
    hub.close()


async def test_what_one_does_is_seen(place: Place) -> None:
    hub = place.hub()
    await hub.gather(30)
    assert hub.readings.issues.value is not None
    number = next(iter(hub.readings.issues.value.open())).number
    with place.box.world.lock:
        act(place.box.world, {"act": "close", "number": number})
        act(place.box.world, {"act": "secrets"})
    await hub.gather(30)
    assert hub.readings.issues.value.issues[number].state == "closed"
    names = {one.name for one in hub.readings.secrets["repository"].value or ()}
    assert {"STRIPE_SECRET_KEY", "RESEND_API_KEY"} <= names
    detail = await hub.issue_detail(number)
    assert detail.value is not None and detail.value.body
    missing = await hub.issue_detail(999_999)
    assert missing.trouble is not None and missing.trouble.kind == "not_found"
    chart = await hub.kpi_range("vauntico:mrr:current", 2)
    assert chart.value and len(chart.value[0].points) > 200
    hub.close()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "value": 502}, "server"), ({"kind": "status", "value": 404}, "not_found"),
        ({"kind": "garbage"}, "bad_data"), ({"kind": "html"}, "html"),
        ({"kind": "huge", "value": 6}, "too_large"),
        ({"kind": "rate_limit"}, "rate_limit"), ({"kind": "secondary_rate_limit"}, "rate_limit"),
        ({"kind": "expired_token"}, "auth"),
    ],
    ids=lambda value: str(value.get("kind")) if isinstance(value, dict) else "",
)  # fmt: skip
async def test_faults_are_told_and_heal(place: Place, fault: dict[str, Any], kind: str) -> None:
    hub = place.hub(SHORT)
    await hub.gather(30)
    good = hub.readings.issues
    place.box.faults.add("github", fault["kind"], fault.get("value"))
    await hub.gather(30)
    status = hub.statuses()[0]
    assert status.state is State.FAILED and status.trouble is not None and status.trouble.kind == kind
    assert hub.readings.issues.value == good.value and hub.readings.issues.as_of == good.as_of
    assert hub.readings.alerts.state is State.FRESH, "the other sources go on"
    place.box.faults.clear()
    place.box.accounts.of(place.box.token).budget("core").used = 0
    place.box.accounts.of(place.box.token).budget("graphql").used = 0
    await hub.gather(30)
    assert hub.statuses()[0].state is State.FRESH and hub.readings.issues.state is State.FRESH
    hub.close()


async def test_an_answer_that_is_cut_off(place: Place) -> None:
    place.box.faults.add("github", "cut")
    hub = place.hub(SHORT)
    await hub.gather(30)
    assert hub.readings.issues.trouble is not None and hub.readings.issues.trouble.kind == "truncated"
    assert hub.readings.issues.value is None
    hub.close()


async def test_nan_and_a_clock_that_is_off(place: Place) -> None:
    hub = place.hub(SHORT)
    await hub.gather(30)
    place.box.faults.add("prometheus", "nan")
    place.box.faults.add("alertmanager", "skew", 3600)
    await hub.gather(30)
    told = hub.readings.instants["vauntico_sla_uptime_percentage"]
    assert told.state is State.FAILED and told.value and told.trouble is not None and "NaN" in told.trouble.cause
    alertmanager = hub.statuses()[2]
    assert alertmanager.state is State.FRESH and alertmanager.trouble is not None
    assert alertmanager.trouble.kind == "clock"
    hub.close()


async def test_ten_thousand_issues_in_101_requests(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.box.resize(issues=10_000, runs=5000)
    hub = place.hub()
    await hub.gather(60)
    assert hub.readings.issues.value is not None and hub.readings.issues.value.complete
    assert len(hub.readings.issues.value.issues) == 10_000
    assert place.counts()["requests"] <= 101
    await hub.gather(60)
    assert place.counts()["points"] == 0
    hub.close()
    place.box.stop()


def test_doctor_sees_what_the_token_may_do(place: Place) -> None:
    lines = check_scopes(place.config)
    assert [line.feature for line in lines] == [feature.title for feature in FEATURES]
    assert all(line.have for line in lines), lines
    account = place.box.accounts.of(place.box.token)
    before, account.scopes = account.scopes, ("gist",)
    try:
        lacking = check_scopes(place.config)
    finally:
        account.scopes = before
    assert not any(line.have for line in lacking)
    place.box.faults.add("github", "expired_token")
    expired = check_scopes(place.config)
    assert {line.have for line in expired} == {None} and "does not accept the token" in expired[0].next_step
    assert {line.have for line in check_scopes(Config())} == {None}


async def test_another_organisation_by_the_same_name_is_read_anew(place: Place, tmp_path: Path) -> None:
    first = place.hub(folder=tmp_path)
    await first.gather(30)
    first.close()
    place.box.resize(issues=90, runs=120)
    second = place.hub(folder=tmp_path)
    await second.gather(30)
    assert second.readings.issues.value is not None and len(second.readings.issues.value.issues) == 90
    second.close()
    place.box.resize(issues=60, runs=100)


async def test_a_round_that_hangs_proves_nothing_even_where_an_earlier_start_kept_values(
    place: Place, tmp_path: Path
) -> None:
    first = place.hub(folder=tmp_path)
    await first.gather(30)
    assert first.statuses()[0].state is State.FRESH
    first.close()
    place.box.faults.add("github", "hang")
    second = place.hub(folder=tmp_path)
    await second.gather(2)
    status = second.statuses()[0]
    assert status.state is State.FAILED and status.trouble is not None and status.trouble.kind == "timeout"
    issues = second.readings.issues
    assert issues.state is State.FAILED and issues.value is not None and issues.as_of is not None
    second.close()
    place.box.faults.clear()
