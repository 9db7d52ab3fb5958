"""Started by a test: children that acknowledge and deliver, each killed with SIGKILL at a moment that chance names.

Forks from a process that has everything imported, so that 200 deaths take seconds. What the journal said was done, and
what the receiver got, is kept in two files that survive the children.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import timedelta
from itertools import count
from pathlib import Path

from tests.journal.samples import trigger
from vauntico_tui.escalation.commands import Acknowledge
from vauntico_tui.escalation.state import EVIDENCE
from vauntico_tui.journal.answers import Done
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.open import open_journal
from vauntico_tui.journal.outbox import FenceLostError

LEASE = timedelta(milliseconds=40)


def _say(file: Path, line: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def deliver(journal: Journal, worker: str, receiver: Path) -> bool:
    """Send what one lane has; the receiver writes down what it got. False: nothing can be claimed."""
    claim = journal.outbox.claim(worker, LEASE)
    if claim is None:
        return False
    for outgoing in claim.messages:
        try:
            if journal.outbox.begin(claim, outgoing):
                _say(receiver, outgoing.dedup_key)
                journal.outbox.accepted(claim, outgoing, "written", possibly_twice=outgoing.maybe_sent)
        except FenceLostError:
            break
    journal.outbox.release(claim)
    return True


def _acknowledge(journal: Journal, subject: str, folder: Path) -> None:
    """Twice by one key, as a hand does that got no answer."""
    for _ in range(2):
        made = journal.perform(Acknowledge(), actor="ann", subject=subject, key=f"acknowledge {subject}")
        if isinstance(made, Done):
            _say(folder / "acknowledged", subject)


def _live(url: str, folder: Path, child: int, ready: int) -> None:
    """Finish what the dead have left, then trigger, acknowledge and deliver until killed."""
    journal = open_journal(url, console=f"child {child}", state_dir=folder)
    os.write(ready, b"x")
    for escalation in journal.open_escalations():
        if escalation.acknowledged_by is None:
            _acknowledge(journal, escalation.subject, folder)
    for turn in count():
        subject = child * 1000 + turn
        journal.perform(trigger(subject), actor=EVIDENCE)
        deliver(journal, f"child {child}", folder / "received")
        _acknowledge(journal, f"issue:{subject}", folder)
        deliver(journal, f"child {child}", folder / "received")


def main(url: str, folder: Path, deaths: int, seed: int) -> None:
    chance = random.Random(seed)
    for child in range(1, deaths + 1):
        done, ready = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                _live(url, folder, child, ready)
            except BaseException as error:
                _say(folder / "troubles", repr(error))
            os._exit(1)
        os.close(ready)
        if chance.random() < 0.95:
            os.read(done, 1)
        time.sleep(chance.random() * 0.06)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(done)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
