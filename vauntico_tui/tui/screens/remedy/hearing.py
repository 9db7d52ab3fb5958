"""Hearing of an execution: what is told here, what runs on another console, and how its beginning was answered."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from textual import work

from vauntico_tui.actions.remedy.model import Execution, RunPlan
from vauntico_tui.base.text import one_line
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.remedy.words import LIVE

if TYPE_CHECKING:
    from vauntico_tui.tui.remedying import Remedying
    from vauntico_tui.warroom import Done

SECOND = 1.0
ELSEWHERE = 3.0  # seconds between looks at one that runs on another console


class Hearing(Behind):
    """`plan` is shown until the first word of the execution has come; `news` is said with it."""

    def __init__(self, ident: str, plan: RunPlan | None = None, *, news: str = "") -> None:
        super().__init__()
        self.ident, self.plan, self.news = ident, plan, news
        self.execution: Execution | None = None
        self.told: tuple[str, ...] = ()
        self.undoing = False
        self.refused = False  # nothing was begun; why is said
        self._said = ""
        self._looked = 0.0

    def on_mount(self) -> None:
        self.execution = self._remedying.executions.get(self.ident)
        self._remedying.changed.subscribe(self, self._heard)
        self._remedying.asked.subscribe(self, lambda _: self.redraw())
        self.set_interval(SECOND, self._second)
        self._remedying.shown.add(self.ident)
        self._fetch()

    def on_unmount(self) -> None:
        self._remedying.shown.discard(self.ident)

    @property
    def _remedying(self) -> Remedying:
        return self.room_app.remedying

    def _heard(self, execution: Execution | None) -> None:
        if execution is not None and execution.id == self.ident:
            self._take(execution)
        elif execution is None and (done := self._remedying.ends.get(self.ident)) is not None:
            self._ended(done)

    def _take(self, execution: Execution) -> None:
        before, self.execution = self.execution, execution
        if before is not None and before.mark != execution.mark:
            self.told, self.undoing = (), False
        self.redraw()

    def _ended(self, done: Done) -> None:
        """The one who began it has an answer: why nothing ran, or what stands in the way."""
        del self._remedying.ends[self.ident]
        one = self.execution
        if done.code == "moved":
            self._plan_again(done.message)
        elif done.code == "lost" and one is None:
            self._theirs(done.message)
        else:
            known = one is not None and bool(one.outcome) and one.outcome in done.message
            self._said = "" if done.ok or known else f"✗ {done.message}"
            self.refused = one is None and not done.ok
            if not self.refused:
                self._fetch()
            self.redraw()

    @work(exclusive=True, exit_on_error=False, group="plan-again")
    async def _plan_again(self, why: str) -> None:
        """The world is not as planned, and what was refused was not sent: what is still to do is planned anew."""
        from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen  # noqa: PLC0415  it opens this one too

        plan, door, found = self.plan, self._remedying.door, self.execution
        if door is None or plan is None:
            return
        with contextlib.suppress(Exception):  # what was heard last is enough, whatever the journal does
            found = await door.execution(self.ident) or found
        if found is not None and found.can_resume and found.ended_at is None:
            news = f"{why}. This is what is still to do, as the world is now"
            self.app.switch_screen(RunPlanScreen(plan.subject, resume=self.ident, news=news))
            return
        runbook = next((one for one in door.runbooks() if one.id == plan.runbook), None)
        if runbook is None:
            self._said = f"✗ {why}"
            self.redraw()
            return
        news = f"{why}. Nothing was sent; this is the plan as the world is now"
        self.app.switch_screen(RunPlanScreen(plan.subject, runbook, news=news, values=dict(plan.params)))

    @work(exclusive=True, exit_on_error=False, group="theirs")
    async def _theirs(self, why: str) -> None:
        """Somebody else runs it: show theirs."""
        await self._remedying.look()
        plan = self.plan
        for one in self._remedying.executions.values():
            if plan and one.id != plan.id and (one.plan.runbook, one.plan.subject.key) == (
                plan.runbook, plan.subject.key
            ):  # fmt: skip
                self.ident, self.news = one.id, f"{why}. Yours was not begun; this is theirs"
                self._take(one)
                return
        self._said = f"✗ {why}"
        self.redraw()

    @work(exclusive=True, exit_on_error=False, group="fetch")
    async def _fetch(self) -> None:
        """Read it: what runs on another console is told to nobody here."""
        if (door := self._remedying.door) is None:
            return
        try:
            found = await door.execution(self.ident)
        except Exception as error:  # the screen must stand whatever the journal does
            self._said = f"✗ it can't be read: {one_line(str(error))}"
            self.redraw()
            return
        if found is not None and (self.execution is None or found.version >= self.execution.version):
            self._take(found)

    def _second(self) -> None:
        """Time goes on while it runs; one that nobody tells of is read again: others may go on with it."""
        one, door = self.execution, self._remedying.door
        if one is None or one.ended_at is not None or door is None:
            return
        if not any(mine.id == self.ident for mine in door.running):
            self._looked += SECOND
            if self._looked >= ELSEWHERE:
                self._looked = 0.0
                self._fetch()
        if one.mark in LIVE:
            self.redraw()
