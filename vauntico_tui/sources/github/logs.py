"""A job's log. GitHub answers with a signed address elsewhere: that one is asked without the token, and without
anything else of ours. Of a log above the cap its beginning and its end are read; what lies between is left out.
"""

from __future__ import annotations

import ssl
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vauntico_tui import __version__
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import failures
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.limits import Limits, TooSlowError

if TYPE_CHECKING:
    import httpx

    from vauntico_tui.sources.github.answer import Answer
    from vauntico_tui.sources.github.client import Client

HEAD = 2 << 20  # bytes of a log's beginning that are always kept: the runner's image stands there
TAIL = 62 << 20  # bytes of its end: failures stand there
LIMITS = Limits(timeout=15, deadline=180, body=32 << 20)


@dataclass(frozen=True, slots=True)
class LogBytes:
    """A log as it came: all of it in `head` where nothing was left out."""

    head: bytes
    tail: bytes = b""
    left_out: int = 0  # bytes between the two


@dataclass(slots=True)
class Download:
    """How far a download is. Written by its thread, read by the screen; `stopped` is the other way round."""

    done: int = 0
    total: int | None = None
    stopped: bool = False


class StoppedError(Exception):
    """Nobody wants the log any more."""


def read_log(
    client: Client, path: str, seen: list[Answer], download: Download, *,
    ca_file: str | None = None, head: int = HEAD, tail: int = TAIL, limits: Limits = LIMITS,
) -> LogBytes:  # fmt: skip
    """The log behind an API path ("…/actions/jobs/1/logs"). Raises SourceError: not_found where it has expired or is
    not there yet."""
    try:
        address = client.location(path, seen, what="the log")
    except SourceError as failure:
        status = seen[-1].status if seen else 0
        if status in {404, 410}:
            raise SourceError(gone(status)) from None
        raise failure from None
    if not address:
        return LogBytes(seen[-1].body.encode())
    place = _storage(address, client.place)
    if urlsplit(address).scheme != "https" and client.secure:
        raise SourceError(
            Trouble("tls", f"the log lies at {place.host} without TLS", "it is not read; open it in the browser: o")
        )
    try:
        return _Reader(address, place, download, limits, ca_file).read(head, tail)
    except (SourceError, StoppedError):
        raise
    except Exception as error:  # httpx, ssl and sockets raise what they like
        raise SourceError(failures.from_exception(error, place)) from None


def gone(status: int) -> Trouble:
    """Why there is no log."""
    if status == 410:
        return Trouble("not_found", "the log has expired: GitHub keeps logs 90 days, or as the settings say",
                       "rerun the job to get a new one")  # fmt: skip
    return Trouble("not_found", "there is no log: the job has not ended, was skipped, or its log was deleted",
                   "wait for its end, or rerun it")  # fmt: skip


def _storage(address: str, place: Place) -> Place:
    host = urlsplit(address).netloc.rpartition("@")[2]
    return Place("the log's storage", host, "the network's way there", place.ca_setting)


class _Reader:
    def __init__(self, address: str, place: Place, download: Download, limits: Limits, ca_file: str | None) -> None:
        self._address, self._place, self._download, self._limits = address, place, download, limits
        self._ca_file = ca_file
        self._ends = time.monotonic() + limits.deadline

    def read(self, most_head: int, most_tail: int) -> LogBytes:
        from vauntico_tui.sources.http import httpx  # noqa: PLC0415  in the thread: slow to import

        verify: ssl.SSLContext | bool = True
        if self._address.startswith("https:"):
            verify = httpx.create_ssl_context()
            if self._ca_file is not None:
                verify.load_verify_locations(cafile=self._ca_file)
        agent = {"User-Agent": f"vauntico-tui/{__version__}"}
        with httpx.Client(headers=agent, timeout=self._limits.timeout, verify=verify, follow_redirects=False) as client:
            return self._both(client, most_head, most_tail)

    def _both(self, client: httpx.Client, most_head: int, most_tail: int) -> LogBytes:
        kept = _Ends(most_head, most_tail)
        with client.stream("GET", self._address) as response:
            self._check(response)
            told = response.headers.get("content-length", "")
            plain = response.headers.get("content-encoding", "identity") == "identity"
            self._download.total = int(told) if told.isdigit() and plain else None
            ranged = plain and response.headers.get("accept-ranges", "").lower() == "bytes"
            skip = ranged and (self._download.total or 0) > most_head + most_tail
            for chunk in response.iter_bytes(1 << 16):
                self._take(kept, chunk)
                if kept.full_head and (skip or not most_tail):
                    break
        if not most_tail:
            return LogBytes(kept.log.head)
        total = self._download.total
        if not (skip and kept.full_head and total):
            return kept.log
        start = total - most_tail
        with client.stream("GET", self._address, headers={"Range": f"bytes={start}-"}) as response:
            self._check(response)
            if response.status_code == 206:
                end = _Ends(0, most_tail)
                self._download.done = start
                for chunk in response.iter_bytes(1 << 16):
                    self._take(end, chunk)
                return LogBytes(kept.log.head, end.log.tail, start - most_head + end.left_out)
            whole = _Ends(most_head, most_tail)  # it offers ranges and gives none
            self._download.done = 0
            for chunk in response.iter_bytes(1 << 16):
                self._take(whole, chunk)
            return whole.log

    def _take(self, kept: _Ends, chunk: bytes) -> None:
        if self._download.stopped:
            raise StoppedError
        if time.monotonic() > self._ends:
            raise TooSlowError(self._limits.deadline)
        kept.take(chunk)
        self._download.done += len(chunk)

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in {200, 206}:
            return
        if status in {404, 410}:
            raise SourceError(gone(status))
        if status in {401, 403}:
            raise SourceError(Trouble("scope", f"{self._place.host} does not give the log out ({status})",
                                      "the signed address may have run out: r asks for another"))  # fmt: skip
        raise SourceError(Trouble("server", f"{self._place.host} has trouble of its own ({status})", "r tries again"))


class _Ends:
    """The beginning and the end of a stream."""

    def __init__(self, most_head: int, most_tail: int) -> None:
        self._most_head, self._most_tail = most_head, most_tail
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._size = 0
        self.left_out = 0

    @property
    def full_head(self) -> bool:
        return len(self._head) >= self._most_head

    def take(self, chunk: bytes) -> None:
        room = self._most_head - len(self._head)
        if room > 0:
            self._head += chunk[:room]
            chunk = chunk[room:]
        if not chunk:
            return
        self._tail.append(chunk)
        self._size += len(chunk)
        while self._tail and self._size - len(self._tail[0]) >= self._most_tail:
            self._drop(len(self._tail[0]))
        if self._tail and self._size > self._most_tail:
            self._drop(self._size - self._most_tail)

    def _drop(self, size: int) -> None:
        first = self._tail.popleft()
        if size < len(first):
            self._tail.appendleft(first[size:])
        self._size -= size
        self.left_out += size

    @property
    def log(self) -> LogBytes:
        tail = b"".join(self._tail)
        if not self.left_out and self._most_head:
            return LogBytes(bytes(self._head) + tail)
        return LogBytes(bytes(self._head), tail, self.left_out)
