"""A local program run for a step: argument list only, a process group of its own, its output told line by line.

It is given the variables that the runbook names and nothing else, no standard input, and it ends with us: only where
we are killed (kill -9) does it go on by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vauntico_tui.base.text import clean

LINES = 400
"""Of its last lines so many are kept."""
WIDTH = 400
"""Characters of a line that are kept."""
MOST_TOLD = 5_000
"""Lines that are told; the rest of a flood is counted."""
GRACE = 3.0
"""Seconds between asking it to end and ending it."""
LAST_WORDS = 0.5
"""Seconds for what is left of its output once it has ended."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code (negative: the signal), its last lines, whether we ended it and why."""

    code: int
    lines: tuple[str, ...]
    stopped: str = ""  # "", "timeout", "cancelled"


async def run(
    arguments: Sequence[str], *, env: Sequence[str], folder: Path | None, timeout: float,  # noqa: ASYNC109
    told: Callable[[str], None], cancelled: Callable[[], bool],
) -> Ended:  # fmt: skip
    """Run a program to its end, or end it. Raises OSError where it can't be started."""
    mouth, ear = os.pipe()  # ours: with a pipe of asyncio's, `wait` lasts as long as anybody holds its end
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=ear,
            stderr=ear,
            env={name: os.environ[name] for name in env if name in os.environ},
            cwd=folder,
            start_new_session=True,
        )
    except BaseException:
        os.close(mouth)
        raise
    finally:
        os.close(ear)
    output = asyncio.StreamReader()
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(output), os.fdopen(mouth, "rb", 0)
    )
    kept: deque[str] = deque(maxlen=LINES)
    reading = asyncio.create_task(_read(output, kept, told))
    try:
        stopped = await _wait(process, timeout, cancelled)
        with contextlib.suppress(TimeoutError):  # what it has left behind may hold its output open
            async with asyncio.timeout(LAST_WORDS):
                await asyncio.shield(reading)
    finally:
        _end_group(process.pid)
        pipe.close()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await process.wait()
    return Ended(process.returncode if process.returncode is not None else -1, tuple(kept), stopped)


async def _wait(process: asyncio.subprocess.Process, timeout: float, cancelled: Callable[[], bool]) -> str:  # noqa: ASYNC109
    """Until it has ended by itself (""), or was asked to because of time or a person."""
    loop = asyncio.get_running_loop()
    until = loop.time() + timeout
    ended = asyncio.create_task(process.wait())
    try:
        while True:
            done, _ = await asyncio.wait({ended}, timeout=max(0.0, min(0.2, until - loop.time())))
            if done:
                return ""
            why = "cancelled" if cancelled() else "timeout" if loop.time() >= until else ""
            if why:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                await asyncio.wait({ended}, timeout=GRACE)
                return why
    finally:
        ended.cancel()


def _end_group(group: int) -> None:
    """Everything that it started and that did not leave its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


async def _read(output: asyncio.StreamReader, kept: deque[str], told: Callable[[str], None]) -> None:
    """Its lines, tamed: no escape sequence, no carriage return, no endless line."""
    rest, count = b"", 0
    while chunk := await output.read(65536):
        *lines, rest = (rest + chunk).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if len(rest) > 8 * WIDTH:
            lines, rest = [*lines, rest], b""
        for line in lines:
            count += 1
            _tell(line, kept, told if count <= MOST_TOLD else _nobody)
    if rest:
        _tell(rest, kept, told)
    if count > MOST_TOLD:
        told(f"({count:,} lines in all)")


def _tell(line: bytes, kept: deque[str], told: Callable[[str], None]) -> None:
    text = clean(line[: 8 * WIDTH].decode("utf-8", "replace"), WIDTH).rstrip()
    if text:
        kept.append(text)
        told(text)


def _nobody(_line: str) -> None:
    return None
