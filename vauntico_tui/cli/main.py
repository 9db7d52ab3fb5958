"""The program's entry. What draws comes first and imports nothing that it can do without; the rest is in `commands`.

Only this module imports the tui.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.cli.exits import guarded

if TYPE_CHECKING:
    from vauntico_tui.view.model import View
    from vauntico_tui.warroom import WarRoom


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
    from vauntico_tui.config import places

    file = places.find_config(asked)
    if file is None:
        return _first_run()

    def open_it() -> WarRoom:
        from vauntico_tui.warroom import open_room

        return open_room(file)

    def last() -> View | None:
        from vauntico_tui.view import store

        return store.load(places.state_dir(file) / places.LAST_VIEW)

    _show(open_it, last, file)
    return 0


def draw_demo(speed: float, seed: int) -> int:
    """Open the war room on an organisation in a box, which starts behind the first paint. Returns the exit code."""
    from vauntico_tui.cli.boxed import Boxed
    from vauntico_tui.config.places import find_config

    boxed = Boxed(speed, seed)
    try:
        _show(boxed.open_room, lambda: None, find_config(None))
    finally:
        boxed.stop()
    return 0


def _first_run() -> int:
    """No config at all: the first screen, then what was chosen on it."""
    match _show(_no_room, lambda: None, None, first_run=True):
        case "demo":
            return draw_demo(1.0, 1)
        case "init":
            from vauntico_tui.cli.commands import run

            return run(["init"]) or draw(None)
        case "written":
            return draw(None)
        case _:
            return 0


def _no_room() -> WarRoom:
    from vauntico_tui.warroom import open_room

    return open_room(None)


def _show(
    open_it: Callable[[], WarRoom], last: Callable[[], View | None], file: Path | None, *, first_run: bool = False
) -> str | None:
    """Draw until the reader leaves; returns what the first screen was asked for, if it was shown."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        hint = "`vauntico-tui status` prints the same without one"
        raise InputError([Problem("the war room needs a terminal to draw on", None, None, hint)])
    from vauntico_tui.cli.hangup import watch
    from vauntico_tui.cli.screen import screen_settings
    from vauntico_tui.tui.app import ScreenSettings, WarRoomApp

    app = WarRoomApp(open_it, last(), ScreenSettings(**screen_settings(file), first_run=first_run))
    watch(sys.stdin.fileno(), lambda: app.room.close() if app.room is not None else None)
    result = app.run()
    if app.return_code:
        raise SystemExit(app.return_code)
    return result
