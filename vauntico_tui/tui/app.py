"""The app: draws the last picture at once, then opens the war room behind it and draws each new one.

Holds no truth of its own: a View, and what a hand asked for. Slow imports happen in `open_room`, in a thread, after
the first paint.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.signal import Signal
from textual.widgets import Input

from vauntico_tui.actions.registry import BY_ID, Action, Target
from vauntico_tui.base.clock import Clock, SystemClock
from vauntico_tui.base.text import one_line
from vauntico_tui.tui import acting, opening, theme
from vauntico_tui.tui.ci_acts import CiActs
from vauntico_tui.tui.commands import ActionCommands, HandCommands
from vauntico_tui.tui.dashboard.screen import Dashboard
from vauntico_tui.tui.format import tame
from vauntico_tui.tui.keys import bindings, check_keys, key_of
from vauntico_tui.tui.plain import PlainFilter
from vauntico_tui.tui.quiet import QuietCollector
from vauntico_tui.tui.remedy_acts import RemedyActs
from vauntico_tui.tui.remedying import Remedying
from vauntico_tui.tui.settings import ScreenSettings
from vauntico_tui.tui.taking_back import TakingBack
from vauntico_tui.tui.terminal import Terminal, drawing_on_output, has_browser, open_browser

if TYPE_CHECKING:
    from vauntico_tui.base.problems import Problem
    from vauntico_tui.view.model import View
    from vauntico_tui.warroom import Done, WarRoom

__all__ = ["ScreenSettings", "WarRoomApp"]

TICK = 10.0  # seconds between looks at the clock; words on the screen change more rarely than this


class WarRoomApp(CiActs, RemedyActs, TakingBack):
    """The war room in a terminal.

    `open_room` is called in a thread after the first paint; InputError shows its problems. `last` is painted first.
    `run()` returns None, or what the welcome asked for ("demo", "init", ...) for the command to go on with.
    """

    TITLE = "Vauntico war room"
    ENABLE_COMMAND_PALETTE = False  # our own: opened by the action `palette`, with our actions alone
    COMMANDS = {ActionCommands}  # noqa: RUF012  as Textual declares it
    CSS_PATH = "app.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["help", "palette", "quit", "back", "issues.all", "plan.show", "refresh.all", "pause"]),
        *bindings(["escalation.acknowledge", "escalation.more", "undo", "escalation.summary"]),
        *bindings(["run.log", "run.compare", "runbook.open", "runbook.all"]),
        Binding("ctrl+q,ctrl+c", "app.act('quit')", show=False),
    ]

    def __init__(
        self,
        open_room: Callable[[], WarRoom],
        last: View | None = None,
        screen: ScreenSettings | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        self.settings = screen or ScreenSettings()
        # Without colour only the terminal's own two are left: the theme of 16 with the colours taken out of it.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._open_room = open_room
        self._clock = clock or SystemClock()
        self.zone = self.settings.zone
        self.room: WarRoom | None = None
        self.view: View | None = last
        self.views: Signal[View] = Signal(self, "view")
        self.ticks: Signal[datetime] = Signal(self, "tick")
        self.opening = False
        self.left = False
        self.meant: tuple[Target, ...] = ()
        self.terminal = Terminal(self, self.TITLE, notify=self.settings.notify)
        self.remedying = Remedying(self)
        self._room_task: asyncio.Task[None] | None = None
        self._leave: Callable[[], None] = lambda: None
        self._plain = [PlainFilter()] if self.settings.plain else []
        self._collector = QuietCollector()
        self.animation_level = "none"
        for known in theme.themes():
            self.register_theme(known)
        self.theme = self._first_theme()
        self.keys, self.key_warnings = check_keys(self.settings.keys)

    def _first_theme(self) -> str:
        if self.no_color or self.console.color_system in {None, "standard", "windows"}:
            return theme.SIXTEEN
        return theme.LIGHT if self.settings.light else theme.DARK

    def _handle_exception(self, error: Exception) -> None:
        if not self.left:  # what fails while screens are taken down is no news to a reader who has left
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End with a crash report, as Textual's own but without the frames' variables: a secret may be in one."""
        from rich.segment import Segments  # noqa: PLC0415  only in a crash
        from rich.traceback import Traceback  # noqa: PLC0415

        self.bell()
        report = self.console.render(Traceback(show_locals=False, width=None), self.console.options)
        self._exit_renderables.append(Segments(report))
        self._close_messages_no_wait()

    # ---- time and picture ----------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The time as this screen takes it."""
        return self._clock.now()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *self._plain]

    def get_driver_class(self) -> type[Driver]:
        return drawing_on_output(super().get_driver_class())

    def get_default_screen(self) -> Screen[None]:
        return Dashboard()

    def on_mount(self) -> None:
        self._collector.start()
        self.set_keymap(self.keys)
        self.terminal.title()
        self.set_interval(TICK, self._tick)
        if self.key_warnings:
            self.say("; ".join(self.key_warnings), "soon")
        if self.settings.first_run:
            from vauntico_tui.tui.screens.welcome import WelcomeScreen  # noqa: PLC0415

            self.push_screen(WelcomeScreen())
        else:
            self.call_after_refresh(self.start_room)

    def on_unmount(self) -> None:
        self._collector.stop()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            if self.left:
                return
            self._collector.key()
        await super().on_event(event)

    def _tick(self) -> None:
        self.ticks.publish(self.now())
        self._collector.look()

    def show(self, view: View) -> None:
        """Draw a new picture, wherever it is shown."""
        self.view = view
        self.terminal.look(view)
        self.views.publish(view)

    # ---- the war room --------------------------------------------------------------------------------------------

    def start_room(self) -> None:
        """Open the war room in a thread that can't hold up leaving; again after its problems were put right."""
        if self.opening or self.room is not None:
            return
        self.opening = True
        opening.in_thread(self._open_room, self._opened)

    def _opened(self, room: WarRoom | None, problems: tuple[Problem, ...]) -> None:
        self.opening = False
        if not self.is_running:
            return
        if room is None:
            from vauntico_tui.tui.screens.problems import ProblemsScreen  # noqa: PLC0415

            self.push_screen(ProblemsScreen(problems))
            return
        self.room = room
        self._leave = room.subscribe(self.show)
        self.show(room.view)
        self.set_timer(opening.QUIET_MOMENT, opening.load_screens)
        self._room_task = asyncio.create_task(room.run())
        self._room_task.add_done_callback(self._ended)
        self.run_worker(self.remedying.opened(), name="executions", exit_on_error=False)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """The war room stopped by itself: say why; what is shown stays and ages."""
        if not task.cancelled() and (error := task.exception()) is not None and self.is_running:
            self.say(
                f"the sources stopped: {opening.surprise(error).message}; leave and start again", "late", lasting=True
            )

    def action_quit(self) -> None:  # type: ignore[override]  # at once, so nothing to await
        self.leave()

    def leave(self, result: str | None = None) -> None:
        """Leave at once, whatever hangs; `result` goes to the command that ran the app. No key does anything more."""
        if self.left:
            return
        self.left = True
        self._leave()
        self.remedying.closed()
        if self.room is not None:
            self.room.close()
        self.terminal.give_back()
        self.exit(result)

    # ---- actions -------------------------------------------------------------------------------------------------

    def chain(self) -> Iterable[DOMNode]:
        """Who may answer a key: what has the focus, what is around it, the screen, the app."""
        start: DOMNode = self.focused or self.screen
        yield from start.ancestors_with_self

    def captured(self) -> Target | None:
        """What an action pressed now is for: the nearest `target` from the focus outwards."""
        for node in self.chain():
            if isinstance(target := getattr(node, "target", None), Target):
                return target
        return None

    def why_not(self, action: Action, target: Target | None) -> str | None:
        """Why an action can't be done just now, or None."""
        if self.room is not None:
            return self.room.disabled(action, target)
        if action.mutates:
            return "the war room is still opening"
        if action.needs and target is None:
            return "nothing is selected"
        return "it has no page" if action.needs == "link" and target is not None and not target.link else None

    def action_act(self, ident: str) -> None:
        """Do an action for what is selected now. Its doer is the nearest `act_...` from the focus outwards."""
        action = BY_ID[ident]
        target = self.captured()
        if (why := self.why_not(action, target)) and not acting.marked(self, action):
            self.say(f"{action.title}: {why}", "soon")
            return
        if acting.asks(ident):
            self.start(ident, acting.marked(self, action) or ((target,) if target is not None else ()))
            return
        name = "act_" + ident.replace(".", "_")
        for node in self.chain():
            if (doer := getattr(node, name, None)) is not None:
                doer()
                return
        self.ask(ident, target if action.needs else None)

    def start(self, ident: str, targets: Sequence[Target]) -> None:
        """Ask what an action needs to know, for exactly these targets, then have it done."""
        from vauntico_tui.tui.screens.asking import AskingScreen  # noqa: PLC0415

        action = BY_ID[ident]
        if len(targets) == 1 and (why := self.why_not(action, targets[0])):
            self.say(f"{action.title}: {why}", "soon")
        elif not isinstance(self.screen, AskingScreen):
            self.push_screen(AskingScreen(action, targets))

    async def do(self, ident: str, targets: Sequence[Target], args: Mapping[str, str]) -> Done:
        """Have the war room do an action to each of the targets; one sentence says how it ended."""
        from vauntico_tui.warroom import Done as Ended  # noqa: PLC0415  it is loaded: the room is open
        from vauntico_tui.warroom import together  # noqa: PLC0415

        room = self.room
        if room is None:
            return Ended(False, "the war room is still opening")
        each = [await room.perform(ident, target, **args) for target in (targets or (None,))]
        done = together(each, BY_ID[ident].title)
        if len(each) > 1:
            room.one_press(sum(one.ok for one in each))
        for node in self.screen_stack[0].walk_children():
            if done.ok and (forget := getattr(node, "forget_marks", None)) is not None:
                forget()
        return done

    def ask(self, ident: str, target: Target | None = None, **args: str) -> None:
        """Have the war room do an action, and say how it ended."""
        room = self.room
        if room is None:
            self.say("the war room is still opening", "soon")
            return

        async def doing() -> None:
            done = await room.perform(ident, target, **args)
            self.say(done.message, "" if done.ok else "late")

        self.run_worker(doing(), name=ident, exit_on_error=False)

    def act_quit(self) -> None:
        """At once; but where a runbook of this console would be cut off, asked first. ctrl+c does not ask twice."""
        if not self.ask_to_leave():
            self.leave()

    def act_back(self) -> None:
        if len(self.screen_stack) > 1:
            self.pop_screen()

    def act_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            target = self.captured()
            self.meant = (target,) if target is not None else ()
            self.push_screen(CommandPalette(placeholder="Find an action…", id="--command-palette"))

    def act_escalation_more(self) -> None:
        """The palette with nothing but what can be done to this escalation, or to the marked ones."""
        target = self.captured()
        marks = acting.marked(self, BY_ID["escalation.acknowledge"])
        self.meant = marks or ((target,) if target is not None else ())
        if not isinstance(self.screen, CommandPalette):
            placeholder = f"Do what with {acting.named(self.meant, 50)}?"
            self.push_screen(CommandPalette([HandCommands], placeholder=placeholder, id="--command-palette"))

    def act_escalation_summary(self) -> None:
        from vauntico_tui.tui.screens.summary import SummaryScreen  # noqa: PLC0415

        self._push_once(SummaryScreen)

    def act_help(self) -> None:
        from vauntico_tui.tui.screens.help import HelpScreen  # noqa: PLC0415

        self._push_once(HelpScreen)

    def act_issues_all(self) -> None:
        from vauntico_tui.tui.screens.issues import IssuesScreen  # noqa: PLC0415

        self._push_once(IssuesScreen)

    def act_plan_show(self) -> None:
        from vauntico_tui.tui.screens.plan import PlanScreen  # noqa: PLC0415

        self._push_once(PlanScreen)

    def _push_once(self, kind: Callable[[], Screen[None]]) -> None:
        if not isinstance(self.screen, kind if isinstance(kind, type) else Screen):
            self.push_screen(kind())

    def open_target(self, target: Target) -> None:
        """Show what is known of a target: a KPI as a chart, the rest as a detail."""
        if target.kind == "kpi":
            from vauntico_tui.tui.screens.kpi import KpiScreen  # noqa: PLC0415

            self.push_screen(KpiScreen(target.id))
        else:
            from vauntico_tui.tui.screens.detail import DetailScreen  # noqa: PLC0415

            self.push_screen(DetailScreen(target.kind, target.id))

    def act_theme(self) -> None:
        order = [theme.DARK, theme.LIGHT, theme.SIXTEEN]
        self.theme = order[(order.index(self.theme) + 1) % 3] if self.theme in order else theme.DARK

    def act_browse(self) -> None:
        if (target := self.captured()) is None or not target.link:
            return
        if not target.link.startswith(("https://", "http://")):
            self.say(f"not a web address: {target.link}", "soon")
        elif has_browser():
            open_browser(target.link)
            self.say(f"opened {target.link}")
        else:
            self.copy_to_clipboard(target.link)
            self.say(f"no browser here; copied {target.link}")

    def act_copy(self) -> None:
        if (target := self.captured()) is not None:
            text = target.link or target.title
            self.copy_to_clipboard(text)
            self.say(f"copied {text}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that are letters belong to a field that is being typed in; after leaving no key does anything."""
        return not self.left and not (
            action == "act" and isinstance(self.focused, Input) and parameters[0] not in _WHILE_TYPING
        )

    def key_of(self, ident: str) -> str:
        """The key that an action has, as a footer says it."""
        return key_of(BY_ID[ident], self.keys)

    def say(self, text: str, tone: str = "", *, lasting: bool = False) -> None:
        """Tell the reader one line, in place of the keys; a notice where a screen has none. Never read as markup."""
        from vauntico_tui.tui.screens.behind import Behind  # noqa: PLC0415  not before the first paint

        text = one_line(text)
        board = self.screen_stack[0] if self.screen_stack else None
        if isinstance(board, Dashboard) and (self.screen is board or lasting):
            board.say(text, tone, lasting=lasting)
        elif (
            behind := next((one for one in reversed(self.screen_stack) if isinstance(one, Behind)), None)
        ) is not None:
            behind.say_below(text, tone)
        else:
            severity = _SEVERITIES.get(tone, "information")
            self.notify(tame(text), severity=severity, markup=False, timeout=6)


_SEVERITIES: dict[str, SeverityLevel] = {"late": "error", "soon": "warning"}
_WHILE_TYPING = frozenset({"quit", "back", "palette"})
