"""200 × kill -9 between an acknowledgement and its delivery: nothing lost, nothing doubled, the chain holds."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from tests.journal.conftest import Place
from tests.journal.crash_worker import deliver

DEATHS = 200
ROOT = Path(__file__).parents[2]


def test_killed_at_any_moment(place: Place, tmp_path: Path) -> None:
    place.set(None)
    folder = tmp_path / "run"
    folder.mkdir()
    place.open().close()
    subprocess.run(
        [sys.executable, "-m", "tests.journal.crash_worker", place.url, str(folder), str(DEATHS), "7"],
        check=True, timeout=240, cwd=ROOT,
    )  # fmt: skip
    assert not (folder / "troubles").exists(), (folder / "troubles").read_text()
    journal = place.open("survivor")
    received, end = folder / "received", time.monotonic() + 60
    while journal.outbox.next_at() is not None:
        assert time.monotonic() < end, journal.outbox.waiting()
        if not deliver(journal, "survivor", received, lease=timedelta(minutes=1)):
            time.sleep(0.02)  # until the lease of the last one killed has run out

    verified = journal.verify()
    assert verified.ok, verified
    escalations = {it.subject: it for it in journal.open_escalations()}
    assert len(escalations) > DEATHS / 8
    said = set((folder / "acknowledged").read_text().split())
    assert len(said) > DEATHS / 8
    lost = [subject for subject in said if escalations[subject].acknowledged_by != "ann"]
    assert lost == []
    kinds = Counter((entry.subject, entry.kind) for entry in journal.entries(limit=100_000))
    assert set(kinds.values()) == {1}

    got = Counter(received.read_text().split("\n")[:-1])
    deliveries = journal.outbox.deliveries(limit=100_000)
    assert {d.state for d in deliveries} <= {"delivered", "cancelled"}
    delivered = {d.message.dedup_key: d for d in deliveries if d.state == "delivered"}
    assert set(got) == set(delivered)
    unmarked = [key for key, times in got.items() if times > 1 and not delivered[key].possibly_twice]
    assert unmarked == []
    told = Counter(d.message.escalation_id for d in deliveries if d.message.kind == "acknowledged")
    assert all(told[it.id] == (2 if it.acknowledged_by else 0) for it in escalations.values())
