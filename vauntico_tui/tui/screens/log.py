"""A job's log in the terminal: opened at what failed, folded, searched, followed to the job's end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Static

from vauntico_tui.actions.registry import Target
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.tui.keys import bindings
from vauntico_tui.tui.screens.log_hands import Find, LogHands
from vauntico_tui.tui.screens.log_jobs import job_page, jobs_page
from vauntico_tui.tui.screens.log_view import LogView
from vauntico_tui.tui.screens.look import colour, glyph
from vauntico_tui.tui.screens.page import DOT, Page, content
from vauntico_tui.tui.screens.sheet import Sheet

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.ci.joblog import JobLog
    from vauntico_tui.actions.remedy.ci.reader import Chosen, CiReader
    from vauntico_tui.sources.github.jobs import Job
    from vauntico_tui.sources.github.logs import Download
    from vauntico_tui.view.model import View

FOLLOW = 5.0  # seconds between looks at a job that runs
LATE = 6  # looks for the log of a job that has just ended
LOOK = 0.25  # seconds between looks at how far a download is


class LogScreen(LogHands):
    """The log of a run's failing job, or of the one that is chosen from its list."""

    DEFAULT_CSS = """
    LogScreen .log--says { height: 1; padding: 0 2; text-wrap: nowrap; text-overflow: ellipsis; }
    LogScreen .log--find { display: none; height: 1; padding: 0 2; background: $panel; }
    LogScreen .log--find.-open { display: block; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(["refresh.pane", "filter", "link.next", "link.previous", "run.compare"]),
        Binding("J", "jobs", show=False),
    ]
    _LOG = (("back", "back"), ("open", "fold"), ("filter", "find"), ("e", "next error"), ("w", "wrap"),
            ("f", "fold all"), ("J", "jobs"), ("t", "times"), ("browse", "browser"), ("copy", "copy"),
            ("help", "keys"))  # fmt: skip
    _LIST = (("back", "back"), ("open", "log"), ("down", "down"), ("run.compare", "compare"), ("browse", "browser"),
             ("refresh.pane", "refresh"), ("help", "keys"))  # fmt: skip
    _WAIT = (("back", "back"), ("refresh.pane", "try again"), ("J", "jobs"), ("browse", "browser"), ("help", "keys"))

    def __init__(self, run_id: int, title: str, link: str | None = None, job: int | None = None) -> None:
        super().__init__()
        self.run_id, self._title, self._link, self._wanted = run_id, title, link, job
        self.chosen: Chosen | None = None
        self.job: Job | None = None
        self.trouble: Trouble | None = None
        self._download: Download | None = None
        self._page: Page | None = None
        self._doing = "reading the run's jobs"
        self._timer: Timer | None = None
        self._began = False

    def body(self) -> ComposeResult:
        yield Static(classes="log--says", markup=False)
        yield Sheet(listing=True)
        yield LogView()
        yield Find()

    def on_mount(self) -> None:
        self.query_one(LogView).how.zone = self.room_app.zone
        self.query_one(LogView).display = False
        self.query_one(Sheet).focus()
        self._begin()

    def _begin(self) -> None:
        if not self._began and self.room_app.room is not None:
            self._began = True
            self._read_run()

    # ---- reading ------------------------------------------------------------------------------------------------

    @work(exclusive=True, exit_on_error=False, group="log")
    async def _read_run(self) -> None:
        """The run's jobs, then the log of the one to look at."""
        room = self.room_app.room
        if room is None:
            return
        self.trouble, self._doing = None, "reading the run's jobs"
        self.redraw()
        try:
            self.chosen = await room.ci.choose(self.run_id)
        except Exception as error:
            self._failed(error)
            return
        wanted = next((job for job in self.chosen.jobs if job.id == self._wanted), None)
        job = wanted or self.chosen.job
        if job is None:
            self._list()
            await self._keep_list(room.ci)
        else:
            await self._read(job)

    async def _keep_list(self, ci: CiReader) -> None:
        """While the run goes on, so does the list of its jobs."""
        while self.chosen is not None and self.chosen.run.running and self.job is None:
            await asyncio.sleep(FOLLOW)
            try:
                self.chosen = await ci.choose(self.run_id)
            except Exception as error:  # the list stays; what is wrong stands above it
                self._failed(error)
                return
            self.redraw()

    @work(exclusive=True, exit_on_error=False, group="log")
    async def _read_job(self, job: Job) -> None:
        await self._read(job)

    async def _read(self, job: Job) -> None:
        """A job's log; of one that runs, when it has ended."""
        room = self.room_app.room
        if room is None:
            return
        self.job, self.trouble, self.log_ = job, None, None
        self.tell_keys()
        try:
            tries = 1 if not job.running else LATE
            while self.job.running:
                self._doing = "its log comes when it has ended"
                self.redraw()
                await asyncio.sleep(FOLLOW)
                self.job = await room.ci.job(job.id)
            self._doing = "reading the log"
            self._timer = self.set_interval(LOOK, self.redraw)
            self.redraw()
            self.log_ = await self._when_there(room.ci, self.job, tries)
        except Exception as error:
            self._failed(error)
            return
        finally:
            self._doing = ""
            if self._timer is not None:
                self._timer.stop()
        view = self.query_one(LogView)
        self.query_one(Sheet).display = False
        view.display = True
        view.focus()
        self.call_after_refresh(self._shown, self.log_)

    async def _when_there(self, ci: CiReader, job: Job, tries: int) -> JobLog:
        """The log; of a job that has just ended it comes some moments later."""
        from vauntico_tui.sources.failures import SourceError  # noqa: PLC0415  loaded: the room is open
        from vauntico_tui.sources.github.logs import Download  # noqa: PLC0415

        while True:
            tries, self._download = tries - 1, Download()
            try:
                return await ci.log(job, self._download)
            except SourceError as failure:
                if tries <= 0 or failure.trouble.kind != "not_found":
                    raise
                await asyncio.sleep(FOLLOW)

    def _shown(self, log: JobLog) -> None:
        if log is self.log_:
            self.query_one(LogView).show(log)
            self.tell_keys()
            self.redraw()

    def _failed(self, error: Exception) -> None:
        told = getattr(error, "trouble", None)
        self.trouble = told if isinstance(told, Trouble) else Trouble(
            "bad_data", f"it could not be read ({type(error).__name__})", "r tries again"
        )  # fmt: skip
        self._doing = ""
        self._sheet()
        self.redraw()

    def _list(self) -> None:
        """The run's jobs to choose from."""
        self.job, self.log_, self._doing = None, None, ""
        self._sheet()
        self.redraw()

    def _sheet(self) -> None:
        self.query_one(LogView).display = False
        sheet = self.query_one(Sheet)
        sheet.display = True
        sheet.focus()
        self.call_after_refresh(self.redraw)  # it is laid out when it has its size
        self.call_after_refresh(self.tell_keys)

    # ---- drawing ------------------------------------------------------------------------------------------------

    def draw(self, _view: View) -> None:
        self.draw_nothing()

    def draw_nothing(self) -> None:
        self._begin()
        run = self.chosen.run if self.chosen else None
        name = f"{run.workflow} #{run.number}" if run else self._title
        job = self.job
        if job is not None:
            self.say_title(("Log  ", "$tone-dim"), (f"{glyph(job.mark)} ", colour(job.mark)), (job.name, "bold"),
                           (f"{DOT}{name}", "$tone-dim"))  # fmt: skip
        else:
            self.say_title(("Log  ", "$tone-dim"), (name, "bold"))
        if self.log_ is not None:
            self._say_place(self.log_)
            return
        target = Target("run", str(self.run_id), name, (job.url if job else None) or self._link)
        page = Page(self.look, target)
        if self.trouble is not None:
            page.put((f"✗ {self.trouble.cause}", "$tone-unmet"))
            page.put((self.trouble.next_step, "$tone-dim"), indent=2)
            page.gap()
        if job is not None:
            job_page(page, job)
        elif self.chosen is not None:
            jobs_page(page, self.chosen)
        self._page = page
        self.query_one(Sheet).show(page.blocks)
        self._say_doing()

    def _say_doing(self) -> None:
        done = ""
        if self._download is not None and self._download.done and self._doing:
            total = f" of {self._download.total / 1e6:,.1f}" if self._download.total else ""
            done = f" · {self._download.done / 1e6:,.1f}{total} MB"
        run = self.chosen.run if self.chosen else None
        words = f"{self._doing}{done}" if self._doing else ""
        if not words and self.job is None and run is not None and self.trouble is None:
            failed = sum(job.failed for job in self.chosen.jobs) if self.chosen else 0
            words = f"{failed} jobs failed: which one?" if failed > 1 else "which job?"
        self.write(".log--says", content((words, "$tone-soon" if self._doing else "$tone-dim")))

    def _say_place(self, log: JobLog) -> None:
        """Where in the log the reader is, what is looked for and what is left out."""
        view = self.query_one(LogView)
        parts: list[tuple[str, str] | str] = []
        line = view.line
        if (step := log.step_of(line)) is not None and view.size.width >= 60:
            parts += [step.title, DOT]
        parts.append((f"line {min(line + 1, len(log)):,} of {len(log):,}", "$tone-dim"))
        if stops := log.stops:
            at = stops.index(line) + 1 if line in stops else 0
            word = f"error {at} of {len(stops)}" if at else f"{len(stops)} error{'s' if len(stops) > 1 else ''}"
            parts += [(DOT, "$tone-dim"), (word, "$tone-unmet")]
        if self.searching:
            parts += [(DOT, "$tone-dim"), (f"looking for {self.searching}", "$tone-soon")]
        elif view.how.words:
            found = len(view.matches)
            more = "+" if found >= 100_000 else ""
            at = view.matches.index(line) + 1 if line in view.matches else 0
            where = f"{at:,} of " if at else ""
            tone = "$tone-accent" if found else "$tone-soon"
            parts += [(DOT, "$tone-dim"), (f'{where}{found:,}{more} "{view.how.words}"', tone)]
        if log.left_out:
            parts += [(DOT, "$tone-dim"), (f"{log.left_out / 1e6:,.0f} MB left out", "$tone-soon")]
        if not len(log):
            parts = [("the log is empty", "$tone-dim")]
        self.write(".log--says", content(*parts))

    def keys(self) -> Iterable[tuple[str, str]]:
        if self.log_ is not None:
            jobs = self.chosen is not None and len(self.chosen.jobs) > 1
            return [pair for pair in self._LOG if jobs or pair[0] != "J"]
        return self._LIST if self.job is None and self.trouble is None else self._WAIT

    def on_resize(self) -> None:
        view = self.query_one(LogView)
        if view.wrap:
            self.call_after_refresh(self._wrap_now)

    @on(LogView.Moved)
    def _moved(self) -> None:
        self.redraw()

    # ---- keys ---------------------------------------------------------------------------------------------------

    @property
    def target(self) -> Target | None:
        """The run; its link is the job's page."""
        if self._page is not None and self.log_ is None:
            jump = self._page.jumps.get(self.query_one(Sheet).pick or "")
            if jump is not None:
                return Target("run", str(self.run_id), self._page.target.title, jump.target.link)
        name = f"{self.chosen.run.workflow} #{self.chosen.run.number}" if self.chosen else self._title
        return Target("run", str(self.run_id), name, (self.job.url if self.job else "") or self._link)

    def act_back(self) -> None:
        """What is looked for first, then back to the list if that is where it came from, then the screen."""
        view = self.query_one(LogView)
        if view.how.words or self.searching:
            self.action_give_up_search()
        elif self.job is not None and self.chosen is not None and self.chosen.job is None and self._wanted is None:
            self.action_jobs()
        else:
            if self._download is not None:
                self._download.stopped = True
            self.app.pop_screen()

    def act_refresh_pane(self) -> None:
        if self.job is not None:
            self._read_job(self.job)
        else:
            self._read_run()

    def act_copy(self) -> None:
        view = self.query_one(LogView)
        if self.log_ is not None:
            self.copy_words(view.copied())
        elif (target := self.target) is not None:
            self.copy_words(target.link or target.title)

    def action_jobs(self) -> None:
        if self.chosen is not None:
            self._list_jobs()
        else:
            self._read_run()

    @work(exclusive=True, exit_on_error=False, group="log")
    async def _list_jobs(self) -> None:
        self._list()
        if (room := self.room_app.room) is not None:
            await self._keep_list(room.ci)

    def on_sheet_chosen(self, event: Sheet.Chosen) -> None:
        event.stop()
        jobs = self.chosen.jobs if self.chosen else ()
        job = next((one for one in jobs if f"job:{one.id}" == event.key), None)
        if job is not None:
            self._read_job(job)
