"""A runbook while it runs, and afterwards: each step live, what became true, and how to cancel, resume or undo it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.model import RunPlan
from vauntico_tui.base.text import one_line
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.page import content
from vauntico_tui.tui.screens.remedy.beside import kept_now
from vauntico_tui.tui.screens.remedy.confirming import ConfirmingScreen
from vauntico_tui.tui.screens.remedy.hearing import Hearing
from vauntico_tui.tui.screens.remedy.plan_page import target_of
from vauntico_tui.tui.screens.remedy.running_page import running_page, undo_words, waiting_page
from vauntico_tui.tui.screens.remedy.steps import Steps
from vauntico_tui.tui.screens.remedy.words import LIVE, RUNS, for_whom

if TYPE_CHECKING:
    from vauntico_tui.view.model import View


class RunningScreen(Hearing):
    """Leaving it stops nothing. `plan` is shown until the first word of the execution has come."""

    DEFAULT_CSS = """
    RunningScreen .running--bar { height: auto; max-height: 5; padding: 0 2; background: $panel; }
    """
    AUTO_FOCUS = "Steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["refresh.pane"]),
        Binding("n,tab", "next(1)", show=False),
        Binding("N,shift+tab", "next(-1)", show=False),
        Binding("C", "stop", show=False),
        Binding("R", "resume", show=False),
        Binding("u", "take_back", show=False),
        Binding("v", "verify", show=False),
        Binding("a", "answer", show=False),
    ]

    def __init__(self, ident: str, plan: RunPlan | None = None, *, news: str = "") -> None:
        super().__init__(ident, plan, news=news)
        self.unfolded: frozenset[int] = frozenset()

    def body(self) -> ComposeResult:
        yield Steps(widest=160)
        yield Static(classes="running--bar", markup=False)

    @property
    def target(self) -> Target | None:
        plan = self.execution.plan if self.execution is not None else self.plan
        return target_of(plan) if plan is not None else Target("execution", self.ident, self.ident)

    # ---- drawing -------------------------------------------------------------------------------------------------

    def _ticked(self, _now: datetime) -> None:
        """Seconds are looked at by itself."""

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        one, sheet = self.execution, self.query_one(Steps)
        plan = one.plan if one is not None else self.plan
        if plan is None:
            self.say_title((self._said or "reading…", "$tone-dim"))
            return
        word, tone = (RUNS[one.mark][2], RUNS[one.mark][1]) if one is not None else ("beginning", "$tone-dim")
        if one is None and self.refused:
            word, tone = "not begun", "$tone-unmet"
        whom = for_whom(plan.subject)
        self.say_title((f"{word}  ", tone), (plan.title, "bold"), (f"  for {whom}" if whom else "", "$tone-dim"))
        if one is None:
            page = waiting_page(plan, self.look, self._said)
        else:
            page = running_page(
                one, self.look, self.unfolded, told=self.told, news=self.news or self._said, undoing=self.undoing,
                kept=kept_now(self.view, one.plan.subject),
            )  # fmt: skip
        sheet.show(page.blocks)
        if sheet.pick is None and sheet.keys:
            sheet.pick = sheet.keys[0]
        self._bar()
        self.tell_keys()

    def _bar(self) -> None:
        """What it waits for a person to say; else what leaving does."""
        question = self._remedying.question_of(self.ident)
        one = self.execution
        if question is not None:
            line = content(
                ("? ", "bold $tone-soon"), (question.words, "bold"), "  ", ("a", "bold $tone-accent"), " answer"
            )
        elif one is not None and one.mark in LIVE:
            line = content(("esc leaves it running; ", "$tone-dim"),
                           (f"{self.room_app.key_of('runbook.all')} finds it again", "$tone-dim"))  # fmt: skip
        else:
            line = content("")
        self.write(".running--bar", line)
        bar = self.query_one(".running--bar", Static)
        bar.display = bool(line.plain)
        bar.refresh(layout=True)

    def keys(self) -> Iterable[tuple[str, str]]:
        one = self.execution
        pairs = [("back", "back")]
        if one is not None:
            if self._remedying.question_of(self.ident) is not None:
                pairs.append(("a", "answer"))
            if one.mark in LIVE:
                pairs.append(("C", "cancel"))
            if one.can_resume and one.ended_at is None:
                pairs += [("R", "resume"), ("v", "verify")]
            if one.can_undo:
                pairs.append(("u", "undo"))
        return [*pairs, ("enter", "unfold"), ("n", "next step"), ("browse", "browser"), ("copy", "copy"),
                ("help", "keys")]  # fmt: skip

    # ---- hands ---------------------------------------------------------------------------------------------------

    def on_sheet_chosen(self, event: Steps.Chosen) -> None:
        event.stop()
        if event.key.startswith("step:"):
            self.unfolded ^= {int(event.key.removeprefix("step:"))}
            self.redraw()

    def action_next(self, way: int) -> None:
        self.query_one(Steps).next_row(way)

    def act_refresh_pane(self) -> None:
        self._fetch()

    def act_copy(self) -> None:
        self.copy_words(self.query_one(Steps).text)

    def act_back(self) -> None:
        one = self.execution
        self.room_app.pop_screen()
        if one is not None and one.mark in LIVE:
            self.room_app.say(f"{one.plan.title} goes on; {self.room_app.key_of('runbook.all')} shows it")

    def action_answer(self) -> None:
        """A person's word on what a step asks; escape leaves it open."""
        question = self._remedying.question_of(self.ident)
        if question is None:
            self.room_app.say("nothing is asked just now", "soon")
            return

        def answered(yes: bool | None) -> None:
            if yes is not None and not question.answer.done():
                question.answer.set_result(yes)

        self.app.push_screen(ConfirmingScreen("?", question.words, "", "yes · n no", "not yet"), answered)

    def _ready(self, action: str, fits: bool, otherwise: str) -> bool:
        why = self.room_app.why_not_id(action) if fits else otherwise
        if why:
            self.room_app.say(why, "soon")
        return not why

    def action_stop(self) -> None:
        one = self.execution
        if one is None or not self._ready("runbook.cancel", one.mark in LIVE, "it does not run"):
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._remedying.do("runbook.cancel", self.ident, self.target, {})

        what = f"{one.plan.title}? The request that is out is awaited; nothing more is sent. What is done stays done."
        self.app.push_screen(ConfirmingScreen("Cancel", what, "", "cancel it", "let it run"), answered)

    def action_resume(self) -> None:
        """What is still to do is planned against the world as it is now, and shown before it goes on."""
        from vauntico_tui.tui.screens.remedy.plan import RunPlanScreen  # noqa: PLC0415  it opens this one too

        one = self.execution
        if one is not None and self._ready("runbook.resume", one.can_resume, "there is nothing to resume"):
            self.app.switch_screen(RunPlanScreen(one.plan.subject, resume=one.id))

    def action_take_back(self) -> None:
        one = self.execution
        if one is None or not self._ready("runbook.undo", one.can_undo, "there is nothing that can be taken back"):
            return
        what, but = undo_words(one)
        self.undoing = True
        self.redraw()

        def answered(yes: bool | None) -> None:
            if yes:
                self._remedying.do("runbook.undo", self.ident, self.target, {})
            else:
                self.undoing = False
                self.redraw()

        self.app.push_screen(ConfirmingScreen("Undo", what, but, "take it back", "leave it as it is"), answered)

    @work(exclusive=True, exit_on_error=False, group="verify")
    async def action_verify(self) -> None:
        """Look whether what nobody knows was done; changes nothing anywhere."""
        door = self._remedying.door
        if door is None or self.execution is None:
            return
        self.told = ("◌ looking…",)
        self.redraw()
        try:
            said = await door.verify(self.ident)
        except Exception as error:  # whatever stands in the way is said
            said = f"✗ it can't be looked at: {one_line(str(error))}"
        self.told = tuple(line for line in said.splitlines() if line.strip()) or ("nothing is unsure",)
        self.redraw()

    def act_runbook_cancel(self) -> None:
        """From the palette, as by their keys."""
        self.action_stop()

    def act_runbook_resume(self) -> None:
        self.action_resume()

    def act_runbook_undo(self) -> None:
        self.action_take_back()
