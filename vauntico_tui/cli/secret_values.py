"""Where the values of secrets come from on a command line: never from the line itself, which every process can read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.cli import asking

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Ask, RunPlan
    from vauntico_tui.actions.remedy.values import Origin


@dataclass(frozen=True, slots=True)
class Source:
    """One value's source: a variable, a file or a program, named on the command line."""

    origin: Origin
    given: str


def secret_options(command: Any) -> Any:
    """`--from-env`, `--file`, `--command`: NAME=SOURCE each; NAME@PLACE=SOURCE for one environment."""
    said = "of secret NAME (NAME@PLACE: in one environment); may stand several times."
    for option in (
        click.option("--command", "commands", metavar="NAME=COMMAND", multiple=True,
                     help=f"A program that prints the value {said} \"op read …\", \"pass …\"; no shell."),
        click.option("--file", "from_files", metavar="NAME=FILE", multiple=True, help=f"A file with the value {said}"),
        click.option("--from-env", "variables", metavar="NAME=VARIABLE", multiple=True,
                     help=f"An environment variable with the value {said}"),
    ):  # fmt: skip
        command = option(command)
    return command


def sources(
    variables: Sequence[str], from_files: Sequence[str], commands: Sequence[str], only: str = ""
) -> dict[str, Source]:
    """What was named, by secret. Where the command is for one secret (`only`) its name may be left out. Raises
    InputError with every problem."""
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    given: tuple[tuple[Origin, Sequence[str]], ...] = (
        ("environment", variables), ("file", from_files), ("command", commands),
    )  # fmt: skip
    for origin, ones in given:
        for one in ones:
            name, equals, source = one.partition("=")
            if only and (not equals or name.partition("@")[0].upper() != only.upper()):
                name, source = only, one
            elif not equals or not name or not source:
                shown = one_line(name, 40)
                problems.append(Problem(f'"{shown}" names no source', hint=f"write NAME=SOURCE: {shown or 'NAME'}=…"))
                continue
            secret, at, place = name.partition("@")
            name = f"{secret.strip().upper()}{at}{place}"  # as GitHub keeps it
            if name in found:
                problems.append(Problem(f'"{one_line(name, 60)}" has two sources'))
            found[name] = Source(origin, source)
    if problems:
        raise InputError(problems)
    return found


def asker(named: Mapping[str, Source]) -> Callable[[RunPlan], Any]:
    """Asks for the values of a plan's secrets: from the sources named, else masked at the terminal."""

    async def ask(plan: RunPlan) -> Mapping[str, str]:
        return await values(plan.asks, named)

    return ask


_LIVE = "one that is set already is left where `only_missing` is yes; --param only_missing=no sets it too"


async def values(asks: Sequence[Ask], named: Mapping[str, Source]) -> dict[str, str]:
    """Each secret's value by name (or NAME@PLACE). Raises InputError with every problem, never with a value."""
    from vauntico_tui.actions.remedy.values import value_of

    secrets = [ask for ask in asks if ask.kind == "secret"]
    keys = {key for ask in secrets for key in (ask.name, *(f"{ask.name}@{place}" for place in ask.places))}
    problems = [
        Problem(f'this plan sets no secret "{one_line(name, 60)}"', hint=did_you_mean(name, keys) or _LIVE)
        for name in named
        if secrets and name not in keys
    ]
    found: dict[str, str] = {}
    for name, source in named.items():
        if name in keys:
            try:
                found[name] = await value_of(source.origin, source.given)
            except InputError as error:
                problems += [Problem(f"{name}: {one.message}", hint=one.hint) for one in error.problems]
    lacking = list(dict.fromkeys(key for ask in secrets for key in _lacking(ask, named)))
    if lacking and not problems and not sys.stdin.isatty():
        hint = '--from-env NAME=VARIABLE, --file NAME=FILE or --command NAME="op read …" says where it is'
        problems += [Problem(f"nobody can be asked here for the value of {name}", hint=hint) for name in lacking]
    if problems:
        raise InputError(problems)
    return found | await _typed(secrets, lacking)


def _lacking(ask: Ask, named: Mapping[str, Source]) -> list[str]:
    """What of a secret has no source: it, or its places where some of them have one of their own."""
    if ask.name in named:
        return []
    of_places = [f"{ask.name}@{place}" for place in ask.places]
    if any(key in named for key in of_places):
        return [key for key in of_places if key not in named]
    return [ask.name]


async def _typed(secrets: Sequence[Ask], lacking: Sequence[str]) -> dict[str, str]:
    """The rest, masked, one after another."""
    from vauntico_tui.actions.remedy.values import value_of

    several = {ask.name: ask.places for ask in secrets if len(ask.places) > 1}
    same = True
    if any(key in several for key in lacking):
        same = await asking.confirm("The same values for all environments?", default=True)
    found: dict[str, str] = {}
    for key in lacking:
        for one in [key] if same or key not in several else [f"{key}@{place}" for place in several[key]]:
            found[one] = await value_of("typed", await asking.masked(one.replace("@", " in ")))
    return found
