"""What runs here: begun, gone on with, taken back, watched; each a task of its own, and refused where it may not be."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from vauntico_tui.actions.desk.words import ago
from vauntico_tui.actions.perform import Done
from vauntico_tui.actions.remedy.book import Book, Live
from vauntico_tui.actions.remedy.course import Course
from vauntico_tui.actions.remedy.engine import Handed
from vauntico_tui.actions.remedy.kinds import Kind
from vauntico_tui.actions.remedy.model import Execution, RunMark, RunPlan
from vauntico_tui.base.text import one_line
from vauntico_tui.journal.answers import JournalError, NotAllowedError

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.course import Way
    from vauntico_tui.actions.remedy.room import Room

TEND = 30.0  # seconds between two looks for executions that nobody watches any more
LEAVE = 2.0  # seconds that what runs has to stop between two requests when the program is left
READ_ONLY = "the war room is read-only (read_only in the config)"
NO_JOURNAL = "this war room keeps no journal, and nothing runs without one"

Kinds = Callable[[], Mapping[str, Kind[Any]]]


class Runner:
    """Executions of this console. `kinds` are made anew for each one, by a step's `do`."""

    def __init__(self, room: Room, book: Book | None, kinds: Kinds) -> None:
        self._room, self._around, self._book, self._kinds = room, room.around, book, kinds
        self._courses: dict[str, Course] = {}

    @property
    def running(self) -> tuple[Execution, ...]:
        """As last told."""
        return tuple(course.live.execution for course in self._courses.values())

    def live(self, execution_id: str) -> Execution | None:
        """One that runs here."""
        course = self._courses.get(execution_id)
        return course.live.execution if course is not None else None

    async def execution(self, execution_id: str) -> Execution | None:
        """Anybody's, live where it runs here. Raises JournalError."""
        if (live := self.live(execution_id)) is not None or self._book is None:
            return live
        return await self._book.get(execution_id) if self._room.journal_is_there else None

    def why_not(self, plan: RunPlan) -> str | None:
        """Why a plan can't be run just now."""
        if self._room.read_only:
            return READ_ONLY
        if self._book is None:
            return NO_JOURNAL
        return self._closed(plan) or (plan.blocked[0] if plan.blocked else None)

    async def run(self, plan: RunPlan, *, by: str, handed: Handed, wait: bool = True) -> Done:
        """Run a plan to its end, its check included; without `wait` only begin it. Cancelling the caller leaves it
        running."""
        if self._room.read_only:
            return Done(False, READ_ONLY, "not_allowed")
        if self._book is None:
            return Done(False, NO_JOURNAL, "refused")
        await self._around.look()
        if (refused := self._refused(plan, handed, plan)) is not None:
            return refused
        if plan.nothing_to_do:
            return Done(not plan.unmet, f"{plan.title}: {plan.nothing}", "unmet" if plan.unmet else "")
        try:
            live = await self._book.begin(plan, by=by, override=self._overridden(plan))
        except JournalError as trouble:
            return _unwritten(trouble)
        if isinstance(live, Execution):
            return self._taken(live, plan.id)
        return await self._start(live, handed, "forward", wait=wait)

    async def resume(
        self, execution_id: str, *, by: str, handed: Handed, again: tuple[RunPlan, RunPlan] | None = None,
        wait: bool = True,
    ) -> Done:  # fmt: skip
        """Go on with one that was cut off, failed or was cancelled. `again` is what is still to do, planned anew: as it
        was shown and confirmed, and as it is kept. Without it the old plan goes on, as far as the world is still as
        planned."""
        found = await self._found(execution_id)
        if isinstance(found, Done):
            return found
        if not found.can_resume or found.ended_at is not None:
            return Done(False, f"{found.plan.title}: it is {found.mark}{_why(found)}: nothing to resume", "refused")
        shown, kept = again or (None, None)
        await self._around.look()
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
        if self._room.read_only:
            return Done(False, READ_ONLY, "not_allowed")
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
            for_it = f" for {other.plan.subject.title}" if other.plan.subject.title else ""
            return Done(False, f"{other.by} {doing}{where}, begun {since}{same}: {other.plan.title}{for_it}", "lost")
        return Done(False, f"{other.plan.title}: it is {other.mark} now, by {other.by}; look again", "lost")

    # ---- coming and going ----------------------------------------------------------------------------------------

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
        self._around.nudge()
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


def _why(execution: Execution) -> str:
    return f" ({one_line(execution.outcome, 120)})" if execution.outcome else ""


def _unwritten(trouble: JournalError) -> Done:
    if isinstance(trouble, NotAllowedError):
        return Done(False, f"not allowed: {trouble}", "not_allowed")
    return Done(False, f"nothing was done: {trouble}", "unreachable")
