"""Plain URLs over real HTTP: the status is the answer, the body is capped, each fails alone."""

from __future__ import annotations

from datetime import timedelta

from tests.sources.servers import Asked, Reply, Server
from tests.sources.tiny_github import START
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sources.hub import Hub
from vauntico_tui.sources.limits import AllLimits, Limits

NOW = START + timedelta(days=1)
QUICK = AllLimits(urls=Limits(timeout=1, deadline=4, body=64 << 10))


def answer(asked: Asked) -> Reply:
    return {
        "/ok": Reply(200, b"all \x1b[31mgood", {"Content-Type": "text/plain"}),
        "/down": Reply(503, b"sorry"),
        "/moved": Reply(301, b"", {"Location": "http://169.254.169.254/secret"}),
        "/huge": Reply(200, b"start", endless=40),
        "/hang": Reply(hang=True),
    }[asked.path]


async def test_each_url_has_its_answer() -> None:
    with Server(answer) as server:
        urls = {name: f"{server.url}/{name}" for name in ("ok", "down", "moved", "huge", "hang")}
        hub = Hub(Config(), Needs(urls=frozenset(urls.values())), FixedClock(NOW), limits=QUICK)
        await hub.gather(10)
        hub.close()
        assert [asked.path for asked in server.asked].count("/moved") == 1
    told = {name: hub.readings.urls[url] for name, url in urls.items()}
    answers = {name: reading.value for name, reading in told.items() if reading.value is not None}
    assert {name: one.status for name, one in answers.items()} == {"ok": 200, "down": 503, "moved": 301, "huge": 200}
    assert answers["ok"].excerpt == "all good"
    assert len(answers["huge"].excerpt) == 64 << 10
    assert told["hang"].state is State.FAILED and told["hang"].trouble is not None
    assert told["hang"].trouble.kind == "timeout"
    status = hub.statuses()[3]
    assert (status.id, status.state) == ("urls", State.FRESH)
    assert status.trouble == told["hang"].trouble


async def test_nobody_answers() -> None:
    hub = Hub(Config(), Needs(urls=frozenset({"http://127.0.0.1:1/", "http://no-such-host.invalid/"})), FixedClock(NOW))
    await hub.gather(10)
    hub.close()
    kinds = {url: reading.trouble.kind for url, reading in hub.readings.urls.items() if reading.trouble}
    assert kinds == {"http://127.0.0.1:1/": "refused", "http://no-such-host.invalid/": "dns"}
    assert hub.statuses()[3].state is State.FAILED
