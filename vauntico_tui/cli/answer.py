"""`--json` where a command fails before it has an answer: the failure is the document, so no pipe stays empty."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import clean
from vauntico_tui.cli import exits
from vauntico_tui.cli.context import Asked, write

if TYPE_CHECKING:
    from typing import Any

ALWAYS = frozenset({"runbook", "run", "secret", "approve"})
"""Commands that act for pipelines."""


def answered(args: Sequence[str], asked: Asked, work: Callable[[], int]) -> int:
    """Run a command line, and see to it that there is an answer. Returns the exit code; raises what `work` raises."""
    if not _wanted(args):
        return work()
    try:
        code = work()
    except InputError as error:
        _failed(args, asked, error.problems)
        raise
    except KeyboardInterrupt:
        _failed(args, asked, [Problem("interrupted")])
        raise
    except BrokenPipeError:  # nobody is there to be answered
        raise
    except Exception as bug:
        _failed(args, asked, [Problem(f"{type(bug).__name__}: {bug}", hint="report it; stderr has the rest")])
        raise
    if code and not asked.answered:
        _failed(args, asked, [Problem(one) for one in asked.said] or [Problem(exits.MEANING.get(code, "failed"))])
    return code


def _wanted(args: Sequence[str]) -> bool:
    own = args[: args.index("--")] if "--" in args else args
    return "--json" in own and _command(own) in ALWAYS


def _command(args: Sequence[str]) -> str:
    rest = iter(args)
    for one in rest:
        if one == "--config":
            next(rest, None)
        elif not one.startswith("-"):
            return one
    return ""


def _failed(args: Sequence[str], asked: Asked, problems: Sequence[Problem]) -> None:
    if asked.answered:
        return
    body: dict[str, Any] = {
        "ok": False, "message": clean("; ".join(str(one) for one in problems)),
        "problems": [{"file": one.file, "line": one.line, "message": clean(one.message),
                      "hint": clean(one.hint) if one.hint else None} for one in problems],
    }  # fmt: skip
    if _command(args) != "approve":
        body |= {"plan": None, "execution": None}
    write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
