"""TOML files read into typed values: every problem at once, each with its file and line.

Stricter than pydantic by itself: a number in quotes is not a number, and an instant without a zone is no instant.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from vauntico_tui.base import sentences
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.tomllines import KeyPath, Lines

M = TypeVar("M", bound=BaseModel)

MAX_BYTES = 16 * 1024 * 1024
_DEEP_KEY = re.compile(r"""(?:^|[{,\[])[ \t]*(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){99}""", re.MULTILINE)
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Parsed(Generic[M]):
    """A typed value, and the warnings (retired keys) that did not stop it."""

    value: M
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Document:
    """TOML read but not yet typed. `data` may be anything that TOML can say."""

    text: str
    file: str
    data: dict[str, Any]

    @cached_property
    def lines(self) -> Lines:
        return Lines(self.text)

    def problem(
        self, path: KeyPath, message: str, hint: str | None = None, *, of: KeyPath | None = None, kind: bool = True
    ) -> Problem:
        """A problem at a key path; its place is said with the path `of` (by default the table that holds the key)."""
        where = sentences.place(path[:-1] if of is None else of, self.data, kind=kind)
        return Problem(f"{where}: {message}" if where else message, self.file, self.lines.near(path), hint)


def parse(model: type[M], text: str, file: str, retired: Mapping[str, str] | None = None) -> Parsed[M]:
    """A document as a `model`. `retired` keys ("github.token": what to do instead) are dropped with a warning.

    Raises InputError with every problem found.
    """
    document = read_document(text, file)
    value, problems, warnings = check(model, document, retired)
    if problems or value is None:
        raise InputError(sorted(problems, key=by_line))
    return Parsed(value, tuple(sorted(warnings, key=by_line)))


def by_line(problem: Problem) -> int:
    """Sorts problems as they stand in the file."""
    return problem.line or 0


def read_text(path: Path) -> str:
    """A text file, UTF-8 with or without a byte order mark, at most 16 MiB. Raises InputError with a sentence."""
    name = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError([Problem("there is no such file", name, hint="check the path")]) from None
    except IsADirectoryError:
        raise InputError([Problem("this is a directory", name, hint="name a file in it")]) from None
    except PermissionError:
        raise InputError([Problem("may not be read", name, hint="check its permissions")]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError([Problem(f"can't be read: {reason}", name.replace("\0", "\\0"))]) from None
    if len(raw) > MAX_BYTES:
        raise InputError([Problem("is larger than 16 MiB", name, hint="is this the file you meant?")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 text: byte 0x{raw[error.start]:02x} in this line"
        raise InputError([Problem(message, name, line, "save it as UTF-8")]) from None


def read_document(text: str, file: str) -> Document:
    """TOML as plain values. Raises InputError at a syntax error."""
    text = text.removeprefix("\ufeff")
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.end()) + 1
        raise InputError([Problem("a key has too many parts", file, line, "at most 99 dots")])
    try:
        return Document(text, file, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError([_syntax(str(error), text, file)]) from None
    except RecursionError:
        raise InputError([Problem("lists or tables are nested too deeply", file)]) from None
    except ValueError:
        raise InputError([Problem("holds a number that is too long", file)]) from None


def check(
    model: type[M], document: Document, retired: Mapping[str, str] | None = None
) -> tuple[M | None, list[Problem], list[Problem]]:
    """The typed value (None where there are problems), the problems, and the warnings."""
    data, warnings = document.data, []
    for key, instead in (retired or {}).items():
        for path in _places(data, KeyPath(), key.split(".")):
            warnings.append(document.problem(path, f'key "{path[-1]}" is no longer used', instead))
            data = _without(data, path)
    unusable = {path: document.problem(path, message, hint) for path, message, hint in _unusable(data)}
    errors: list[ErrorDetails] = []
    value: M | None = None
    try:
        model.model_validate(_tuples(data), strict=True)
    except ValidationError as error:
        errors = [one for one in error.errors(include_url=False) if not _fine(one)]
    if not errors:
        try:
            value = model.model_validate(data)
        except ValidationError as error:
            errors = error.errors(include_url=False)
    problems = [*unusable.values(), *_told(model, document, data, errors, told=unusable)]
    return (None if problems else value), problems, warnings


def _fine(error: ErrorDetails) -> bool:
    """Strictness that TOML can't satisfy: it has no paths, so they are texts. And a list that is too short only because
    what is in it is wrong, which is told of each."""
    if error["type"] == "too_short" and isinstance(error["input"], list | tuple):
        return len(error["input"]) >= int(error["ctx"]["min_length"])
    return error["type"] == "is_instance_of" and isinstance(error["input"], str)


def _told(
    model: type[BaseModel], document: Document, data: Any, errors: list[ErrorDetails], *, told: Collection[KeyPath]
) -> Iterator[Problem]:
    """The errors as problems; what one value got from each type of a union is one problem, and one is enough."""
    kinds: dict[KeyPath, list[ErrorDetails]] = {}
    owners: dict[KeyPath, type[BaseModel] | None] = {}
    for error in errors:
        path, owner = sentences.walk(model, data, error["loc"])
        kinds.setdefault(path, []).append(error)
        owners[path] = owner
    for path, found in kinds.items():
        if path in told:
            continue
        first = found[0]
        wanted = list(dict.fromkeys(filter(None, (sentences.wanted_words(one["type"]) for one in found))))
        if len(found) > 1 and len(wanted) > 1:
            message, hint = sentences.wrong(path, " or ".join(wanted), first["input"]), None
        else:
            message, hint = sentences.sentence(first, path, owners[path])
        tag = first["type"].startswith("union_tag")
        item = bool(path) and isinstance(path[-1], int)
        spot = (*path, str(first.get("ctx", {}).get("discriminator", "")).strip("'")) if tag else path
        yield document.problem(spot, message, hint, of=path if tag or item else path[:-1], kind=not tag)


def _syntax(message: str, text: str, file: str) -> Problem:
    """tomllib's message with its line taken out of it."""
    place = _AT.search(message)
    words = message[: place.start()] if place else message
    words = words[:1].lower() + words[1:]
    if words.startswith("cannot overwrite a value"):
        words = "this key stands twice"
    if words.startswith("cannot declare"):
        words = words.replace("cannot declare", "the table").replace(" twice", " stands twice")
        words = re.sub(r"\(('.*?'),?\)", lambda found: found[1].replace("'", '"').replace('", "', "."), words)
    if place and place[1]:
        return Problem(f"is not valid TOML: {words}", file, int(place[1]), f"column {place[2]}")
    return Problem(f"is not valid TOML: {words}", file, text.rstrip().count("\n") + 1)


def _places(data: Any, path: KeyPath, parts: list[str]) -> Iterator[KeyPath]:
    """Where a dotted key stands; each element of a list is looked into."""
    if isinstance(data, list):
        for place, item in enumerate(data):
            yield from _places(item, (*path, place), parts)
    elif isinstance(data, dict) and parts[0] in data:
        here = (*path, parts[0])
        if len(parts) == 1:
            yield here
        else:
            yield from _places(data[parts[0]], here, parts[1:])


def _without(data: Any, path: KeyPath) -> Any:
    """A copy of the data with one key left out."""
    key, *rest = path
    if isinstance(data, list):
        return [_without(item, tuple(rest)) if place == key else item for place, item in enumerate(data)]
    if not rest:
        return {name: value for name, value in data.items() if name != key}
    return {name: _without(value, tuple(rest)) if name == key else value for name, value in data.items()}


def _unusable(data: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str, str | None]]:
    """Values that TOML can say and nobody can use: an instant without a zone, a number that is none."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _unusable(value, (*path, key))
    elif isinstance(data, list):
        for place, item in enumerate(data):
            yield from _unusable(item, (*path, place))
    elif isinstance(data, datetime) and data.tzinfo is None:
        yield path, f"{path[-1]} has no time zone", "add Z or an offset: 2025-01-31T09:00:00Z"
    elif isinstance(data, float) and not isfinite(data):
        yield path, f"{path[-1]} must be a finite number, not {data}", None


def _tuples(data: Any) -> Any:
    """The data with its lists as tuples, which is what the models hold."""
    if isinstance(data, dict):
        return {key: _tuples(value) for key, value in data.items()}
    return tuple(_tuples(item) for item in data) if isinstance(data, list) else data
