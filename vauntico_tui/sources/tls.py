"""Whom this machine trusts, read once: every client of httpx would read it anew, and keep it (1 MB)."""

from __future__ import annotations

import ssl
from functools import cache


@cache
def trusted() -> ssl.SSLContext:
    """The usual certificates, for every client that adds nothing to them. Safe in any thread; not to be changed."""
    from vauntico_tui.sources.http import httpx  # noqa: PLC0415  slow to import

    return httpx.create_ssl_context()
