"""Where a channel's secret comes from: the environment or a file. It is never shown."""

from __future__ import annotations

import os
from pathlib import Path

MOST = 8192


class NoSecretError(Exception):
    """The sentence says what is missing and what to do."""


def find_secret(what: str, variable: str | None, file: Path | None) -> str | None:
    """The secret, or None where the config names no place for one. Raises NoSecretError where it is not there."""
    if variable is not None:
        if value := os.environ.get(variable, "").strip():
            return value
        raise NoSecretError(f"{what}: {variable} is not set; set it, then send it again")
    if file is None:
        return None
    try:
        with file.open("rb") as stream:
            value = stream.read(MOST).decode("utf-8", "replace").strip()
    except OSError as error:
        raise NoSecretError(
            f"{what}: {file} can't be read: {error.strerror or error}; mend it, then send it again"
        ) from None
    if not value:
        raise NoSecretError(f"{what}: {file} is empty; put the secret into it, then send it again")
    return value
