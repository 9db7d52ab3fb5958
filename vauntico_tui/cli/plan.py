"""`plan`: a roadmap comes in, is checked, shown, and its clocks are started."""

from __future__ import annotations

import json
import sys
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.cli import exits
from vauntico_tui.cli.commands import Helpful
from vauntico_tui.cli.context import config_file, config_option, load, must_not_exist, time_zone, write

if TYPE_CHECKING:
    from vauntico_tui.plan.model import Plan

_FILE = click.Path(path_type=Path, allow_dash=True)


@click.group(cls=Helpful)
@config_option
def plan() -> None:
    """The plan: what was promised."""


@plan.command("import")
@click.argument("roadmap", type=_FILE, metavar="ROADMAP.md")
@click.option(
    "-o", "--output", type=_FILE, default=Path("-"), metavar="FILE", help="Where to; - is stdout, as is none."
)
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
def import_(roadmap: Path, output: Path, force: bool) -> None:
    """Turn a roadmap in Markdown into a plan in TOML; - reads stdin.

    What the document contradicts is told on stderr with its line; the plan is written all the same.
    """
    from vauntico_tui.plan.importer import import_markdown
    from vauntico_tui.plan.write import dump_plan

    to_stdout = str(output) == "-"
    if not to_stdout:
        must_not_exist(output, force=force)
    text, name = _text(roadmap)
    imported = import_markdown(text, name)
    exits.tell(imported.findings)
    dumped = dump_plan(imported.plan)
    if to_stdout:
        sys.stdout.buffer.write(dumped.encode())
        return
    try:
        output.write_text(dumped, encoding="utf-8")
    except OSError as error:
        hint = "check the folder"
        raise InputError([Problem(f"can't be written: {error.strerror}", str(output), None, hint)]) from None
    plan = imported.plan
    click.echo(f"{output}: {_counts(plan)}", err=True)


@plan.command()
@click.argument("file", type=_FILE)
def validate(file: Path) -> None:
    """Check a plan: every problem with its line. Ends with 1 if there is one."""
    from vauntico_tui.plan.load import parse_plan

    text, name = _text(file)
    try:
        good = parse_plan(text, name)
    except InputError as error:
        exits.tell(error.problems)
        click.get_current_context().exit(exits.WRONG)
    click.echo(f"{name}: good: {_counts(good)}")


@plan.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@config_option
def show(file: Path | None, as_json: bool) -> None:
    """Print a plan: FILE, or the config's, or the bundled one."""
    from vauntico_tui.plan.bundled import bundled_plan
    from vauntico_tui.plan.load import parse_plan
    from vauntico_tui.plan.show import plan_json

    if file is None:
        file = load(config_file()).plan.file
    if file is None:
        shown = bundled_plan()
    else:
        text, name = _text(file)
        shown = parse_plan(text, name)
    data = plan_json(shown)
    if as_json:
        write(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
        return
    from vauntico_tui.cli.plan_text import plan_text

    write(plan_text(shown))


@plan.command()
def schema() -> None:
    """Print the JSON Schema of a plan."""
    from vauntico_tui.plan.schema import plan_schema

    write(json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n")


@plan.command()
@click.argument("time", required=False)
@config_option
def start(time: str | None) -> None:
    """Show when the clocks end, or start them: TIME is "now" or like 2025-01-31T09:00 (your zone) or ...09:00Z.

    The start is written into the config; everything else in it stays as it is.
    """
    from vauntico_tui.plan.bundled import bundled_plan
    from vauntico_tui.plan.clocks import clocks
    from vauntico_tui.plan.load import load_plan

    file = config_file()
    zone = time_zone(file)
    if time is not None:
        click.echo(_start(file, time, zone))
    config = load(file)
    plan = load_plan(config.plan.file) if config.plan.file else bundled_plan()
    at = config.plan.started_at or plan.started_at
    if at is None:
        click.echo("the clocks do not run yet: `vauntico-tui plan start now` starts them")
        return
    click.echo(f"started   {_shown(at, zone)}")
    for clock in clocks(plan, at):
        click.echo(f"{clock.title:<9} {_shown(clock.ends_at, zone)}")


def _start(file: Path | None, time: str, zone: tzinfo | None) -> str:
    """Have the war room start the clocks: what it refuses a key, it refuses a command."""
    import asyncio

    from vauntico_tui.cli.times import read_time
    from vauntico_tui.warroom import open_room

    at = read_time(time, zone)
    room = open_room(file)
    try:
        done = asyncio.run(room.perform("plan.start", at=at.isoformat()))
    finally:
        room.close()
    if not done.ok:
        raise InputError([Problem(done.message)])
    return done.message


def _shown(at: datetime, zone: tzinfo | None) -> str:
    from vauntico_tui.config.write import instant

    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M %Z} ({instant(at)})"


def _text(file: Path) -> tuple[str, str]:
    """A file's text and its name; - is stdin. Raises InputError."""
    from vauntico_tui.base.tomlfile import read_text

    if str(file) != "-":
        return read_text(file), str(file)
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig"), "stdin"
    except UnicodeDecodeError:
        raise InputError([Problem("is not UTF-8 text", "stdin")]) from None


def _counts(plan: Plan) -> str:
    words = ("blockers", "targets", "deliverables", "risks", "roles", "levels", "outcomes", "approvals")
    return ", ".join(f"{len(getattr(plan, word))} {word}" for word in words)
