"""The real Prometheus and Alertmanager, read as the screen will read them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from tests.sources.real import Servers, servers
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sources.hub import Hub

pytestmark = [pytest.mark.real_server, pytest.mark.xdist_group("real_prometheus")]
MRR = "vauntico_mrr_current"
NAN = "vector(0) / 0"
BROKEN = "sum by ("


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers(tmp_path_factory.mktemp("real")) as found:
        yield found


def hub_of(real: Servers) -> Hub:
    config = Config.model_validate({"prometheus": {"url": real.prometheus}, "alertmanager": {"url": real.alertmanager}})
    needs = Needs(
        instants=frozenset({MRR, NAN, BROKEN, "scalar(vector(42))", "absent_metric"}), ranges=frozenset({MRR})
    )
    return Hub(config, needs, SystemClock())


async def settled(hub: Hub) -> None:
    """Ask until both alerts have travelled from Prometheus to Alertmanager and both targets were scraped."""
    until = time.monotonic() + 20
    while True:
        await hub.gather(10)
        alerts, targets = hub.readings.alerts.value or (), hub.readings.targets.value or ()
        healths = {target.health for target in targets}
        seen = {(alert.source, alert.state) for alert in alerts}
        if seen == {("alertmanager", "firing"), ("alertmanager", "suppressed")} and "unknown" not in healths:
            return
        assert time.monotonic() < until, ([(a.name, a.state, a.source, a.labels) for a in alerts], targets)
        await asyncio.sleep(0.1)


async def test_values_history_targets_alerts_and_rules(real: Servers) -> None:
    hub = hub_of(real)
    await settled(hub)
    told = hub.readings
    assert told.instants[MRR].value is not None
    assert [series.labels["phase"] for series in told.instants[MRR].value] == ["1"]
    assert told.instants["scalar(vector(42))"].value[0].last == 42
    assert told.instants["absent_metric"].value == () and told.instants["absent_metric"].state is State.FRESH
    assert told.instants[NAN].state is State.FAILED and "NaN" in told.instants[NAN].trouble.cause
    assert told.instants[BROKEN].trouble.kind == "bad_data" and "parse error" in told.instants[BROKEN].trouble.cause
    points = told.ranges[MRR].value[0].points
    assert 110 <= len(points) <= 120
    assert points == tuple(sorted(points)) and points[-1][1] == told.instants[MRR].value[0].last
    assert {target.job: target.health for target in told.targets.value} == {"prometheus": "up", "gone": "down"}
    assert "refused" in next(target.error for target in told.targets.value if target.job == "gone")
    alerts = {alert.name: alert for alert in told.alerts.value}
    assert alerts["MRRBehindTarget"].state == "firing" and alerts["MRRBehindTarget"].severity == "critical"
    assert alerts["MRRBehindTarget"].annotations == {"summary": "MRR is behind"}
    assert alerts["Silenced"].state == "suppressed"
    assert {rule.name: (rule.state, rule.health) for rule in told.rules.value} == {
        "MRRBehindTarget": ("firing", "ok"), "Silenced": ("firing", "ok"), "NeverFires": ("inactive", "ok"),
    }  # fmt: skip
    states = {status.id: status.state for status in hub.statuses()}
    assert states == {
        "github": State.OFF, "prometheus": State.FRESH, "alertmanager": State.FRESH, "urls": State.OFF,
    }  # fmt: skip
    hub.close()


async def test_a_chart_of_any_length(real: Servers) -> None:
    hub = hub_of(real)
    told = await hub.kpi_range(MRR, 2)
    assert told.state is State.FRESH and told.value is not None
    points = told.value[0].points
    assert 200 <= len(points) <= 241
    assert points[-1][0] - points[0][0] == pytest.approx(7200, abs=60)
    failed = await hub.kpi_range(BROKEN, 2)
    assert failed.state is State.FAILED and failed.value is None
    hub.close()
