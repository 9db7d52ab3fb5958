"""What every command shares: which config was asked for, and how a config is loaded for a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vauntico_tui.base.locales import is_utf8, said_locale
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.cli.exits import tell

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config
    from vauntico_tui.plan.model import Plan

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class Asked:
    """The config that --config named, if any; whether stdout has been written to; what was complained of at the end."""

    config: Path | None = None
    answered: bool = False
    said: list[str] = field(default_factory=list)


def config_option(command: F) -> F:
    """`--config FILE`, before a command or after it."""

    def keep(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
        if value is not None:
            ctx.ensure_object(Asked).config = value

    option = click.option(
        "--config", metavar="FILE", type=click.Path(path_type=Path), expose_value=False, callback=keep,
        help="The config to use; else $VAUNTICO_CONFIG, else your own.",
    )  # fmt: skip
    return option(command)


def config_file() -> Path | None:
    """The config of the running command, by the order in which it is looked for; None: there is none."""
    from vauntico_tui.config.places import find_config

    return find_config(click.get_current_context().ensure_object(Asked).config)


def load(file: Path | None) -> Config:
    """The config in a file (None: all defaults); its warnings go to stderr. Raises InputError."""
    from vauntico_tui.config.load import load_config
    from vauntico_tui.config.model import Config

    if file is None:
        return Config()
    parsed = load_config(file)
    tell(parsed.warnings, "warning: ")
    return parsed.value


def write(text: str) -> None:
    """To stdout as UTF-8 where the terminal can, with `?` where it can't: never an encoding error. Raises InputError
    where stdout takes nothing: a full disk."""
    if (context := click.get_current_context(silent=True)) is not None:
        context.ensure_object(Asked).answered = True
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # Python flushes once more at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        message = f"the output can't be written: {error.strerror or error}"
        raise InputError([Problem(message, hint="make room, or print it elsewhere")]) from None


def plan_of(config: Config) -> Plan:
    """The plan that a config names, else the bundled one. Raises InputError."""
    from vauntico_tui.plan.bundled import bundled_plan
    from vauntico_tui.plan.load import load_plan

    return load_plan(config.plan.file) if config.plan.file else bundled_plan()


def complain(message: str) -> None:
    """Why a command ends as it does: one sentence on stderr, and in the answer of one that was asked for JSON."""
    from vauntico_tui.base.text import clean

    click.echo(clean(message), err=True)
    click.get_current_context().ensure_object(Asked).said.append(message)


def unicode_out() -> bool:
    """Whether stdout's encoding and the locale can show more than ASCII."""
    return is_utf8(said_locale()) and (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def must_not_exist(file: Path, *, force: bool) -> None:
    """Raises InputError where a file would be overwritten unasked."""
    if file.exists() and not force:
        raise InputError([Problem("there is a file already", str(file), None, "--force replaces it")])


def time_zone(file: Path | None) -> tzinfo | None:
    """The reader's zone: the config's, else the machine's (None). Never fails: a bad zone is said by `doctor`."""
    from vauntico_tui.cli.screen import screen_table

    name = screen_table(file).get("time_zone")
    if not isinstance(name, str):
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None
