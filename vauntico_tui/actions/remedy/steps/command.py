"""Run a local program. Its arguments are a list, so that no title, label or file name is ever a command."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vauntico_tui.actions.remedy.kinds import Cancelled, Made, Running
from vauntico_tui.actions.remedy.model import Shown, StepPlan, Subject, Undo
from vauntico_tui.actions.remedy.steps.bench import Bench, failed, go_on, planned, span
from vauntico_tui.actions.remedy.steps.process import Ended, run
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import Command

SHELL = "/bin/sh"
_TAIL = 20


class CommandKind:
    """`data`: arguments, undo, env, folder, timeout, expect, repeatable."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def plan(self, step: Command, index: int, before: tuple[StepPlan, ...], subject: Subject) -> StepPlan:
        arguments = (SHELL, "-c", step.run[0], "sh", *step.run[1:]) if step.shell else step.run
        title = f"Run {one_line(Path(step.run[0]).name, 60)}" if not step.shell else "Run a shell script"
        folder = _folder(step)
        return planned(
            step, index, "command", title,
            requests=(Shown("$", shlex.join(arguments)),),
            undo=Undo(True, f"runs {shlex.join(step.undo)}") if step.undo
            else Undo(False, "nothing is known that takes back what it does"),
            notes=tuple(self._notes(step)),
            data={
                "arguments": list(arguments), "undo": list(step.undo), "env": list(step.env),
                "folder": None if folder is None else str(folder), "timeout": step.timeout.total_seconds(),
                "expect": list(step.expect), "repeatable": step.repeatable,
            },
            **({"state": "blocked", "why": "; ".join(whys)} if (whys := _wrong(arguments, step, folder)) else {}),
        )  # fmt: skip

    def _notes(self, step: Command) -> list[str]:
        given = [name for name in step.env if name in os.environ]
        notes = [
            f"it is given {', '.join(given) or 'no variable'} of the environment, and at most {span(step.timeout)}"
        ]
        if step.shell:
            notes.append("a shell reads the script; what is put in comes to it as $1, $2, …, never as part of it")
        if not step.repeatable:
            notes.append("if it is cut off nobody can know how far it came: it is not run again by itself")
        return notes

    async def moved(self, plan: StepPlan) -> str:
        """What it changes is not ours to look at."""
        return ""

    async def do(self, plan: StepPlan, running: Running) -> Made:
        ended = await self._run(plan, plan.data["arguments"], running)
        if ended.code not in plan.data["expect"]:
            how = f"was ended by signal {-ended.code}" if ended.code < 0 else f"exited with {ended.code}"
            raise failed("refused", f"{plan.title}: it {how}{_last(ended)}", "see its output, then resume")
        return Made(f"exit {ended.code}{_last(ended)}", {"exit": ended.code, "lines": list(ended.lines[-_TAIL:])})

    async def _run(self, plan: StepPlan, arguments: Sequence[str], running: Running) -> Ended:
        """Raises Cancelled, and StepError where it can't be started or takes too long."""
        go_on(running)
        folder = plan.data["folder"]
        try:
            ended = await run(
                [str(one) for one in arguments], env=plan.data["env"], folder=Path(folder) if folder else None,
                timeout=float(plan.data["timeout"]), told=lambda line: running.told(line, None),
                cancelled=running.cancelled,
            )  # fmt: skip
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or "an argument holds what no argument can"
            raise failed(
                "not_found", f"{one_line(str(arguments[0]), 80)} can't be run: {said}", "install or correct it"
            ) from None
        if ended.stopped == "cancelled":
            raise Cancelled
        if ended.stopped:
            cause = f"{plan.title}: it took longer than {float(plan.data['timeout']):g} s and was ended{_last(ended)}"
            raise failed("timeout", cause, "see how far it came", unsure=not plan.data["repeatable"])
        return ended

    async def find(self, plan: StepPlan, running: Running) -> Made | None:
        if plan.data["repeatable"]:
            return None
        cause = f"{plan.title}: it was started and cut off; nobody can know how far it came"
        raise failed("unsure", cause, "look at what it changes, and whether it still runs", unsure=True)

    async def undo(self, plan: StepPlan, made: Mapping[str, Any], running: Running) -> str:
        if not plan.data["undo"]:
            raise failed("refused", "nothing is known that takes back what it did", "take it back by hand", stays=True)
        ended = await self._run(plan, plan.data["undo"], running)
        if ended.code not in plan.data["expect"]:
            raise failed("refused", f"what takes it back exited with {ended.code}{_last(ended)}", "see its output")
        return f"{shlex.join(plan.data['undo'])} has run"


def _wrong(arguments: Sequence[str], step: Command, folder: Path | None) -> list[str]:
    whys = []
    for program in dict.fromkeys([arguments[0], *step.undo[:1]]):
        path = os.environ.get("PATH") if "PATH" in step.env else os.defpath
        if not program or (shutil.which(program, path=path) is None and "/" not in program):
            whys.append(f"{one_line(program, 60) or 'the program'} is not installed here")
        elif "/" in program and not os.access((folder or Path()) / program, os.X_OK):
            whys.append(f"{one_line(program, 80)} is no program that you may run")
    if folder is not None and not folder.is_dir():
        whys.append(f"there is no folder {folder}")
    if any("\0" in one for one in arguments):
        whys.append("an argument holds a null character")
    return whys


def _folder(step: Command) -> Path | None:
    return Path(step.folder).expanduser() if step.folder else None


def _last(ended: Ended) -> str:
    return f": {one_line(ended.lines[-1], 120)}" if ended.lines else ""
