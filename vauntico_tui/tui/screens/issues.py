"""Every issue, open and closed: sorted, filtered, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import State
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.lines import Line, strip
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.issue_filter import ORDERS, Entry, chosen, entries, ordered, severities
from vauntico_tui.tui.screens.issue_list import IssueList
from vauntico_tui.tui.screens.page import DOT, content

if TYPE_CHECKING:
    from vauntico_tui.evidence.facts import Issue
    from vauntico_tui.view.model import View


class _Names(Widget):
    """The names of the columns."""

    DEFAULT_CSS = "_Names { height: 1; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.line: Line = ()

    def render_line(self, y: int) -> Strip:
        return strip((("   ", ""), *self.line), self.app.theme, self.size.width)


class IssuesScreen(Behind):
    """All issues that are known."""

    DEFAULT_CSS = """
    IssuesScreen .issues--says { height: 1; padding: 0 2; text-wrap: nowrap; text-overflow: ellipsis; }
    IssuesScreen Input {
        height: 1; border: none; padding: 0 2; background: $panel; display: none;
        &:focus { border: none; padding: 0 2; }
        &.-open { display: block; }
    }
    """
    AUTO_FOCUS = "IssueList"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["filter", "sort", "refresh.pane"]),
        Binding("tab", "app.act('filter')", show=False),
    ]
    KEYS = (("back", "back"), ("open", "open"), ("filter", "filter"), ("sort", "sort"), ("mark", "mark"),
            ("browse", "browser"), ("copy", "copy"), ("help", "keys"))  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.filter_text = ""
        self.order = 0
        self._every: dict[int, Entry] = {}
        self._sorted: list[Entry] = []
        self._seen: tuple[tuple[Issue, ...], dict[int, str], int] | None = None
        self._chosen: list[Entry] | None = None

    def body(self) -> ComposeResult:
        yield Static(classes="issues--says", markup=False)
        yield _Names()
        yield IssueList()
        yield Input(placeholder="text, label:x, is:open, is:closed, sev:critical, by:name")

    # ---- drawing ------------------------------------------------------------------------------------------------

    def draw(self, view: View) -> None:
        told, seen = severities(view), self._seen
        if seen is None or seen[0] is not view.all_issues or seen[1:] != (told, self.order):
            self._seen = view.all_issues, told, self.order
            self._every = entries(view.all_issues, told, self._every)
            self._sorted = ordered(self._every.values(), ORDERS[self.order])
            self._chosen = None
        self._show(view)

    def _show(self, view: View) -> None:
        issues = self.query_one(IssueList)
        if self._chosen is None:
            self._chosen = chosen(self._sorted, self.filter_text)
            issues.set_entries(self._chosen, self.look.now)
        else:
            issues.tick(self.look.now)
        shown = self._chosen
        names = self.query_one(_Names)
        line = issues.header()
        if line != names.line:
            names.line = line
            names.refresh()
        self._say(view, len(shown), len(issues.marked))

    def _say(self, view: View, shown: int, marked: int) -> None:
        """How many there are, how many are shown, and how far to trust that."""
        sum_ = view.issues
        known = len(self._every)
        self.say_title(("Issues  ", "$tone-dim"), (f"{sum_.open:,} open", "bold"), f"{DOT}{sum_.closed:,} closed")
        parts: list[tuple[str, str] | str] = []
        if not sum_.complete and known:
            of = f" of {sum_.total:,}" if sum_.total > known else ""
            parts.append((f"{known:,}{of} read so far{DOT}", "$tone-soon"))
        if self.filter_text:
            parts.append((f"{shown:,} of {known:,} hold ", ""))
            parts.append((self.filter_text, "bold"))
            parts.append(DOT)
        if sum_.trouble is not None:  # first, and the age with it: of this the end may be cut
            old = f"read {self.look.ago(sum_.as_of)}{DOT}" if sum_.as_of is not None else ""
            parts = [(f"{sum_.trouble.next_step}{DOT}", "$tone-unmet"), (old, "$tone-soon"), *parts]
            parts.append((f"{sum_.trouble.cause}{DOT}", "$tone-unmet"))
        parts.append((f"sorted by {ORDERS[self.order].word}", "$tone-dim"))
        if marked:
            parts.append((f"{DOT}{marked:,} marked", "$tone-soon"))
        if sum_.trouble is None and sum_.as_of is not None:
            parts.append((f"{DOT}read {self.look.ago(sum_.as_of)}", "$tone-dim"))
        if not known:
            parts = [self._why_none(view)]
        self.write(".issues--says", content(*parts))

    def _why_none(self, view: View) -> tuple[str, str]:
        sum_ = view.issues
        match sum_.state:
            case State.LOADING:
                return ("reading the issues, none has come yet", "$tone-dim")
            case State.OFF:
                return ("no repository is connected: set [github] repository in the config", "$tone-soon")
            case State.FAILED:
                return (f"nothing was read: {sum_.trouble or 'no reason given'}", "$tone-unmet")
            case _ if sum_.total:
                return (f"the list of {sum_.total:,} issues comes with the next reading", "$tone-dim")
            case _:
                return ("the repository has no issues", "$tone-dim")

    def on_resize(self) -> None:
        self._chosen = None
        self.call_after_refresh(self.redraw)

    # ---- actions ------------------------------------------------------------------------------------------------

    @property
    def target(self) -> Target | None:
        return self.query_one(IssueList).target

    def act_sort(self) -> None:
        self.order = (self.order + 1) % len(ORDERS)
        self.redraw()

    def act_filter(self) -> None:
        field = self.query_one(Input)
        field.add_class("-open")
        field.focus()

    def act_back(self) -> None:
        """Gives up the filter first, then the screen."""
        field = self.query_one(Input)
        if field.has_class("-open") or self.filter_text:
            field.value = ""
            field.remove_class("-open")
            self.query_one(IssueList).focus()
        else:
            self.app.pop_screen()

    def act_refresh_pane(self) -> None:
        if (room := self.room_app.room) is None:
            self.room_app.say("the war room is still opening", "soon")
            return
        room.refresh("github")
        self.room_app.say("asking GitHub again")

    def act_copy(self) -> None:
        issues = self.query_one(IssueList)
        marked = [one.issue.url for one in issues.shown if one.issue.number in issues.marked]
        target = issues.target
        if marked:
            self.copy_words("\n".join(marked))
        elif target is not None:
            self.copy_words(target.link or target.title)

    @on(Input.Changed)
    def _filtered(self, event: Input.Changed) -> None:
        self.filter_text = event.value.strip()
        self._chosen = None
        if self.view is not None:
            self._show(self.view)

    @on(Input.Submitted)
    def _filter_kept(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            event.input.remove_class("-open")
        self.query_one(IssueList).focus()

    def on_issue_list_opened(self, event: IssueList.Opened) -> None:
        self.room_app.open_target(event.target)

    def on_issue_list_changed(self) -> None:
        if self.view is not None:
            issues = self.query_one(IssueList)
            self._say(self.view, len(issues.shown), len(issues.marked))
