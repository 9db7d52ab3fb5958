"""One HTTP request over httpx: certificates verified, no redirect followed, the whole attempt and the body capped."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from vauntico_tui import __version__
from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import failures
from vauntico_tui.sources.failures import Place
from vauntico_tui.sources.signin import SignIn, no_passphrase
from vauntico_tui.sources.worker import OverdueError

BODY_CAP = 256 * 1024
"""Bytes of an answer that are read; what is beyond is let go."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    text: str


async def ask(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, place: Place, timeout: float,  # noqa: ASYNC109
    sign_in: SignIn | None = None,
) -> Told:  # fmt: skip
    """Send one request, whatever the answer's status. Raises StepError; `unsure` where it may have been received."""
    verify: ssl.SSLContext | bool = True
    try:
        if url.lower().startswith("https:"):
            verify = _context(sign_in)
        async with (
            asyncio.timeout(timeout),
            httpx.AsyncClient(timeout=timeout, verify=verify, follow_redirects=False) as client,
            client.stream(method, url, headers=_all(headers, sign_in), content=body) as answer,
        ):
            read = bytearray()
            async for chunk in answer.aiter_bytes():
                read += chunk
                if len(read) >= BODY_CAP:
                    break
            told = {name.lower(): value for name, value in answer.headers.items()}
            return Told(answer.status_code, told, bytes(read[:BODY_CAP]).decode("utf-8", "replace"))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as error:
        raise StepError(failures.from_exception(error, place)) from None
    except (TimeoutError, httpx.TimeoutException):
        raise StepError(_again(failures.from_exception(OverdueError(timeout), place)), unsure=True) from None
    except (httpx.HTTPError, OSError) as error:
        raise StepError(_again(failures.from_exception(error, place)), unsure=True) from None


def status_trouble(told: Told, place: Place) -> Trouble:
    """Why a status is no success."""
    return _again(failures.from_status(told.status, told.headers, told.text, place, datetime.now(UTC)))


def _again(trouble: Trouble) -> Trouble:
    promised = "asked again by itself" in trouble.next_step or "waits by itself" in trouble.next_step
    return Trouble(trouble.kind, trouble.cause, "see whether it was done, then resume") if promised else trouble


def _all(headers: Mapping[str, str], sign_in: SignIn | None) -> dict[str, str]:
    ours = {"User-Agent": f"vauntico-tui/{__version__}"}
    return ours | dict(headers) | (sign_in.headers if sign_in is not None else {})


def _context(sign_in: SignIn | None) -> ssl.SSLContext:
    if sign_in is None:
        return httpx.create_ssl_context()
    context = (
        httpx.create_ssl_context() if sign_in.ca_file is None else ssl.create_default_context(cafile=sign_in.ca_file)
    )
    if sign_in.cert is not None:
        context.load_cert_chain(*sign_in.cert, no_passphrase)
    return context
