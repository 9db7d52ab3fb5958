"""How to sign in at a Prometheus or Alertmanager: basic, bearer, mTLS. Secrets are read anew for each client."""

from __future__ import annotations

import base64
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import Place, SourceError

if TYPE_CHECKING:
    from vauntico_tui.config.model import Auth


@dataclass(frozen=True, slots=True)
class SignIn:
    """Headers to send, and PEM files for TLS. repr shows no secret."""

    headers: dict[str, str] = field(repr=False)
    ca_file: str | None = None
    cert: tuple[str, str] | None = None


def bare(url: str) -> str:
    """A URL without a name and password in it, and without a slash at the end."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}".rstrip("/")


def sign_in(auth: Auth, url: str, section: str) -> SignIn:
    """Read what the config names, or what stands in the URL; `section` ("prometheus") is named in an error.
    Raises SourceError."""
    headers = {}
    bearer = _secret(auth.bearer_env, auth.bearer_file, f"[{section}.auth] bearer")
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    elif auth.user is not None:
        headers["Authorization"] = _basic(
            auth.user, _secret(auth.password_env, auth.password_file, f"[{section}.auth] password") or ""
        )
    elif (written := urlsplit(url)).username is not None:
        headers["Authorization"] = _basic(unquote(written.username or ""), unquote(written.password or ""))
    cert, ca_file = None, None
    if auth.ca_file is not None:
        ca_file = _file(auth.ca_file, section)
        _certificates(ca_file, "ca_file", section)
    if auth.client_cert is not None:
        cert = (_file(auth.client_cert, section), _file(auth.client_key or auth.client_cert, section))
        _pair(*cert, section)
    return SignIn(headers, ca_file, cert)


def place_of(title: str, url: str, section: str) -> Place:
    """A server with a URL and an [auth] of its own, as an error names it."""
    host = bare(url).split("://", 1)[-1].split("/", 1)[0]
    return Place(title, host, f"[{section}] url", f"[{section}.auth] ca_file", f"check [{section}.auth] in the config")


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _file(path: Path, section: str) -> str:
    path = path.expanduser()
    if not path.is_file():
        raise SourceError(Trouble("auth", f"there is no file {path}", f"correct [{section}.auth] in the config"))
    return str(path)


class _SealedError(Exception):
    """A key wants a passphrase."""


def no_passphrase() -> str:
    """For OpenSSL, which else asks for a passphrase on the terminal: nobody may be there, or the screen is drawn on."""
    raise _SealedError


def _certificates(file: str, key: str, section: str) -> None:
    """Raises SourceError where a file holds no certificates."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except (ssl.SSLError, OSError) as error:
        why = f"can't be read: {error.strerror}" if isinstance(error, PermissionError) else "holds no PEM certificate"
        step = f"correct {key} in [{section}.auth] in the config"
        raise SourceError(Trouble("auth", f"{key} {file} {why}", step)) from None


def _pair(cert: str, key: str, section: str) -> None:
    """Raises SourceError where a certificate and its key are of no use, or the key wants a passphrase."""
    _certificates(cert, "client_cert", section)
    step = f"correct client_key in [{section}.auth] in the config"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key, no_passphrase)
    except _SealedError:
        step = f"name a key without one in [{section}.auth] client_key, readable by you alone"
        raise SourceError(Trouble("auth", f"client_key {key} wants a passphrase", step)) from None
    except ssl.SSLError as error:
        other = error.reason == "KEY_VALUES_MISMATCH"
        why = "belongs to another certificate than client_cert" if other else "holds no PEM key"
        raise SourceError(Trouble("auth", f"client_key {key} {why}", step)) from None
    except OSError as error:
        raise SourceError(Trouble("auth", f"client_key {key} can't be read: {error.strerror}", step)) from None


def _secret(variable: str | None, path: Path | None, key: str) -> str | None:
    if variable is not None:
        value = os.environ.get(variable, "").strip()
        if not value:
            raise SourceError(Trouble("auth", f"{variable} is not set", f"set it, or correct {key}_env in the config"))
    elif path is not None:
        try:
            value = path.expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            trouble = Trouble("auth", f"can't read {path}: {why}", f"correct {key}_file in the config")
            raise SourceError(trouble) from None
    else:
        return None
    if not value.isprintable():
        raise SourceError(Trouble("auth", f"what {key} leads to is no secret of one line", "correct it")) from None
    return value
