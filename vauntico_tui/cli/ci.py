"""Everyday CI as commands."""

from __future__ import annotations

import click

from vauntico_tui.cli.commands import Helpful
from vauntico_tui.cli.context import config_option
from vauntico_tui.cli.run_log import log


@click.group("run", cls=Helpful)
@config_option
def run() -> None:
    """Look at a workflow's runs and act on them."""


run.add_command(log)
