"""Started by a test: children that acknowledge and deliver, each killed with SIGKILL at a moment that chance names.

Forks from a process that has everything imported and every statement compiled, so that 200 deaths take seconds. What
the journal said was done, and what the receiver got, is kept in two files that survive the children.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
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


class Life:
    """One child's, told step by step to whoever will end it."""

    def __init__(self, folder: Path, pipe: int) -> None:
        self.folder = folder
        self.pipe = pipe

    def step(self) -> None:
        os.write(self.pipe, b"x")

    def say(self, file: str, line: str) -> None:
        write(self.folder / file, line)
        self.step()


def write(file: Path, line: str) -> None:
    """Add a line that survives whoever wrote it."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def deliver(
    journal: Journal, worker: str, receiver: Path, step: Callable[[], None] = lambda: None, lease: timedelta = LEASE
) -> bool:
    """Send what one lane has; the receiver writes down what it got. False: nothing can be claimed."""
    claim = journal.outbox.claim(worker, lease)
    step()
    if claim is None:
        return False
    for outgoing in claim.messages:
        try:
            if journal.outbox.begin(claim, outgoing):
                step()
                write(receiver, outgoing.dedup_key)
                step()
                journal.outbox.accepted(claim, outgoing, "written", possibly_twice=outgoing.maybe_sent)
                step()
        except FenceLostError:
            break
    journal.outbox.release(claim)
    return True


def _acknowledge(journal: Journal, subject: str, life: Life) -> None:
    """Twice by one key, as a hand does that got no answer."""
    for _ in range(2):
        made = journal.perform(Acknowledge(), actor="ann", subject=subject, key=f"acknowledge {subject}")
        life.step()
        if isinstance(made, Done):
            life.say("acknowledged", subject)


def _live(journal: Journal, child: int, life: Life) -> None:
    """Finish what the dead have left, then trigger, acknowledge and deliver until killed."""
    life.step()
    for escalation in journal.open_escalations():
        if escalation.acknowledged_by is None:
            _acknowledge(journal, escalation.subject, life)
    for turn in count():
        subject = child * 1000 + turn
        journal.perform(trigger(subject), actor=EVIDENCE)
        life.step()
        deliver(journal, f"child {child}", life.folder / "received", life.step)
        _acknowledge(journal, f"issue:{subject}", life)
        deliver(journal, f"child {child}", life.folder / "received", life.step)


def _warm(url: str, folder: Path) -> Journal:
    """A journal without connections, which has said all that the children will say."""
    journal = open_journal(url, console="child", state_dir=folder)
    journal.perform(trigger(1), actor=EVIDENCE)
    journal.open_escalations()
    for _ in range(2):
        journal.perform(Acknowledge(), actor="ann", subject="issue:1", key="acknowledge issue:1")
    write(folder / "acknowledged", "issue:1")
    while deliver(journal, "warm", folder / "received", lease=timedelta(minutes=1)):
        pass
    journal.database.engine.dispose()
    return journal


def main(url: str, folder: Path, deaths: int, seed: int) -> None:
    chance = random.Random(seed)
    warm = _warm(url, folder)
    for child in range(2, deaths + 2):
        told, pipe = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                anew = child % 10 == 0
                journal = open_journal(url, console="child", state_dir=folder) if anew else warm
                _live(journal, child, Life(folder, pipe))
            except BaseException as error:
                write(folder / "troubles", repr(error))
            os._exit(1)
        os.close(pipe)
        for _ in range(chance.randrange(1, 10)):  # so many steps, then anywhere within the next
            if not os.read(told, 1):
                break
        time.sleep(chance.random() * 0.004)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(told)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
