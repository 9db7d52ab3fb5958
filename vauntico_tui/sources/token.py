"""Where a GitHub token comes from. It is never shown: not by repr, not in an error, not in a process list."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import SourceError

if TYPE_CHECKING:
    from vauntico_tui.config.model import GitHub

SERVICE = "vauntico-tui"  # the keyring's service; the user name is the host
GH_TIMEOUT = 5.0  # seconds

_USABLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it was found ("GITHUB_TOKEN", "gh auth token", "keyring", a file)."""

    value: str = field(repr=False)
    origin: str

    def __str__(self) -> str:
        return f"the token from {self.origin}"


def web_host(api_url: str) -> str:
    """The host that people and `gh` know: github.com for https://api.github.com, HOST for https://HOST/api/v3."""
    host = (urlsplit(api_url).hostname or "").lower()
    return host.removeprefix("api.") if host.endswith(("github.com", ".ghe.com")) else host


def find_token(config: GitHub) -> Token | None:
    """The token for the configured host, or None where there is none. Blocks (gh, keyring): call it in a thread.

    A token that the config names (`token_env`, `token_file`) is the only one asked for; SourceError says when it is not
    there. Without one: GITHUB_TOKEN, GH_TOKEN, `gh auth token`, the keyring. Those two variables belong to github.com,
    so for another host GH_ENTERPRISE_TOKEN and GITHUB_ENTERPRISE_TOKEN are looked at in their place: a token for
    github.com is never sent elsewhere unless the config names its variable.
    """
    if config.token_env is not None:
        value = os.environ.get(config.token_env, "").strip()
        if not value:
            raise SourceError(
                Trouble("auth", f"{config.token_env} is not set", "set it, or correct [github] token_env in the config")
            )
        return _token(value, config.token_env)
    if config.token_file is not None:
        return _token(_from_file(config.token_file), str(config.token_file))
    host = web_host(config.url)
    ours = host == "github.com" or host.endswith(".ghe.com")
    names = ("GITHUB_TOKEN", "GH_TOKEN") if ours else ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
    for name in names:
        if value := os.environ.get(name, "").strip():
            return _token(value, name)
    for look, origin in ((_from_gh, "gh auth token"), (_from_keyring, "keyring")):
        if (found := look(host)) is not None:
            return _token(found, origin)
    return None


def no_token(config: GitHub) -> Trouble:
    """What to do where there is none. Nothing is read without: GraphQL wants one, and 60 requests an hour are few."""
    host = web_host(config.url)
    if host == "github.com":
        return Trouble("auth", "no GitHub token found", "run `gh auth login`, or set GITHUB_TOKEN")
    return Trouble(
        "auth",
        f"no token found for {one_line(host, 80)}",
        f"run `gh auth login -h {one_line(host, 80)}`, or name [github] token_env in the config",
    )


def _token(value: str, origin: str) -> Token:
    if not _USABLE.fullmatch(value):
        raise SourceError(
            Trouble("auth", f"what {one_line(origin, 80)} holds is no token", "it must be one word of plain characters")
        )
    return Token(value, one_line(origin, 200))


def _from_file(path: Path) -> str:
    path = path.expanduser()
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            value = file.read(10_000).strip()
    except OSError as error:
        raise SourceError(
            Trouble("auth", f"can't read {path}: {error.strerror}", "correct [github] token_file in the config")
        ) from None
    if not value:
        raise SourceError(Trouble("auth", f"{path} is empty", "write the token into it"))
    return value


def _from_gh(host: str) -> str | None:
    try:
        told = subprocess.run(
            ["gh", "auth", "token", "-h", host],
            capture_output=True, timeout=GH_TIMEOUT, check=False, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None
    return told.stdout.strip() or None if told.returncode == 0 else None


def _from_keyring(host: str) -> str | None:
    try:
        import keyring  # noqa: PLC0415  slow, and seldom needed

        return (keyring.get_password(SERVICE, host) or "").strip() or None
    except Exception:  # backends raise what they like; no keyring is no token
        return None
