"""When the hub asks, what it says of each source, and that nothing holds up its end."""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.sources.servers import Asked, Reply, Server
from tests.sources.tiny_github import START, TinyGitHub
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import SourceStatus, State
from vauntico_tui.sources import hub as hub_module
from vauntico_tui.sources.hub import Hub
from vauntico_tui.sources.limits import AllLimits, Limits
from vauntico_tui.sources.rounds import LONGEST_BACKOFF, SHORTEST_BACKOFF, backoff

NOW = START + timedelta(days=1)
PATIENT = Limits(timeout=60, deadline=60, body=1 << 20)


def alertmanager(url: str, every: str = "15 s") -> Config:
    return Config.model_validate({"alertmanager": {"url": url, "every": every}})


def status(hub: Hub, source: str) -> SourceStatus:
    return next(one for one in hub.statuses() if one.id == source)


class Running:
    """A hub that runs, and waits until something holds."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self._changed = hub, asyncio.Event()

    async def __aenter__(self) -> Running:
        self._task = asyncio.create_task(self.hub.run(self._changed.set))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hub.close()
        await asyncio.wait_for(self._task, 5)

    async def until(self, holds: object) -> None:
        async with asyncio.timeout(10):
            while not holds():  # type: ignore[operator]
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.02)


def test_nothing_configured_is_off() -> None:
    hub = Hub(Config(), Needs(instants=frozenset({"up"}), files=frozenset({("a", "HEAD")})), FixedClock(NOW))
    assert [(one.id, one.short, one.state) for one in hub.statuses()] == [
        ("github", "GH", State.OFF), ("prometheus", "PR", State.OFF),
        ("alertmanager", "AM", State.OFF), ("urls", "URL", State.OFF),
    ]  # fmt: skip
    told = hub.readings
    assert {told.issues.state, told.alerts.state, told.instants["up"].state, told.files["a", "HEAD"].state} == {
        State.OFF
    }
    assert hub.budget is None


async def test_what_is_not_configured_can_not_be_asked() -> None:
    hub = Hub(Config(), Needs(), FixedClock(NOW))
    detail, chart = await hub.issue_detail(1), await hub.kpi_range("up", 24)
    assert detail.state is chart.state is State.OFF
    assert "[github] repository" in str(detail.trouble) and "[prometheus] url" in str(chart.trouble)
    await hub.gather(1)


def test_what_is_configured_is_loading_at_first() -> None:
    hub = Hub(alertmanager("http://127.0.0.1:1"), Needs(), FixedClock(NOW))
    assert status(hub, "alertmanager").state is State.LOADING and hub.readings.alerts.state is State.LOADING


async def test_it_asks_again_and_again_and_on_demand() -> None:
    with Server(lambda asked: Reply.of([])) as server:
        hub = Hub(alertmanager(server.url, "1 h"), Needs(), FixedClock(NOW))
        async with Running(hub) as running:
            await running.until(lambda: len(server.asked) == 1 and status(hub, "alertmanager").state is State.FRESH)
            assert status(hub, "alertmanager").next_at == NOW + timedelta(hours=1)
            hub.refresh("prometheus")
            hub.refresh("alertmanager")
            await running.until(lambda: len(server.asked) == 2)
            hub.refresh()
            await running.until(lambda: len(server.asked) == 3)


async def test_paused_it_asks_only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "LOOK", 0.01)
    clock = FixedClock(NOW)
    with Server(lambda asked: Reply.of([])) as server:
        hub = Hub(alertmanager(server.url, "10 s"), Needs(), clock)
        async with Running(hub) as running:
            await running.until(lambda: status(hub, "alertmanager").state is State.FRESH)
            hub.pause()
            assert hub.paused and status(hub, "alertmanager").note == "paused"
            clock.at += timedelta(hours=1)
            await running.until(lambda: status(hub, "alertmanager").state is State.STALE)
            assert hub.readings.alerts.state is State.STALE and hub.readings.alerts.value == ()
            assert len(server.asked) == 1
            hub.refresh("alertmanager")
            await running.until(lambda: status(hub, "alertmanager").state is State.FRESH)
            assert len(server.asked) == 2
            clock.at += timedelta(hours=1)
            hub.resume()
            await running.until(lambda: len(server.asked) == 3)


async def test_a_machine_that_slept_asks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "LOOK", 0.01)
    clock = FixedClock(NOW)
    with Server(lambda asked: Reply.of([])) as server:
        hub = Hub(alertmanager(server.url, "1 h"), Needs(), clock)
        async with Running(hub) as running:
            await running.until(lambda: status(hub, "alertmanager").state is State.FRESH)
            clock.at += timedelta(hours=2)
            await running.until(lambda: len(server.asked) == 2)


async def test_it_ends_at_once_whatever_hangs() -> None:
    with Server(lambda asked: Reply(hang=True)) as server:
        hub = Hub(alertmanager(server.url), Needs(), FixedClock(NOW), limits=AllLimits(alertmanager=PATIENT))
        async with Running(hub) as running:
            await running.until(lambda: len(server.asked) == 1)
        assert status(hub, "alertmanager").state is State.LOADING


async def test_one_request_in_flight_a_source() -> None:
    flying, most = 0, 0

    def count(asked: Asked) -> Reply:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        flying -= 1
        return Reply.of([])

    with Server(count) as server:
        hub = Hub(alertmanager(server.url), Needs(), FixedClock(NOW))
        await asyncio.gather(*(hub.gather(10) for _ in range(5)))
        hub.close()
    assert (len(server.asked), most) == (5, 1)


async def test_gather_marks_what_did_not_come() -> None:
    with Server(lambda asked: Reply(hang=True)) as server:
        config = Config.model_validate({"prometheus": {"url": server.url}})
        hub = Hub(config, Needs(instants=frozenset({"up"})), FixedClock(NOW), limits=AllLimits(prometheus=PATIENT))
        await hub.gather(0.05)
        hub.close()
    assert status(hub, "prometheus").state is State.FAILED
    told = hub.readings.instants["up"]
    assert told.state is State.FAILED and told.trouble is not None and told.trouble.kind == "timeout"


def test_a_command_ends_although_a_source_hangs() -> None:
    program = """
import asyncio, socket
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.sources.hub import Hub
held = socket.create_server(("127.0.0.1", 0))
url = f"http://127.0.0.1:{held.getsockname()[1]}"
hub = Hub(Config.model_validate({"prometheus": {"url": url}}), Needs(), SystemClock())
asyncio.run(hub.gather(0.1))
hub.close()
print(hub.statuses()[1].state)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout, done.returncode) == ("failed\n", 0), done.stderr


def test_the_clients_are_imported_when_they_are_needed() -> None:
    program = """
import sys
import vauntico_tui.sources.hub
print(sorted({"github", "prometheus_api_client", "httpx", "requests", "keyring", "textual"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "[]\n"


async def test_a_fault_of_ours_ends_no_other_source(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(TinyGitHub()) as server:
        hub = Hub(alertmanager(server.url), Needs(), FixedClock(NOW))

        async def broken(*, asked: bool) -> None:
            raise KeyError("ours")

        monkeypatch.setattr(hub._lines["alertmanager"].reader, "refresh", broken)
        await hub.gather(5)
        hub.close()
    told = status(hub, "alertmanager")
    assert told.state is State.FAILED and "unexpected KeyError" in str(told.trouble)


def test_backoff_grows_and_has_bounds() -> None:
    every, rng = timedelta(seconds=15), random.Random(7)
    for failures in range(40):
        waits = [backoff(every, failures, rng) for _ in range(50)]
        ceiling = min(LONGEST_BACKOFF, every * 2 ** min(failures, 12))
        assert all(SHORTEST_BACKOFF <= wait <= max(ceiling, SHORTEST_BACKOFF) for wait in waits)
        assert len(set(waits)) > 40, "jitter: no two clients come back together"
