"""Prometheus over real HTTP, scripted: signing in, shapes, NaN, what is asked again and what is not."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.servers import Asked, Reply, Server
from tests.sources.tiny_github import START
from vauntico_tui.base.clock import FixedClock, SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.facts import Series
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sources.failures import BadDataError
from vauntico_tui.sources.hub import Hub
from vauntico_tui.sources.prometheus import answers
from vauntico_tui.sources.prometheus.history import POINTS, STEP, History

NOW = START + timedelta(days=1)
HOSTILE = "a\x1b[31mb\u202ec[/]"


class TinyPrometheus:
    """Every query is a line that rises one a second from START; `labels` tell its series apart."""

    def __init__(self) -> None:
        self.now = NOW.timestamp()
        self.labels = [{"job": "api"}]
        self.value: str | None = None
        self.alerts: list[dict[str, object]] = []

    def __call__(self, asked: Asked) -> Reply:
        query = {name: value[0] for name, value in parse_qs(asked.target.partition("?")[2]).items()}
        match asked.path.removeprefix("/prefix"):
            case "/api/v1/query":
                value = self.value or str(self.now - START.timestamp())
                told = [{"metric": labels, "value": [self.now, value]} for labels in self.labels]
                return self.of({"resultType": "vector", "result": told})
            case "/api/v1/query_range":
                at, points = float(query["start"]), []
                while at <= float(query["end"]):
                    points.append([at, str(at - START.timestamp())])
                    at += float(query["step"])
                told = [{"metric": labels, "values": points} for labels in self.labels]
                return self.of({"resultType": "matrix", "result": told})
            case "/api/v1/targets":
                labels = {"job": HOSTILE, "instance": "i"}
                target = {
                    "labels": labels,
                    "health": "down",
                    "lastError": HOSTILE,
                    "lastScrape": "0001-01-01T00:00:00Z",
                }
                return self.of({"activeTargets": [target], "droppedTargets": []})
            case "/api/v1/alerts":
                return self.of({"alerts": self.alerts})
            case "/api/v1/rules":
                return self.of({"groups": []})
        return Reply.of({"status": "error", "error": "no such page"}, 404)

    @staticmethod
    def of(data: object) -> Reply:
        return Reply.of({"status": "success", "data": data})


@pytest.fixture
def prometheus() -> TinyPrometheus:
    return TinyPrometheus()


@pytest.fixture
def server(prometheus: TinyPrometheus) -> Iterator[Server]:
    with Server(prometheus) as server:
        yield server


def hub_of(url: str, needs: Needs, **auth: object) -> Hub:
    return Hub(Config.model_validate({"prometheus": {"url": url, "auth": auth}}), needs, FixedClock(NOW))


@pytest.mark.parametrize(
    ("auth", "sent"),
    [
        ({"user": "me", "password_env": "PASSWORD"}, "Basic " + base64.b64encode(b"me:se cret").decode()),
        ({"bearer_env": "PASSWORD"}, "Bearer se cret"),
        ({}, None),
    ],
)
async def test_it_signs_in(
    server: Server, auth: dict[str, object], sent: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PASSWORD", "se cret")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login other password other\n")
    hub = hub_of(f"{server.url}/prefix/", Needs(instants=frozenset({"up"})), **auth)
    await hub.gather(10)
    hub.close()
    assert hub.readings.instants["up"].state is State.FRESH
    assert {asked.headers.get("authorization") for asked in server.asked} == {sent}
    assert {asked.path.startswith("/prefix/api/v1/") for asked in server.asked} == {True}


async def test_a_secret_that_is_not_there_is_told(server: Server) -> None:
    hub = hub_of(server.url, Needs(), bearer_file="/nowhere/secret")
    await hub.gather(10)
    hub.close()
    assert server.asked == []
    assert "can't read /nowhere/secret" in str(hub.statuses()[1].trouble)


async def test_a_day_is_asked_once_then_only_what_is_new(prometheus: TinyPrometheus, server: Server) -> None:
    needs = Needs(ranges=frozenset({"mrr"}))
    hub = hub_of(server.url, needs)
    for _ in range(3):
        await hub.gather(10)
        prometheus.now += 15
    ranges = [asked for asked in server.asked if "query_range" in asked.target]
    assert len(ranges) == 1
    prometheus.now += STEP
    await hub.gather(10)
    hub.close()
    ranges = [asked for asked in server.asked if "query_range" in asked.target]
    asked = parse_qs(ranges[1].target.partition("?")[2])
    assert len(ranges) == 2 and asked["start"] == asked["end"], "one step, not the day"
    told = hub.readings.ranges["mrr"].value
    assert told is not None
    points = told[0].points
    assert len(points) == POINTS + 1
    assert points == tuple(sorted(points)) and len({at for at, _ in points}) == len(points)
    assert points[-1] == (prometheus.now, prometheus.now - START.timestamp())


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf"])
async def test_nan_keeps_the_last_good_value(prometheus: TinyPrometheus, server: Server, value: str) -> None:
    hub = hub_of(server.url, Needs(instants=frozenset({"rate"}), ranges=frozenset({"rate"})))
    await hub.gather(10)
    good = hub.readings.instants["rate"].value
    prometheus.value = value
    await hub.gather(10)
    hub.close()
    told = hub.readings.instants["rate"]
    assert told.state is State.FAILED and told.value == good
    assert told.trouble is not None and "NaN" in told.trouble.cause
    assert "url" not in told.trouble.next_step, "the address is not to blame"
    assert hub.readings.ranges["rate"].state is State.FAILED and hub.readings.ranges["rate"].value
    assert hub.statuses()[1].state is State.FRESH, "targets and alerts were read"


async def test_hostile_text_is_harmless(prometheus: TinyPrometheus, server: Server) -> None:
    prometheus.labels = [{"job": HOSTILE, HOSTILE: "x"}]
    prometheus.alerts = [
        {"labels": {"alertname": HOSTILE}, "annotations": {"summary": HOSTILE + "\n" + HOSTILE}, "state": "firing",
         "activeAt": "2026-03-02T09:00:00.123456789Z"}
    ]  # fmt: skip
    hub = hub_of(server.url, Needs(instants=frozenset({"q"}), ranges=frozenset({"q"})))
    await hub.gather(10)
    hub.close()
    told = hub.readings
    assert told.alerts.value is not None and told.alerts.value[0].name == "abc[/]"
    assert told.alerts.value[0].annotations == {"summary": "abc[/]\nabc[/]"}
    assert told.targets.value is not None
    assert (told.targets.value[0].job, told.targets.value[0].error) == ("abc[/]", "abc[/]")
    assert told.targets.value[0].last_scrape is None
    assert "\\x1b" not in repr(told) and "\\u202e" not in repr(told)


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ([1000.5, "42"], [((1000.5, 42.0),)]),
        ([], []),
        ([{"metric": {}, "value": [1, "2"]}, {"metric": {"a": "b"}, "value": [1, "NaN"]}], [((1.0, 2.0),), ()]),
        ([{"metric": {}, "values": [[1, "2"], [2, "3"]]}], [((2.0, 3.0),)]),
    ],
)
def test_shapes_of_an_instant(told: object, points: list[object]) -> None:
    assert [series.points for series in answers.instant(told, "q")] == points


@pytest.mark.parametrize(
    "told",
    [None, 7, "x", {}, [1], [1, "word"], [{"metric": {}}], [{"value": [1, "2"]}], [{"metric": {}, "value": "2"}],
     [{"metric": {"a": 1}, "value": [1, "2"]}], [{"metric": {}, "value": [1, "NaN"]}], [{"metric": {}}] * 1001],
)  # fmt: skip
def test_what_is_no_instant_says_so(told: object) -> None:
    with pytest.raises(BadDataError):
        answers.instant(told, "q")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["metric", "value", "values", "x"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_answer_is_a_value_or_bad_data(told: object) -> None:
    for read in (lambda: answers.instant(told, "q"), lambda: answers.matrix(told, "q"), lambda: answers.targets(told)):
        try:
            read()
        except BadDataError as error:
            assert str(error)
    json.dumps(repr(told))


@given(st.lists(st.floats(0, 100_000), min_size=1, max_size=12))
def test_history_holds_what_one_whole_question_would_say(waits: list[float]) -> None:
    """However the clock moves on, the kept day is the day that a fresh question would bring."""
    kept, now = History(), 1_000_000.0
    for wait in waits:
        now += wait
        window = kept.missing(now)
        if window is not None:
            kept.take([_line(window.start, window.end)], window, now)
    whole = History()
    window = whole.missing(now)
    assert window is not None
    whole.take([_line(window.start, window.end)], window, now)
    assert kept.series([]) == whole.series([])
    assert len(kept.series([])[0].points) == POINTS


def _line(start: float, end: float) -> Series:
    steps = int((end - start) // STEP) + 1
    return Series({"a": "b"}, tuple((start + STEP * step, step * 0.0 + start + STEP * step) for step in range(steps)))


def test_history_of_a_clock_that_goes_back_starts_anew() -> None:
    kept = History()
    window = kept.missing(2_000_000)
    assert window is not None
    kept.take([_line(window.start, window.end)], window, 2_000_000)
    back = kept.missing(1_000_000)
    assert back is not None and back.end <= 1_000_000
    kept.take([_line(back.start, back.end)], back, 1_000_000)
    assert kept.series([])[0].points[-1][0] <= 1_000_000


async def test_a_name_and_password_in_the_url_are_used_and_shown_nowhere(server: Server) -> None:
    url = server.url.replace("http://", "http://me:p%40ss@")
    hub = hub_of(url, Needs(instants=frozenset({"up"})))
    await hub.gather(10)
    hub.close()
    assert hub.readings.instants["up"].state is State.FRESH
    sent = "Basic " + base64.b64encode(b"me:p@ss").decode()
    assert {asked.headers.get("authorization") for asked in server.asked} == {sent}
    assert "p%40ss" not in repr(hub.readings) + repr(hub.statuses())


async def test_a_server_without_targets_and_alerts_is_no_trouble(prometheus: TinyPrometheus) -> None:
    def mimir(asked: Asked) -> Reply:
        lacks = asked.path in {"/api/v1/targets", "/api/v1/alerts", "/api/v1/rules"}
        if asked.path == "/api/v2/alerts":
            return Reply.of([])
        return Reply(404, b"404 page not found") if lacks else prometheus(asked)

    with Server(mimir) as server:
        told = {"prometheus": {"url": server.url}, "alertmanager": {"url": server.url}}
        hub = Hub(Config.model_validate(told), Needs(instants=frozenset({"up"})), SystemClock())
        await hub.gather(10)
        hub.close()
    assert hub.readings.instants["up"].state is hub.readings.alerts.state is State.FRESH
    assert hub.readings.targets.state is State.FAILED
    assert (hub.statuses()[1].state, hub.statuses()[1].trouble) == (State.FRESH, None)
