"""Where the password of a shared journal comes from. Never from the command line, never kept, never shown."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL

ENVIRONMENT = "VAUNTICO_JOURNAL_PASSWORD"


def find_password(url: URL) -> str | None:
    """From the environment or the keyring; None leaves it to libpq (PGPASSWORD, ~/.pgpass, peer, certificates)."""
    if own := os.environ.get(ENVIRONMENT):
        return own
    passfile = Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")
    if os.environ.get("PGPASSWORD") or passfile.exists() or not url.host:
        return None
    return _keyring(f"{url.username or ''}@{url.host}/{url.database or ''}")


def _keyring(name: str) -> str | None:
    """`keyring set vauntico-tui USER@HOST/DATABASE` puts it there."""
    import keyring  # noqa: PLC0415  slow, and rarely needed
    import keyring.errors  # noqa: PLC0415

    try:
        return keyring.get_password("vauntico-tui", name)
    except (keyring.errors.KeyringError, OSError, RuntimeError):
        return None
