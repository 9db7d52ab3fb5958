"""The program's entry. The ways that draw come first and import nothing they can do without; the rest is in commands.

Only this module imports the tui.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from vauntico_tui.cli.exits import guarded


def main() -> NoReturn:
    """`vauntico-tui`: run the command line and end the process with its exit code."""
    guarded(_run)


def _run() -> int:
    args = sys.argv[1:]
    if "_VAUNTICO_TUI_COMPLETE" not in os.environ:
        if not args:
            return draw(None)
        if len(args) == 2 and args[0] == "--config":
            return draw(Path(args[1]))
    from vauntico_tui.cli.commands import run

    return run(args)


def draw(asked: Path | None) -> int:
    """Open the war room on a config, or the first screen where there is none. Returns the exit code."""
    raise NotImplementedError


def draw_demo(speed: float, seed: int) -> int:
    """Open the war room on an organisation in a box."""
    raise NotImplementedError
