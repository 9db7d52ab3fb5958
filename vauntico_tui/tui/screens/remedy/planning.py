"""Planning a runbook on the screen: what must be asked first, and planning against the world as it is now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import work

from vauntico_tui.actions.remedy.model import RunPlan, Subject
from vauntico_tui.base.problems import InputError
from vauntico_tui.base.text import one_line
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.remedy.asked import ParamsScreen, offers_of, said_default
from vauntico_tui.tui.screens.remedy.beside import differences
from vauntico_tui.tui.screens.remedy.plan_page import PlanPage

if TYPE_CHECKING:
    from vauntico_tui.runbooks.model import Param, Runbook
    from vauntico_tui.tui.remedying import Remedying

_LONG = 200_000  # characters of changed files from which on they are laid out in a thread


class Planning(Behind):
    """`resume` is the execution whose steps still to do are planned, in place of a runbook. `news` is said with the
    plan; `values` are parameters known already."""

    def __init__(
        self, subject: Subject, runbook: Runbook | None = None, *, resume: str = "", news: str = "",
        values: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.subject, self.runbook, self.resume, self.news = subject, runbook, resume, news
        self.values = dict(values or {})
        self.params: tuple[Param, ...] = ()
        self.edited: dict[str, str] = {}
        self.plan: RunPlan | None = None
        self.problems: tuple[str, ...] = ()
        self._pages: PlanPage | None = None
        self._planning = False

    @property
    def _remedying(self) -> Remedying:
        return self.room_app.remedying

    def tell_bar(self) -> None:
        """Say what could be done now."""
        raise NotImplementedError

    @work(exclusive=True, exit_on_error=False, group="plan")
    async def _begin(self) -> None:
        """Learn what must be asked; ask it if anything has no default."""
        door = self._remedying.door
        if door is None:
            self._fail("the war room is still opening; esc goes back")
            return
        if self.runbook is not None:
            self._planning = True
            self.tell_bar()
            known = self.runbook.params
            try:
                self.runbook = await door.prepare(self.runbook, self.subject)
                self.params = door.fields(self.runbook, self.subject)
            except Exception as error:
                self._failed(error)
                return
            asked = not self.values and self.runbook.params != known  # inputs that only the repository knows
            if asked or any(
                param.needed and not (self.values.get(param.id) or said_default(param)) for param in self.params
            ):
                self._planning = False
                self._ask_params(leave=True)
                return
        self._make()

    def _ask_params(self, said: str = "", *, leave: bool = False) -> None:
        runbook = self.runbook
        if runbook is None or not self.params:
            self.room_app.say("this runbook asks for nothing", "soon")
            return

        def answered(values: dict[str, str] | None) -> None:
            if values is not None:
                self.values, self.news = values, ""
                self._make(own=True)
            elif leave and self.plan is None:
                self.room_app.act_back()

        offers = offers_of(self.view)
        title = f"{runbook.title}  {self.subject.title}".strip()
        self.app.push_screen(ParamsScreen(title, self.params, self.values, said, offers), answered)

    @work(exclusive=True, exit_on_error=False, group="plan")
    async def _make(self, *, own: bool = False) -> None:
        """Plan against the world as it is now. `own`: what is different is what this hand has just changed."""
        door = self._remedying.door
        if door is None:
            return
        self._planning, self.problems = True, ()
        self.tell_bar()
        self.redraw()
        self.run_worker(self._remedying.look(), group="executions", exclusive=True, exit_on_error=False)
        try:
            if self.resume:
                plan = await door.replan(self.resume, self.edited or None)
            else:
                assert self.runbook is not None  # noqa: S101  one of the two is given
                plan = await door.plan(
                    self.runbook.id, self.subject, self.values, runbook=self.runbook, edited=self.edited or None
                )
        except InputError as error:
            self._planning = False
            if self.params:
                self._ask_params("\n".join(f"✗ {problem}" for problem in error.problems), leave=True)
            else:
                self._failed(error)
            return
        except Exception as error:
            self._failed(error)
            return
        if self.plan is not None and not own and not self.news:
            self.news = differences(self.plan, plan)
        long = sum(len(it.before or "") + len(it.after or "") for step in plan.steps for it in step.changes) > _LONG
        self._pages = await asyncio.to_thread(PlanPage, plan) if long else PlanPage(plan)
        self.plan, self._planning = plan, False
        self.redraw()

    def _failed(self, error: Exception) -> None:
        """Whatever it is, a person reads it, not a traceback."""
        if isinstance(error, InputError):
            self._fail(*(str(problem) for problem in error.problems))
        else:
            self._fail(f"it can't be planned: {_cause(error)}; {self.room_app.key_of('refresh.pane')} tries again")

    def _fail(self, *problems: str) -> None:
        self._planning, self.problems = False, problems
        self.redraw()


def _cause(error: Exception) -> str:
    """What stands in the way and the next step; a plan is not asked for again by itself, as the sources are."""
    trouble = getattr(error, "trouble", None)
    if trouble is not None and "by itself" in trouble.next_step:
        return one_line(trouble.cause)
    return one_line(str(error)) or type(error).__name__
