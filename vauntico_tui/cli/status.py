"""`status`: the whole View once, for people and for programs."""

from __future__ import annotations

import asyncio
import json
import sys

import click

from vauntico_tui.cli.context import config_file, config_option, unicode_out, write
from vauntico_tui.cli.options import timeout_option


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: stable keys, with a schema version.")
@timeout_option
@config_option
def status(as_json: bool, timeout: float) -> None:
    """Print everything the war room knows: what was promised, what is true, what is late.

    Ends with 0 when there was something to print: a source that fails is said in its place.
    """
    from vauntico_tui.warroom import open_room

    file = config_file()
    room = open_room(file)
    try:
        view = asyncio.run(room.gather(timeout))
    finally:
        room.close()
    if as_json:
        from vauntico_tui.cli.status_json import status_json

        write(json.dumps(status_json(view), indent=2, ensure_ascii=False, allow_nan=False) + "\n")
        return
    from vauntico_tui.cli.context import time_zone
    from vauntico_tui.cli.status_text import Style, status_text

    style = Style(colour=_colour(), unicode=unicode_out(), zone=time_zone(file))
    write(status_text(view, style))
    if file is None:
        click.echo("no config: `vauntico-tui init` writes one, `vauntico-tui demo` shows what it looks like", err=True)


def _colour() -> bool:
    import os

    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
