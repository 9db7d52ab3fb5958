"""How consoles agree on who asks the sources, and how what was said gets to the others: through a team's journal, or
through files beside a journal that is one.

A file's consoles are on one machine: the one that asks holds a lock, which falls with it, and writes only while
somebody listens. The journal itself is left alone: each write to it would wake every console.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.reading import Budget, SourceStatus

if TYPE_CHECKING:
    from vauntico_tui.journal.journal import Journal
    from vauntico_tui.journal.leases import Lease, Published

SPAN = timedelta(seconds=10)
"""The lease: when the console that asks dies, another does so within this and a look."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the sources said, as one console tells the others."""

    readings: Readings
    statuses: tuple[SourceStatus, ...]
    budget: Budget | None


class Relay(Protocol):
    """One console's part in it. Raises JournalError where nobody can tell who asks."""

    async def asks(self) -> bool:
        """Whether this console is the one that asks the sources now."""
        ...

    async def tell(self, said: Said) -> bool:
        """Give it to the others; whether that is done."""
        ...

    async def hear(self) -> Said | None:
        """What was said since this was called last, if anything."""
        ...

    def close(self) -> None:
        """Let another ask."""
        ...


def pack(said: Said) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(said), 1)


def unpack(body: bytes) -> Said | None:
    """None where another version of this program has written it."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(body), type=Said)
    except (ValueError, zlib.error, msgspec.MsgspecError):
        return None


def name_of(what: Iterable[str]) -> str:
    """Names the sources: consoles that read others, or other parts of them, do not mix."""
    return f"readings {hashlib.sha256(repr(tuple(what)).encode()).hexdigest()[:16]}"


class JournalRelay:
    """By a lease in the journal, and a row in it."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk, self._name = desk, name
        self._lease: Lease | None = None
        self._version = 0

    async def asks(self) -> bool:
        self._lease = await self._desk.call(lambda it: it.leases.take(self._name, self._desk.console, SPAN))
        return self._lease is not None

    async def tell(self, said: Said) -> bool:
        if (lease := self._lease) is None:
            return False
        body = await asyncio.to_thread(lambda: base64.b85encode(pack(said)).decode("ascii"))
        return await self._desk.call(lambda it: it.leases.publish(lease, self._name, body))

    async def hear(self) -> Said | None:
        found = await self._desk.call(self._read)
        if found is None:
            return None
        self._version = found.version
        return await asyncio.to_thread(_unpack_text, found.body)

    def _read(self, journal: Journal) -> Published | None:
        return journal.leases.read(self._name, self._version)

    def close(self) -> None:
        """The lease runs out."""


def _unpack_text(body: str) -> Said | None:
    try:
        return unpack(base64.b85decode(body))
    except ValueError:
        return None


class FileRelay:
    """By locks on two files of a folder, and a third that holds what was said. Where a folder can't be written to, or a
    system has no such locks, each console asks for itself."""

    def __init__(self, folder: Path, name: str) -> None:
        stem = name.replace(" ", "-")
        self._asking, self._listening = (_Lock(folder / f"{stem}.{what}") for what in ("asks", "listens"))
        self._body = folder / f"{stem}.msgpack"
        self._seen = (0, 0)

    async def asks(self) -> bool:
        if self._asking.held:
            return True
        if self._asking.take(alone=True):
            self._listening.give_back()
            with contextlib.suppress(OSError):
                self._body.unlink(missing_ok=True)  # what somebody said who is gone
            return True
        self._listening.take(alone=False)
        return False

    async def tell(self, said: Said) -> bool:
        if self._listening.take(alone=True):
            self._listening.give_back()
            return False  # nobody listens
        return await asyncio.to_thread(self._write, said)

    def _write(self, said: Said) -> bool:
        half = self._body.with_suffix(".half")
        try:
            half.touch(0o600)
            half.write_bytes(pack(said))
            half.replace(self._body)
        except OSError:
            return False
        return True

    async def hear(self) -> Said | None:
        try:
            found = self._body.stat()
            if (now := (found.st_ino, found.st_mtime_ns)) == self._seen:
                return None
            said = await asyncio.to_thread(lambda: unpack(self._body.read_bytes()))
        except OSError:
            return None
        self._seen = now
        return said

    def close(self) -> None:
        self._asking.give_back()
        self._listening.give_back()


class _Lock:
    """A lock on a file, for one or for many; it falls with its process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self, *, alone: bool) -> bool:
        """Take it if it is free; True too where there are no locks."""
        if self._file is not None:
            return True
        try:
            import fcntl  # noqa: PLC0415  not on every system
        except ImportError:
            return alone
        try:
            file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError:
            return alone
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError:
            os.close(file)
            return alone
        self._file = file
        return True

    def give_back(self) -> None:
        held, self._file = self._file, None
        if held is not None:
            os.close(held)
