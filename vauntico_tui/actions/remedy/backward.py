"""An execution taken back: its steps in reverse, each one journalled. What can't be taken back stays, as was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vauntico_tui.actions.remedy.around import Around
from vauntico_tui.actions.remedy.book import Live
from vauntico_tui.actions.remedy.engine import BEGUN, Ended, Handed, running_of
from vauntico_tui.actions.remedy.kinds import Cancelled, Kind, Running, StepError
from vauntico_tui.actions.remedy.model import StepPlan
from vauntico_tui.actions.remedy.undoing import staying
from vauntico_tui.base.text import one_line


class Backward:
    """Takes back one execution."""

    def __init__(self, live: Live, kinds: Mapping[str, Kind[Any]], around: Around) -> None:
        self._live, self._kinds, self._around = live, kinds, around

    async def go(self) -> str:
        """Take back what was done; one sentence. What can't be taken back is looked for before anything is sent; it
        stays, and the rest goes on. Raises Ended where it stops before the end, JournalError."""
        found = await self._staying()
        left = ""
        for plan in reversed(self._live.execution.plan.steps):
            step = self._live.step(plan.index)
            if step.mark in BEGUN and not await self._was_done(plan) and not step.in_part:
                continue
            if step.mark in BEGUN or step.mark in {"done", "undoing"} or step.in_part:
                left = await self._step(plan, found.get(plan.index, "")) or left
        if left:
            raise Ended("failed", f"{left}; the other steps are taken back, undo goes on with it", "failed")
        marks = [one.mark for one in self._live.execution.steps]
        stays = [one for one in self._live.execution.steps if one.mark == "stays"]
        words = f"{marks.count('undone')} taken back"
        if stays:
            words += "; stays: " + "; ".join(f"{one.title} ({one.said})" for one in stays)
        return one_line(words, 500)

    async def _staying(self) -> dict[int, str]:
        try:
            return await staying(self._live.execution, self._kinds)
        except StepError as error:
            said = f"nothing was taken back: {one_line(str(error.trouble))}"
            raise Ended("failed", said, "failed") from None

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
        part = getattr(self._kinds[plan.do], "part", None)
        if made is None and part is not None:
            made = part(plan, self._running(plan))
        if made is None:
            await self._live.mark_step(plan.index, "to do", "it was not done", None, f"{_name(plan)}: was not done")
            return False
        said = one_line(made.said)
        text = f"{_name(plan)}: found done: {said}"
        await self._live.mark_step(plan.index, "done", said, None, text, result=dict(made.result))
        return True

    async def _step(self, plan: StepPlan, stays: str) -> str:
        """Take one back; what is left of it where it was refused and can be tried again."""
        if self._live.must_stop:
            raise Ended("cancelled", "stopped between two requests; undo goes on", "cancelled")
        if stays or not plan.undo.can:
            await self._stays(plan, stays or plan.undo.how)
            return ""
        made = self._live.step(plan.index).result
        now = self._around.now()
        await self._live.mark_step(plan.index, "undoing", "taken back", now, f"{_name(plan)}: being taken back")
        try:
            said = one_line(await self._kinds[plan.do].undo(plan, made, self._running(plan)))
        except StepError as error:
            status = getattr(error, "status", 0)  # GitHub's own no
            if error.stays or status in {405, 409, 422}:
                await self._stays(plan, one_line(str(error.trouble)))
                return ""
            ended = await self._failed(plan, error)
            if status:
                return ended.outcome
            raise ended from None
        except Cancelled:
            raise Ended("cancelled", "stopped between two requests; undo goes on", "cancelled") from None
        await self._live.mark_step(plan.index, "undone", said, self._around.now(), f"{_name(plan)}: undone: {said}")
        return ""

    async def _stays(self, plan: StepPlan, why: str) -> None:
        await self._live.mark_step(plan.index, "stays", why, None, f"{_name(plan)}: stays: {why}")

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
