"""`--merged PATH=FILE`: what a person made of a file that no machine merges safely."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.text import one_line

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import RunPlan

_LONGEST = 2_000_000  # bytes


def _read(_context: click.Context, _param: click.Parameter, told: tuple[str, ...]) -> dict[str, str]:
    """The texts by path. Raises InputError with every problem."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for one in told:
        path, _, name = one.partition("=")
        try:
            if not path or not name:
                raise ValueError("write PATH=FILE, such as server-v2/jest.config.js=merged.js")
            with Path(name).expanduser().open("rb") as file:
                held = file.read(_LONGEST + 1)
            if len(held) > _LONGEST:
                raise ValueError("it is larger than 2 MB")
            found[path] = held.decode("utf-8")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            problems.append(Problem(f"--merged {one_line(one, 120)}: {why}"))
    if problems:
        raise InputError(problems)
    return found


merged_option = click.option(
    "--merged", metavar="PATH=FILE", multiple=True, callback=_read,
    help="FILE is what you made of the repository's PATH, which must be merged by hand; may stand several times.",
)  # fmt: skip


def all_taken(merged: Mapping[str, str], plan: RunPlan) -> None:
    """Raises InputError where something was merged that the plan does not change."""
    paths = [change.path for step in plan.steps for change in step.changes]
    wrong = [path for path in merged if path not in paths]
    if wrong:
        hint = did_you_mean(wrong[0], paths)
        raise InputError([Problem(f'the plan does not change "{one_line(path, 120)}"', hint=hint) for path in wrong])
