"""A run beside the last green one before it: what changed between, what matters most first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.tui.format import cut
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.behind import Behind
from vauntico_tui.tui.screens.log_jobs import took
from vauntico_tui.tui.screens.look import colour, glyph, mark
from vauntico_tui.tui.screens.page import DOT, Page, content
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.compare import Comparison, JobPair
    from vauntico_tui.sources.github.jobs import ChangedFile, RunFacts
    from vauntico_tui.view.model import View

_KINDS = {"workflow": "says how CI runs", "lock": "says what is installed", "build": "says how it is built"}
_MOST_COMMITS, _MOST_FILES, _MOST_PATCH, _MOST_ALIKE = 40, 100, 40, 2


class CompareScreen(Behind):
    """Commits, files, jobs, machine and time of two runs."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(["refresh.pane", "run.log", "link.next", "link.previous"])]
    KEYS = (("back", "back"), ("run.log", "log"), ("open", "open"), ("down", "down"), ("browse", "browser"),
            ("copy", "copy"), ("refresh.pane", "refresh"), ("help", "keys"))  # fmt: skip

    def __init__(self, run_id: int, title: str, link: str | None = None) -> None:
        super().__init__()
        self.run_id, self._title, self._link = run_id, title, link
        self.comparison: Comparison | None = None
        self.trouble: Trouble | None = None
        self._reading = False
        self._began = False
        self._page: Page | None = None
        self._patches: set[str] = set()

    def body(self) -> ComposeResult:
        yield Sheet(listing=True)

    def _begin(self) -> None:
        if not self._began and self.room_app.room is not None:
            self._began = True
            self._read()

    @work(exclusive=True, exit_on_error=False, group="compare")
    async def _read(self) -> None:
        room = self.room_app.room
        if room is None:
            return
        self._reading, self.trouble = True, None
        self.redraw()
        try:
            self.comparison = await room.ci.compare(self.run_id)
        except Exception as error:  # the screen must stand whatever GitHub says
            told = getattr(error, "trouble", None)
            self.trouble = told if isinstance(told, Trouble) else Trouble(
                "bad_data", f"it could not be read ({type(error).__name__})", "r tries again"
            )  # fmt: skip
        self._reading = False
        self.redraw()

    # ---- drawing ------------------------------------------------------------------------------------------------

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        self._begin()
        self.say_title(("Since it was green  ", "$tone-dim"), (self._title, "bold"))
        page = Page(self.look, Target("run", str(self.run_id), self._title, self._link))
        if self.trouble is not None:
            page.put((f"✗ {self.trouble.cause}", "$tone-unmet"))
            page.put((self.trouble.next_step, "$tone-dim"), indent=2)
        elif self._reading or self.comparison is None:
            page.put(("comparing with the last green run …", "$tone-soon"))
        if self.comparison is not None:
            self._write(page, self.comparison)
        self._page = page
        self.query_one(Sheet).show(page.blocks)

    def _write(self, page: Page, told: Comparison) -> None:
        page.put((told.verdict[:1].upper() + told.verdict[1:], "bold"))
        page.gap()
        if told.green is not None:
            _run_line(page, "green", told.green)
        _run_line(page, "this", told.run)
        if told.green is None:
            return
        if not told.same_branch:
            page.put((f"{told.run.branch} was never green: compared with {told.green.branch}", "$tone-soon"))
        for trouble in told.troubles:
            page.put((f"✗ {trouble}", "$tone-unmet"))
        _jobs(page, told)
        self._files(page, told)
        _commits(page, told)
        _machine(page, told)

    def _files(self, page: Page, told: Comparison) -> None:
        if told.between is None:
            return
        files = told.files
        more = "+" if len(files) == 300 else ""
        page.head("Files", f"{len(files)}{more} · enter unfolds")
        if not files:
            page.put(("none: only history differs", "$tone-dim"))
        for kind, file in files[:_MOST_FILES]:
            key = f"file:{file.path}"
            page.jump(key, Target("file", file.path, file.path, None), opens=False)
            counts = content((f"+{file.added}", "$tone-met"), " ", (f"−{file.removed}", "$tone-unmet"))
            tone = "$tone-soon" if kind in {"workflow", "lock"} else ""
            letter = {"added": "A", "removed": "D", "renamed": "R"}.get(file.status, "M")
            page.put((f"{letter} ", "$tone-dim"), (file.path, tone), (f"  {_KINDS.get(kind, '')}", "$tone-dim"),
                     right=counts, key=key, cut=True)  # fmt: skip
            if file.path in self._patches:
                _patch(page, file)
        if len(files) > _MOST_FILES:
            page.put((f"and {len(files) - _MOST_FILES} more; o opens the comparison", "$tone-dim"))

    # ---- keys ---------------------------------------------------------------------------------------------------

    @property
    def target(self) -> Target | None:
        """The run; its link is what is picked, else the comparison's page."""
        told = self.comparison
        link = (told.between.url if told and told.between else "") or (told.run.url if told else "") or self._link
        jump = self._page.jumps.get(self.query_one(Sheet).pick or "") if self._page else None
        if jump is not None and jump.target.link:
            link = jump.target.link
        return Target("run", str(self.run_id), self._title, link)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        event.stop()
        kind, _, ident = event.key.partition(":")
        if kind == "file":
            self._patches ^= {ident}
            self.redraw()
        elif kind == "job" and ident.isdigit():
            from vauntico_tui.tui.screens.log import LogScreen  # noqa: PLC0415

            self.app.push_screen(LogScreen(self.run_id, self._title, self._link, int(ident)))
        else:
            self.room_app.action_act("browse")

    def act_link_next(self) -> None:
        self.query_one(Sheet).step(1)

    def act_link_previous(self) -> None:
        self.query_one(Sheet).step(-1)

    def act_copy(self) -> None:
        self.copy_words(self.query_one(Sheet).text)

    def act_refresh_pane(self) -> None:
        self._read()


def _run_line(page: Page, word: str, run: RunFacts) -> None:
    look = page.look
    state = "failure" if run.failed else run.conclusion or "running"
    key = page.jump(f"run:{run.id}", Target("run", str(run.id), run.title, run.url), opens=False)
    facts = DOT.join(filter(None, (run.branch, run.sha[:7], run.by, look.when_ago(run.updated_at))))
    page.put(
        (f"{word:<6}", "$tone-dim"), mark(state), f" #{run.number} ", (facts, "$tone-dim"),
        right=content((took(run.started_at, None if run.running else run.updated_at, look.now), "$tone-dim")),
        key=key, cut=True,
    )  # fmt: skip
    page.put(run.title, indent=8, cut=True)


def _jobs(page: Page, told: Comparison) -> None:
    differ = [one for one in told.pairs if one.differs]
    page.head("Jobs", f"{len(differ)} of {len(told.pairs)} ended otherwise")
    alike = len(told.pairs) - len(differ)
    for one in told.pairs if alike <= _MOST_ALIKE else differ:
        ident = one.now.id if one.now else 0
        url = one.now.url if one.now else one.before.url if one.before else None
        key = page.jump(f"job:{ident}" if ident else f"gone:{one.name}", Target("job", str(ident), one.name, url),
                        opens=False)  # fmt: skip
        page.put(_state(one.before.mark if one.before else ""), " → ", _state(one.now.mark if one.now else ""),
                 "  ", (one.name, "bold" if one.differs else ""), (_word(one), "$tone-dim"),
                 right=_time(one), key=key, cut=True)  # fmt: skip
        if one.differs and one.now is not None and one.before is not None and one.now.steps and one.before.steps:
            for name, before, now in one.steps[:6]:
                page.put((f"{cut(name, 40)}: {before} → {now}", "$tone-dim"), indent=8, cut=True)
    if alike > _MOST_ALIKE:
        page.put((f"· {alike} others ended as they did", "$tone-dim"))


def _word(one: JobPair) -> str:
    """What can't be told by a glyph alone."""
    if one.now is None or one.before is None:
        return "  is no more" if one.now is None else "  is new"
    return f"  {one.now.mark}" if one.differs and one.now.mark not in {"success", "failure"} else ""


def _state(word: str) -> Content:
    if not word:
        return content(("·", "$tone-dim"))
    word = {"skipped": "other"}.get(word, word)
    return content((glyph(word), colour(word)))


def _time(one: JobPair) -> Content:
    before, now = one.seconds()
    if before is None or now is None or (one.now is not None and not one.now.steps):
        return content("")
    slower = now > before * 1.5 + 10
    words = f"{_clock(before)} → {_clock(now)}"
    return content((words, "$tone-soon" if slower else "$tone-dim"))


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _commits(page: Page, told: Comparison) -> None:
    between = told.between
    if between is None:
        if told.same_commit:
            page.head("Commits", "none: the same commit")
        return
    behind = f", and {between.behind} are missing that were in the green one" if between.behind else ""
    page.head("Commits", f"{between.ahead}{behind}")
    for one in reversed(between.commits[-_MOST_COMMITS:]):
        key = page.jump(f"commit:{one.sha}", Target("commit", one.sha, one.title, one.url or None), opens=False)
        when = page.look.ago(one.at) if one.at else ""
        page.put((f"{one.sha[:7]} ", "$tone-dim"), one.title, (f"  {one.author}", "$tone-dim"),
                 right=content((when, "$tone-dim")), key=key, cut=True)  # fmt: skip
    if between.ahead > _MOST_COMMITS:
        page.put((f"and {between.ahead - _MOST_COMMITS} before them; o opens the comparison", "$tone-dim"))


def _machine(page: Page, told: Comparison) -> None:
    page.head("Machine")
    if not told.machine and not told.machine_before:
        page.put(("the logs say nothing of the runner", "$tone-dim"))
        return
    if not told.machine_changes:
        image = " ".join(filter(None, (told.machine.get("image"), told.machine.get("version"))))
        page.put(("the same: " + (image or told.machine.get("runner", "")), "$tone-dim"))
    for name, before, now in told.machine_changes:
        page.field(name, before, " → ", (now, "$tone-soon"))


def _patch(page: Page, file: ChangedFile) -> None:
    lines = file.patch.split("\n")
    if not file.patch:
        page.put(("GitHub shows no difference of it: it is too large, or not text", "$tone-dim"), indent=4)
    for line in lines[:_MOST_PATCH] if file.patch else ():
        tone = {"+": "$tone-met", "-": "$tone-unmet", "@": "$tone-accent"}.get(line[:1], "$tone-dim")
        page.put((line.expandtabs(4), tone), indent=4, cut=True)
    if len(lines) > _MOST_PATCH:
        page.put((f"and {len(lines) - _MOST_PATCH} more lines", "$tone-dim"), indent=4)
