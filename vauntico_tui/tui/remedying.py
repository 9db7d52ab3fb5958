"""What the screen knows of remediation: what runs and what was cut off, who must be asked, and how it is begun.

An execution is the war room's, not a screen's: it is told here whatever is looked at, and seen under `runbook.all`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.signal import Signal

from vauntico_tui.actions.registry import Target
from vauntico_tui.base.text import one_line
from vauntico_tui.tui.ci_acts import runs_behind
from vauntico_tui.tui.lines import Line
from vauntico_tui.tui.screens.remedy.words import LIVE, brief, done_of

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.model import Execution, RunPlan, Subject
    from vauntico_tui.actions.remedy.remedy import Remedy
    from vauntico_tui.runbooks.model import Runbook
    from vauntico_tui.tui.app import WarRoomApp
    from vauntico_tui.view.model import View
    from vauntico_tui.warroom import Done

RARELY = 6
"""Ticks of the clock between two looks at what other consoles run, while nothing runs there."""
_CUT_OFF = frozenset({"interrupted", "failed", "cancelled"})


@dataclass(eq=False)
class Question:
    """A step waits for a person's yes. `doubt`: whether something was done that nobody saw."""

    execution: str
    words: str
    answer: asyncio.Future[bool] = field(repr=False)


class Remedying:
    """Belongs to the app."""

    def __init__(self, app: WarRoomApp) -> None:
        self._app = app
        self.executions: dict[str, Execution] = {}
        self.questions: list[Question] = []
        self.changed: Signal[Execution | None] = Signal(app, "execution")
        self.asked: Signal[None] = Signal(app, "question")
        self.ends: dict[str, Done] = {}
        self._leave: Callable[[], None] = lambda: None
        self._tasks: set[asyncio.Task[None]] = set()
        self.shown: set[str] = set()  # executions that a screen shows: it says itself how they end
        self._loaded = False
        self._since = 0
        self._bound: dict[tuple[Subject, tuple[str, ...]], tuple[Runbook, ...]] = {}

    @property
    def door(self) -> Remedy | None:
        """The war room's remedy; None while it opens."""
        return getattr(self._app.room, "remedy", None)

    # ---- beginning -----------------------------------------------------------------------------------------------

    async def opened(self) -> None:
        """The war room is open: hear what runs, and offer what was cut off."""
        if (door := self.door) is None:
            return
        self._leave()
        self._leave = door.listen(self._told)
        self._app.ticks.subscribe(self._app, self._ticked)
        await self._load(door)
        await self.look()
        self._offer_all([one for one in self.executions.values() if one.mark in _CUT_OFF and one.ended_at is None])

    def closed(self) -> None:
        """Leaving: nobody answers any more."""
        self._leave()
        for question in self.questions:
            if not question.answer.done():
                question.answer.cancel()
        self.questions.clear()

    async def _load(self, door: Remedy) -> None:
        """Read the runbooks away from keys; what is wrong with a user's own is said under `runbook.all`."""
        with contextlib.suppress(Exception):  # whatever is in a file: `runbooks` says it again where it is asked for
            await asyncio.to_thread(door.runbooks)
        self._loaded = True
        self.changed.publish(None)

    def _ticked(self, _now: datetime) -> None:
        """What other consoles do is read again: soon where something runs there, else now and then."""
        self._since += 1
        mine = {one.id for one in self.door.running} if self.door is not None else set()
        if self._since >= RARELY or any(one.mark in LIVE and one.id not in mine for one in self.executions.values()):
            self._since = 0
            self._app.run_worker(self.look(), group="executions", exclusive=True, exit_on_error=False)

    async def look(self) -> None:
        """Read what runs or was cut off anywhere, for what others do is told to nobody."""
        if (door := self.door) is None:
            return
        try:
            found = await door.executions(open_only=True)
        except Exception as error:  # the screen must stand whatever the journal does
            self.trouble = one_line(str(error))
            return
        self.trouble = ""
        mine = {one.id: one for one in door.running}
        ran = {one.id for one in self.executions.values() if one.mark in LIVE and one.id not in self.shown}
        self.executions = {one.id: mine.get(one.id, one) for one in (*found, *mine.values())}
        self.changed.publish(None)
        gone = [one for one in self.executions.values() if one.id in ran and one.mark == "interrupted"]
        self._offer_all([one for one in gone if one.id not in mine])

    trouble = ""
    """Why executions can't be read."""

    def _offer_all(self, cut_off: list[Execution]) -> None:
        """One line for what was cut off: at the start, and once whoever ran it turns out to be gone."""
        if cut_off:
            self._app.say(self._offer(cut_off[0], len(cut_off)), "soon")

    def _offer(self, one: Execution, count: int) -> str:
        done, steps = done_of(one)
        more = f" (and {count - 1} more)" if count > 1 else ""
        key = self._app.key_of("runbook.all")
        return f"{key} resumes, verifies or undoes {one.plan.title}, {one.mark} after {done} of {steps} steps{more}"

    def before(self, plan: RunPlan) -> str:
        """What was cut off and could be gone on with, where running this plan would begin it anew; "" for nothing."""
        one = next((one for one in self.executions.values() if one.comes_before(plan)), None)
        if one is None:
            return ""
        done, steps = done_of(one)
        again = "; begun anew, what may have been done is done again" if one.in_doubt else "; this plan begins anew"
        key = self._app.key_of("runbook.all")
        return f"{one.mark} before, after {done} of {steps} steps, by {one.by}: {key} to resume, verify or undo{again}"

    # ---- what is told --------------------------------------------------------------------------------------------

    def _told(self, execution: Execution) -> None:
        from vauntico_tui.actions.remedy.model import ENDED  # noqa: PLC0415  not before the first paint

        self.keep(execution)
        if execution.mark in _CUT_OFF | ENDED:
            self._drop_questions(execution.id)
        self.changed.publish(execution)

    def keep(self, execution: Execution) -> None:
        """Know of it; what is over for good is forgotten."""
        from vauntico_tui.actions.remedy.model import ENDED  # noqa: PLC0415  not before the first paint

        if execution.ended_at is not None or execution.mark in ENDED:
            self.executions.pop(execution.id, None)
        else:
            self.executions[execution.id] = execution

    def line(self) -> Line:
        """What runs, waits for an answer or was cut off, for the footer; nothing where nothing does."""
        key = self._app.key_of("runbook.all")
        if self.questions:
            return ((f"? {one_line(self.questions[0].words, 60)}", "soon"), (f" {key}", "key"))
        live = [one for one in self.executions.values() if one.mark in LIVE]
        cut_off = [one for one in self.executions.values() if one.mark in _CUT_OFF]
        shown = live or cut_off
        if not shown:
            return ()
        more = f" +{len(shown) - 1}" if len(shown) > 1 else ""
        return ((brief(shown[0]) + more, "accent" if live else "soon"), (f" {key}", "key"))

    # ---- for what ------------------------------------------------------------------------------------------------

    def subject(self, target: Target | None) -> Subject:
        """What a runbook is started for: an escalation of an alert carries the alert's labels."""
        from vauntico_tui.actions.remedy.model import Subject  # noqa: PLC0415  not before the first paint

        if target is None:
            return Subject()
        row = getattr(self._app.room, "row", None)
        found = row(target.id) if row is not None and target.kind == "escalation" else None
        labels = tuple(getattr(found, "labels", ()))
        return Subject(target.kind, target.id, target.title, target.link, labels)

    def offered(self, subject: Subject) -> tuple[Runbook, ...]:
        """The runbooks bound to it, in the state that it is in."""
        door = self.door
        if door is None or not subject.kind:
            return ()
        states = states_of(self._app.view, subject)
        key = (subject, states)
        if key not in self._bound:
            if len(self._bound) > 500:
                self._bound.clear()
            found = [one for state in states for one in door.bound_to(subject, state)]
            self._bound[key] = tuple({one.id: one for one in found}.values())
        return self._bound[key]

    def meant(self, target: Target) -> tuple[tuple[Runbook, Subject], ...]:
        """The runbooks that are offered for a target, each with what it would be started for: a workflow's row, or a
        pull request's, stands for its failed and running runs too."""
        subject = self.subject(target)
        found = [(book, run) for run in runs_behind(self._app.view, subject) for book in self.offered(run)]
        found += [(book, subject) for book in self.offered(subject)]
        return tuple({book.id: (book, one) for book, one in reversed(found)}.values())[::-1]

    def applies(self, target: Target | None) -> bool:
        """Whether a key that remediates is worth a place in the footer."""
        return self._loaded and target is not None and bool(self.meant(target))

    # ---- doing ---------------------------------------------------------------------------------------------------

    def do(self, action: str, ident: str, target: Target | None, secrets: Mapping[str, str], **args: str) -> None:
        """Have the war room do it, as a task that no screen's end cuts off. How it ends is said wherever one is.

        `ident` is the plan's or the execution's. Secrets are handed over here and now, and in no frame that waits.
        """
        if (door := self.door) is not None and action in {"runbook.run", "runbook.resume"}:
            door.hand_over(ident, secrets, partial(self._ask, ident))
        task = asyncio.create_task(self._do(action, ident, target, args))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, action: str, ident: str, target: Target | None, args: Mapping[str, str]) -> None:
        done = await self._perform(action, ident, target, args)
        if action in {"runbook.run", "runbook.resume"} and ident in self.shown:
            self.ends[ident] = done
            self.changed.publish(None)
        else:
            self._app.say(done.message, "" if done.ok else "late")

    async def _perform(self, action: str, ident: str, target: Target | None, args: Mapping[str, str]) -> Done:
        from vauntico_tui.warroom import Done as Ended  # noqa: PLC0415  it is loaded: the room is open

        room, door = self._app.room, self.door
        if room is None or door is None:
            return Ended(False, "the war room is still opening")
        name = "plan" if action == "runbook.run" else "execution"
        try:
            return await room.perform(action, target, **{name: ident}, **args)
        except Exception as error:  # the screen must stand; the journal keeps how far it came
            return Ended(False, f"{type(error).__name__}: {one_line(str(error))}")
        finally:
            door.hand_over(ident)  # nothing of what was handed over stays, taken or not

    async def _ask(self, ident: str, words: str) -> bool:
        """Wait for a person's answer, however long."""
        question = Question(ident, words, asyncio.get_running_loop().create_future())
        self.questions.append(question)
        self._app.say(f"{self._app.key_of('runbook.all')}: {words}", "soon")
        self.asked.publish(None)
        try:
            return await question.answer
        finally:
            if question in self.questions:
                self.questions.remove(question)
            self.asked.publish(None)

    def question_of(self, ident: str) -> Question | None:
        """What an execution waits to be told."""
        return next((one for one in self.questions if one.execution == ident), None)

    def _drop_questions(self, ident: str) -> None:
        for question in [one for one in self.questions if one.execution == ident]:
            if not question.answer.done():
                question.answer.cancel()


def states_of(view: View | None, subject: Subject) -> tuple[str, ...]:
    """A run's or workflow's states by which runbooks are offered: "failed", "running", both or "" for neither."""
    if view is None or subject.kind not in {"workflow", "run"}:
        return ("",)
    marks: set[str] = set()
    for flow in view.ci.workflows:
        if subject.kind == "workflow" and flow.path == subject.id:
            marks |= {"running"} if flow.running is not None else set()
            marks |= {"failed"} if flow.failed is not None else set()
        elif subject.kind == "run":
            for run in (*flow.runs, *(one for one in (flow.running, flow.failed) if one is not None)):
                if str(run.id) == subject.id:
                    word = {"failure": "failed", "running": "running", "queued": "running"}.get(run.mark, "ended")
                    marks.add(word)
    return tuple(sorted(marks)) or (("ended",) if subject.kind == "workflow" else ("",))
