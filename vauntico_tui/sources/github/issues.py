"""Reads the issues and the repository: a sweep when one is due, else what changed."""

from __future__ import annotations

from vauntico_tui.evidence.facts import Issue, IssueDetail
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.github import parse, queries, shapes
from vauntico_tui.sources.github.ask import Ask
from vauntico_tui.sources.github.book import IssueBook, Sweep
from vauntico_tui.sources.github.memory import KeptIssues
from vauntico_tui.sources.github.results import Result
from vauntico_tui.sources.github.watch import Watch
from vauntico_tui.sources.parts import Board, Key, Progress

ISSUES: Key = ("issues", None)
REPOSITORY: Key = ("repository", None)
MOST_PAGES = 20  # of one delta; beyond that, a sweep


class IssuesPart:
    """The issues of one repository. An unfinished first sweep is shown as incomplete; absence proves nothing then."""

    def __init__(self, ask: Ask, board: Board) -> None:
        self._ask, self._board = ask, board
        self.book = IssueBook()
        self.watch = Watch("issues")

    async def sweep(self, progress: Progress, pages: int | None = None) -> None:
        """Read every issue, if it is time to, or at most so many pages of them. Goes on where an earlier sweep
        stopped. Raises SourceError."""
        book, left = self.book, pages
        while book.sweep_due(self._ask.clock.now()) and left != 0:
            left = None if left is None else left - 1
            sweep = book.sweep = book.sweep or Sweep()
            page = await self._ask.graphql(queries.ISSUES, self._names() | sweep.variables(), _page, what="issues")
            now = self._ask.clock.now()
            self._ask.repository = page.repository
            sweep.take(page)
            if sweep.done:
                book.finish(now)
            else:
                book.progress()
            progress.well([REPOSITORY])
            self._board.fresh(REPOSITORY, page.repository, now)
            if sweep.done or not book.complete:
                self._board.fresh(ISSUES, book.value, now)

    async def look(self, progress: Progress) -> None:
        """Ask what changed since the sweep. Raises SourceError."""
        book, page = self.book, 1
        url = self._ask.path(f"/issues?{book.query()}")
        got = await self.watch.look(self._ask, url, _delta)
        if got.value is not None:
            changed, length = list(got.value[0]), got.value[1]
            while got.more and page < MOST_PAGES:
                page += 1
                self.watch.etag = None
                got = await self._ask.get(self._ask.path(f"/issues?{book.query(page)}"), _delta, what="issues")
                assert got.value is not None  # noqa: S101  asked without an ETag
                changed += got.value[0]
                length += got.value[1]
            if got.more:
                book.swept_at = None  # more changed than a delta can hold: read all of them anew
            book.merge(changed)
            book.move_since(changed, length)
        progress.well([ISSUES, REPOSITORY])
        now = self._ask.clock.now()
        self._board.fresh(ISSUES, book.value, now)
        self._board.confirm([REPOSITORY], now)

    async def recount(self, total: int, progress: Progress) -> None:
        """Read all anew where there are not `total` of them, unless a look brings what misses. Raises SourceError."""
        if not self.book.doubt(total):
            return
        await self.look(progress)
        if self.book.doubt(total):
            self.book.recount(total)
            await self.sweep(progress, pages=1)

    async def detail(self, number: int) -> IssueDetail:
        """An issue's body and its last comments. Raises SourceError."""
        return await self._ask.graphql(
            queries.DETAIL, self._names() | {"number": number}, _detail, what=f"issue #{number}"
        )

    def keep(self) -> KeptIssues | None:
        """What is worth keeping; None before a whole sweep."""
        book = self.book
        if not book.complete or book.swept_at is None:
            return None
        return KeptIssues(list(book.issues.values()), book.since, book.swept_at, self.watch.keep())

    def restore(self, kept: KeptIssues) -> None:
        """Know what was kept; the next look asks what changed since."""
        book = self.book
        book.issues = {one.number: one for one in kept.issues}
        book.complete, book.since, book.swept_at = True, kept.since, kept.swept_at
        self.watch.restore(kept.watch)

    def _names(self) -> dict[str, object]:
        owner, name = self._ask.owner_and_name
        return {"owner": owner, "name": name}


def _page(told: Result, place: Place) -> parse.IssuesPage:
    told.repository(place, "issues")
    node = parse.read(told.data["repository"], shapes.IssuesRepository, place, "issues")
    if node.newest is None:
        if not node.has_issues_enabled:
            raise SourceError(Trouble("not_found", "issues are switched off in the repository", "switch them on"))
        raise SourceError(told.why("repository", "newest", what="issues"))
    return parse.issues_page(node)


def _delta(text: str, place: Place) -> tuple[tuple[Issue, ...], int]:
    return parse.rest_issues(text, place)


def _detail(told: Result, place: Place) -> IssueDetail:
    fields = told.repository(place, "the issue")
    node = parse.maybe(fields.get("issue", b"null"), shapes.DetailNode, place, "the issue")
    if node is None:
        raise SourceError(told.why("repository", "issue", what="the issue"))
    return parse.issue_detail(node)
