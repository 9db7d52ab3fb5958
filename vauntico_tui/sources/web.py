"""JSON over httpx, with the body capped, one client kept open. Lives in its source's thread."""

from __future__ import annotations

import ssl
import time
from typing import TypeVar

import msgspec

from vauntico_tui import __version__
from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import failures
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.http import httpx
from vauntico_tui.sources.limits import Limits, TooLargeError, TooSlowError
from vauntico_tui.sources.signin import SignIn, no_passphrase
from vauntico_tui.sources.tls import trusted

T = TypeVar("T")


class WebClient:
    """GETs JSON from one server. Redirects are not followed: the sign-in stays with the host it is for."""

    def __init__(self, url: str, sign_in: SignIn, place: Place, limits: Limits, clock: Clock) -> None:
        self._url, self._place, self._limits, self._clock = url.rstrip("/"), place, limits, clock
        verify = trusted()
        if url.startswith("https") and (sign_in.ca_file is not None or sign_in.cert is not None):
            own = sign_in.ca_file is not None
            verify = ssl.create_default_context(cafile=sign_in.ca_file) if own else httpx.create_ssl_context()
            if sign_in.cert is not None:
                verify.load_cert_chain(*sign_in.cert, no_passphrase)
        self.skew: Trouble | None = None
        self._client = httpx.Client(
            headers={"User-Agent": f"vauntico-tui/{__version__}", "Accept": "application/json"} | sign_in.headers,
            timeout=limits.timeout,
            verify=verify,
            follow_redirects=False,
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, shape: type[T]) -> T:
        """GET a path and read its JSON into `shape`. Raises SourceError."""
        try:
            status, headers, body = self._read(path)
        except Exception as error:  # httpx, ssl and sockets raise what they like
            raise SourceError(failures.from_exception(error, self._place)) from None
        now = self._clock.now()
        self.skew = failures.skew(headers, now, self._place)
        if status != 200:
            text = body.decode("utf-8", "replace")
            raise SourceError(failures.from_status(status, headers, text, self._place, now))
        try:
            return msgspec.json.decode(body, type=shape)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise SourceError(failures.unread(error, body, self._place)) from None

    def _read(self, path: str) -> tuple[int, dict[str, str], bytes]:
        began = time.monotonic()
        with self._client.stream("GET", f"{self._url}{path}") as response:
            told = response.headers.get("Content-Length", "")
            if told.isdigit() and int(told) > self._limits.body:
                raise TooLargeError(self._limits.body)
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > self._limits.body:
                    raise TooLargeError(self._limits.body)
                if time.monotonic() - began > self._limits.deadline:
                    raise TooSlowError(self._limits.deadline)
        return response.status_code, {name.lower(): value for name, value in response.headers.items()}, b"".join(chunks)
