"""`config`: is the config good, and what may stand in one."""

from __future__ import annotations

import click

from vauntico_tui.base.problems import InputError
from vauntico_tui.cli import exits
from vauntico_tui.cli.commands import Helpful
from vauntico_tui.cli.context import config_file, config_option, write


@click.group(cls=Helpful)
@config_option
def config() -> None:
    """The config: is it good, what may stand in it."""


@config.command()
@config_option
def check() -> None:
    """Check the config and the plan it names: every problem with its line. Ends with 1 if there is one."""
    from vauntico_tui.config.load import load_config
    from vauntico_tui.config.places import default_config
    from vauntico_tui.plan.load import load_plan

    file = config_file()
    if file is None:
        click.echo(f"{default_config()}: there is no config; `vauntico-tui init` writes one", err=True)
        click.get_current_context().exit(exits.UNREADABLE)
    try:
        parsed = load_config(file)
        exits.tell(parsed.warnings, "warning: ")
        if parsed.value.plan.file:
            load_plan(parsed.value.plan.file)
    except InputError as error:
        exits.tell(error.problems)
        click.get_current_context().exit(exits.WRONG)
    click.echo(f"{file}: good")


@config.command()
def schema() -> None:
    """Print the JSON Schema of a config."""
    from vauntico_tui.config.schema import schema_text

    write(schema_text())
