"""Opening the war room behind what is shown already, in a thread that can't hold up leaving."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import importlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from vauntico_tui.base.arenas import one_arena
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line

if TYPE_CHECKING:
    from vauntico_tui.warroom import WarRoom

SCREENS = (
    "asking", "compare", "detail", "help", "issues", "kpi", "log", "plan", "problems", "summary",
    "remedy.everything", "remedy.plan", "remedy.running",
)  # fmt: skip
"""Screens that are loaded when first opened, or in a quiet moment: an upgrade beneath a war room that stays open all
day must not find it half loaded."""
QUIET_MOMENT = 10.0  # seconds after the war room has opened


def in_thread(
    open_room: Callable[[], WarRoom], opened: Callable[[WarRoom | None, tuple[Problem, ...]], None]
) -> None:  # fmt: skip
    """Open it; `opened` is called in the event loop, with the war room or with what is in its way."""
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()  # screens find their app in the context

    def work() -> None:
        room: WarRoom | None = None
        problems: tuple[Problem, ...] = ()
        one_arena()
        try:
            room = open_room()
        except InputError as error:
            problems = error.problems
        except Exception as error:  # whatever it is, a person reads it, not a traceback
            problems = (surprise(error),)
        with contextlib.suppress(RuntimeError):  # the loop is closed: the reader has left
            loop.call_soon_threadsafe(opened, room, problems, context=context)

    threading.Thread(target=work, name="open-room", daemon=True).start()


def surprise(error: BaseException) -> Problem:
    """A failure that nobody foresaw, for a person."""
    return Problem(
        f"{type(error).__name__}: {one_line(str(error)) or 'no more is known'}",
        hint="this should not happen; `vauntico-tui doctor` may tell more",
    )


def load_screens() -> None:
    """Load what is loaded late, away from keys."""

    def load() -> None:
        for name in SCREENS:
            importlib.import_module(f"vauntico_tui.tui.screens.{name}")

    threading.Thread(target=load, daemon=True).start()
