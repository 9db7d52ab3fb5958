"""Where a secret's value comes from: typed, an environment variable, a file, or a program that prints it.

A value is never in a message, a log or a process list; only where it was looked for is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line

Origin = Literal["typed", "environment", "file", "command"]
ORIGINS: tuple[Origin, ...] = ("typed", "environment", "file", "command")
LONGEST = 48 * 1024
"""Bytes that GitHub takes for a secret."""
PATIENCE = 120.0
"""Seconds that a program may take: it may wait for a fingerprint."""


async def value_of(origin: Origin, given: str, *, environment: Mapping[str, str] | None = None) -> str:
    """The value; one line end at its end is not part of it. Raises InputError without the value."""
    match origin:
        case "typed":
            value = given
        case "environment":
            value = (os.environ if environment is None else environment).get(given.strip(), "")
            if not value:
                raise _problem(f"the environment has no {one_line(given, 60)}", "export it before starting")
        case "file":
            value = await asyncio.to_thread(_read, given.strip())
        case "command":
            value = await _printed(given)
    if origin in {"file", "command"}:
        value = value.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        raise _problem("the value is empty", "a secret needs one")
    if len(value.encode("utf-8", "surrogatepass")) > LONGEST:
        raise _problem("the value is longer than 48 KB", "GitHub takes no longer secret")
    return value


def _read(name: str) -> str:
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            return file.read(LONGEST + 3).decode("utf-8")
    except OSError as error:
        raise _problem(
            f"{one_line(str(path), 80)}: {error.strerror or error}", "name a file that can be read"
        ) from None
    except UnicodeDecodeError:
        raise _problem(f"{one_line(str(path), 80)} is no text in UTF-8", "encode it first, as Base64 is") from None


async def _printed(line: str) -> str:
    """What a program prints; its arguments as a shell would split them, but no shell."""
    try:
        argv = shlex.split(line)
    except ValueError as error:
        raise _problem(f"the command can't be read: {error}", "close its quotes") from None
    if not argv:
        raise _problem("the command is empty", 'as "op read op://vault/item/field" or "pass show name"')
    name = one_line(argv[0], 60)
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
    except OSError as error:
        raise _problem(f"{name}: {error.strerror or error}", "is it installed and on the PATH?") from None
    try:
        async with asyncio.timeout(PATIENCE):
            out, told = await asyncio.gather(_beginning(process.stdout), _beginning(process.stderr))
            await process.wait()
    except TimeoutError:
        raise _problem(f"{name} has not ended after {PATIENCE:.0f} s", "run it once by hand") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        said = one_line(told.decode("utf-8", "replace").strip().partition("\n")[0], 120)
        why = f"{name} ended with {process.returncode}" + (f": {said}" if said else "")
        raise _problem(why, "run it once by hand")
    try:
        return out.decode("utf-8")
    except UnicodeDecodeError:
        raise _problem(f"what {name} prints is no text in UTF-8", "encode it first, as Base64 is") from None


async def _beginning(pipe: asyncio.StreamReader | None) -> bytes:
    """What a program writes, to its end; of that a little more than a secret may hold is kept."""
    kept = bytearray()
    while pipe is not None and (chunk := await pipe.read(65536)):
        kept += chunk[: LONGEST + 3 - len(kept)]
    return bytes(kept)


def _problem(message: str, hint: str) -> InputError:
    return InputError([Problem(message, hint=hint)])
