"""Every runbook, and every execution: what runs, what was cut off, what ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input

from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.model import Execution, Subject
from vauntico_tui.base.text import one_line
from vauntico_tui.tui.format import cells, fit, tame
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.page import Page
from vauntico_tui.tui.screens.remedy.asked import first_sentence
from vauntico_tui.tui.screens.remedy.running import RunningScreen
from vauntico_tui.tui.screens.remedy.words import LIVE, RUNS, done_of, for_whom
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.runbooks.model import Runbook
    from vauntico_tui.tui.remedying import Remedying
    from vauntico_tui.view.model import View

_ENDED = 30
ELSEWHERE = 5.0  # seconds between looks at what runs on other consoles


class RunbooksScreen(Behind):
    """`meant` is the row that was selected when it was opened: a runbook for rows of its kind is for that one."""

    DEFAULT_CSS = """
    RunbooksScreen #runbook-filter { height: 1; border: none; padding: 0 2; background: $panel; display: none; }
    RunbooksScreen #runbook-filter.-open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(["refresh.pane", "filter", "runbook.open"])]
    KEYS = (("back", "back"), ("open", "open"), ("filter", "filter"), ("refresh.pane", "read again"),
            ("copy", "copy"), ("help", "keys"))  # fmt: skip

    def __init__(self, meant: Subject | None = None) -> None:
        super().__init__()
        self.meant = meant or Subject()
        self.runbooks: tuple[Runbook, ...] = ()
        self.problems: tuple[str, ...] = ()
        self.executions: tuple[Execution, ...] = ()
        self.trouble = ""
        self._read = False
        self._page: Page | None = None

    def body(self) -> ComposeResult:
        yield Sheet(listing=True, widest=180)
        yield Input(placeholder="show only runbooks with…", id="runbook-filter", compact=True)

    def on_mount(self) -> None:
        self._remedying.changed.subscribe(self, self._heard)
        self.set_interval(ELSEWHERE, self._fetch)
        self._fetch()

    @property
    def _remedying(self) -> Remedying:
        return self.room_app.remedying

    @property
    def target(self) -> Target | None:
        page = self._page
        jump = page.jumps.get(self.query_one(Sheet).pick or "") if page is not None else None
        return jump.target if jump is not None else None

    # ---- reading -------------------------------------------------------------------------------------------------

    def _heard(self, execution: Execution | None) -> None:
        if execution is not None:
            rest = tuple(one for one in self.executions if one.id != execution.id)
            self.executions = (execution, *rest)
            self.redraw()

    @work(exclusive=True, exit_on_error=False, group="fetch")
    async def _fetch(self) -> None:
        door = self._remedying.door
        if door is None:
            return
        if not self._read:
            try:
                self.runbooks = await asyncio.to_thread(door.runbooks)
                self.problems = tuple(str(problem) for problem in door.problems())
            except Exception as error:  # whatever is in a file: the screen must stand
                self.problems = (f"the runbooks can't be read: {one_line(str(error))}",)
        try:
            found = await door.executions(open_only=False, limit=_ENDED)
            self.trouble = ""
        except Exception as error:  # nor for a journal
            found, self.trouble = (), f"what ran can't be read: {one_line(str(error))}"
        mine = {one.id: one for one in door.running}
        rest = tuple(one for one in mine.values() if one.id not in {it.id for it in found})
        self.executions = (*rest, *(mine.get(one.id, one) for one in found))
        self._read = True
        self.redraw()

    # ---- drawing -------------------------------------------------------------------------------------------------

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        page = self._page = Page(self.look, Target("runbooks", "runbooks", "Runbooks"))
        live = [one for one in self.executions if one.mark in LIVE]
        cut = [one for one in self.executions if one.can_resume and one.ended_at is None]
        over = [one for one in self.executions if one not in live and one not in cut]
        if self.trouble:
            page.put((f"✗ {self.trouble}", "$tone-unmet"))
        for head, ones in (("Running", live), ("Cut off: resume, verify or undo", cut)):
            if ones:
                page.head(head)
                for one in ones:
                    self._execution(page, one)
        words = self.query_one("#runbook-filter", Input).value.casefold().split()
        shown = [one for one in self.runbooks if _holds(one, words)]
        page.head("Runbooks", f"{len(shown)} of {len(self.runbooks)}" if words else f"{len(self.runbooks)}")
        if not shown:
            page.put(("none holds that" if words else "none" if self._read else "◌ reading", "$tone-dim"), indent=2)
        wide = min(38, max((cells(tame(one.title)) for one in shown), default=10))
        for runbook in shown:
            self._runbook(page, runbook, wide)
        for problem in self.problems:
            page.put((f"✗ {problem}", "$tone-unmet"), hang=2)
        if over:
            page.head("Ended")
            for one in over:
                self._execution(page, one)
        self.query_one(Sheet).show(page.blocks)
        self.say_title(("Runbooks  ", "$tone-dim"), ("what can be done, and what was", "bold"))

    def _execution(self, page: Page, one: Execution) -> None:
        glyph, tone, word = RUNS[one.mark]
        done, count = done_of(one)
        key = page.jump(f"execution:{one.id}", Target("execution", one.id, one.plan.title))
        whom = for_whom(one.plan.subject)
        page.put(
            (f"{glyph} ", tone), (one.plan.title, "bold"), f"  {one.outcome or word}",
            (f"  for {whom}" if whom else "", "$tone-dim"), key=key, cut=True,
            right=Content.styled(f"{done}/{count} · {tame(one.by)} · {page.look.when(one.started_at)}", "$tone-dim"),
        )  # fmt: skip

    def _runbook(self, page: Page, one: Runbook, wide: int) -> None:
        key = page.jump(f"runbook:{one.id}", Target("runbook", one.id, one.title))
        page.put((fit(one.title, wide), "bold"), ("  " + first_sentence(one.about), "$tone-dim"), key=key, cut=True)

    # ---- hands ---------------------------------------------------------------------------------------------------

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        event.stop()
        kind, _, ident = event.key.partition(":")
        if kind == "execution":
            self.app.push_screen(RunningScreen(ident))
        else:
            self._open(next(one for one in self.runbooks if one.id == ident))

    def act_runbook_open(self) -> None:
        self.query_one(Sheet).act_open()

    def _open(self, runbook: Runbook) -> None:
        """Plan it for what it is bound to: the row that was selected before, or the only thing that it names."""
        subject = self._subject_for(runbook)
        if subject is None:
            kinds = sorted({bound.partition(":")[0] for bound in runbook.bound})
            key = self.room_app.key_of("runbook.open")
            self.room_app.say(f"{runbook.title} is for one {' or '.join(kinds)}: press {key} on its row", "soon")
        else:
            self.room_app.plan_runbook(runbook, subject)

    def _subject_for(self, runbook: Runbook) -> Subject | None:
        if not runbook.bound:
            return Subject()
        if any(one.id == runbook.id for one in self._remedying.offered(self.meant)):
            return self.meant
        if len(runbook.bound) == 1 and not runbook.bound[0].endswith(":*"):
            kind, _, ident = runbook.bound[0].partition(":")
            return Subject(kind, ident, self._title_of(kind, ident))
        return None

    def _title_of(self, kind: str, ident: str) -> str:
        view = self.view
        if view is None:
            return ident
        promises = (*view.blockers, *view.targets)
        return next((one.title for one in promises if one.kind == kind and one.id.endswith(ident)), ident)

    def act_filter(self) -> None:
        field = self.query_one("#runbook-filter", Input)
        field.add_class("-open")
        field.focus()

    @on(Input.Changed, "#runbook-filter")
    def _typed(self) -> None:
        self.redraw()

    @on(Input.Submitted, "#runbook-filter")
    def _entered(self) -> None:
        self.query_one(Sheet).focus()

    def act_back(self) -> None:
        """The filter first."""
        field = self.query_one("#runbook-filter", Input)
        if field.has_class("-open"):
            field.value = ""
            field.remove_class("-open")
            self.query_one(Sheet).focus()
        else:
            self.room_app.pop_screen()

    def act_refresh_pane(self) -> None:
        self._read = False
        self._fetch()


def _holds(runbook: Runbook, words: list[str]) -> bool:
    text = f"{runbook.id} {runbook.title} {runbook.about} {' '.join(runbook.bound)}".casefold()
    return all(word in text for word in words)
