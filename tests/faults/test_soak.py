"""A soak: many escalations at once to receivers that fail as they please; in the end each page has arrived once."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import httpx

from tests.actions.delivery.rig import never
from tests.journal.conftest import Place
from vauntico_tui.actions.channels.webhook import Webhook
from vauntico_tui.actions.delivery.dispatcher import Means
from vauntico_tui.actions.keeper.keeper import Keeper
from vauntico_tui.escalation.evidence_now import Evidence
from vauntico_tui.escalation.policy import Destination, LevelPolicy, Person, Policy, Step
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.journal.journal import Journal
from vauntico_tui.sources.worker import Worker

ESCALATIONS = 200
LANES = 10
WAYS = ["yes"] * 6 + ["500", "503", "429", "408"]

PEOPLE = [Person(f"p{n}", f"P{n}", (Destination(f"hook{n}"),)) for n in range(LANES)]


def policy_of(_at: datetime, row: EscalationRow | None = None) -> Policy:
    person = PEOPLE[int(row.id.partition(":")[2]) % LANES if row is not None else 0]
    hour = timedelta(hours=1)
    return Policy((LevelPolicy(1, 24 * hour, 8 * hour, 8 * hour, (Step("DevOps", (person,)),)),))


@contextmanager
def moody(accepted: Counter[str]) -> Iterator[str]:
    """A receiver that says yes six times in ten; `accepted` counts by dedup key what it said yes to."""
    chance, lock = Random(5), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                way = chance.choice(WAYS)
                if way == "yes":
                    accepted[body["dedup_key"]] += 1
            self.send_response(200 if way == "yes" else int(way))
            if way == "429":
                self.send_header("Retry-After", "2")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


async def soak(place: Place, escalations: int) -> tuple[Journal, Counter[str]]:
    """Two keepers on one journal; the clock is moved whenever nothing more can be sent."""
    journal, accepted = place.open(), Counter[str]()
    at = journal.now()
    rows = tuple(
        EscalationRow(f"issue:{n}", f"#{n}", f"issue {n}", 1, "triggered", at, at, ("DevOps",))
        for n in range(escalations)
    )
    with moody(accepted) as url:
        async with httpx.AsyncClient(trust_env=False) as client:
            hooks = {f"hook{n}": Webhook(client, f"{url}/{n}") for n in range(LANES)}
            workers = [Worker[Journal](name, lambda name=name: place.open(name)) for name in ("one", "two")]  # type: ignore[misc]
            keepers = [
                Keeper(worker, policy_of, hooks, console="k", means=Means(Random(n), lambda: 0.0, never))
                for n, worker in enumerate(workers)
            ]
            await keepers[0].turn()
            await keepers[0].reconcile(Evidence(rows, frozenset({"issue"})))
            while (await asyncio.to_thread(journal.outbox.waiting))["pending"]:
                for keeper in keepers:
                    await keeper.turn()
                    while keeper._dispatcher.busy:
                        await keeper._dispatcher.settle()
                place.advance(timedelta(seconds=8))  # no further than a lease, so that both lead in turn
            for worker in workers:
                worker.close()
    return journal, accepted


async def test_everything_is_delivered_once(place: Place) -> None:
    journal, accepted = await soak(place, ESCALATIONS)
    deliveries = journal.outbox.deliveries(limit=10 * ESCALATIONS)
    assert {d.state for d in deliveries} == {"delivered"}
    assert accepted == {d.message.dedup_key: 1 for d in deliveries}
    assert {d.message.escalation_id for d in deliveries} == {one.id for one in journal.open_escalations()}
    assert len(journal.open_escalations()) == ESCALATIONS
    assert not any(d.possibly_twice for d in deliveries)
    assert journal.verify().ok
