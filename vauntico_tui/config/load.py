"""Reading a config file: every problem at once, paths made absolute, retired keys warned about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from vauntico_tui.base import tomlfile
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.config.model import Config

RETIRED: Mapping[str, str] = {}
"""Keys that were once read: "section.key" → what to write instead. They are warned about, never an error."""

_LIMIT = 1 << 20  # bytes; a config is a page of text

M = TypeVar("M", bound=BaseModel)


def read_text(file: Path, what: str = "config") -> str:
    """A small text file's content. Raises InputError that says what to do."""
    hint = "write one with `vauntico-tui init`" if what == "config" else "check the path"
    try:
        with file.open("rb") as stream:
            data = stream.read(_LIMIT + 1)
    except FileNotFoundError:
        raise _cannot(file, f"there is no such {what}", hint) from None
    except IsADirectoryError:
        raise _cannot(file, "this is a folder, not a file", f"name the file, perhaps {file / 'config.toml'}") from None
    except OSError as error:
        raise _cannot(file, f"can't be read: {error.strerror or error}", "check its permissions") from None
    if len(data) > _LIMIT:
        raise _cannot(file, "larger than 1 MiB", f"is this a {what}?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError([Problem("not UTF-8 text", str(file), line, "save it as UTF-8")]) from None


def _cannot(file: Path, message: str, hint: str) -> InputError:
    return InputError([Problem(message, str(file), None, hint)])


def load_config(file: Path) -> tomlfile.Parsed[Config]:
    """The config in a file, with its warnings. Raises InputError with every problem."""
    parsed = parse_config(read_text(file), str(file))
    return tomlfile.Parsed(_absolute(parsed.value, file.parent), parsed.warnings)


def parse_config(text: str, file: str = "config.toml") -> tomlfile.Parsed[Config]:
    """The config in a text; its paths stay as written. Raises InputError with every problem."""
    return tomlfile.parse(Config, text, file, retired=RETIRED)


def _absolute(model: M, folder: Path) -> M:
    """The same section with every path taken from the config's folder."""
    changed: dict[str, object] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            changed[name] = _absolute(value, folder)
        elif isinstance(value, Path):
            changed[name] = (folder / value.expanduser()).absolute()
    return model.model_copy(update=changed)
