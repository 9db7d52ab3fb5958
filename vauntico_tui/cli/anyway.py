"""`--yes` and `--dry-run` where nothing is sent or asked: a pipeline may give them to every command alike."""

from __future__ import annotations

import click


def takes_anyway(command: click.Command) -> None:
    """Have a command that only reads take both; they change nothing, and its help does not name them."""
    for names in (("--yes", "-y"), ("--dry-run",)):
        command.params.append(click.Option(names, is_flag=True, hidden=True, expose_value=False))
