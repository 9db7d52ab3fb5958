"""Questions at the terminal. The event loop goes on while a person thinks: leases are kept and ctrl+c is heard."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import clean

PASTED = 0.05  # seconds in which the next line of what was pasted is there
_LONGEST = 65536


async def confirm(question: str, *, default: bool = False) -> bool:
    """A yes or a no. Raises EOFError where the person ends the input."""
    prompt = f"{clean(question)} [{'Y/n' if default else 'y/N'}]: "
    while True:
        typed = (await _line(prompt)).strip().casefold()
        if not typed:
            return default
        if typed in {"y", "yes", "n", "no"}:
            return typed.startswith("y")
        _tell("please answer y or n\n")


async def masked(what: str) -> str:
    """A line that is not shown. Raises EOFError, and InputError where more than one line was pasted."""
    while True:
        with _unseen(sys.stdin.fileno()):
            typed = await _line(f"{clean(what)}: ")
            several = _more(sys.stdin.fileno())
        _tell("\n")
        if several:
            hint = "a value of several lines comes from a file: --file NAME=FILE"
            raise InputError([Problem(f"{clean(what)}: more than one line was pasted; none was taken", hint=hint)])
        if typed:
            return typed


async def _line(prompt: str) -> str:
    """The next line, without its end. Cancelling leaves the terminal as it was."""
    terminal, loop = sys.stdin.fileno(), asyncio.get_running_loop()
    _tell(prompt)
    came = asyncio.Event()
    loop.add_reader(terminal, came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(terminal)
    typed = os.read(terminal, _LONGEST)
    if not typed:
        _tell("\n")
        raise EOFError
    try:
        return typed.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        problem = Problem("what was typed is no text in UTF-8", hint="check the terminal's encoding")
        raise InputError([problem]) from None


def _more(terminal: int) -> bool:
    """Whether another line is there already; it is thrown away, so that no shell ever sees it."""
    several = bool(select.select([terminal], [], [], PASTED)[0])
    if several:
        termios.tcflush(terminal, termios.TCIFLUSH)
    return several


@contextlib.contextmanager
def _unseen(terminal: int) -> Iterator[None]:
    """What is typed is not echoed."""
    before = termios.tcgetattr(terminal)
    quiet = list(before)
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _tell(words: str) -> None:
    """To the person: stderr, or the terminal itself where stderr goes elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(words)
        sys.stderr.flush()
        return
    try:
        with Path("/dev/tty").open("w", encoding="utf-8", errors="replace") as terminal:
            terminal.write(words)
    except OSError:
        sys.stderr.write(words)
        sys.stderr.flush()
