"""A runbook's plan: every step exactly as it would be run, before it is. Two keys run it; nothing else here sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from vauntico_tui.actions.registry import Target
from vauntico_tui.actions.remedy.model import RunPlan, Subject
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.page import Page, content
from vauntico_tui.tui.screens.remedy.beside import kept_now, others
from vauntico_tui.tui.screens.remedy.by_hand import ByHandScreen, to_merge
from vauntico_tui.tui.screens.remedy.confirming import ConfirmingScreen
from vauntico_tui.tui.screens.remedy.plan_page import target_of
from vauntico_tui.tui.screens.remedy.planning import Planning
from vauntico_tui.tui.screens.remedy.secrets import SecretsScreen
from vauntico_tui.tui.screens.remedy.steps import Steps
from vauntico_tui.tui.screens.remedy.words import confirming, for_whom, plural, ready, secret_asks, stays

if TYPE_CHECKING:
    from vauntico_tui.runbooks.model import Runbook
    from vauntico_tui.view.model import View


class RunPlanScreen(Planning):
    """The plan to read, approve and run. Plans when it opens and again on `r`; what is being read does not move."""

    DEFAULT_CSS = """
    RunPlanScreen .plan--bar { height: auto; max-height: 4; padding: 0 2; background: $panel; }
    """
    AUTO_FOCUS = "Steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["refresh.pane", "runbook.open"]),
        Binding("n,tab", "next(1)", show=False),
        Binding("N,shift+tab", "next(-1)", show=False),
        Binding("d", "diffs", show=False),
        Binding("e", "params", show=False),
        Binding("E", "by_hand", show=False),
        Binding("s", "sign", show=False),
        Binding("O", "override", show=False),
    ]

    def __init__(
        self, subject: Subject, runbook: Runbook | None = None, *, resume: str = "", news: str = "",
        values: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(subject, runbook, resume=resume, news=news, values=values)
        self.unfolded: frozenset[int] = frozenset()
        self.diffs = True
        self._drawn: tuple[object, ...] = ()

    def body(self) -> ComposeResult:
        yield Steps(widest=160)
        yield Static(classes="plan--bar", markup=False)

    def on_mount(self) -> None:
        self._remedying.changed.subscribe(self, lambda _: self.redraw())
        self._begin()

    @property
    def target(self) -> Target | None:
        """What it is for; a picked approval that is missing."""
        plan = self.plan
        pick = self.query_one(Steps).pick or ""
        if plan is not None and pick.startswith("gate:"):
            gate = next(one for one in plan.gates if one.id == pick.removeprefix("gate:"))
            return Target("approval", gate.id, gate.title)
        if plan is not None:
            return target_of(plan)
        return Target(self.subject.kind or "runbook", self.subject.id or "plan", self.subject.title, self.subject.link)

    # ---- drawing -------------------------------------------------------------------------------------------------

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        plan, sheet = self.plan, self.query_one(Steps)
        title = plan.title if plan is not None else self.runbook.title if self.runbook is not None else "resume"
        whom = for_whom(self.subject)
        word = "resume  " if self.resume else "remediate  "
        self.say_title((word, "$tone-dim"), (title, "bold"), (f"  for {whom}" if whom else "", "$tone-dim"))
        self.tell_bar()
        news = self.news or ("" if self.resume or plan is None else self._remedying.before(plan))
        beside = self._others(), kept_now(self.view, self.subject)
        state = (id(plan), self.unfolded, self.diffs, news, self.problems, self._planning and plan is None, beside)
        if state == self._drawn:
            return
        self._drawn = state
        if plan is None or self._pages is None:
            page = Page(self.look, self.target or Target("plan", "plan", title))
            for problem in self.problems:
                page.put(("✗ ", "$tone-unmet"), problem, hang=2)
            if self._planning and not self.problems:
                page.put(("◌ planning: reading the repository as it is now; nothing is changed", "$tone-dim"))
            sheet.show(page.blocks)
            return
        page = self._pages.page(self.look, self.unfolded, diffs=self.diffs, news=news, others=beside[0], kept=beside[1])
        for problem in self.problems:
            page.put(("✗ ", "$tone-unmet"), problem, hang=2)
        sheet.show(page.blocks)
        if sheet.pick is None and sheet.keys:
            first = next((f"step:{step.index}" for step in plan.steps if step.state != "nothing"), sheet.keys[0])
            closed = any(not gate.open for gate in plan.gates)
            self.call_after_refresh(sheet.move_to, sheet.keys[0] if closed else first)
        self.call_after_refresh(self.tell_keys)

    def _others(self) -> tuple[str, ...]:
        """Who else is at it."""
        if self.plan is None:
            return ()
        return others(self._remedying.executions.values(), self.plan, self.look, self.room_app.key_of("runbook.all"))

    def why_not(self) -> str:
        """Why the plan can't be run just now; "" where it can."""
        plan, door = self.plan, self._remedying.door
        if plan is None or door is None or self._planning:
            return "it is not planned yet"
        if plan.blocked:
            return plan.blocked[0]
        if plan.nothing_to_do:
            return "there is nothing to do"
        if hands := to_merge(plan):
            return f"{hands[0].path} must be merged by hand: E"
        action = "runbook.resume" if self.resume else "runbook.run"
        return self.room_app.why_not_id(action) or ("" if self.resume else door.why_not(plan.id) or "")

    def tell_bar(self) -> None:
        """What saying yes would do, exactly; or why it can't be said."""
        bar, plan, key = self.query_one(".plan--bar", Static), self.plan, self.room_app.key_of("runbook.open")
        if self._planning or plan is None:
            line = content(("◌ planning…" if self._planning else "✗ no plan", "$tone-dim"))
        elif plan.nothing_to_do and not plan.blocked:
            mark, tone = ("✗", "$tone-unmet") if plan.unmet else ("?", "$tone-unknown")
            line = (
                content((f"{mark} {plan.nothing}", tone)) if plan.yet
                else content(("✓ nothing to do: everything is as it would be made", "$tone-met"))
            )  # fmt: skip
        elif why := self.why_not():
            line = content(("✗ can't run: ", "$tone-unmet"), why)
        else:
            names = secret_asks(ready(plan))
            tail = f"; {plural(len(names), 'value')} asked for first" if names else ""
            line = content((key, "bold $tone-accent"), f" runs {confirming(plan)}{tail}")
        self.write(".plan--bar", line)
        bar.refresh(layout=True)

    def keys(self) -> Iterable[tuple[str, str]]:
        plan = self.plan
        pairs = [("back", "back"), ("runbook.open", "run it"), ("enter", "requests"), ("d", "diffs")]
        if plan is not None and any(not gate.open for gate in plan.gates):
            pairs += [("s", "sign"), ("O", "override")]
        if plan is not None and any(change.by_hand for step in plan.steps for change in step.changes):
            pairs.append(("E", "merge by hand"))
        if self.params:
            pairs.append(("e", "parameters"))
        return [*pairs, ("n", "next step"), ("refresh.pane", "plan again"), ("copy", "copy"), ("help", "keys")]

    # ---- reading -------------------------------------------------------------------------------------------------

    def on_sheet_chosen(self, event: Steps.Chosen) -> None:
        event.stop()
        if event.key.startswith("step:"):
            self.unfolded ^= {int(event.key.removeprefix("step:"))}
            self.redraw()
        elif event.key.startswith("gate:"):
            self.action_sign()

    def action_next(self, way: int) -> None:
        self.query_one(Steps).next_row(way)

    def action_diffs(self) -> None:
        self.diffs = not self.diffs
        self.redraw()

    def action_params(self) -> None:
        self._ask_params()

    def act_refresh_pane(self) -> None:
        self.news = ""
        self._make()

    def act_copy(self) -> None:
        self.copy_words(self.query_one(Steps).text)

    # ---- approvals and merges ------------------------------------------------------------------------------------

    def action_sign(self) -> None:
        self._gate("approval.sign")

    def action_override(self) -> None:
        self._gate("verdict.override")

    def _gate(self, action: str) -> None:
        """Sign or override the approval that is picked, or the first that is missing."""
        plan = self.plan
        closed = [gate for gate in plan.gates if not gate.open] if plan is not None else []
        picked = self.query_one(Steps).pick
        gate = next((one for one in closed if picked == f"gate:{one.id}"), closed[0] if closed else None)
        if gate is None:
            self.room_app.say("no approval is missing", "soon")
        else:
            self.room_app.start(action, (Target("approval", gate.id, gate.title),))

    def on_screen_resume(self) -> None:
        """Back from signing: whether the approval stands now is planned again."""
        if self.plan is not None and any(not gate.open for gate in self.plan.gates) and not self._planning:
            self._make()

    def action_by_hand(self) -> None:
        """Show what is and what is wanted; what is saved in the person's editor goes into the plan."""
        hands = to_merge(self.plan) if self.plan is not None else []
        if not hands:
            self.room_app.say("nothing here needs to be merged by hand", "soon")
            return
        change = hands[0]

        def merged(text: str | None) -> None:
            if text is not None:
                self.edited[change.path] = text
                self.news = f"{change.path} is as you merged it"
                self._make(own=True)

        self.app.push_screen(ByHandScreen(change, self.edited.get(change.path)), merged)

    # ---- running -------------------------------------------------------------------------------------------------

    def act_runbook_open(self) -> None:
        """Ask for the secrets that it needs, then for a yes; the plan that is shown is the one that is run."""
        plan = self.plan
        if plan is None or (why := self.why_not()):
            self.app.bell()
            self.room_app.say(f"it can't be run: {why}" if plan is not None else "it is not planned yet", "soon")
            return
        asks = {ask.name: ask for step in ready(plan) for ask in step.asks if ask.kind == "secret"}

        def given(secrets: dict[str, str] | None) -> None:
            if secrets is not None:
                self._confirm(plan, secrets)

        if asks:
            self.app.push_screen(SecretsScreen(tuple(asks.values()), plan.title), given)
        else:
            self._confirm(plan, {})

    def act_runbook_run(self) -> None:
        """The same, from the palette."""
        self.act_runbook_open()

    def _confirm(self, plan: RunPlan, secrets: Mapping[str, str]) -> None:
        def answered(yes: bool | None) -> None:
            if yes and self.plan is plan:
                self._run(plan, secrets)

        but = stays(plan)
        act = "Resume" if self.resume else "Run"
        self.app.push_screen(ConfirmingScreen(act, f"{confirming(plan)}?", but, "yes, do it", "no, go back"), answered)

    def _run(self, plan: RunPlan, secrets: Mapping[str, str]) -> None:
        from vauntico_tui.tui.screens.remedy.running import RunningScreen  # noqa: PLC0415  it opens this one too

        target = target_of(plan)
        if self.resume:
            self._remedying.do("runbook.resume", self.resume, target, secrets, digest=plan.digest)
        else:
            self._remedying.do("runbook.run", plan.id, target, secrets)
        self.app.switch_screen(RunningScreen(self.resume or plan.id, plan))
