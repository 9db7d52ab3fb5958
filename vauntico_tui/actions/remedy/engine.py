"""A plan carried out, step by step. Before each: whether it is cancelled, whether the lease is held, that it is begun
(in the journal), whether the world is as planned. Only then is anything sent; what became of it is written at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vauntico_tui.actions.remedy.around import Around
from vauntico_tui.actions.remedy.book import Live
from vauntico_tui.actions.remedy.kinds import Cancelled, Kind, Made, Running, StepError, Told
from vauntico_tui.actions.remedy.model import Doubt, Execution, RunMark, StepMark, StepPlan
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import Trouble

Confirm = Callable[[str], Awaitable[bool]]
"""Asks the person a question of a step. A `Doubt` must be answered by a person, never by `--yes`."""

BEGUN: frozenset[StepMark] = frozenset({"running", "unsure", "cancelled"})
"""Marks of a step of which nobody knows whether it was done."""


class Ended(Exception):  # noqa: N818  an end, not always an error
    """The execution stops here, as it is marked and with a sentence."""

    def __init__(self, mark: RunMark, outcome: str, code: str) -> None:
        super().__init__(outcome)
        self.mark, self.outcome, self.code = mark, outcome, code


async def nobody(_question: str) -> bool:
    """Answers no: there is nobody to be asked."""
    return False


@dataclass(frozen=True, slots=True)
class Handed:
    """What a person hands over for one run: secret values by name, and who answers questions. In no repr."""

    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    confirm: Confirm = field(default=nobody, repr=False)


class Engine:
    """Carries out one execution. `kinds` are by a step's `do`."""

    def __init__(self, live: Live, kinds: Mapping[str, Kind[Any]], around: Around, handed: Handed) -> None:
        self._live, self._kinds, self._around = live, kinds, around
        self._handed = Handed(handed.secrets, stoppable(live, handed.confirm))

    # ---- forward -------------------------------------------------------------------------------------------------

    async def go(self) -> None:
        """Do what is still to do. Raises Ended where it stops before the end, JournalError where it can't be written
        to the journal."""
        await self._settle()
        for plan in self._live.execution.plan.steps:
            if self._live.step(plan.index).mark not in {"done", "nothing"}:
                await self._step(plan)

    async def _settle(self) -> None:
        """Bring what was begun and cut off to an end: adopt what was done; the rest is to do."""
        for plan in self._live.execution.plan.steps:
            mark = self._live.step(plan.index).mark
            if mark in BEGUN:
                await self._look_for(plan)
            elif mark in {"failed", "undone", "stays"}:
                await self._to_do(plan, "to be done again", made={} if mark == "undone" else None)

    async def _look_for(self, plan: StepPlan) -> None:
        """Whether a step that was cut off was done, by what it left in the world, or by what a person says."""
        self._go_on()
        try:
            made = await self.kind(plan).find(plan, self.running(plan))
        except StepError as error:
            if not error.unsure:
                raise await self._failed(plan, error, "unsure") from None
            try:
                made = await self._asked(plan, error)
            except Cancelled:
                raise self._why_stopped() from None
        if made is None:
            await self._to_do(plan, "it was begun, but not done")
        else:
            await self._done(plan, made, "found done")

    async def _asked(self, plan: StepPlan, error: StepError) -> Made | None:
        try:
            return await self._doubted(plan, error)
        except Cancelled:
            raise self._why_stopped() from None

    async def _doubted(self, plan: StepPlan, error: StepError) -> Made | None:
        name = _name(plan)
        if await self._handed.confirm(Doubt(f"{name} was cut off: {error.trouble}. Was it done?")):
            return Made("done, as a person has said")
        if await self._handed.confirm(Doubt(f"{name}: do it again, though it may have been done?")):
            return None
        raise await self._failed(plan, error, "unsure")

    async def _to_do(self, plan: StepPlan, why: str, *, made: Mapping[str, Any] | None = None) -> None:
        """`made` takes the place of what it made before."""
        await self._live.mark_step(plan.index, "to do", why, None, f"{_name(plan)}: {why}", result=made)

    async def _step(self, plan: StepPlan) -> None:
        self._go_on()
        kind = self.kind(plan)
        await self._live.mark_step(plan.index, "running", "begun", self._around.now(), f"{_name(plan)}: begun")
        try:
            moved = await kind.moved(plan)
        except StepError as error:
            raise await self._failed(plan, error, "to do") from None
        if moved:
            raise await self._moved(plan, moved)
        try:
            self._go_on()
        except Ended as ended:
            await self._to_do(plan, "nothing was sent")
            raise ended from None
        await self._done(plan, await self._do(plan, kind, self.running(plan)), "done")

    async def _do(self, plan: StepPlan, kind: Kind[Any], running: Running) -> Made:
        """Do it; once more where the answer was lost and it was surely not done."""
        for again in (True, False):
            try:
                return await kind.do(plan, running)
            except Cancelled as stopped:
                why = self._why_stopped()
                text = f"{_name(plan)}: stopped"
                await self._live.mark_step(
                    plan.index, "cancelled", "stopped", None, text, result=dict(stopped.made) or None
                )  # fmt: skip
                raise why from None
            except StepError as error:
                if error.moved:
                    raise await self._moved(plan, error.trouble.cause) from None
                if not error.unsure:
                    raise await self._failed(plan, error, "failed") from None
                found = await self._after_cut(plan, kind, running, error)
                if found is not None:
                    return found
                if not again:
                    raise await self._failed(plan, error, "failed") from None
                await self._once_more(plan)
            except Exception as bug:
                words = f"{type(bug).__name__}: {one_line(str(bug))}"
                trouble = Trouble("bad_data", words, "report it; resume looks what was done")
                raise await self._failed(plan, StepError(trouble, unsure=True), "unsure") from bug
        raise AssertionError  # the loop returns or raises

    async def _once_more(self, plan: StepPlan) -> None:
        """Go on, after a step was surely not done."""
        try:
            self._go_on()
        except Ended as ended:
            await self._to_do(plan, "it was sent without an answer, and was not done")
            raise ended from None

    async def _after_cut(
        self, plan: StepPlan, kind: Kind[Any], running: Running, error: StepError
    ) -> Made | None:  # fmt: skip
        """What became of a request that no answer came to; None: it was surely not done."""
        try:
            return await kind.find(plan, running)
        except StepError as still:
            next_step = still.trouble.next_step if still.unsure else error.trouble.next_step
            why = replace(error.trouble, next_step=next_step)
            raise await self._failed(plan, StepError(why, unsure=True), "unsure") from None

    async def _done(self, plan: StepPlan, made: Made, what: str) -> None:
        said = one_line(made.said)
        text = f"{_name(plan)}: {what}: {said}"
        at = self._around.now()
        await self._live.mark_step(plan.index, "done", said, at, text, result=dict(made.result))

    # ---- ends ----------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        if self._live.must_stop:
            raise self._why_stopped()

    def _why_stopped(self) -> Ended:
        if self._live.stopped == "cancelled":
            return Ended("cancelled", "cancelled between two requests; resume goes on, undo takes it back", "cancelled")
        if self._live.stopped:
            return Ended("interrupted", "the program was left; resume goes on", "cancelled")
        return Ended("interrupted", "its lease was lost: the journal did not answer, or another has it", "unreachable")

    async def _moved(self, plan: StepPlan, moved: str) -> Ended:
        await self._to_do(plan, "nothing was sent: the world has moved")
        return Ended("failed", f"{_name(plan)}: {moved}; nothing of it was sent, plan it again", "moved")

    async def _failed(self, plan: StepPlan, error: StepError, mark: StepMark) -> Ended:
        said = one_line(str(error.trouble))
        made = dict(error.made) or None
        await self._live.mark_step(plan.index, mark, said, None, f"{_name(plan)}: {said}", result=made)
        return Ended("failed", f"{_name(plan)}: {said}", "failed")

    # ---- what a kind is given ------------------------------------------------------------------------------------

    def kind(self, plan: StepPlan) -> Kind[Any]:
        return self._kinds[plan.do]

    def running(self, plan: StepPlan) -> Running:
        live = self._live
        return running_of(live.execution, plan, self._handed, live.told(plan.index), lambda: live.must_stop)


def stoppable(live: Live, confirm: Confirm) -> Confirm:
    """A question that ends with Cancelled where the execution is stopped, or whoever would answer is gone."""

    async def asked(question: str) -> bool:
        answer, stop = asyncio.ensure_future(confirm(question)), asyncio.ensure_future(live.stopping.wait())
        try:
            await asyncio.wait({answer, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done() or answer.cancelled():
                live.stop("leaving")
                raise Cancelled
            return answer.result()
        finally:
            answer.cancel()
            stop.cancel()

    return asked


def running_of(
    execution: Execution, plan: StepPlan, handed: Handed, told: Told = lambda _line, _share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Running:  # fmt: skip
    """What a step of an execution is given."""
    steps = execution.steps
    results = {one.id: steps[one.index].result for one in execution.plan.steps if steps[one.index].result}
    began = steps[plan.index].at
    return Running(
        execution.id, execution.plan.subject, execution.by, results, told, cancelled, began, handed.secrets,
        handed.confirm,
    )  # fmt: skip


def _name(plan: StepPlan) -> str:
    return f"step {plan.index + 1} {one_line(plan.title, 80)}"
