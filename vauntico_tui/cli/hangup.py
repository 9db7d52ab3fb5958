"""A terminal can go without a word: no SIGHUP comes through nohup, some supervisors, a broken SSH. Nobody is left to
draw for then, and a program that stays would spin on a dead input."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

GONE = 129
"""The exit code, as a shell gives it for SIGHUP."""


def watch(terminal: int, leave: Callable[[], None], every: float = 2.0) -> None:
    """End the program when `terminal` (a file descriptor) is hung up; `leave` is given a second to tidy up.

    A thread looks, for the main one may be stuck in writing to what is not there any more.
    """
    threading.Thread(target=_look, args=(terminal, leave, every), name="hangup", daemon=True).start()


def _look(terminal: int, leave: Callable[[], None], every: float) -> None:
    pause = threading.Event()
    while os.isatty(terminal):
        pause.wait(every)
    tidy = threading.Thread(target=leave, daemon=True)
    tidy.start()
    tidy.join(1.0)
    os._exit(GONE)
