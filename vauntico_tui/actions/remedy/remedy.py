"""The door to remediation: which runbooks there are, what each would do, and what runs.

An execution is a task of this, not of a screen: closing the screen leaves it running.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from vauntico_tui.actions.perform import Done, Executor
from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.model import Execution, RunPlan, Subject
from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.runbooks.model import Param, Runbook

Confirm = Callable[[str], Awaitable[bool]]
"""Asks the person a question of a step. A `model.Doubt` must be answered by a person, never by `--yes`."""


async def _nobody(_question: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Handed:
    """What a person hands over for one run: secret values by name, and who answers questions. In no repr."""

    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    confirm: Confirm = field(default=_nobody, repr=False)


class Remedy:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._handed: dict[str, Handed] = {}
        self._plans: dict[str, RunPlan] = {}
        self._listeners: list[Callable[[Execution], None]] = []
        self.executors: Mapping[str, Executor] = {
            "runbook.run": self._do_run,
            "runbook.resume": self._do_resume,
            "runbook.undo": self._do_undo,
            "runbook.cancel": self._do_cancel,
        }

    # ---- runbooks ------------------------------------------------------------------------------------------------

    def runbooks(self) -> tuple[Runbook, ...]:
        """The bundled ones, the user's and the plan's; read on first use."""
        return ()

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the user's runbooks; the others stand."""
        return ()

    def bound_to(self, subject: Subject, state: str = "") -> tuple[Runbook, ...]:
        """Those that are offered for it. `state` is a run's or workflow's: "failed", "running" or ""."""
        return ()

    def fields(self, runbook: Runbook, subject: Subject) -> tuple[Param, ...]:
        """What is asked before it is planned."""
        return runbook.params

    async def prepare(self, runbook: Runbook, subject: Subject) -> Runbook:
        """The runbook with the params that only the repository knows: the inputs of the workflow that it runs."""
        return runbook

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
        of the params."""
        raise InputError([Problem(f'there is no runbook "{runbook_id}"')])

    def planned(self, plan_id: str) -> RunPlan | None:
        """A plan made before, by its id or its execution's."""
        return self._plans.get(plan_id)

    def why_not(self, plan_id: str) -> str | None:
        """Why a plan can't be run just now, for the key that runs it; None: it can."""
        return None

    async def replan(self, execution_id: str) -> RunPlan:
        """The steps that are still to do, planned against the world as it is now; shown before it is resumed. Raises
        InputError."""
        raise InputError([Problem(f'there is no execution "{execution_id}"')])

    # ---- running, through `perform` alone ------------------------------------------------------------------------

    def hand_over(self, plan_id: str, secrets: Mapping[str, str] | None = None, confirm: Confirm | None = None) -> None:
        """What the next `runbook.run` or `runbook.resume` of this plan or execution needs; taken once, kept nowhere."""
        self._handed[plan_id] = Handed(dict(secrets or {}), confirm or _nobody)

    async def run(
        self, plan_id: str, *, by: str, secrets: Mapping[str, str], confirm: Confirm, override: str = ""
    ) -> Done:
        """Run a plan to its end, its check included. Cancelling the caller leaves it running."""
        return Done(False, f'there is no plan "{plan_id}"', "refused")

    async def resume(
        self, execution_id: str, *, by: str, secrets: Mapping[str, str], confirm: Confirm, digest: str = ""
    ) -> Done:
        """Go on with one that was cut off, failed or was cancelled. Where what is still to do must be planned anew,
        nothing is sent and the code is "moved": show `replan`'s plan, then name its `digest`."""
        return Done(False, f'there is no execution "{execution_id}"', "refused")

    async def undo(self, execution_id: str, *, by: str) -> Done:
        """Take back its steps, the last one first."""
        return Done(False, f'there is no execution "{execution_id}"', "refused")

    def cancel(self, execution_id: str) -> Done:
        """Stop one of this console between two requests."""
        return Done(False, "it does not run here", "refused")

    # ---- what runs -----------------------------------------------------------------------------------------------

    def listen(self, listener: Callable[[Execution], None]) -> Callable[[], None]:
        """Be told every step of every execution that runs here, in the event loop. Returns what ends it."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    @property
    def running(self) -> tuple[Execution, ...]:
        """What runs here just now, as last told."""
        return ()

    async def executions(self, *, open_only: bool = True, limit: int = 50) -> tuple[Execution, ...]:
        """Everybody's, the latest first. Raises JournalError."""
        return ()

    async def execution(self, execution_id: str) -> Execution | None:
        """One of them, live where it runs here. Raises JournalError."""
        return None

    async def verify(self, execution_id: str) -> str:
        """Look whether the steps of which nobody knows were done; changes nothing anywhere. A few lines."""
        return ""

    # ---- executors -----------------------------------------------------------------------------------------------

    async def _do_run(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        plan = args.get("plan", "")
        handed = self._handed.pop(plan, Handed())
        return await self.run(plan, by=args.get("as", ""), secrets=handed.secrets, confirm=handed.confirm)

    async def _do_resume(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        execution = args.get("execution", "")
        handed = self._handed.pop(execution, Handed())
        return await self.resume(execution, by=args.get("as", ""), secrets=handed.secrets, confirm=handed.confirm)

    async def _do_undo(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        return await self.undo(args.get("execution", ""), by=args.get("as", ""))

    async def _do_cancel(self, _target: Target | None, args: Mapping[str, str]) -> Done:
        return self.cancel(args.get("execution", ""))
