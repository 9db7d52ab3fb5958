"""Reading a config file: every problem at once, paths made absolute, retired keys warned about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from vauntico_tui.base import tomlfile
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.config.crosscheck import cross_problems
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
    return tomlfile.Parsed(_addresses(_absolute(parsed.value, file.parent), file.parent), parsed.warnings)


def parse_config(text: str, file: str = "config.toml") -> tomlfile.Parsed[Config]:
    """The config in a text; its paths stay as written. Raises InputError with every problem."""
    document = tomlfile.read_document(text, file)
    value, problems, warnings = tomlfile.check(Config, document, RETIRED)
    if value is not None:
        problems = cross_problems(document, value)
    if problems or value is None:
        raise InputError(sorted(problems, key=tomlfile.by_line))
    return tomlfile.Parsed(value, tuple(sorted(warnings, key=tomlfile.by_line)))


def _absolute(model: M, folder: Path) -> M:
    """The same section with every path taken from the config's folder."""
    return model.model_copy(update={name: _from(getattr(model, name), folder) for name in type(model).model_fields})


def _from(value: object, folder: Path) -> object:
    if isinstance(value, BaseModel):
        return _absolute(value, folder)
    if isinstance(value, Path):
        return (folder / value.expanduser()).absolute()
    if isinstance(value, dict):
        return {key: _from(one, folder) for key, one in value.items()}
    return tuple(_from(one, folder) for one in value) if isinstance(value, tuple) else value


def _addresses(config: Config, folder: Path) -> Config:
    """What may be an address or a file: a file is taken from the config's folder."""
    journal, oncall = config.journal, config.oncall
    if journal.url is not None and "://" not in journal.url:
        journal = journal.model_copy(update={"url": str((folder / Path(journal.url).expanduser()).absolute())})
    if oncall.calendar is not None and "://" not in oncall.calendar:
        oncall = oncall.model_copy(update={"calendar": str((folder / Path(oncall.calendar).expanduser()).absolute())})
    return config.model_copy(update={"journal": journal, "oncall": oncall})
