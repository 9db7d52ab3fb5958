"""An execution taken back: its steps in reverse, each one journalled. What can't be taken back stays, as was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vauntico_tui.actions.remedy.around import Around
from vauntico_tui.actions.remedy.book import Live
from vauntico_tui.actions.remedy.engine import BEGUN, Ended, Handed, running_of
from vauntico_tui.actions.remedy.kinds import Cancelled, Kind, Running, StepError
from vauntico_tui.actions.remedy.model import StepPlan
from vauntico_tui.base.text import one_line


class Backward:
    """Takes back one execution."""

    def __init__(self, live: Live, kinds: Mapping[str, Kind[Any]], around: Around) -> None:
        self._live, self._kinds, self._around = live, kinds, around

    async def go(self) -> str:
        """Take back what was done; one sentence. Raises Ended where it stops before the end, JournalError."""
        for plan in reversed(self._live.execution.plan.steps):
            mark = self._live.step(plan.index).mark
            if mark in BEGUN and not await self._was_done(plan):
                continue
            if mark in BEGUN or mark in {"done", "undoing"}:
                await self._step(plan)
        marks = [one.mark for one in self._live.execution.steps]
        stays = [one for one in self._live.execution.steps if one.mark == "stays"]
        words = f"{marks.count('undone')} taken back"
        if stays:
            words += "; stays: " + "; ".join(f"{one.title} ({one.said})" for one in stays)
        return one_line(words, 500)

    async def _was_done(self, plan: StepPlan) -> bool:
        """Whether a step that was cut off was done. Where nobody can know, it stays and the person is told."""
        try:
            made = await self._kinds[plan.do].find(plan, self._running(plan))
        except StepError as error:
            if not error.unsure:
                raise await self._failed(plan, error) from None
            said = f"nobody can tell whether it was done ({error.trouble.cause}): look at it by hand"
            await self._live.mark_step(plan.index, "stays", said, None, f"{_name(plan)}: stays: {said}")
            return False
        if made is None:
            await self._live.mark_step(plan.index, "to do", "it was not done", None, f"{_name(plan)}: was not done")
            return False
        said = one_line(made.said)
        text = f"{_name(plan)}: found done: {said}"
        await self._live.mark_step(plan.index, "done", said, None, text, result=dict(made.result))
        return True

    async def _step(self, plan: StepPlan) -> None:
        if self._live.must_stop:
            raise Ended("cancelled", "stopped between two requests; undo goes on", "cancelled")
        if not plan.undo.can:
            text = f"{_name(plan)}: stays: {plan.undo.how}"
            await self._live.mark_step(plan.index, "stays", plan.undo.how, None, text)
            return
        made = self._live.step(plan.index).result
        now = self._around.now()
        await self._live.mark_step(plan.index, "undoing", "taken back", now, f"{_name(plan)}: being taken back")
        try:
            said = one_line(await self._kinds[plan.do].undo(plan, made, self._running(plan)))
        except StepError as error:
            raise await self._failed(plan, error) from None
        except Cancelled:
            raise Ended("cancelled", "stopped between two requests; undo goes on", "cancelled") from None
        await self._live.mark_step(plan.index, "undone", said, self._around.now(), f"{_name(plan)}: undone: {said}")

    async def _failed(self, plan: StepPlan, error: StepError) -> Ended:
        said = f"not taken back: {one_line(str(error.trouble))}"
        mark = self._live.step(plan.index).mark
        left = "done" if mark == "undoing" else mark
        await self._live.mark_step(plan.index, left, said, None, f"{_name(plan)}: {said}")
        return Ended("failed", f"{_name(plan)}: {said}", "failed")

    def _running(self, plan: StepPlan) -> Running:
        live = self._live
        return running_of(live.execution, plan, Handed(), live.told(plan.index), lambda: live.must_stop)


def _name(plan: StepPlan) -> str:
    return f"step {plan.index + 1} {one_line(plan.title, 80)}"
