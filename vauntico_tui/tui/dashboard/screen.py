"""The dashboard: five panes under a header, over a footer. Draws each new View in one go, and never behind another
screen; what was selected, focused and scrolled to stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import NULL_OFFSET, NULL_SPACING, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from vauntico_tui.actions.registry import BY_ID, Target
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.tui.ci_acts import has_run
from vauntico_tui.tui.dashboard.footer import Footer, Hint, budget_words
from vauntico_tui.tui.dashboard.header import header_line
from vauntico_tui.tui.dashboard.places import BLOCKERS, CI, ESCALATIONS, KPIS, LEAST, PANES, TARGETS, Places, places
from vauntico_tui.tui.format import cut
from vauntico_tui.tui.keys import bindings, said
from vauntico_tui.tui.lines import Line
from vauntico_tui.tui.panes.blockers import BlockersPane
from vauntico_tui.tui.panes.ci import CiPane
from vauntico_tui.tui.panes.escalations import EscalationsPane, most_pressing
from vauntico_tui.tui.panes.kpis import KpisPane
from vauntico_tui.tui.panes.pane import Pane
from vauntico_tui.tui.panes.targets import TargetsPane
from vauntico_tui.tui.widgets.bar import Bar
from vauntico_tui.tui.widgets.rowlist import RowList
from vauntico_tui.view.model import View

if TYPE_CHECKING:
    from vauntico_tui.tui.app import WarRoomApp

JUST = timedelta(seconds=5)
"""A picture of so late needs no second look at what the time is."""


class BoardLayout(Layout):
    """Puts the dashboard's children where `places` says; the rest are not shown."""

    name = "board"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        regions = cast("Board", parent).place(size).regions
        return [
            WidgetPlacement(regions[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id in regions
        ]


class Board(Widget):
    """What holds header, panes and footer."""

    DEFAULT_CSS = "Board { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.open_pane = ESCALATIONS
        self.zoomed = False
        self.wants: dict[str, int] = dict.fromkeys(PANES, 10)
        self.filtering = False
        self._board_layout = BoardLayout()

    @property
    def layout(self) -> Layout:
        return self._board_layout

    def place(self, size: Size) -> Places:
        """Where everything is at a size."""
        where = places(size.width, size.height, self.open_pane, self.zoomed, self.wants)
        if self.filtering:
            where.regions["filter"] = where.regions.pop("footer")
        return where


class FilterInput(Input):
    """The line in which a filter is typed; arrows still move in the pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def action_give_up(self) -> None:
        cast("Dashboard", self.screen).end_filter(keep=False)

    def action_move(self, steps: int) -> None:
        cast("Dashboard", self.screen).pane.move(steps)


def most_needed(view: View, now: datetime) -> tuple[str, str | None]:
    """The pane that needs the reader most, and its row: an escalation that nobody has taken or that is late, a red
    blocker, a red workflow, a missed target, a KPI off target; else the escalations."""
    first = most_pressing(view)
    if first is not None and (first.state == "triggered" or first.breaches_at < now):
        return ESCALATIONS, first.id
    for promise in view.blockers:
        if promise.verdict.mark is Mark.UNMET:
            return BLOCKERS, f"blocker:{promise.id}"
    for flow in view.ci.workflows:
        if flow.failed is not None:
            return CI, f"workflow:{flow.path}"
    for promise in view.targets:
        if promise.verdict.mark is Mark.UNMET:
            return TARGETS, f"target:{promise.id}"
    for kpi in view.kpis:
        if kpi.mark is Mark.UNMET:
            return KPIS, f"kpi:{kpi.id}"
    return ESCALATIONS, None


_FIRST = frozenset({"back", "escalation.acknowledge", "runbook.open", "open", "run.log", "run.compare", "filter"})
_ONLY_WHERE_THEY_CAN = frozenset({"browse", "copy", "escalation.acknowledge"})


class Dashboard(Screen[None]):
    """The first screen."""

    AUTO_FOCUS = ""  # what needs the reader most has the focus, not what comes first

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings([
            "zoom", "refresh.pane", "pane.next", "pane.previous", "pane.1", "pane.2", "pane.3", "pane.4", "pane.5",
        ]),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.board = Board()
        self.header = Bar("header")
        self.footer = Footer()
        self.filter = FilterInput(placeholder="show only rows with…", id="filter", compact=True)
        self.panes: dict[str, Pane] = {
            BLOCKERS: BlockersPane(BLOCKERS),
            TARGETS: TargetsPane(TARGETS),
            CI: CiPane(CI),
            KPIS: KpisPane(KPIS),
            ESCALATIONS: EscalationsPane(ESCALATIONS),
        }
        self._drawn: View | None = None
        self._settled = False  # whether the first pane was chosen, or the reader has moved

    def compose(self) -> ComposeResult:
        with self.board:
            yield self.header
            yield from self.panes.values()
            yield self.footer
            yield self.filter

    @property
    def war_room(self) -> WarRoomApp:
        """The app, as what it is."""
        return cast("WarRoomApp", self.app)

    @property
    def pane(self) -> Pane:
        """The pane with the focus, or that had it last."""
        return self.panes[self.board.open_pane]

    @property
    def target(self) -> Target | None:
        """What an action pressed now is for, when the focus is in the filter."""
        return self.pane.target

    def on_mount(self) -> None:
        self.filter.can_focus = False
        app = self.war_room
        app.views.subscribe(self, self._on_view)
        app.ticks.subscribe(self, self._on_beat)
        app.remedying.changed.subscribe(self, lambda _: self._say_footer())
        app.remedying.asked.subscribe(self, lambda _: self._say_footer())
        if app.view is not None:
            self._choose(app.view)
            self.board.wants = self._wants(app.view)
            self._drawn = app.view
            for pane in self.panes.values():
                pane.view = app.view
        self._place()
        self.panes[self.board.open_pane].focus()

    # ---- drawing -------------------------------------------------------------------------------------------------

    def _on_view(self, view: View) -> None:
        if self._seen():
            self.draw(view)

    def _seen(self) -> bool:
        """Whether any of it can be seen. Behind another screen nothing is drawn: it is when that one closes."""
        top = self.app.screen
        return top is self or top.has_class("-beside")

    def on_screen_resume(self) -> None:
        view = self.war_room.view
        if view is not None and view is not self._drawn:
            self.draw(view)
        elif self._drawn is not None:
            self._on_tick(self.war_room.now())

    def draw(self, view: View) -> None:
        """Show a picture, all of it at once."""
        self._drawn = view
        with self.app.batch_update():
            wants = self._wants(view)
            if not self._settled:
                self._choose(view)
            if wants != self.board.wants:
                self.board.wants = wants
                self._place()
            for pane in self.panes.values():
                pane.show(view)
            self._say_header()
            self._say_footer()

    def _wants(self, view: View) -> dict[str, int]:
        return {name: pane.wants(view) for name, pane in self.panes.items()}

    def _choose(self, view: View) -> None:
        """Start on what needs the reader most; once anything was read this is settled."""
        name, row = most_needed(view, self.war_room.now())
        self.panes[name].selected = row or self.panes[name].selected
        if name != self.board.open_pane:
            self.board.open_pane = name
            if self.is_mounted:
                self._place()
                self.panes[name].focus()
        self._settled = any(status.as_of is not None for status in view.sources)

    def _on_beat(self, now: datetime) -> None:
        if self._drawn is None or abs(now - self._drawn.as_of) > JUST:
            self._on_tick(now)

    def _on_tick(self, now: datetime) -> None:
        if self._drawn is not None and self._seen():
            for pane in self.panes.values():
                pane.tick()
            self._say_header()

    def _place(self) -> None:
        """Put everything in its place again; nothing is built anew."""
        where = self.board.place(self.size)
        for name, pane in self.panes.items():
            pane.set_folded(name in where.folded)
        self.header.refresh(repaint=False, layout=True)  # a child's: that is what forgets the board's arrangement

    def on_resize(self, event: events.Resize) -> None:
        self._place()
        self._say_header(event.size)

    def _say_header(self, size: Size | None = None) -> None:
        width, height = size or self.size
        if width < LEAST[0] or height < LEAST[1]:
            room = f" {width}×{height} is small: escalations alone, all from {LEAST[0]}×{LEAST[1]}"
            self.header.set_line(((room, "soon"),))
        else:
            self.header.set_line(header_line(self._drawn or self.war_room.view, self.war_room.now(), width))

    def _say_footer(self) -> None:
        app = self.war_room
        target = self.pane.target
        idents = [
            "escalation.acknowledge",
            "runbook.open",
            "open",
            "filter",
            "zoom",
            "browse",
            "refresh.pane",
            "issues.all",
            "plan.show",
            "copy",
            "pause",
        ]
        if has_run(app.view, target):
            idents[3:3] = ["run.log", "run.compare"]
        if self.pane.filter_text or self.board.zoomed:
            idents.insert(0, "back")
        hints = [
            Hint(ident, app.key_of(ident), self._title(ident), app.why_not(BY_ID[ident], target)) for ident in idents
        ]
        last = [Hint(ident, app.key_of(ident), BY_ID[ident].title) for ident in ("help", "palette", "quit")]
        where = self.board.place(self.size)
        pane_key = said("tab") if where.mode == "accordion" else "1-5"
        moves = [] if where.mode in {"tiny", "zoom"} else [Hint("pane.next", pane_key, "pane")]
        hints = [hint for hint in hints if hint.key and not (hint.id in _ONLY_WHERE_THEY_CAN and hint.why)]
        if not app.remedying.applies(target):
            hints = [hint for hint in hints if hint.id != "runbook.open"]
        first = [hint for hint in hints if hint.id in _FIRST - ({"filter"} if "run.log" in idents else set())]
        rest = [hint for hint in hints if hint not in first]
        self.footer.show([*first, *moves, last[0], last[2], *rest, last[1]], self._right())

    def _title(self, ident: str) -> str:
        if ident == "back":
            return "all rows" if self.pane.filter_text else "back"
        if ident == "pause" and (view := self.war_room.view) is not None and view.paused:
            return "go on"
        return BY_ID[ident].title

    def _right(self) -> Line:
        """What the war room says of itself: a notice, a stretched interval, else the request budget."""
        view = self.war_room.view
        if view is None:
            return ()
        if running := self.war_room.remedying.line():
            return running
        room = self.size.width // 3
        budget = budget_words(view)
        journal = view.journal
        if journal is not None and journal.trouble is not None:
            return (("nothing can be written", "late"),)  # the header names the journal, the pane the cause
        if view.notices:
            return ((cut(view.notices[0], room), "soon"), ("  ", ""), *budget)
        note = next((status.note for status in view.sources if status.note and status.state is not State.OFF), "")
        if not note or view.paused or self.size.width < 110:
            return budget
        return ((cut(note, room), budget[0][1] if budget else "dim"),)

    def say(self, text: str, tone: str, *, lasting: bool = False) -> None:
        """One line in the footer, for a while."""
        self.footer.say(text, tone, lasting=lasting)

    # ---- moving between panes ------------------------------------------------------------------------------------

    def go(self, name: str) -> None:
        """Give a pane the focus; in the accordion it opens."""
        self._settled = True
        if self.board.filtering:
            self.end_filter(keep=True)
        changed = name != self.board.open_pane
        self.board.open_pane = name
        if changed:
            self._place()
        self.set_focus(self.panes[name], scroll_visible=False)  # at once: a key typed ahead is for this pane's row
        if self.focused is not self.panes[name]:
            self.panes[name].focus(scroll_visible=False)
        self._say_footer()

    def _step(self, way: int) -> None:
        if self.board.place(self.size).mode == "tiny":
            return
        order = self._reading_order()
        self.go(order[(order.index(self.board.open_pane) + way) % len(order)])

    def _reading_order(self) -> list[str]:
        return list(PANES)

    def act_pane_next(self) -> None:
        self._step(1)

    def act_pane_previous(self) -> None:
        self._step(-1)

    def act_pane_1(self) -> None:
        self._jump(BLOCKERS)

    def act_pane_2(self) -> None:
        self._jump(TARGETS)

    def act_pane_3(self) -> None:
        self._jump(CI)

    def act_pane_4(self) -> None:
        self._jump(KPIS)

    def act_pane_5(self) -> None:
        self._jump(ESCALATIONS)

    def _jump(self, name: str) -> None:
        if self.board.place(self.size).mode == "tiny" and name != ESCALATIONS:
            self.say(f"the other panes need {LEAST[0]}×{LEAST[1]}", "soon")
        else:
            self.go(name)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, Pane) and event.widget.id and event.widget.id != self.board.open_pane:
            self._settled = True
            self.board.open_pane = event.widget.id
            self._place()
            self._say_footer()

    def act_zoom(self) -> None:
        self.board.zoomed = not self.board.zoomed
        self._place()
        self._say_footer()

    def act_refresh_pane(self) -> None:
        self.war_room.ask("refresh.pane", self.pane.source)

    def act_back(self) -> None:
        """Give up, one thing at a time: the filter, then the zoom."""
        if self.pane.filter_text:
            self.pane.set_filter("")
            self.filter.value = ""
        elif self.board.zoomed:
            self.board.zoomed = False
            self._place()
        self._say_footer()

    # ---- the filter ----------------------------------------------------------------------------------------------

    def act_filter(self) -> None:
        self.board.filtering = True
        self.filter.can_focus = True
        self.filter.value = self.pane.filter_text
        self._place()
        self.filter.focus()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if self.board.filtering:
            self.pane.set_filter(event.value)

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.end_filter(keep=True)

    def end_filter(self, *, keep: bool) -> None:
        """Close the line the filter is typed in; without `keep` every row is shown again."""
        self.board.filtering = False
        if not keep:
            self.pane.set_filter("")
        self.filter.can_focus = False
        self._place()
        self.pane.focus(scroll_visible=False)
        self._say_footer()

    # ---- rows ----------------------------------------------------------------------------------------------------

    @on(RowList.Opened)
    def _row_opened(self, event: RowList.Opened) -> None:
        self.war_room.open_target(event.target)

    @on(RowList.Moved)
    def _row_moved(self) -> None:
        self._settled = True
        self._say_footer()
