"""The door to remediation: which runbooks there are, what each would do, and what runs.

An execution is a task of this, not of a screen: closing the screen leaves it running.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from vauntico_tui.actions.desk.words import ago
from vauntico_tui.actions.perform import Done, Executor
from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.book import Book, Live
from vauntico_tui.actions.remedy.course import Course
from vauntico_tui.actions.remedy.engine import BEGUN, Confirm, Handed, nobody, running_of
from vauntico_tui.actions.remedy.kinds import Kind, StepError
from vauntico_tui.actions.remedy.model import Execution, RunMark, RunPlan, Subject
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line
from vauntico_tui.journal.answers import JournalError, NotAllowedError

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.course import Way
    from vauntico_tui.actions.remedy.planner import Planner
    from vauntico_tui.actions.remedy.room import Room
    from vauntico_tui.runbooks.load import Library
    from vauntico_tui.runbooks.model import Param, Runbook, StepBase

MOST_PLANS = 20
"""Plans that were made and not run are forgotten after so many others."""
TEND = 30.0  # seconds between two looks for executions that nobody watches any more
LEAVE = 2.0  # seconds that what runs has to stop between two requests when the program is left


class Remedy:
    """Belongs to one event loop."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._around = room.around
        self._book = Book(room.desk, self._tell) if room.desk is not None else None
        self._library: Library | None = None
        self._handed: dict[str, Handed] = {}
        self._plans: dict[str, RunPlan] = {}
        self._again: dict[str, tuple[RunPlan, RunPlan]] = {}
        self._courses: dict[str, Course] = {}
        self._listeners: list[Callable[[Execution], None]] = []
        self.executors: Mapping[str, Executor] = {
            "runbook.run": self._do_run,
            "runbook.resume": self._do_resume,
            "runbook.undo": self._do_undo,
            "runbook.cancel": self._do_cancel,
        }

    # ---- runbooks ------------------------------------------------------------------------------------------------

    @property
    def library(self) -> Library:
        """The bundled runbooks, the user's and the plan's; read on first use."""
        if self._library is None:
            self._library = self._room.load_library()
        return self._library

    def runbooks(self) -> tuple[Runbook, ...]:
        """The bundled ones, the user's and the plan's; read on first use."""
        return self.library.runbooks

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the user's runbooks; the others stand."""
        return self.library.problems

    def bound_to(self, subject: Subject, state: str = "") -> tuple[Runbook, ...]:
        """Those that are offered for it. `state` is a run's or workflow's: "failed", "running" or ""."""
        from vauntico_tui.runbooks.bound import offered  # noqa: PLC0415  pydantic

        return offered(self.runbooks(), subject, state)

    def fields(self, runbook: Runbook, subject: Subject) -> tuple[Param, ...]:
        """What is asked before it is planned."""
        return runbook.params

    async def prepare(self, runbook: Runbook, subject: Subject) -> Runbook:
        """The runbook with the params that only the repository knows: the inputs of the one workflow that it runs.
        Raises InputError, StepError."""
        from vauntico_tui.actions.remedy.prepared import prepared  # noqa: PLC0415  pydantic

        return await prepared(runbook, subject, self._room.remote)

    # ---- plans ---------------------------------------------------------------------------------------------------

    async def plan(
        self,
        runbook_id: str,
        subject: Subject,
        params: Mapping[str, str],
        *,
        runbook: Runbook | None = None,
        edited: Mapping[str, str] | None = None,
    ) -> RunPlan:
        """What it would do now. `edited` are files that a person merged, by path. Raises InputError with every problem
        of the params, StepError where nothing can be read."""
        runbook = runbook or self.library.find(runbook_id)
        made = await self._planner.plan(runbook, subject, params, edited or {})
        self._plans[made.id] = made
        for old in list(self._plans)[: max(0, len(self._plans) - MOST_PLANS)]:
            del self._plans[old]
        return made

    def planned(self, plan_id: str) -> RunPlan | None:
        """A plan made before, by its id or its execution's."""
        return self._again[plan_id][0] if plan_id in self._again else self._plans.get(plan_id)

    def why_not(self, plan_id: str) -> str | None:
        """Why a plan can't be run just now, for the key that runs it; None: it can."""
        plan = self.planned(plan_id)
        if plan is None:
            return "it is not planned"
        if self._room.read_only:
            return "the war room is read-only (read_only in the config)"
        if self._book is None:
            return "this war room keeps no journal, and nothing runs without one"
        closed = self._closed(plan)
        return closed or (plan.blocked[0] if plan.blocked else None)

    async def replan(self, execution_id: str, edited: Mapping[str, str] | None = None) -> RunPlan:
        """The steps that are still to do, planned against the world as it is now; shown before it is resumed. Raises
        InputError, StepError, JournalError."""
        execution = await self.execution(execution_id)
        if execution is None or not execution.can_resume:
            why = "there is no such execution" if execution is None else f"it is {execution.mark}: nothing to resume"
            raise InputError([Problem(f"{one_line(execution_id, 60)}: {why}")])
        runbook = await self._runbook_of(execution)
        self._again[execution_id] = await self._planner.again(runbook, execution, edited or {})
        return self._again[execution_id][0]

    async def _runbook_of(self, execution: Execution) -> Runbook:
        """The runbook that it was planned from, with the params of its workflow. Raises InputError."""
        runbook = self.library.find(execution.plan.runbook)
        known = {one.id for one in runbook.params}
        return runbook if known >= set(execution.plan.params) else await self.prepare(runbook, execution.plan.subject)

    @property
    def _planner(self) -> Planner:
        from vauntico_tui.actions.remedy.planner import Planner  # noqa: PLC0415  pydantic

        return Planner(self._around, self._kinds_for)

    def _kinds_for(
        self, edited: Mapping[str, str], steps: Sequence[StepBase]
    ) -> Mapping[type[StepBase], Kind[Any]]:  # fmt: skip
        from vauntico_tui.actions.remedy.steps import kinds_for  # noqa: PLC0415  httpx and ruamel.yaml

        return kinds_for(self._room.remote, self._around, edited=edited, steps=steps)

    def _kinds(self) -> Mapping[str, Kind[Any]]:
        """By a step's `do`, for one execution."""
        return {get_args(step.model_fields["do"].annotation)[0]: kind for step, kind in self._kinds_for({}, ()).items()}

    # ---- running, through `perform` alone ------------------------------------------------------------------------

    def hand_over(self, plan_id: str, secrets: Mapping[str, str] | None = None, confirm: Confirm | None = None) -> None:
        """What the next `runbook.run` or `runbook.resume` of this plan or execution needs; taken once, kept nowhere.
        With neither, what was handed over is taken back."""
        self._handed.pop(plan_id, None)
        if secrets is not None or confirm is not None:
            self._handed[plan_id] = Handed(dict(secrets or {}), confirm or nobody)

    async def run(
        self, plan_id: str, *, by: str, secrets: Mapping[str, str], confirm: Confirm, wait: bool = True
    ) -> Done:  # fmt: skip
        """Run a plan to its end, its check included; without `wait` only begin it. Cancelling the caller leaves it
        running."""
        plan, handed = self._plans.get(plan_id), Handed(secrets, confirm)
        if plan is None:
            return Done(False, f'there is no plan "{one_line(plan_id, 60)}"; plan it first', "refused")
        if self._book is None:
            return Done(False, "this war room keeps no journal, and nothing runs without one", "refused")
        await self._around.look()
        if (refused := self._refused(plan, handed, plan)) is not None:
            return refused
        if plan.nothing_to_do:
            return Done(True, f"{plan.title}: there is nothing to do, everything is as it would be made")
        try:
            live = await self._book.begin(plan, by=by, override=self._overridden(plan))
        except JournalError as trouble:
            return _unwritten(trouble)
        if isinstance(live, Execution):
            return self._taken(live, plan.id)
        self._plans.pop(plan_id, None)
        return await self._start(live, handed, "forward", wait=wait)

    async def resume(
        self, execution_id: str, *, by: str, secrets: Mapping[str, str], confirm: Confirm, digest: str = "",
        wait: bool = True,
    ) -> Done:  # fmt: skip
        """Go on with one that was cut off, failed or was cancelled. `digest` is of the plan that `replan` made and the
        person confirmed; without it the old plan goes on, as far as the world is still as planned."""
        found = await self._found(execution_id)
        if isinstance(found, Done):
            return found
        if not found.can_resume or found.ended_at is not None:
            return Done(False, f"{found.plan.title}: it is {found.mark}{_why(found)}: nothing to resume", "refused")
        shown, kept = self._again.pop(execution_id, (None, None)) if digest else (None, None)
        if digest and (shown is None or shown.digest != digest):
            return Done(False, "that plan is no longer the one that was shown; plan it again", "moved")
        await self._around.look()
        handed = Handed(secrets, confirm)
        if (refused := self._refused(shown or found.plan, handed, found.plan, found)) is not None:
            return refused
        text = f"{found.plan.title}: resumed by {by}"
        return await self._take(found, "running", "forward", by=by, text=text, handed=handed, wait=wait, plan=kept)

    async def undo(self, execution_id: str, *, by: str, wait: bool = True) -> Done:
        """Take back its steps, the last one first."""
        found = await self._found(execution_id)
        if isinstance(found, Done):
            return found
        if found.mark in {"running", "undoing", "undone"}:
            return Done(False, f"{found.plan.title}: it is {found.mark}; it can't be taken back now", "refused")
        text = f"{found.plan.title}: taken back by {by}"
        return await self._take(found, "undoing", "backward", by=by, text=text, handed=Handed(), wait=wait)

    def cancel(self, execution_id: str) -> Done:
        """Stop one of this console between two requests."""
        course = self._courses.get(execution_id)
        if course is None:
            return Done(False, "it does not run on this console; cancel it where it runs", "refused")
        course.stop("cancelled")
        return Done(True, f"{course.live.execution.plan.title}: stops after the request that is under way")

    async def _found(self, execution_id: str) -> Execution | Done:
        try:
            found = await self.execution(execution_id)
        except JournalError as trouble:
            return _unwritten(trouble)
        if found is None:
            return Done(False, f'there is no execution "{one_line(execution_id, 60)}"', "refused")
        if execution_id in self._courses and found.mark != "watching":
            return self._taken(found, "")
        return found

    async def _take(
        self, found: Execution, mark: RunMark, way: Way, *, by: str, text: str, handed: Handed, wait: bool,
        plan: RunPlan | None = None,
    ) -> Done:  # fmt: skip
        assert self._book is not None  # noqa: S101  it was found there
        if (watched := self._courses.get(found.id)) is not None:  # this console watches it itself
            watched.stop("leaving")
            await watched.ended()
        try:
            live = await self._book.take(found, by=by, mark=mark, text=text, plan=plan)
        except JournalError as trouble:
            return _unwritten(trouble)
        if isinstance(live, Execution):
            return self._taken(live, found.id)
        live.by = by
        return await self._start(live, handed, way, wait=wait)

    async def _start(self, live: Live, handed: Handed, way: Way, *, wait: bool) -> Done:
        course = Course(live, self._kinds(), self._around, handed, way)
        self._courses[live.execution.id] = course
        course.begin(lambda: self._courses.pop(live.execution.id, None))
        if not wait:
            return Done(True, f"{live.execution.plan.title}: begun")
        return await asyncio.shield(course.done)

    def _refused(
        self, plan: RunPlan, handed: Handed, whole: RunPlan, execution: Execution | None = None
    ) -> Done | None:  # fmt: skip
        """Why a plan may not be carried out, with its approvals as they are now."""
        if closed := self._closed(whole):
            return Done(False, f"{plan.title}: {closed}", "not_allowed")
        blocked = [f"step {one.index + 1} {one.title}: {one.why}" for one in plan.steps if one.state == "blocked"]
        if blocked:
            return Done(False, f"{plan.title}: {blocked[0]}", "refused")
        over = {one.index for one in execution.steps if one.mark in {"done", "nothing"}} if execution else set()
        asks = [ask for one in plan.steps if one.index not in over and one.state == "ready" for ask in one.asks]
        for ask in asks:
            places = {f"{ask.name}@{place}" for place in ask.places}
            given = ask.name in handed.secrets or (places and places <= set(handed.secrets))
            if ask.kind == "secret" and not given:
                return Done(False, f"{plan.title}: the value of {ask.name} was not given", "refused")
        return None

    def _closed(self, plan: RunPlan) -> str:
        """The first approval that is missing, as it is now."""
        now = (self._around.gate(one.id) for one in plan.gates)
        return next((f"needs {gate.title}: {gate.said}" for gate in now if not gate.open), "")

    def _overridden(self, plan: RunPlan) -> str:
        gates = [self._around.gate(one.id) for one in plan.gates]
        return "; ".join(f"{one.title}: {one.said}" for one in gates if one.said.startswith("overridden by"))

    def _taken(self, other: Execution, asked: str) -> Done:
        """Somebody is at work on it, or it has changed since it was looked at."""
        if other.mark in {"running", "undoing", "watching"}:
            doing = {"running": "runs it", "undoing": "takes it back", "watching": "watches it"}[other.mark]
            since = ago(other.started_at, self._around.now())
            where = f" on {other.console}" if other.console else ""
            same = "" if other.id == asked else f" (execution {other.id[:8]})"
            return Done(False, f"{other.by} {doing}{where}, begun {since}{same}: {other.plan.title}", "lost")
        return Done(False, f"{other.plan.title}: it is {other.mark} now, by {other.by}; look again", "lost")

    # ---- what runs -----------------------------------------------------------------------------------------------

    def listen(self, listener: Callable[[Execution], None]) -> Callable[[], None]:
        """Be told every step of every execution that runs here, in the event loop. Returns what ends it."""
        self._listeners.append(listener)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return leave

    def _tell(self, execution: Execution) -> None:
        for listener in tuple(self._listeners):
            listener(execution)

    @property
    def running(self) -> tuple[Execution, ...]:
        """What runs here just now, as last told."""
        return tuple(course.live.execution for course in self._courses.values())

    async def executions(self, *, open_only: bool = True, limit: int = 50) -> tuple[Execution, ...]:
        """Everybody's, the latest first. Raises JournalError."""
        if self._book is None or not self._room.journal_is_there:
            return ()
        found = await self._book.latest(limit, open_only=open_only)
        return tuple(self._live(one.id) or one for one in found)

    async def execution(self, execution_id: str) -> Execution | None:
        """One of them, live where it runs here. Raises JournalError."""
        if (live := self._live(execution_id)) is not None or self._book is None:
            return live
        return await self._book.get(execution_id) if self._room.journal_is_there else None

    def _live(self, execution_id: str) -> Execution | None:
        course = self._courses.get(execution_id)
        return course.live.execution if course is not None else None

    async def verify(self, execution_id: str) -> str:
        """Look whether the steps of which nobody knows were done; changes nothing anywhere. A few lines."""
        execution = await self.execution(execution_id)
        if execution is None:
            return "there is no such execution"
        kinds, lines = self._kinds(), list[str]()
        for run in execution.steps:
            if run.mark not in BEGUN or execution_id in self._courses:
                continue
            plan = execution.plan.steps[run.index]
            try:
                made = await kinds[plan.do].find(plan, running_of(execution, plan, Handed()))
                said = f"it was done: {made.said}" if made is not None else "it was not done"
            except StepError as error:
                said = f"nobody can tell: {error.trouble}" if error.unsure else str(error.trouble)
            lines.append(f"step {run.index + 1} {run.title}: {one_line(said)}")
        if not lines:
            done = sum(one.mark in {"done", "nothing"} for one in execution.steps)
            lines.append(f"every step is known: {done} of {len(execution.steps)} done")
        if execution.plan.check:
            lines.append(self._check_of(execution.plan))
        return "\n".join(lines)

    def _check_of(self, plan: RunPlan) -> str:
        from vauntico_tui.actions.remedy.watching import CHECK  # noqa: PLC0415  pydantic

        verdict = self._around.verdict(CHECK.validate_json(plan.check), plan.subject.key)
        return f"its check is {verdict.mark}: {one_line(verdict.reason)}"

    # ---- coming and going ----------------------------------------------------------------------------------------

    def news(self) -> None:
        """The sources or the journal said something: who waits for a check looks at once."""
        self._around.nudge()

    async def tend(self) -> None:
        """Take up what nobody watches any more, until cancelled: what was left while it waited for its check."""
        while True:
            if self._book is not None and self._room.journal_is_there:
                with contextlib.suppress(JournalError):
                    await self._watch_again(self._book)
            await asyncio.sleep(TEND)

    async def _watch_again(self, book: Book) -> None:
        for one in await book.unwatched():
            if one.id not in self._courses:
                live = await book.take(one, by=one.by, mark="watching", text=f"{one.plan.title}: watched on")
                if isinstance(live, Live):
                    await self._start(live, Handed(), "watch", wait=False)

    async def leave(self) -> None:
        """The program is left: what runs stops between two requests and is marked interrupted."""
        courses = tuple(self._courses.values())
        for course in courses:
            course.stop("leaving")
        self.news()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE):
                await asyncio.gather(*(course.ended() for course in courses))
        for course in courses:
            course.give_up()

    def close(self) -> None:
        """Stop at once, whatever hangs; what is under way runs out with its lease."""
        for course in self._courses.values():
            course.stop("leaving")
        if not self._courses:
            self._room.close()
            if self._book is not None:
                self._book.close()

    # ---- executors -----------------------------------------------------------------------------------------------

    async def _do_run(self, target: Target | None, args: Mapping[str, str]) -> Done:
        ident = args.get("plan", "")
        handed = self._handed.pop(ident, Handed())
        plan = self._plans.get(ident)
        if plan is not None and not _is_for(plan.subject, target):
            return Done(False, f"that plan is not for {one_line(target.title if target else '', 60)}", "refused")
        return await self.run(
            ident, by=self._by(args), secrets=handed.secrets, confirm=handed.confirm, wait=args.get("wait") != "no"
        )

    async def _do_resume(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        ident = args.get("execution", "")
        handed = self._handed.pop(ident, Handed())
        return await self.resume(
            ident, by=self._by(args), secrets=handed.secrets, confirm=handed.confirm, digest=args.get("digest", ""),
            wait=args.get("wait") != "no",
        )  # fmt: skip

    async def _do_undo(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        return await self.undo(args.get("execution", ""), by=self._by(args), wait=args.get("wait") != "no")

    async def _do_cancel(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        return self.cancel(args.get("execution", ""))

    def _by(self, args: Mapping[str, str]) -> str:
        return one_line(args.get("as", ""), 100) or self._room.me


def _is_for(subject: Subject, target: Target | None) -> bool:
    """Whether a target, where one was captured, is what the plan was made for."""
    if target is None or not subject.kind or target.kind in {"plan", "runbook", "execution"}:
        return True
    return target.id.removeprefix(f"{target.kind}:") == subject.id.removeprefix(f"{subject.kind}:")


def _why(execution: Execution) -> str:
    return f" ({one_line(execution.outcome, 120)})" if execution.outcome else ""


def _unwritten(trouble: JournalError) -> Done:
    if isinstance(trouble, NotAllowedError):
        return Done(False, f"not allowed: {trouble}", "not_allowed")
    return Done(False, f"nothing was done: {trouble}", "unreachable")
