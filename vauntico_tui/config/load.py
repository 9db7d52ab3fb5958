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

M = TypeVar("M", bound=BaseModel)


def load_config(file: Path) -> tomlfile.Parsed[Config]:
    """The config in a file, with its warnings. Raises InputError with every problem."""
    if not file.exists():
        hint = "`vauntico-tui init` writes one" if file.parent.is_dir() else "the folder is not there either"
        raise InputError([Problem("there is no such config", str(file), None, hint)])
    parsed = parse_config(tomlfile.read_text(file), str(file))
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
