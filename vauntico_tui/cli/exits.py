"""How a command ends: one exit code a kind, and every failure as sentences on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import clean

DONE = 0
WRONG = 1
UNREADABLE = 2
FIRST = 3
UNREACHABLE = 4
FORBIDDEN = 5
INTERRUPTED = 130
CLOSED_PIPE = 141

MEANING = {
    DONE: "done",
    WRONG: "what was asked about is wrong: `plan validate` found problems, `doctor` a failure, `config check` an "
    "error; a runbook's step failed, or its check was not met in time",
    UNREADABLE: "the command was not understood, or its input can't be read or used; nothing was done",
    FIRST: "somebody else was first, or the state forbids it; who and when is said",
    UNREACHABLE: "the journal or GitHub can't be reached; nothing was done, or a runbook that ran has stopped and says "
    "so",
    FORBIDDEN: "not allowed: the war room is read-only, an approval is missing, or the journal or GitHub refuses this "
    "login",
    INTERRUPTED: "interrupted (ctrl+c, SIGTERM, a terminal that is gone); a runbook has stopped between two requests, "
    "and `runbook resume` goes on",
    CLOSED_PIPE: "whoever read the output has closed it",
}
"""Every exit code; docs/commands.md is made from this."""


def tell(problems: Iterable[Problem], lead: str = "") -> None:
    """Problems on stderr, one a line."""
    for problem in problems:
        sys.stderr.write(clean(f"{lead}{problem}") + "\n")


def guarded(run: Callable[[], int]) -> NoReturn:
    """Run a command and end the process with its code. No input, interrupt or closed pipe shows a traceback."""
    try:
        code = run()
        sys.stdout.flush()
    except InputError as error:
        tell(error.problems)
        code = UNREADABLE
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else WRONG
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        code = INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLOSED_PIPE
    if "textual" in sys.modules:
        _leave_at_once(code)
    sys.exit(code)


def _leave_at_once(code: int) -> NoReturn:
    """After the screen nothing is left to tidy up: no thread that hangs, and no tidying, may hold up leaving."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
