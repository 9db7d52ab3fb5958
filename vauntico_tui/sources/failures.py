"""What went wrong, in one line: cause and next step, from an exception or an answer that is no use."""

from __future__ import annotations

import errno
import json
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.limits import TooLargeError, TooSlowError
from vauntico_tui.sources.worker import OverdueError, TooManyHangError

SKEW = timedelta(minutes=2)
WAIT_AT_MOST = timedelta(hours=1)
WHOLE_SOURCE = frozenset({"refused", "dns", "tls", "auth", "rate_limit"})
"""Kinds that say something of the source as a whole; asking for its other parts would be no use."""


class SourceError(Exception):
    """A request that failed; carries the Trouble that says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


class BadDataError(Exception):
    """An answer that is not what it should be: a field is missing, or has another type. `next_step` is what to do where
    the address is not to blame."""

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what)
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Place:
    """Whom we asked, and where its address stands."""

    title: str  # "GitHub"
    host: str  # "api.github.com", "127.0.0.1:9090"
    setting: str  # "[github] url": the config's key for the address
    ca_setting: str = ""  # "[github] ca_file"
    sign_in: str = ""  # what to do when it does not let us in

    @property
    def check_address(self) -> str:
        return f"check {self.setting} in the config" if self.setting.startswith("[") else f"check {self.setting}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything it was made from, outermost first, each once."""
    todo: list[object] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen or len(seen) > 50:
            continue
        seen.add(id(one))
        yield one
        todo += [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]


_CERTIFICATE = {
    10: ("certificate has expired", "renew the certificate there"),
    9: ("certificate is not valid yet", "check this machine's clock"),
    18: ("certificate is self-signed", "name its authority"),
    19: ("certificate's chain ends in a self-signed one", "name its authority"),
    20: ("certificate's issuer is not known here", "name its authority"),
    21: ("certificate can't be verified", "name its authority"),
    62: ("certificate is for another host name", "use the host name that the certificate names"),
    64: ("certificate is for another address", "use the host name that the certificate names"),
}


_CLIENT_CERTIFICATE = (
    "CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE", "UNKNOWN_CA", "ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE_UNKNOWN",
    "ALERT_UNSUPPORTED_CERTIFICATE", "ALERT_ACCESS_DENIED",
)  # fmt: skip
"""How servers say that they have not got a client's certificate, or do not trust it."""


def _tls(error: ssl.SSLError, place: Place) -> Trouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        cause, step = _CERTIFICATE.get(error.verify_code, ("certificate can't be verified", "name its authority"))
        if step == "name its authority":
            step = f"set {place.ca_setting} to its authority's PEM file" if place.ca_setting else step
        elif step.startswith("use the host"):
            step = f"{step}: {place.check_address}"
        return Trouble("tls", f"{place.host}: its {cause}", step)
    words = str(error).upper()
    if "WRONG_VERSION_NUMBER" in words or "HTTP_REQUEST" in words or "RECORD_LAYER" in words:
        return Trouble(
            "tls", f"{place.host} does not speak TLS on this port", f"{place.check_address}: http:// or https://?"
        )
    if "ALERT_CERTIFICATE_EXPIRED" in words:
        return Trouble("tls", f"{place.host} refuses our client certificate: it has expired", "renew client_cert")
    if any(alert in words for alert in _CLIENT_CERTIFICATE):
        section = place.ca_setting.rpartition(" ")[0]
        step = f"set client_cert and client_key in {section}" if section.endswith(".auth]") else place.check_address
        return Trouble("tls", f"{place.host} wants a client certificate that it knows", step)
    reason = one_line(getattr(error, "reason", None) or "TLS error", 60)
    return Trouble("tls", f"TLS with {place.host} failed ({reason})", place.check_address)


_AGAIN = "it is asked again by itself; see its log if it stays"
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}


def from_exception(error: BaseException, place: Place) -> Trouble:
    """The Trouble behind an exception of requests, httpx, urllib3, a socket, TLS or our own."""
    chain = list(_chain(error))
    for one in chain:
        if isinstance(one, SourceError):
            return one.trouble
        if isinstance(one, TooLargeError):
            size = f"{one.limit / (1 << 20):.0f} MB" if one.limit >= 1 << 20 else f"{one.limit >> 10} KiB"
            return Trouble("too_large", f"{place.host} sent a body above {size}", place.check_address)
        if isinstance(one, OverdueError | TooSlowError):
            return Trouble("timeout", f"{place.title} did not answer within {one.seconds:g} s", _slow(place))
        if isinstance(one, TooManyHangError):
            return Trouble("timeout", f"{place.title}: {one}", "check the network and the name server, then restart")
        if isinstance(one, BadDataError):
            return Trouble(
                "bad_data", f"{place.title}: {one_line(str(one), 160)}", one.next_step or place.check_address
            )
    for one in chain:
        if isinstance(one, ssl.SSLError):
            return _tls(one, place)
        if isinstance(one, socket.gaierror):
            host = place.host.rpartition(":")[0] or place.host
            return Trouble("dns", f"no address is known for {host}", f"{place.check_address}, and the network")
        if isinstance(one, ConnectionRefusedError):
            return Trouble(
                "refused",
                f"{place.host} refuses the connection",
                f"is {place.title} running there? {place.check_address}",
            )
        if isinstance(one, OSError) and one.errno in _UNREACHABLE:
            return Trouble("refused", f"no way to {place.host} on this network", "check the network or the VPN")
    names = {kind.__name__ for one in chain for kind in type(one).__mro__}
    if "ProxyError" in names:
        return Trouble("refused", f"the proxy does not lead to {place.host}", "check HTTPS_PROXY and NO_PROXY")
    if any(isinstance(one, TimeoutError) for one in chain) or names & {"Timeout", "TimeoutException"}:
        return Trouble("timeout", f"{place.title} did not answer in time", _slow(place))
    if names & {"NameResolutionError"}:
        return Trouble("dns", f"no address is known for {place.host}", f"{place.check_address}, and the network")
    if names & {"RemoteDisconnected", "ConnectionResetError", "BrokenPipeError"} or "without sending" in str(error):
        return Trouble("truncated", f"{place.host} closes the connection without an answer", _AGAIN)
    if names & {"IncompleteRead", "ChunkedEncodingError",
                 "ProtocolError", "RemoteProtocolError", "ContentDecodingError",
                "DecodingError", "ReadError"}:  # fmt: skip
        return Trouble("truncated", f"{place.host} cut its answer off", _AGAIN)
    if any(isinstance(one, FileNotFoundError | PermissionError | IsADirectoryError) for one in chain):
        one = next(one for one in chain if isinstance(one, OSError))
        return Trouble("auth", f"can't read {one.filename}: {one.strerror}", "check the files that the config names")
    if any(isinstance(one, RuntimeError) and "redirected" in str(one) for one in chain):
        return Trouble("server", f"{place.host} points to another address", place.check_address)
    if names & {"InvalidURL", "InvalidSchema", "UnsupportedProtocol", "LocationParseError"}:
        return Trouble("bad_data", f"{place.host} is no address", place.check_address)
    if names & {"ConnectionError", "ConnectError"}:
        return Trouble("refused", f"no connection to {place.host}", place.check_address)
    return Trouble(
        "bad_data", f"{place.title}: unexpected {type(error).__name__}", "please report it; the rest goes on"
    )


def _slow(place: Place) -> str:
    return f"{place.title} or the network is slow; it is asked again by itself. Else {place.check_address}"


# ---- Answers ----------------------------------------------------------------------------------------------------


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When a server says to come back (Retry-After, else X-RateLimit-Reset); at most an hour from now."""
    told = headers.get("retry-after", "").strip()
    at: datetime | None = None
    if re.fullmatch(r"\d{1,9}", told):
        at = now + timedelta(seconds=int(told))
    elif told:
        try:
            at = parsedate_to_datetime(told)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
        except (ValueError, IndexError, TypeError):
            at = None
    reset = headers.get("x-ratelimit-reset", "").strip()
    if at is None and re.fullmatch(r"\d{1,11}(\.\d+)?", reset):
        at = datetime.fromtimestamp(float(reset), UTC)
    if at is None:
        return None
    return min(max(at, now + timedelta(seconds=1)), now + WAIT_AT_MOST)


def skew(headers: Mapping[str, str], now: datetime, place: Place) -> Trouble | None:
    """Trouble when the server's Date is more than two minutes from our clock. It hides no value."""
    try:
        theirs = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, IndexError, TypeError):
        return None
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    apart = now - theirs
    if abs(apart) <= SKEW:
        return None
    minutes = abs(apart).total_seconds() / 60
    size = f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"
    word = "ahead of" if apart > timedelta(0) else "behind"
    return Trouble(
        "clock", f"this machine's clock is {size} {word} {place.title}'s", "set the clock (timedatectl set-ntp true)"
    )


def says(body: str) -> str:
    """The message in an error's JSON body: GitHub's `message`, Prometheus' `error`; "" without one."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(told, dict):
        return ""
    return one_line(str(told.get("message") or told.get("error") or ""), 160)


def not_json(body: str, place: Place) -> Trouble:
    """An answer of 200 that is no JSON: a web page (a sign-in, a proxy), or something cut off."""
    start = body.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith("<"):
        title = re.search(r"<title[^>]*>([^<]{1,80})", body, re.IGNORECASE)
        named = f' ("{one_line(title[1], 60)}")' if title else ""
        return Trouble(
            "html",
            f"{place.host} answers with a web page{named} instead of JSON",
            f"{place.check_address}: is it the API's address, or does a sign-in stand before it?",
        )
    if start[:1] in {"{", "["}:
        return Trouble(
            "truncated",
            f"{place.host} sent JSON that breaks off or is broken",
            _AGAIN,
        )
    return Trouble("bad_data", f"{place.host} does not answer in JSON", place.check_address)


def unread(error: Exception, body: bytes, place: Place) -> Trouble:
    """Why msgspec could not read a body: no JSON at all, or JSON of another shape (which field, it says)."""
    if isinstance(error, msgspec.ValidationError):
        try:
            msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            pass
        else:
            return from_exception(BadDataError(f"its answer is not as it should be ({error})"), place)
    return not_json(body[:4000].decode("utf-8", "replace"), place)


def from_status(status: int, headers: Mapping[str, str], body: str, place: Place, now: datetime) -> Trouble:
    """The Trouble behind an answer that is no success, where the server has no rules of its own (GitHub has)."""
    told = says(body)
    said = f" ({told})" if told else ""
    if status == 401:
        return Trouble("auth", f"{place.title} does not let us in (401){said}", place.sign_in or place.check_address)
    if status == 403:
        return Trouble("scope", f"{place.title} forbids this (403){said}", place.sign_in or place.check_address)
    if status == 407:
        return Trouble("auth", "the proxy wants a sign-in (407)", "check HTTPS_PROXY")
    if status == 429:
        return Trouble(
            "rate_limit", f"{place.title} says: too many requests", "it waits by itself", retry_after(headers, now)
        )
    if 300 <= status < 400:
        to = one_line(headers.get("location", ""), 120)
        return Trouble(
            "server", f"{place.host} points to {to or 'another address'}", f"{place.check_address}: name that one"
        )
    if status == 404:
        return Trouble("not_found", f"{place.host} has no such page (404)", place.check_address)
    if status >= 500:
        at = retry_after({"retry-after": headers.get("retry-after", "")}, now)
        return Trouble(
            "server", f"{place.title} has trouble of its own ({status}){said}", "it is asked again by itself", at
        )
    return Trouble("bad_data", f"{place.title} refuses the question ({status}){said}", place.check_address)
