"""One execution under way, as a task of its own: forward, backward or watching, to whatever end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from vauntico_tui.actions.perform import Done
from vauntico_tui.actions.remedy.around import Around
from vauntico_tui.actions.remedy.backward import Backward
from vauntico_tui.actions.remedy.book import Live
from vauntico_tui.actions.remedy.engine import Ended, Engine, Handed
from vauntico_tui.actions.remedy.kinds import Kind
from vauntico_tui.actions.remedy.tame import tamer
from vauntico_tui.base.text import one_line
from vauntico_tui.journal.answers import FenceLostError, JournalError

Way = Literal["forward", "backward", "watch"]


class Course:
    """`done` is how it ended, for whoever waits."""

    def __init__(
        self, live: Live, kinds: Mapping[str, Kind[Any]], around: Around, handed: Handed, way: Way
    ) -> None:  # fmt: skip
        self.live, self._kinds, self._around, self._handed, self._way = live, kinds, around, handed, way
        live.tame = tamer(handed.secrets.values())
        self.done: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._task: asyncio.Task[None] | None = None

    def begin(self, over: Callable[[], object]) -> None:
        """Start the task; `over` is called when it has ended, before whoever waits is told."""

        async def course() -> None:
            try:
                done = await self._go()
            except asyncio.CancelledError:
                done = Done(False, f"{self.live.execution.plan.title}: left; resume goes on", "cancelled")
                raise
            except Exception as bug:
                words = f"{type(bug).__name__}: {one_line(str(self.live.tame(str(bug))))}"
                with contextlib.suppress(JournalError):  # FenceLostError is one
                    begun = (one for one in self.live.execution.steps if one.mark in {"running", "undoing"})
                    steps = tuple(replace(one, mark="unsure", said=words) for one in begun)
                    await self.live.write(words, mark="failed", steps=steps, outcome=words, release=True)
                done = Done(False, f"{self.live.execution.plan.title}: {words}; resume looks what was done", "failed")
                raise
            finally:
                await self.live.end()
                over()
                if not self.done.done():
                    self.done.set_result(done)

        self._task = asyncio.get_running_loop().create_task(course())
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    def stop(self, why: str) -> None:
        """Stop between two requests: "cancelled" by a person, or "leaving"."""
        self.live.stop(why)
        self._around.nudge()

    async def ended(self) -> None:
        await asyncio.wait([self.done])

    def give_up(self) -> None:
        """Wait for it no longer; its lease runs out."""
        if self._task is not None:
            self._task.cancel()

    # ---- the whole way -------------------------------------------------------------------------------------------

    async def _go(self) -> Done:
        title = self.live.execution.plan.title
        try:
            if self._way == "backward":
                said = await Backward(self.live, self._kinds, self._around).go()
                await self.live.write(
                    f"{title}: {said}", mark="undone", outcome=said, ended=True, release=True
                )  # fmt: skip
                return Done(True, f"{title}: {said}")
            if self._way == "forward":
                await Engine(self.live, self._kinds, self._around, self._handed).go()
            return await self._watch(title)
        except Ended as ended:
            return await self._stopped(title, ended)
        except FenceLostError:
            return Done(False, f"{title}: another console has taken it up", "lost")
        except JournalError as trouble:
            text = f"{title}: stopped, for the journal can't be written: {trouble}; resume looks what was done"
            return Done(False, text, "unreachable")

    async def _watch(self, title: str) -> Done:
        plan = self.live.execution.plan
        if not plan.check:
            steps = sum(one.mark == "done" for one in self.live.execution.steps)
            outcome = f"all {steps} steps done" if steps != 1 else one_line(self._only().said or "done")
            await self.live.write(f"{title}: {outcome}", mark="done", outcome=outcome, ended=True, release=True)
            return Done(True, f"{title}: {outcome}")
        from vauntico_tui.actions.remedy.watching import watch  # noqa: PLC0415  pydantic

        since = self._around.now()
        if self._way == "watch":
            since = max((one.at for one in self.live.execution.steps if one.at is not None), default=since)
        else:
            await self.live.write(f"{title}: every step is done; watching", mark="watching", outcome="")
        met, outcome = await watch(self.live, self._around, since)
        await self.live.write(f"{title}: {outcome}", mark="done", outcome=outcome, ended=True, release=True)
        return Done(met, f"{title}: {outcome}", "" if met else "unmet")

    def _only(self) -> Any:
        return next(one for one in self.live.execution.steps if one.mark == "done")

    async def _stopped(self, title: str, ended: Ended) -> Done:
        said = self.live.tame(ended.outcome)
        if ended.mark == "watching":
            if self.live.stopped != "cancelled":
                await self.live.end(release=True)
                return Done(False, f"{title}: watched on by the next who opens the war room", "cancelled")
            outcome = "every step is done; not watched any more"
            await self.live.write(f"{title}: {outcome}", mark="done", outcome=outcome, ended=True, release=True)
            return Done(True, f"{title}: {outcome}")
        if not self.live.lost:
            nothing = not any(one.mark in {"done", "running", "unsure", "cancelled", "undone"}
                              for one in self.live.execution.steps)  # fmt: skip
            await self.live.write(
                f"{title}: {said}", mark=ended.mark, outcome=said, release=True,
                ended=True if nothing and ended.code == "moved" else None,
            )  # fmt: skip
        return Done(False, f"{title}: {said}", ended.code)
