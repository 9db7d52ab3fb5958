"""Started by a test: children that trigger, acknowledge and page a real receiver, each killed with SIGKILL at a moment
that chance names. Forked with everything imported, so that 200 deaths take seconds."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import ssl
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path

import anyio._backends._asyncio  # noqa: F401  before the forks, not after each
import httpcore._backends.auto  # noqa: F401
import httpx

import vauntico_tui.actions.delivery.dispatcher as delivery
from tests.journal.samples import trigger
from vauntico_tui.actions.channels.model import Channel
from vauntico_tui.actions.channels.webhook import Webhook
from vauntico_tui.escalation.commands import Acknowledge
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.answers import Done
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal
from vauntico_tui.sources.worker import Worker

LEASE = timedelta(milliseconds=150)
TLS = ssl.create_default_context()  # made once: it takes longer than a child lives
NAMES = ("slack", "mail", "pagerduty", "github")


def hooks(client: httpx.AsyncClient, url: str) -> Mapping[str, Channel]:
    return {name: Webhook(client, f"{url}/{name}", deduplicates=name == "pagerduty") for name in NAMES}


def say(file: Path, line: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def _acknowledge(journal: Journal, subject: str, folder: Path) -> None:
    for _ in range(2):
        made = journal.perform(Acknowledge(), actor="ann", subject=subject, key=f"acknowledge {subject}")
        if isinstance(made, Done):
            say(folder / "acknowledged", subject)


async def _live(place: str, receiver: str, folder: Path, child: int, ready: int) -> None:
    """Finish what the dead have left, then trigger, page and acknowledge until killed."""
    delivery.LEASE = LEASE
    journal = open_journal(place, console=f"child {child}", state_dir=folder)
    worker: Worker[Journal] = Worker("journal", lambda: journal)
    async with httpx.AsyncClient(trust_env=False, verify=TLS) as client:
        sender = delivery.Dispatcher(worker, hooks(client, receiver), worker=f"child {child}")
        os.write(ready, b"x")
        for turn in count():
            subject = child * 1000 + turn
            journal.perform(trigger(subject), actor=EVIDENCE)
            await sender.fill()
            _acknowledge(journal, f"issue:{subject}", folder)
            await asyncio.sleep(0.002)
            os.write(ready, b"x")


def _start(place: str, receiver: str, folder: Path, child: int) -> tuple[int, int]:
    """Its process, and a pipe that tells when it is ready and after each turn."""
    told, ready = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            asyncio.run(_live(place, receiver, folder, child, ready))
        except BaseException as error:
            say(folder / "troubles", repr(error))
        os._exit(1)
    os.close(ready)
    return pid, told


def main(place: str, receiver: str, folder: Path, deaths: int, seed: int) -> None:
    """The first child tells how long a turn takes on this machine; the others die within the first three."""
    chance, turn = random.Random(seed), 0.0
    for child in range(1, deaths + 1):
        pid, told = _start(place, receiver, folder, child)
        if child == 1 or chance.random() < 0.95:
            os.read(told, 1)
        if child == 1:
            began = time.monotonic()
            for _ in range(4):
                os.read(told, 1)
            turn = min(0.2, (time.monotonic() - began) / 4)
        time.sleep(chance.random() * 3 * turn)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(told)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
