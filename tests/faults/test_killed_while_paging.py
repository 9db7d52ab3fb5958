"""200 × kill -9 of dispatchers that page a real receiver: every page arrives, and none twice without saying so."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx

from tests.actions.channels.receiver import Script, receiver
from tests.faults.paging_worker import hooks
from tests.journal.conftest import Place
from vauntico_tui.actions.delivery.dispatcher import Dispatcher
from vauntico_tui.journal.journal import Journal
from vauntico_tui.sources.worker import Worker

DEATHS = 200
ROOT = Path(__file__).parents[2]


async def test_killed_while_paging(place: Place, tmp_path: Path) -> None:
    place.set(None)
    folder = tmp_path / "run"
    folder.mkdir()
    place.open().close()
    script = Script()
    with receiver(script) as url:
        arguments = [place.url, url, str(folder), str(DEATHS), "11"]
        await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "tests.faults.paging_worker", *arguments],
            check=True, timeout=240, cwd=ROOT,
        )  # fmt: skip
        assert not (folder / "troubles").exists(), (folder / "troubles").read_text()
        journal = place.open("survivor")
        worker: Worker[Journal] = Worker("survivor", lambda: place.open("survivor's own"))
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(90):
            dispatcher = Dispatcher(worker, hooks(client, url), worker="survivor")
            while journal.outbox.next_at() is not None:
                await dispatcher.drain()
                await asyncio.sleep(0.02)  # until the lease of the last one killed has run out
        worker.close()

    assert journal.verify().ok
    escalations = {it.subject: it for it in journal.open_escalations()}
    said = set((folder / "acknowledged").read_text().split())
    assert len(said) > DEATHS / 50
    assert [subject for subject in said if escalations[subject].acknowledged_by != "ann"] == []

    got = Counter(json.loads(body)["dedup_key"] for _, body in script.got)
    deliveries = journal.outbox.deliveries(limit=100_000)
    assert {d.state for d in deliveries} <= {"delivered", "cancelled"}
    delivered = {d.message.dedup_key: d for d in deliveries if d.state == "delivered"}
    assert set(got) == set(delivered)
    twice = [key for key, times in got.items() if times > 1]
    assert [key for key in twice if not delivered[key].possibly_twice and "pagerduty" not in key] == []
