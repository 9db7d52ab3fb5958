"""The journal as an execution writes to it: a lease held while it is at work, and every change told and written.

What is live here is told to listeners at once; it is durable before anything is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from vauntico_tui.actions.remedy.kept import LINES, plan_fields, read_execution, step_fields
from vauntico_tui.actions.remedy.model import Execution, RunMark, RunPlan, StepMark, StepRun
from vauntico_tui.journal.answers import FenceLostError, JournalError
from vauntico_tui.sources.worker import OverdueError, TooManyHangError, Worker

if TYPE_CHECKING:
    from vauntico_tui.actions.desk.desk import Desk
    from vauntico_tui.journal.executions import Change, Hold, Kept
    from vauntico_tui.journal.journal import Journal

T = TypeVar("T")

SPAN = timedelta(seconds=15)
"""The lease: so long after its worker died an execution shows as interrupted."""
DEADLINE = 12.0  # seconds for one call to the journal; a lease outlives it
BLINK = 0.05  # seconds between two tellings of lines at least
KEPT_LINES = 200

Tell = Callable[[Execution], None]


def branches(plan: RunPlan) -> frozenset[str]:
    """The branches that it writes to: one at a time does, whatever runbook and subject it was started for."""
    written = (one.data.get("branch") for one in plan.steps if one.state == "ready")
    return frozenset(f"branch {branch}" for branch in written if isinstance(branch, str) and branch)


class Book:
    """Executions in the journal. What is at work writes through a connection of its own: it waits for nobody's command,
    and nobody's for it."""

    def __init__(self, desk: Desk, tell: Tell) -> None:
        self._worker: Worker[Journal] = Worker("executions", desk.open)
        self._desk, self.console, self.tell = desk, desk.console, tell

    async def call(self, run: Callable[[Journal], T]) -> T:
        """Raises JournalError, also where it hangs."""
        try:
            return await self._worker.call(run, DEADLINE)
        except (OverdueError, TooManyHangError) as error:
            raise JournalError(f"the journal does not answer: {error}", "check its disk or its server") from None

    async def begin(self, plan: RunPlan, *, by: str, override: str) -> Live | Execution:
        """Begin a plan, or learn who runs the same runbook for the same subject."""
        steps = tuple(
            StepRun(one.index, one.title, one.do, "nothing" if one.state == "nothing" else "to do", one.why)
            for one in plan.steps
        )
        data = {
            "steps": [step_fields(one) for one in steps], "console": self.console, "outcome": "", "override": override,
        }  # fmt: skip
        fields, text = plan_fields(plan), f"{plan.title}: begun by {by}" + (f"; {override}" if override else "")

        def beginning(journal: Journal) -> Hold | Kept:
            return journal.executions.begin(
                plan.id, runbook=plan.runbook, subject=plan.subject.key, by=by, plan=fields, data=data, span=SPAN,
                text=text, alone=branches(plan),
            )  # fmt: skip

        return await self._live(await self.call(beginning))

    async def take(self, seen: Execution, *, by: str, mark: RunMark, text: str, plan: RunPlan | None = None) -> Any:
        """Take one up as it was seen: Live, or the Execution that is in its way. Raises JournalError."""
        from vauntico_tui.journal.executions import Change  # noqa: PLC0415  SQLAlchemy

        change = Change(
            text, mark, {"console": self.console, "outcome": ""}, ended=False,
            plan=plan_fields(plan) if plan is not None else None,
        )  # fmt: skip

        def taking(journal: Journal) -> Hold | Kept | None:
            return journal.executions.take(seen.id, seen=seen.version, by=by, span=SPAN, change=change)

        made = await self.call(taking)
        if made is None:
            raise JournalError(f"there is no execution {seen.id}", "look again")
        return await self._live(made)

    async def _live(self, made: Hold | Kept) -> Live | Execution:
        from vauntico_tui.journal.executions import Hold  # noqa: PLC0415  SQLAlchemy

        if not isinstance(made, Hold):
            return read_execution(made)
        kept = await self.call(lambda journal: journal.executions.get(made.id))
        assert kept is not None  # noqa: S101  it was begun just now
        return Live(self, made, _bare(kept))

    async def get(self, ident: str) -> Execution | None:
        kept = await self._desk.call(lambda journal: journal.executions.get(ident))
        return read_execution(kept) if kept is not None else None

    async def latest(self, limit: int, *, open_only: bool) -> tuple[Execution, ...]:
        found = await self._desk.call(lambda journal: journal.executions.latest(limit, open_only=open_only))
        return tuple(read_execution(one) for one in found)

    async def unwatched(self) -> tuple[Execution, ...]:
        found = await self._desk.call(lambda journal: journal.executions.unwatched())
        return tuple(read_execution(one) for one in found)

    def close(self) -> None:
        self._worker.close()


class Live:
    """An execution that this console is at work on. `execution` is how it stands."""

    def __init__(self, book: Book, hold: Hold, execution: Execution) -> None:
        self._book, self._hold = book, hold
        self.execution = execution
        self.by = execution.by
        self.stopped = ""  # "cancelled" or "leaving": stop between two requests
        self.stopping = asyncio.Event()  # set with either of the two
        self.lost = False
        self.tame: Callable[[Any], Any] = lambda value: value
        self._kept_at = time.monotonic()
        self._renewing = asyncio.ensure_future(self._renew())
        self._blink: asyncio.TimerHandle | None = None
        book.tell(execution)

    @property
    def must_stop(self) -> bool:
        """Whether no further request may be sent."""
        return bool(self.stopped) or self.lost or time.monotonic() - self._kept_at > SPAN.total_seconds()

    def stop(self, why: str) -> None:
        """Stop between two requests: "cancelled" by a person, or "leaving"."""
        self.stopped = self.stopped or why
        self.stopping.set()

    def step(self, index: int) -> StepRun:
        return self.execution.steps[index]

    async def write(
        self, text: str, *, mark: RunMark | None = None, steps: tuple[StepRun, ...] = (), outcome: str | None = None,
        ended: bool | None = None, release: bool = False, more: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Make a change durable, then tell it. Raises FenceLostError where another has taken it up, JournalError."""
        from vauntico_tui.journal.executions import Change  # noqa: PLC0415  SQLAlchemy

        steps = tuple(self._tamed(one) for one in steps)
        data: dict[str, Any] = dict(more or {})
        if steps:
            data["steps"] = [step_fields(one) for one in steps]
        if outcome is not None:
            data["outcome"] = outcome = self.tame(outcome)
        change = Change(self.tame(text), mark, data, ended)
        kept = await self._written(change, release=release)
        now = replace(
            self.execution, mark=mark or self.execution.mark, version=kept.version, ended_at=kept.ended_at,
            outcome=self.execution.outcome if outcome is None else outcome,
        )  # fmt: skip
        for one in steps:
            now = now.with_step(one)
        self.execution = now
        self._tell()

    async def _written(self, change: Change, *, release: bool) -> Kept:
        def writing(journal: Journal) -> Kept:
            return journal.executions.write(self._hold, change, by=self.by, span=SPAN, release=release)

        try:
            kept = await self._book.call(writing)
        except FenceLostError:
            self.lost = True
            raise
        self._kept_at = time.monotonic()
        return kept

    async def mark_step(
        self, index: int, mark: StepMark, said: str, at: datetime | None, text: str, **more: Any
    ) -> None:  # fmt: skip
        """One step's new mark; what a command printed stays with it. `more` are other fields of `write`."""
        result = more.pop("result", None)
        old = self.step(index)
        new = replace(
            old, mark=mark, said=said, at=at or old.at, share=None, result=old.result if result is None else result
        )
        await self.write(text, steps=(new,), **more)

    def told(self, index: int) -> Callable[[str, float | None], None]:
        """Takes the live lines of a step; they are told a few times a second and not written."""

        def line(words: str, share: float | None) -> None:
            old, words = self.step(index), self.tame(words)
            lines = (
                (*old.lines[-KEPT_LINES:], words) if words and (not old.lines or old.lines[-1] != words) else old.lines
            )
            self.execution = self.execution.with_step(replace(old, said=words or old.said, share=share, lines=lines))
            if self._blink is None:
                self._blink = asyncio.get_running_loop().call_later(BLINK, self._tell)

        return line

    def _tell(self) -> None:
        if self._blink is not None:
            self._blink.cancel()
            self._blink = None
        self._book.tell(self.execution)

    def _tamed(self, step: StepRun) -> StepRun:
        tame = self.tame
        return replace(step, said=tame(step.said), lines=tame(step.lines[-LINES:]), result=tame(step.result))

    async def _renew(self) -> None:
        """Keep the lease while it is at work. Where the journal does not answer it runs out, and nothing is sent."""
        while True:
            await asyncio.sleep(SPAN.total_seconds() / 3)
            try:
                await self._book.call(lambda journal: journal.executions.renew(self._hold, SPAN))
            except FenceLostError:
                self.lost = True
                self.stopping.set()
                return
            except JournalError:
                continue
            self._kept_at = time.monotonic()

    async def end(self, *, release: bool = False) -> None:
        """Stop keeping the lease; with `release` give it up, so that another may take the execution up at once."""
        self._renewing.cancel()
        if self._blink is not None:
            self._tell()
        if release and not self.lost:
            with contextlib.suppress(JournalError):
                await self._book.call(lambda journal: journal.executions.release(self._hold))


def _bare(kept: Kept) -> Execution:
    """As it is written, by the one who holds it: nothing of it is interrupted."""
    return read_execution(replace(kept, held=True))
