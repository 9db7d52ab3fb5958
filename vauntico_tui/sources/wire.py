"""A requests session that a server can't hurt: the body is capped, the whole answer has a deadline, and no redirect
is followed. Both blocking clients (PyGithub, prometheus-api-client) speak through it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError
from urllib3.util.retry import Retry

from vauntico_tui.sources.limits import Limits, TooLargeError, TooSlowError

_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last answer looked like, for telling what went wrong: status, headers (lower case), its beginning."""

    status: int
    headers: dict[str, str]
    head: str


def no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """An `auth` that adds nothing, and so keeps requests from looking into ~/.netrc."""
    return request


class CappedSession(requests.Session):
    """Reads at most `limits.body` bytes of an answer, within `limits.deadline` seconds; UTF-8 unless it says otherwise.

    Raises TooLargeError, TooSlowError, and requests' own exceptions.
    """

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.limits = limits
        self.last: Seen | None = None
        self.auth = no_auth
        self.mount_all()

    def mount_all(self) -> None:
        """No retries: whoever asks decides when to ask again."""
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, HTTPAdapter(max_retries=Retry(total=0, redirect=False), pool_connections=2))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Never: a redirect is an answer to tell about, and no place to carry a token to."""
        return None

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        self.last = None
        began = time.monotonic()
        kwargs["stream"] = True
        response = super().send(request, **kwargs)
        try:
            body = self._read(response, began)
        except ReadTimeoutError as error:
            raise requests.exceptions.ReadTimeout(error, request=request) from error
        except ProtocolError as error:
            raise requests.exceptions.ChunkedEncodingError(error, request=request) from error
        except HTTPError as error:
            raise requests.exceptions.ContentDecodingError(error, request=request) from error
        finally:
            response.close()
        response._content = body  # requests has no public way to hand over a body that was read
        response._content_consumed = True  # type: ignore[attr-defined]
        response.encoding = "utf-8"
        headers = {name.lower(): value for name, value in response.headers.items()}
        self.last = Seen(response.status_code, headers, body[:2000].decode("utf-8", "replace"))
        return response

    def _read(self, response: requests.Response, began: float) -> bytes:
        limit = self.limits.body
        told = response.headers.get("Content-Length", "")
        if told.isdigit() and int(told) > limit:
            raise TooLargeError(limit)
        chunks, size = [], 0
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise TooLargeError(limit)
            if time.monotonic() - began > self.limits.deadline:
                raise TooSlowError(self.limits.deadline)
        return b"".join(chunks)
