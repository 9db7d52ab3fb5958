"""One subject in full, beside the dashboard where there is room and over it where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import Reading, Trouble
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.behind import WIDE, Behind
from vauntico_tui.tui.screens.blocks import Block
from vauntico_tui.tui.screens.look import Look, glyph
from vauntico_tui.tui.screens.page import Page
from vauntico_tui.tui.screens.pages import ci, escalated, found, issue, promise, remembered
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.actions.desk.detail import EscalationDetail
    from vauntico_tui.evidence.facts import IssueDetail
    from vauntico_tui.view.model import OnCallView, View

_LONG = 4_000  # characters of Markdown from which on it is laid out in a thread


def page_of(view: View, kind: str, ident: str, look: Look) -> Page | None:
    """The page of a subject, or None where the View knows no such thing any more."""
    match kind:
        case "workflow":
            flow = found.find_workflow(view, ident)
            return ci.workflow_page(view, flow, look) if flow else None
        case "run":
            run = found.find_run(view, ident)
            return ci.run_page(view, *run, look) if run else None
        case "deployment":
            one = next((item for item in view.ci.deployments if ident in (str(item.id), item.environment)), None)
            return ci.deployment_page(view, one, look) if one else None
        case "pull":
            pull = next((item for item in view.ci.pulls if str(item.number) == ident.lstrip("#")), None)
            return ci.pull_page(view, pull, look) if pull else None
        case "escalation":
            row = escalated.find_escalation(view, ident)
            return escalated.escalation_page(view, *row, replace(look, now=look.now + view.ahead)) if row else None
        case "issue":
            number = escalated.issue_number(ident)
            return issue.issue_page(view, number, look) if number is not None else None
        case _:
            found_promise = promise.find(view, kind, ident)
            return promise.promise_page(view, found_promise, look) if found_promise else None


_KINDS = {"pull": "pull request", "kpi": "KPI"}


class DetailScreen(Behind):
    """The evidence of one subject in full; `kind` and `ident` as an action's Target has them."""

    DEFAULT_CSS = """
    DetailScreen { align-horizontal: right; }
    DetailScreen.-beside > .behind--frame { width: 50%; min-width: 84; border-left: solid $primary 60%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["refresh.pane", "link.next", "link.previous"]),
        Binding("tab", "app.act('link.next')", show=False),
        Binding("shift+tab", "app.act('link.previous')", show=False),
        *(Binding(str(digit), f"link({digit})", show=False) for digit in range(1, 10)),
    ]
    KEYS = (("back", "back"), ("escalation.acknowledge", "acknowledge"), ("escalation.more", "act"),
            ("runbook.open", "remediate"), ("run.log", "log"), ("run.compare", "compare"), ("down", "down"),
            ("link.next", "next link"), ("browse", "browser"), ("copy", "copy"), ("refresh.pane", "refresh"),
            ("help", "keys"))  # fmt: skip

    def __init__(self, kind: str, ident: str) -> None:
        super().__init__()
        self.kind = {"pull request": "pull", "pull_request": "pull"}.get(kind, kind)
        self.ident = ident
        self._page: Page | None = None
        self._detail: Reading[IssueDetail] | None = None
        self._asked = False
        self._kept: EscalationDetail | None = None
        self._read_for: tuple[object, ...] = ()
        self._trouble = ""
        self._body: list[Block] = []
        self._body_links: list[tuple[str, str]] = []

    def keys(self) -> Iterable[tuple[str, str]]:
        hands = {"escalation.acknowledge", "escalation.more"} if self.kind not in {"escalation", "issue"} else set()
        if not self.room_app.remedying.applies(self.whole):
            hands.add("runbook.open")
        if self.kind not in {"run", "workflow", "pull"}:
            hands |= {"run.log", "run.compare"}
        return [pair for pair in self.KEYS if pair[0] not in hands]

    def body(self) -> ComposeResult:
        yield Sheet()

    def on_mount(self) -> None:
        self._beside()

    def on_resize(self) -> None:
        self._beside()

    def _beside(self) -> None:
        beside = self.app.size.width >= WIDE
        self.set_class(beside, "-beside")
        if beside:
            self.styles.background = Color(0, 0, 0, 0)  # what is behind shows; here, for the app's sheet says otherwise
        else:
            self.styles.clear_rule("background")

    @property
    def _number(self) -> int | None:
        """The issue whose text belongs here."""
        if self.kind == "issue" or (self.kind == "escalation" and self.ident.startswith("issue:")):
            return escalated.issue_number(self.ident)
        return None

    # ---- drawing ------------------------------------------------------------------------------------------------

    def draw(self, view: View) -> None:
        look = self.look
        page = page_of(view, self.kind, self.ident, look)
        if page is None:
            page = self._gone(look)
        if self.kind == "escalation":
            self._remember(view, page)
        number = self._number
        if number is not None:
            if not self._asked and self.room_app.room is not None:
                self._asked = True
                self._fetch(number)
            for address, title in self._body_links:
                page.number(address, title)
            issue.write_state(page, self._detail)
            if self._body:
                page.gap()
                page.extend(self._body)
            if self.kind == "issue":
                issue.issue_history(page, view, number)
        self._page = page
        sheet = self.query_one(Sheet)
        sheet.show(page.finish())
        kind = _KINDS.get(self.kind, self.kind)
        self.say_title((f"{kind}  ", "$tone-dim"), (page.target.title, "bold"))

    def _remember(self, view: View, page: Page) -> None:
        """What the journal knows of it, read again whenever it has changed there."""
        found = escalated.find_escalation(view, self.ident)
        row = found[1] if found is not None else None
        if row is None or row.number is None:
            return
        basis = (row.number, row.version, view.journal)
        if basis != self._read_for and self.room_app.room is not None:
            self._read_for = basis
            self._read(row.number)
        if self._trouble:
            page.gap()
            page.put((f"✗ {self._trouble}", "$tone-unmet"))
        if self._kept is not None:
            remembered.write_coming(page, self._kept)
            remembered.write_on_call(page, self._on_call(row.contacts))
            remembered.write_timeline(page, self._kept)
            remembered.write_ledger(page, self._kept)

    def _on_call(self, contacts: tuple[str, ...]) -> tuple[OnCallView, ...]:
        room = self.room_app.room
        return tuple(one for one in room.on_call(self.room_app.now()) if one.contact in contacts) if room else ()

    @work(exclusive=True, exit_on_error=False, group="journal")
    async def _read(self, number: int) -> None:
        room = self.room_app.room
        if room is None:
            return
        try:
            self._kept, self._trouble = await room.escalation_detail(number), ""
        except Exception as error:  # the screen must stand whatever the journal does
            self._trouble = f"the timeline can't be read: {error}"
        self.redraw()

    def _gone(self, look: Look) -> Page:
        """The subject is not there: never was, or is no more."""
        before = self._page
        page = Page(look, before.target if before else Target(self.kind, self.ident, self.ident))
        page.put((f"{glyph('unknown')} NOT THERE", "bold $tone-dim"))
        words = "It has left the picture: resolved, closed or renamed." if before else "The picture has no such thing."
        page.put(f"{words} esc goes back.")
        if before is not None and before.target.link:
            page.number(before.target.link, before.target.title)
        return page

    # ---- text of an issue ---------------------------------------------------------------------------------------

    @work(exclusive=True, exit_on_error=False, group="issue")
    async def _fetch(self, number: int) -> None:
        room = self.room_app.room
        if room is None:
            return
        try:
            reading = await room.issue_detail(number)
        except Exception as error:  # the screen must stand whatever a source does
            trouble = Trouble(
                "bad_data", f"the issue could not be read ({type(error).__name__})", "press r to try again"
            )
            reading = (self._detail or Reading()).failed(trouble)
        last = self._detail.value if self._detail else None
        if reading.value is None and last is not None:
            reading = Reading(last, self._detail.as_of if self._detail else None, reading.state, reading.trouble)
        if reading.value is not None and reading.value is not last:
            await self._write_body(reading.value)
        self._detail = reading
        self.redraw()

    async def _write_body(self, detail: IssueDetail) -> None:
        """Lay out Markdown: in a thread where there is much of it."""
        blank = Page(self.look, Target("issue", "", ""))
        if self.view is not None and (page := page_of(self.view, self.kind, self.ident, self.look)) is not None:
            blank.links.extend(page.links)  # their numbers are taken
        if len(detail.body) + sum(len(comment.body) for comment in detail.comments) > _LONG:
            blocks = await asyncio.to_thread(issue.body_blocks, detail, blank)
        else:
            blocks = issue.body_blocks(detail, blank)
        self._body, self._body_links = blocks, blank.links

    # ---- actions ------------------------------------------------------------------------------------------------

    @property
    def target(self) -> Target | None:
        """What is picked; the subject itself where nothing is."""
        page = self._page
        if page is None:
            return None
        jump = page.jumps.get(self.query_one(Sheet).pick or "")
        if jump is not None:
            return jump.target
        if page.target.link is None and page.links:
            return replace(page.target, link=page.links[0][0])
        return page.target

    @property
    def whole(self) -> Target | None:
        """The subject itself, whatever is picked."""
        return self._page.target if self._page is not None else None

    def act_refresh_pane(self) -> None:
        room = self.room_app.room
        if room is None:
            self.room_app.say("the war room is still opening", "soon")
            return
        if self._number is not None:
            self._fetch(self._number)
        room.refresh("prometheus" if self.kind == "kpi" else None)
        self.room_app.say("asking again")

    def act_link_next(self) -> None:
        self.query_one(Sheet).step(1)

    def act_link_previous(self) -> None:
        self.query_one(Sheet).step(-1)

    def action_link(self, number: int) -> None:
        sheet = self.query_one(Sheet)
        if f"link:{number}" in sheet.keys:
            sheet.move_to(f"link:{number}")

    def act_copy(self) -> None:
        target = self.target
        self.copy_words((target.link if target else None) or self.query_one(Sheet).text)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        event.stop()
        jump = self._page.jumps.get(event.key) if self._page else None
        if jump is None:
            return
        if jump.opens:
            self.room_app.open_target(jump.target)
        else:
            self.room_app.action_act("browse")
