"""Two lists of alerts as one: Alertmanager knows what is suppressed, Prometheus what is pending."""

from __future__ import annotations

from datetime import timedelta

from tests.sources.servers import Asked, Reply, Server
from tests.sources.tiny_github import START, iso
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sources.hub import Hub

NOW = START + timedelta(days=1)


def firing(name: str, state: str = "firing", **labels: str) -> dict[str, object]:
    return {"labels": {"alertname": name} | labels, "annotations": {}, "state": state, "activeAt": iso(START)}


def managed(name: str, state: str = "active", **labels: str) -> dict[str, object]:
    return {
        "labels": {"alertname": name} | labels, "annotations": {}, "startsAt": iso(START),
        "status": {"state": state, "silencedBy": [], "inhibitedBy": []}, "generatorURL": "javascript:alert(1)",
    }  # fmt: skip


class Both:
    """One server that is Prometheus and Alertmanager."""

    def __init__(self) -> None:
        self.prometheus: list[object] = []
        self.alertmanager: list[object] | Reply = []

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/api/v2/alerts":
            return self.alertmanager if isinstance(self.alertmanager, Reply) else Reply.of(self.alertmanager)
        if asked.path == "/api/v1/alerts":
            return Reply.of({"status": "success", "data": {"alerts": self.prometheus}})
        data = {"groups": []} if asked.path == "/api/v1/rules" else {"activeTargets": []}
        return Reply.of({"status": "success", "data": data})


def hub_of(url: str, *sources: str) -> Hub:
    config = Config.model_validate({source: {"url": url} for source in sources})
    return Hub(config, Needs(), FixedClock(NOW))


def told(hub: Hub) -> dict[str, tuple[str, str]]:
    return {alert.name: (alert.state, alert.source) for alert in hub.readings.alerts.value or ()}


async def test_both_are_one_list() -> None:
    both = Both()
    both.prometheus = [firing("A"), firing("B", x="1"), firing("B2", x="2"), firing("C", "pending"), firing("D")]
    both.alertmanager = [managed("A", "suppressed", cluster="here"), managed("B2", x="2"), managed("E")]
    with Server(both) as server:
        hub = hub_of(server.url, "prometheus", "alertmanager")
        await hub.gather(10)
        before = {alert.key for alert in hub.readings.alerts.value or ()}
        assert hub.readings.alerts.state is State.FRESH
        assert told(hub) == {
            "A": ("suppressed", "alertmanager"), "B": ("firing", "prometheus"), "B2": ("firing", "alertmanager"),
            "C": ("pending", "prometheus"),
            "D": ("firing", "prometheus"), "E": ("firing", "alertmanager"),
        }  # fmt: skip
        assert len(before) == 6 and all(alert.url != "javascript:alert(1)" for alert in hub.readings.alerts.value or ())
        both.alertmanager = []
        await hub.gather(10)
        hub.close()
    after = {alert.key for alert in hub.readings.alerts.value or ()}
    assert after < before and len(after) == 5, "an alert keeps its key when Alertmanager forgets it"


async def test_one_that_fails_makes_the_list_failed_and_keeps_it() -> None:
    both = Both()
    both.prometheus, both.alertmanager = [firing("A")], [managed("A", "suppressed")]
    with Server(both) as server:
        hub = hub_of(server.url, "prometheus", "alertmanager")
        await hub.gather(10)
        both.alertmanager = Reply.of({"message": "down"}, 503)
        both.prometheus = [firing("A"), firing("New")]
        await hub.gather(10)
        hub.close()
    assert told(hub) == {"A": ("suppressed", "alertmanager"), "New": ("firing", "prometheus")}
    assert hub.readings.alerts.state is State.FAILED and hub.readings.alerts.trouble is not None
    assert hub.readings.alerts.trouble.cause.startswith("Alertmanager has trouble of its own (503)")


async def test_one_alone_is_enough() -> None:
    both = Both()
    both.prometheus, both.alertmanager = [firing("P")], [managed("M")]
    with Server(both) as server:
        for source, name in (("prometheus", "P"), ("alertmanager", "M")):
            hub = hub_of(server.url, source)
            await hub.gather(10)
            hub.close()
            assert told(hub) == {name: ("firing", source)}
            assert hub.readings.alerts.state is State.FRESH
