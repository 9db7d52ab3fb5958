"""Writing into a config that a person keeps: one value is set, every comment and every other line stays."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from vauntico_tui.base.problems import InputError, Problem


def instant(at: datetime) -> str:
    """An instant as TOML and JSON spell it here: 2025-01-06T09:00:00Z."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def set_value(text: str, section: str, key: str, value: object) -> str:
    """The same TOML with `section`.`key` set, everything else to the letter. Raises ValueError where it is no TOML."""
    import tomlkit  # noqa: PLC0415  the screen's path does not write
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    try:
        document = tomlkit.parse(text)
        if section not in document:
            document.add(section, tomlkit.table())
        document[section][key] = value
    except (TOMLKitError, TypeError) as error:
        raise ValueError(f"[{section}] {key} can't be set: {error}") from None
    return tomlkit.dumps(document)


def write_private(file: Path, text: str, *, overwrite: bool) -> None:
    """Write a file for its owner alone (600), whole or not at all. Raises InputError; never overwrites unasked."""
    target = Path(os.path.realpath(file))
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".toml", dir=target.parent)
        draft = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            if overwrite:
                draft.replace(target)
            else:
                os.link(draft, target)  # fails where a file has come in between
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError:
        raise InputError([Problem("there is a file already", str(file), None, "--force replaces it")]) from None
    except OSError as error:
        message = f"can't be written: {error.strerror or error}"
        raise InputError([Problem(message, str(file), None, "check the folder and the disk")]) from None


def set_started_at(file: Path, at: datetime) -> None:
    """Write the clocks' start into a config, its comments kept; the file is made if there is none.

    Raises InputError where the file can't be read, understood or written.
    """
    from vauntico_tui.base.tomlfile import read_text  # noqa: PLC0415  pydantic only when it is needed
    from vauntico_tui.config.load import parse_config  # noqa: PLC0415

    text = read_text(file) if file.exists() else ""
    try:
        new = set_value(text, "plan", "started_at", at.astimezone(UTC).replace(microsecond=0))
    except ValueError as error:
        raise InputError([Problem(str(error), str(file))]) from None
    parse_config(new, str(file))
    write_private(file, new, overwrite=True)
