"""The door to remediation: which runbooks there are, what each would do, and what runs.

An execution is a task of this, not of a screen: closing the screen leaves it running.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from vauntico_tui.actions.perform import Done, Executor
from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.book import Book
from vauntico_tui.actions.remedy.engine import BEGUN, Confirm, Handed, nobody, running_of
from vauntico_tui.actions.remedy.kinds import Kind, StepError
from vauntico_tui.actions.remedy.model import Execution, RunPlan, Subject
from vauntico_tui.actions.remedy.runner import Runner
from vauntico_tui.actions.remedy.undoing import Way, staying, ways
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import one_line

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.planner import Planner
    from vauntico_tui.actions.remedy.room import Room
    from vauntico_tui.runbooks.load import Library
    from vauntico_tui.runbooks.model import Param, Runbook, StepBase

MOST_PLANS = 20
"""Plans that were made and not run are forgotten after so many others."""


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
        self._runner = Runner(room, self._book, self._kinds)
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

    def weighed(self, plan: RunPlan) -> RunPlan:
        """A plan with nothing to do, held against what the sources say by now. Raises InputError."""
        made = self._planner.weighed(self.library.find(plan.runbook), plan)
        self._plans[plan.id] = made
        return made

    def planned(self, plan_id: str) -> RunPlan | None:
        """A plan made before, by its id or its execution's."""
        return self._again[plan_id][0] if plan_id in self._again else self._plans.get(plan_id)

    def why_not(self, plan_id: str) -> str | None:
        """Why a plan can't be run just now, for the key that runs it; None: it can."""
        plan = self.planned(plan_id)
        if plan is None:
            return "it is not planned"
        return self._runner.why_not(plan)

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
        running. A plan is run once."""
        plan = self._plans.get(plan_id)
        if plan is None:
            return Done(False, f'there is no plan "{one_line(plan_id, 60)}"; plan it first', "refused")
        return await self._runner.run(plan, by=by, handed=Handed(secrets, confirm), wait=wait)

    async def resume(
        self, execution_id: str, *, by: str, secrets: Mapping[str, str], confirm: Confirm, digest: str = "",
        wait: bool = True,
    ) -> Done:  # fmt: skip
        """Go on with one that was cut off, failed or was cancelled. `digest` is of the plan that `replan` made and the
        person confirmed; without it the old plan goes on, as far as the world is still as planned."""
        again = self._again.pop(execution_id, None) if digest else None
        if digest and (again is None or again[0].digest != digest):
            return Done(False, "that plan is no longer the one that was shown; plan it again", "moved")
        handed = Handed(secrets, confirm)
        return await self._runner.resume(execution_id, by=by, handed=handed, again=again, wait=wait)

    async def undo(self, execution_id: str, *, by: str, wait: bool = True) -> Done:
        """Take back its steps, the last one first."""
        return await self._runner.undo(execution_id, by=by, wait=wait)

    def cancel(self, execution_id: str) -> Done:
        """Stop one of this console between two requests."""
        return self._runner.cancel(execution_id)

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
        return self._runner.running

    async def executions(self, *, open_only: bool = True, limit: int = 50) -> tuple[Execution, ...]:
        """Everybody's, the latest first. Raises JournalError."""
        if self._book is None or not self._room.journal_is_there:
            return ()
        found = await self._book.latest(limit, open_only=open_only)
        return tuple(self._runner.live(one.id) or one for one in found)

    async def execution(self, execution_id: str) -> Execution | None:
        """One of them, live where it runs here. Raises JournalError."""
        return await self._runner.execution(execution_id)

    async def undoing(self, execution: Execution) -> tuple[Way, ...]:
        """What taking it back would do to each step as the world is now, the last one first; changes nothing. Where
        the world can't be looked at, by what the steps made."""
        try:
            return ways(execution, await staying(execution, self._kinds()))
        except StepError:
            return ways(execution)

    async def verify(self, execution_id: str) -> str:
        """Look whether the steps of which nobody knows were done; changes nothing anywhere. A few lines."""
        execution = await self.execution(execution_id)
        if execution is None:
            return "there is no such execution"
        kinds, lines = self._kinds(), list[str]()
        for run in execution.steps:
            if run.mark not in BEGUN or self._runner.live(execution_id) is not None:
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
        await self._runner.tend()

    async def leave(self) -> None:
        """The program is left: what runs stops between two requests and is marked interrupted."""
        await self._runner.leave()

    def close(self) -> None:
        """Stop at once, whatever hangs; what is under way runs out with its lease."""
        self._runner.close()

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
