"""The rows on the journal and its pages; see `measure` for the rest."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.box import Box
from benchmarks.durable import CONSOLES, DurableServer, filled, opened
from benchmarks.measure import Row
from vauntico_tui.actions.channels.make import make_client
from vauntico_tui.actions.channels.model import Answer, Channel
from vauntico_tui.actions.channels.webhook import Webhook
from vauntico_tui.actions.keeper.keeper import Keeper
from vauntico_tui.escalation.commands import Acknowledge, Trigger
from vauntico_tui.escalation.policy import Destination, LevelPolicy, Person, Policy, Step
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.escalation.state import EVIDENCE, Message
from vauntico_tui.journal.answers import Done
from vauntico_tui.journal.database import system_micros
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal
from vauntico_tui.sources.worker import Worker

WITHIN = timedelta(minutes=15)


def worst(took: Sequence[float]) -> float:
    """The 99th percentile."""
    return sorted(took)[max(0, int(len(took) * 0.99) - 1)]


def acknowledge(journal: Journal, number: int) -> float:
    """Seconds until an acknowledgement is durable."""
    begun = time.perf_counter()
    answer = journal.perform(Acknowledge(), actor="ann", id=number, seen_version=1)
    took = time.perf_counter() - begun
    assert isinstance(answer, Done), answer
    return took


def durable(times: int = 400) -> Row:
    """Acknowledge → it is on disk."""
    with tempfile.TemporaryDirectory(prefix="vauntico-bench-") as folder:
        journal = open_journal(f"{folder}/journal.sqlite", console="bench")
        file = [acknowledge(journal, number) for number in opened(journal, times)]
        journal.close()
        server = DurableServer()
        try:
            os.environ["PGPASSWORD"] = server.password
            journal = open_journal(server.loopback(), console="bench", state_dir=Path(folder))
            tcp = [acknowledge(journal, number) for number in opened(journal, times)]
            journal.close()
        finally:
            server.close()
    figure = (
        f"{worst(file) * 1000:.1f} / {worst(tcp) * 1000:.1f} ms"
        f" (medians {statistics.median(file) * 1000:.1f} / {statistics.median(tcp) * 1000:.1f})"
    )
    kept = worst(file) <= 0.015 and worst(tcp) <= 0.025
    return Row("acknowledge → durable, p99, SQLite / PostgreSQL on loopback", figure, "15 / 25 ms", kept)


def seen(times: int = 40, processes: int = 5) -> Row:
    """Acknowledged on one console → every other has read it. The consoles share this machine's processors."""
    server = DurableServer()
    with tempfile.TemporaryDirectory(prefix="vauntico-bench-") as folder:
        try:
            os.environ["PGPASSWORD"] = server.password
            journal = open_journal(server.loopback(), console="bench", state_dir=Path(folder))
            numbers = opened(journal, times)
            others = [
                subprocess.Popen(
                    [sys.executable, "-m", "benchmarks.console", server.loopback(), str(CONSOLES // processes)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                )
                for _ in range(processes)
            ]  # fmt: skip
            for other in others:
                assert other.stdout is not None
                other.stdout.readline()
            begun = {}
            for number in numbers:
                begun[number] = time.monotonic()
                acknowledge(journal, number)
                time.sleep(1)
            told = [one for other in others for one in json.loads(other.communicate("")[0])]
            journal.close()
        finally:
            server.close()
    took = [at - begun[number] for number, _, at in told]
    everywhere = len(took) == times * CONSOLES
    middle = statistics.median(took) * 1000
    figure = f"{worst(took) * 1000:.0f} ms (median {middle:.0f} ms, {len(took)} of {times * CONSOLES})"
    kept = everywhere and worst(took) <= 0.3
    return Row(f"acknowledged here → seen on {CONSOLES} other consoles (PostgreSQL), p99", figure, "300 ms", kept)


class _Yes:
    """A channel that takes everything."""

    kind, deduplicates, bundles = "yes", True, False

    async def send(self, message: Message, remote_id: str | None = None) -> Answer:
        return Answer("accepted", "yes")


def _policy(lane: str) -> Policy:
    steps = tuple(Step(name, (Person(name, name, (Destination(name),)),)) for name in ("first", lane))
    return Policy((LevelPolicy(1, timedelta(hours=24), WITHIN, timedelta(hours=4), steps),))


def paged(count: int = 500, lanes: int = 10) -> Row:
    """Clocks that run out at the same moment → the receiver said yes to each page."""
    receiver = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.receiver"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert receiver.stdout is not None
    url = f"http://127.0.0.1:{receiver.stdout.readline().strip()}/"
    with tempfile.TemporaryDirectory(prefix="vauntico-bench-") as folder:
        due = asyncio.run(_pages(Path(folder), url, count, lanes))
    accepted: dict[str, float] = json.loads(receiver.communicate("")[0])
    took = [at - due for at in accepted.values()]
    figure = f"{worst(took):.2f} s (median {statistics.median(took):.2f} s, {len(took)} of {count})"
    kept = len(took) == count and worst(took) <= 5
    return Row(f"due → page accepted, p99, {count} due at once, {lanes} destinations", figure, "5 s", kept)


async def _pages(folder: Path, url: str, count: int, lanes: int) -> float:
    """The moment at which all were due."""
    ahead = timedelta()

    def here() -> Journal:
        return open_journal(
            str(folder / "journal.sqlite"), console="bench",
            clock=lambda: system_micros() + ahead // timedelta(microseconds=1),
        )  # fmt: skip

    def policy_of(_at: datetime, _row: EscalationRow | None = None) -> Policy:
        return _policy("lane 0")

    journal = here()
    for number in range(count):
        command = Trigger(f"issue:{number}", f"issue {number}", 1, _policy(f"lane {number % lanes}"))
        journal.perform(command, actor=EVIDENCE)
    async with make_client() as client:
        channels: dict[str, Channel] = {
            f"lane {lane}": Webhook(client, url, deduplicates=True, bundles=False) for lane in range(lanes)
        }
        worker = Worker("bench", here)
        keeper = Keeper(worker, policy_of, {"first": _Yes(), **channels}, console="bench")
        keeping = asyncio.create_task(keeper.run())
        while not keeper.leads or keeper.work.pending or keeper.work.sending:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.1)
        ahead, due = WITHIN, time.monotonic()
        keeper.nudge()
        while time.monotonic() < due + 60:
            await asyncio.sleep(0.1)
            if time.monotonic() > due + 1 and not (
                keeper.work.timers_due or keeper.work.pending or keeper.work.sending
            ):
                left = journal.outbox.waiting()  # the keeper's own figures are those of its last look
                if not (journal.timers_due() or left["pending"] or left["sending"]):
                    break
        keeper.close()
        await keeping
        worker.close()
    journal.close()
    return due


def history(events: int = 1_000_000, times: int = 200) -> Row:
    """Open and acknowledge in a long journal and in a short one, in turn."""
    with tempfile.TemporaryDirectory(prefix="vauntico-bench-") as folder:
        short, long = filled(Path(folder) / "short.sqlite", 1000), filled(Path(folder) / "long.sqlite", events)
        assert short.verify().ok
        first, took = 10_000_000, {short.shown: [0.0], long.shown: [0.0]}
        for turn in range(times):
            for journal in (short, long):
                begun = time.perf_counter()
                number = opened(journal, 1, first + turn)[0]
                acknowledge(journal, number)
                took[journal.shown].append(time.perf_counter() - begun)
        count = long.last_seq()
        short.close()
        long.close()
    small, large = (statistics.median(took[one.shown][1:]) for one in (short, long))
    figure = f"{large / small:.2f}× ({large * 1000:.1f} ms / {small * 1000:.1f} ms, {count:,} events)"
    return Row("open and acknowledge with 1,000,000 events / with 1,000", figure, "1.2×", large / small <= 1.2)


def asked(seconds: float = 60, processes: int = 5) -> Row:
    """What the box has recorded while one console ran, and while all did; refreshes every 2 s make an hour short."""
    counts = []
    server = DurableServer()
    try:
        os.environ["PGPASSWORD"] = server.password
        with Box(every="2 s") as box:
            for consoles in (1, CONSOLES):
                counts.append(_asked_by(box, server.loopback(), consoles, min(consoles, processes), seconds))
    finally:
        server.close()
    ratio = counts[1] / counts[0]
    figure = f"{ratio:.2f}× ({counts[1]} / {counts[0]} in {seconds:.0f} s)"
    what = f"requests to GitHub, {CONSOLES} consoles / 1 (PostgreSQL), a refresh every 2 s"
    return Row(what, figure, "1.1×", ratio <= 1.1)


def _asked_by(box: Box, url: str, consoles: int, processes: int, seconds: float) -> int:
    """How often GitHub was asked while so many consoles ran."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sharing", str(box.config), url, str(consoles // processes), f"p{at}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for at in range(processes)
    ]  # fmt: skip
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    time.sleep(4)
    box.reset()
    time.sleep(seconds)
    count = sum(one["target"] == "github" for one in box.requests())
    for one in running:
        one.communicate("")
    return count


ROWS: dict[str, Callable[[], Row]] = {
    "durable": durable, "seen": seen, "paged": paged, "history": history, "asked": asked,
}  # fmt: skip
