"""All issues: a sweep reads every one from both ends, deltas keep them current, absence is proof only after a sweep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from vauntico_tui.evidence.facts import Issue, IssueSet
from vauntico_tui.sources.github.parse import IssuesPage

SWEEP_EVERY = timedelta(hours=1)
LONG_DELTA = 30  # a `since` page above this length is given a later `since`


@dataclass(slots=True)
class Sweep:
    """One reading of every issue, newest and oldest first at once, until the two meet or a side ends."""

    found: dict[int, Issue] = field(default_factory=dict)
    newest: str | None = None  # cursors
    oldest: str | None = None
    started: bool = False
    done: bool = False
    touched: datetime | None = None  # the latest update of any issue when the sweep began

    def variables(self) -> dict[str, str | bool | None]:
        """What the next page's query is asked with."""
        return {"newest": self.newest, "oldest": self.oldest, "first": not self.started, "both": self.started}

    def take(self, page: IssuesPage) -> None:
        """Add a page of either end, or of both."""
        if not self.started:
            self.touched = page.touched
        self.started = True
        for one in page.issues:
            known = self.found.get(one.number)
            if known is None or one.updated_at >= known.updated_at:
                self.found[one.number] = one
        self.done = page.ended or len(self.found) >= page.total
        self.newest, self.oldest = page.newest or self.newest, page.oldest or self.oldest


class IssueBook:
    """What is known of the issues, and since when changes are asked for."""

    def __init__(self) -> None:
        self.issues: dict[int, Issue] = {}
        self.complete = False
        self.since: datetime | None = None
        self.swept_at: datetime | None = None
        self.sweep: Sweep | None = None
        self._shown: IssueSet | None = None
        self._accepted = 0  # how many more issues GitHub counts than it lists

    def sweep_due(self, now: datetime) -> bool:
        return self.sweep is not None or self.swept_at is None or now - self.swept_at >= SWEEP_EVERY

    def progress(self) -> None:
        """Show what an unfinished first sweep has found. A later sweep shows nothing until it is whole."""
        if self.sweep is not None and not self.complete:
            for number, one in self.sweep.found.items():
                self._put(number, one)

    def finish(self, now: datetime) -> None:
        """Take a whole sweep: what it did not find is gone."""
        sweep, self.sweep = self.sweep, None
        if sweep is None:
            return
        for number, one in list(sweep.found.items()):
            known = self.issues.get(number)
            if known is not None and (known == one or known.updated_at > one.updated_at):
                sweep.found[number] = known
        if self.issues != sweep.found or not self.complete:
            self._shown = None
        self.issues, self.complete, self.swept_at = sweep.found, True, now
        self.since = sweep.touched

    def doubt(self, total: int) -> bool:
        """Whether there are other than `total` issues: some were deleted or transferred, which no delta tells, or the
        repository is another by the same name. A difference that a sweep has left is GitHub's own."""
        difference = total - len(self.issues)
        if difference == 0:
            self._accepted = 0
        return self.complete and self.sweep is None and difference not in {0, self._accepted}

    def recount(self, total: int) -> None:
        """Have everything read anew, because of the doubt."""
        self._accepted = total - len(self.issues)
        self.swept_at = None

    def merge(self, changed: Iterable[Issue]) -> None:
        """Take issues that a delta brought."""
        for one in changed:
            self._put(one.number, one)
            if self.sweep is not None:
                self.sweep.found[one.number] = one

    def _put(self, number: int, one: Issue) -> None:
        known = self.issues.get(number)
        if known == one or (known is not None and known.updated_at > one.updated_at):
            return
        self.issues[number] = one
        self._shown = None

    def move_since(self, page: Iterable[Issue], length: int) -> None:
        """After a long delta, ask from its latest update on. A short one keeps its URL, and so its ETag."""
        if length > LONG_DELTA:
            latest = max((one.updated_at for one in page), default=None)
            if latest is not None and (self.since is None or latest > self.since):
                self.since = latest

    def query(self, page: int = 1) -> str:
        """The query string that asks for changes since `since`."""
        asked = {"state": "all", "sort": "updated", "direction": "desc", "per_page": "100"}
        if self.since is not None:
            asked["since"] = self.since.strftime("%Y-%m-%dT%H:%M:%SZ")
        if page > 1:
            asked["page"] = str(page)
        return urlencode(asked)

    @property
    def value(self) -> IssueSet:
        """A picture that later merges do not change; the same object while nothing changes."""
        if self._shown is None or self._shown.complete != self.complete:
            self._shown = IssueSet(dict(sorted(self.issues.items())), self.complete)
        return self._shown
