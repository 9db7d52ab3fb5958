"""Runbooks read: the program's own, the user's, and the plan's. A broken file takes no other one away."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.base.tomlfile import by_line, check, read_document, read_text
from vauntico_tui.config import places
from vauntico_tui.runbooks.lint import Known, lint
from vauntico_tui.runbooks.model import Runbook, RunbookFile

FOLDER = "runbooks"
BUNDLED = "bundled"


@dataclass(frozen=True, slots=True)
class Library:
    """Every runbook there is, the more special ones first. `origins` says where each is from, by its id; `problems`
    are of files that could not be used, `notes` what else is to be said."""

    runbooks: tuple[Runbook, ...]
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def find(self, ident: str) -> Runbook:
        """A runbook by its id. Raises InputError."""
        for one in self.runbooks:
            if one.id == ident:
                return one
        near = did_you_mean(ident, [one.id for one in self.runbooks])
        hint = near or "`vauntico-tui runbook list` shows them"
        raise InputError([Problem(f'there is no runbook "{one_line(ident, 60)}"', hint=hint)])


def folder_of(config_file: Path | None) -> Path:
    """Where the user's runbooks are: beside the config, whether it is there or not."""
    return (config_file or places.default_config()).parent / FOLDER


def load_runbooks(folder: Path | None, plan: Iterable[Runbook] = (), known: Known | None = None) -> Library:
    """All of them. Of one id the user's wins over the plan's, and that over the bundled one; both are told.

    Reads files; never raises for what is in them.
    """
    found: dict[str, Runbook] = {}
    origins: dict[str, str] = {}
    problems: list[Problem] = []
    notes: list[Problem] = []
    for file in user_files(folder, problems):
        try:
            ones, warnings = parse_runbooks(read_text(file), str(file), known)
        except InputError as error:
            problems += error.problems
            continue
        notes += warnings
        for one in ones:
            if one.id in found:
                here = f'"{one.id}" is in {origins[one.id]} already; this one is left out'
                problems.append(Problem(here, str(file), hint="give it another id"))
                continue
            found[one.id], origins[one.id] = one, str(file)
    for origin, ones in (("the plan", tuple(plan)), (BUNDLED, bundled_runbooks())):
        for one in ones:
            if one.id in found:
                notes.append(Problem(f'"{one.id}" is used in place of that of {_said(origin)}', origins[one.id]))
                continue
            found[one.id], origins[one.id] = one, origin
    return Library(tuple(found.values()), origins, tuple(problems), tuple(notes))


def _said(origin: str) -> str:
    return "the program" if origin == BUNDLED else origin


def user_files(folder: Path | None, problems: list[Problem]) -> Iterator[Path]:
    """The TOML files of a folder by name. A folder that is not there is none; one that can't be read is a problem."""
    if folder is None:
        return
    try:
        inside = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(Problem(f"can't be read: {error.strerror or error}", str(folder)))
        return
    yield from inside


def parse_runbooks(text: str, file: str, known: Known | None = None) -> tuple[tuple[Runbook, ...], tuple[Problem, ...]]:
    """The runbooks of a file and its warnings. Raises InputError with every problem, those that only a look at the
    whole finds among them."""
    document = read_document(text, file)
    value, problems, warnings = check(RunbookFile, document)
    linted = lint(document, known)
    problems += linted.problems
    if problems or value is None:
        raise InputError(sorted(dict.fromkeys(problems), key=by_line))
    return value.runbooks, tuple(sorted([*warnings, *linted.warnings], key=by_line))


@cache
def bundled_runbooks() -> tuple[Runbook, ...]:
    """Those that come with the program. A test lints them."""
    return tuple(
        one for text in bundled_texts().values() for one in RunbookFile.model_validate(tomllib.loads(text)).runbooks
    )


def bundled_texts() -> dict[str, str]:
    """Their files as they are written, by name."""
    inside = sorted(files("vauntico_tui.runbooks.bundled").iterdir(), key=lambda one: one.name)
    return {one.name: one.read_text(encoding="utf-8") for one in inside if one.name.endswith(".toml")}
