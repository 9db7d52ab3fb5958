"""Prometheus' API as the box speaks it: the plan's queries, what it does not hold, and the errors of the real one."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim.conftest import Ask
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.evidence.needs import needs_of
from vauntico_tui.plan.bundled import bundled_plan
from vauntico_tui.sim.prometheus.curves import DAY, Curve, Ramp, Wave
from vauntico_tui.sim.prometheus.held import NotHeldError, hold
from vauntico_tui.sim.prometheus.rules import RULES
from vauntico_tui.sim.prometheus.series import HISTORY, Store, read_selector
from vauntico_tui.sim.world.seed import make_world

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def queries_of_the_plan() -> list[str]:
    plan = bundled_plan()
    promises = (*plan.blockers, *plan.targets, *plan.deliverables, *plan.outcomes, *plan.approvals)
    needs = needs_of([promise.check for promise in promises if promise.check])
    return sorted({*needs.instants, *needs.ranges, *(kpi.query for kpi in plan.kpis)})


VAUNTICO = [
    "increase(pro_subscriptions_total[5m])",
    "increase(score_insurance_signups_total[5m])",
    "increase(trust_calculator_usage_total[5m])",
    "vauntico:mrr:current",
    "vauntico:mrr:progress_percentage",
    "sum by (blind_spot) (blind_spot_check_success)",
    "vauntico_test_coverage_percentage",
    "vauntico_standards_compliance_percentage",
    "sum by (severity) (vauntico_security_findings_total)",
    "vauntico_phase2_mrr_total",
    "vauntico_phase2_mrr_target",
    "vauntico_compliance_score",
    "vauntico_sla_uptime_percentage",
    "rate(vauntico_webhook_deliveries_failed_total[5m]) / rate(vauntico_webhook_deliveries_total[5m])",
]


@pytest.fixture(scope="module")
def store() -> Store:
    return Store(make_world(FixedClock(START)))


@pytest.mark.parametrize("query", sorted({*VAUNTICO, *queries_of_the_plan()}))
def test_every_query_of_the_plan_has_an_answer_now_and_over_a_month(store: Store, query: str) -> None:
    held = hold(store, query)
    now = START.timestamp()
    for t in (now, now - DAY, now - 29 * DAY):
        assert held(t), t
        assert all(math.isfinite(value) for _, value in held(t))
    assert held(now - HISTORY - DAY) == []


@pytest.mark.parametrize(
    "query",
    [
        "foo",
        "rate(foo[5m])",
        "sum(rate(http_requests_total[5m])) by (code)",
        "predict_linear(vauntico:mrr:current[1h], 3600)",
        "topk(3, up)",
        "up and on(job) up",
        "rate(vauntico:mrr:current[5m])",
        "up[5m",
        'up{job=~"("}',
        "label_replace(up)",
        "nonsense (",
        "1 +",
    ],
)
def test_what_it_does_not_hold_it_says(ask: Ask, query: str) -> None:
    answer = ask.prometheus("query", query=query)
    told = answer.json()
    assert (answer.status_code, told["status"], told["errorType"]) == (422, "error", "execution")
    assert "not a PromQL engine" in told["error"]
    assert "vauntico:mrr:current" in told["error"]


@given(st.text(max_size=80))
def test_no_query_breaks_it(store: Store, query: str) -> None:
    with contextlib.suppress(NotHeldError):
        hold(store, query)(START.timestamp())


@given(st.text(alphabet='up{}job=~!"()[]5m/ sum,by<>.0ratecount', max_size=60))
def test_nothing_that_looks_like_a_query_breaks_it(store: Store, query: str) -> None:
    with contextlib.suppress(NotHeldError):
        hold(store, query)(START.timestamp())


@pytest.mark.parametrize(
    ("text", "job", "hit"),
    [
        ('up{job="a"}', "a", True), ('up{job="a"}', "b", False), ('up{job!="a"}', "b", True),
        ('up{job=~"a|b"}', "b", True), ('up{job=~"a"}', "ab", False), ('up{job!~"a.*"}', "ab", False),
        ('{__name__="up",job="a"}', "a", True), ('up{job="a",}', "a", True), ("up{}", "x", True),
    ],
)  # fmt: skip
def test_selectors(text: str, job: str, hit: bool) -> None:
    selector = read_selector(text)
    assert selector is not None
    assert selector.matches({"__name__": "up", "job": job}) is hit


@pytest.mark.parametrize("text", ["", "{}", '{job=""}', "up{job=a}", "up{", "1up", 'up{job="a" x="b"}'])
def test_what_is_no_selector(text: str) -> None:
    assert read_selector(text) is None


waves = st.builds(Wave, st.floats(600, 7 * DAY), st.floats(0, 0.2), st.floats(0, 6))
ramps = st.tuples(st.floats(0, 1e6), st.floats(60, 1e6), st.floats(-0.2, 0.2)).map(
    lambda given: Ramp(given[0], given[0] + given[1], given[2])
)


@given(st.lists(st.one_of(waves, ramps), max_size=4), st.floats(0, 2e6), st.floats(1, 1e5))
def test_a_curve_and_its_integral_agree(parts: list[Wave | Ramp], begin: float, length: float) -> None:
    curve = Curve(3.0, tuple(parts))
    steps = 2000
    summed = sum(curve.at(begin + length * (i + 0.5) / steps) for i in range(steps)) * length / steps
    assert curve.integral(begin + length) - curve.integral(begin) == pytest.approx(summed, rel=0.02, abs=1e-3)


def test_counters_never_fall(store: Store) -> None:
    now = START.timestamp()
    for metric in store.metrics:
        if metric.kind != "gauge":
            values = [metric.value(now - 30 * DAY + hour * 3600) or 0.0 for hour in range(720)]
            assert values == sorted(values)


def test_days_and_weeks_show(store: Store) -> None:
    held = hold(store, "increase(trust_calculator_usage_total[5m])")
    day = [held(START.timestamp() - DAY + hour * 3600)[0][1] for hour in range(24)]
    assert max(day) > 1.5 * min(day)


def test_range_answers_and_their_limits(ask: Ask) -> None:
    now = time.time()
    asked = {"query": "vauntico:mrr:current", "start": now - DAY, "end": now, "step": 720}
    told = ask.prometheus("query_range", **asked).json()["data"]
    assert told["resultType"] == "matrix"
    values = told["result"][0]["values"]
    assert len(values) == 121
    assert float(values[-1][1]) > float(values[0][1])
    assert ask.prometheus("query_range", **{**asked, "step": "12m"}).json()["data"]["result"] == told["result"]
    for wrong, words in (
        ({"step": 1}, "11,000 points"),
        ({"step": 0}, "zero or negative"),
        ({"step": "often"}, "valid duration"),
        ({"end": now - 2 * DAY}, "before start"),
        ({"start": "yesterday"}, "valid timestamp"),
        ({"query": ""}, "query"),
    ):
        answer = ask.prometheus("query_range", **{**asked, **wrong})
        assert (answer.status_code, answer.json()["errorType"]) == (400, "bad_data")
        assert words in answer.json()["error"]


def test_forms_are_taken_too(ask: Ask) -> None:
    url = ask.box.urls["prometheus"] + "/api/v1/query"
    assert ask.http.post(url, data={"query": "up"}).json()["data"]["resultType"] == "vector"
    assert ask.http.get(url, params={"query": "42"}).json()["data"]["result"][1] == "42"


def test_targets_follow_the_configuration_on_main(ask: Ask) -> None:
    def jobs() -> dict[str, str]:
        active = ask.prometheus("targets").json()["data"]["activeTargets"]
        return {target["labels"]["job"]: target["health"] for target in active}

    assert jobs() == {"vauntico-api": "up", "prometheus": "up"}
    ask.knob("/act", act="monitoring")
    assert jobs()["vauntico-frontend"] == "up"
    text = 'scrape_configs:\n  - job_name: "grafana"\n  - job_name: "typo"\n'
    ask.knob("/act", act="write", files={"monitoring/prometheus.yml": text})
    assert jobs() == {"vauntico-api": "up", "prometheus": "up", "grafana": "up", "typo": "down"}


def test_labels_series_metadata_and_health(ask: Ask) -> None:
    assert {"__name__", "job", "blind_spot", "severity"} <= set(ask.prometheus("labels").json()["data"])
    assert "vauntico-frontend" not in ask.prometheus("label/job/values").json()["data"]
    found = ask.prometheus("series", **{"match[]": 'up{job="vauntico-api"}'}).json()["data"]
    assert [one["instance"] for one in found] == ["api.vauntico.com:3000"]
    assert ask.prometheus("series").status_code == 400
    assert ask.prometheus("metadata").json()["data"]["up"][0]["type"] == "gauge"
    assert "version" in ask.prometheus("status/buildinfo").json()["data"]
    assert ask.http.get(ask.box.urls["prometheus"] + "/-/ready").status_code == 200
    assert ask.http.get(ask.box.urls["prometheus"] + "/api/v1/none").status_code == 404


def test_alerts_fire_and_clear_with_the_series_they_watch(make: Callable[..., Ask]) -> None:
    clock = FixedClock(START)
    ask = make(clock)

    def firing() -> dict[str, dict[str, Any]]:
        found = ask.prometheus("alerts").json()["data"]["alerts"]
        return {alert["labels"]["alertname"]: alert for alert in found if alert["state"] == "firing"}

    began = datetime.fromisoformat(firing()["ApplicationDown"]["activeAt"])
    assert timedelta(minutes=11) < START - began < timedelta(minutes=13)
    assert "MRRBehindTarget" in firing()
    clock.at += timedelta(minutes=40)
    assert "ApplicationDown" not in firing()
    rules = ask.prometheus("rules").json()["data"]["groups"][0]["rules"]
    assert [rule["name"] for rule in rules] == [rule.name for rule in RULES]
    assert {rule["state"] for rule in rules} == {"firing", "inactive"}


def test_some_alert_comes_and_goes_in_three_days(make: Callable[..., Ask]) -> None:
    clock = FixedClock(START)
    store = Store(make(clock).box.world)
    seen = {rule.name: set() for rule in RULES}
    for hour in range(0, 72):
        for rule in RULES:
            seen[rule.name].add(bool(hold(store, rule.query)(START.timestamp() - hour * 3600)))
    assert {name for name, states in seen.items() if states == {True, False}} >= {"BlindSpotCheckFailed"}


def test_speed_moves_figures_sooner(make: Callable[..., Ask]) -> None:
    clock = FixedClock(START)
    slow, fast = Store(make(clock).box.world), Store(make(clock, speed=24).box.world)
    clock.at += timedelta(hours=1)
    now = clock.at.timestamp()
    query = "vauntico:mrr:current"
    before = hold(slow, query)(START.timestamp())[0][1]
    assert hold(fast, query)(now)[0][1] - before > 4 * (hold(slow, query)(now)[0][1] - before) > 0


@pytest.mark.parametrize("speed", [0.0, 1.0, 60.0, 600.0])
def test_what_is_counted_in_five_minutes_keeps_its_size_at_any_speed(make: Callable[..., Ask], speed: float) -> None:
    clock = FixedClock(START)
    ask = make(clock, speed=speed)
    store = Store(ask.box.world)
    held = hold(store, "increase(pro_subscriptions_total[5m])")
    before = held(START.timestamp())[0][1]
    for _ in range(6):
        clock.at += timedelta(minutes=4)
        assert before / 4 < held(clock.at.timestamp())[0][1] < before * 4
    ask.box.world.agenda.advance(DAY)
    clock.at += timedelta(minutes=1)
    assert before / 4 < held(clock.at.timestamp())[0][1] < before * 4
    counts = [hold(store, "pro_subscriptions_total")(clock.at.timestamp() - back)[0][1] for back in range(0, 3600, 15)]
    assert counts == sorted(counts, reverse=True)
