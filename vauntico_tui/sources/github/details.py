"""Reads what REST lists do not tell: pull requests with bodies and checks, deployments with their status, branches,
files. One GraphQL query asks for all that is due; what did not change is not asked for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from vauntico_tui.evidence.facts import Deployment, PullRequest, Repository
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.github import parse, queries, shapes
from vauntico_tui.sources.github.ask import Ask
from vauntico_tui.sources.github.memory import KeptDetails
from vauntico_tui.sources.github.queries import Wanted
from vauntico_tui.sources.github.results import Result
from vauntico_tui.sources.github.watch import Watch
from vauntico_tui.sources.parts import Board, Key, Progress

T = TypeVar("T")
PULLS: Key = ("pulls", None)
DEPLOYMENTS: Key = ("deployments", None)
MOST_PULLS = 300
CHECKS_EVERY = timedelta(minutes=2)  # between looks at pull requests whose checks are pending
REFUSED_EVERY = timedelta(minutes=5)  # between attempts at what the token may not see
ALL_EVERY = timedelta(hours=1)  # between readings of everything, whatever the lists say
RAW = "application/vnd.github.raw+json"


class DetailsPart:
    """What is due stays due until it was read, whatever fails in between."""

    def __init__(self, ask: Ask, board: Board, needs: Needs) -> None:
        self._ask, self._board = ask, board
        self.branches: list[Key] = [("branches", name) for name in sorted(needs.branches)]
        self.numbers: list[Key] = [("pull_states", number) for number in sorted(needs.pulls)]
        self.files: list[Key] = [("files", file) for file in sorted(needs.files)]
        self.due: set[Key] = set(self.parts)
        self.read_at: datetime | None = None
        self.counted: int | None = None  # how many issues there are, as the last round's details told
        self._not_before: dict[Key, tuple[datetime, Trouble]] = {}
        self._checks_at: datetime | None = None
        self._watches = (Watch("pull requests"), Watch("deployments"), Watch("branches"))
        self._pulls, self._deployments, self._branches = self._watches
        self._refs: dict[int, str] = {}
        self._heads: dict[str, str] = {}

    def need(self, more: Needs) -> None:
        """Read these too from the next round on; those that are read already are left alone."""
        for known, keys in (
            (self.branches, [("branches", name) for name in sorted(more.branches)]),
            (self.numbers, [("pull_states", number) for number in sorted(more.pulls)]),
            (self.files, [("files", file) for file in sorted(more.files)]),
        ):
            new: list[Key] = [key for key in keys if key not in known]
            known.extend(new)
            self.due.update(new)

    @property
    def parts(self) -> list[Key]:
        return [PULLS, DEPLOYMENTS, *self.branches, *self.numbers, *self.files]

    def keep(self) -> KeptDetails:
        """What is worth keeping: all that is not due."""
        known = {part: self._board.get(part).value for part in self.parts if part not in self.due}

        def values(parts: list[Key]) -> list[Any]:
            return [known[part] for part in parts if known.get(part) is not None]

        return KeptDetails(
            known.get(PULLS), known.get(DEPLOYMENTS), values(self.branches), values(self.numbers), values(self.files),
            self._refs, self._heads, self.read_at, [watch.keep() for watch in self._watches],
        )  # fmt: skip

    def restore(self, kept: KeptDetails) -> dict[Key, object]:
        """Know what was kept; the values by part. What is not among them stays due."""
        told: dict[Key, object] = {PULLS: kept.pulls, DEPLOYMENTS: kept.deployments}
        told |= {("branches", one.name): one for one in kept.branches}
        told |= {("pull_states", one.number): one for one in kept.numbers}
        told |= {("files", (one.path, one.ref)): one for one in kept.files}
        told = {part: value for part, value in told.items() if value is not None and part in self.due}
        self._refs, self._heads, self.read_at = kept.refs, kept.heads, kept.read_at
        self.due.difference_update(told)
        for watch, known in zip(self._watches, kept.watches, strict=False):
            watch.restore(known)
        return told

    # ---- What changed? ------------------------------------------------------------------------------------------

    async def look(self, progress: Progress, *, runs_changed: bool) -> None:
        """Ask the lists; what changed becomes due. Raises SourceError where going on is no use."""
        now = self._ask.clock.now()
        if self.read_at is None or now - self.read_at >= ALL_EVERY:
            self.due.update(self.parts)
        if runs_changed or self._checks_pend(now):
            self.due.add(PULLS)
        await self._look_at(self._look_at_pulls, [PULLS, *self.numbers, *self.branches], progress)
        await self._look_at(self._look_at_deployments, [DEPLOYMENTS], progress)
        if self.branches or self.files:
            await self._look_at(self._look_at_heads, [*self.branches, *self.files], progress)

    async def _look_at(self, look: Any, parts: list[Key], progress: Progress) -> None:
        try:
            await look()
        except SourceError as failure:
            progress.miss([part for part in parts if part not in progress.failed], failure.trouble)
        else:
            progress.well()

    async def _look_at_pulls(self) -> None:
        # Of every state and by update: opening, closing, merging and editing all change the first one.
        url = self._ask.path("/pulls?state=all&sort=updated&direction=desc&per_page=1")
        if (await self._pulls.look(self._ask, url, _anything)).value is not None:
            self.due.update([PULLS, *self.numbers, *self.branches])

    async def _look_at_deployments(self) -> None:
        got = await self._deployments.look(
            self._ask, self._ask.path("/deployments?per_page=100"), parse.deployment_refs
        )
        if got.value is not None:
            self._refs = got.value
            self.due.add(DEPLOYMENTS)

    async def _look_at_heads(self) -> None:
        got = await self._branches.look(self._ask, self._ask.path("/git/matching-refs/heads/"), parse.heads)
        if got.value is None:
            return
        before, self._heads = self._heads, got.value
        for part in (*self.branches, *self.files):
            name = part[1] if part[0] == "branches" else self._branch_of(part[1][1])
            if not before or name not in got.value or before.get(name) != got.value[name]:
                self.due.add(part)

    def _branch_of(self, ref: str) -> str:
        known = self._ask.repository
        return known.default_branch if ref == "HEAD" and known else ref.removeprefix("refs/heads/")

    def _checks_pend(self, now: datetime) -> bool:
        pulls: tuple[PullRequest, ...] = self._board.get(PULLS).value or ()
        if not any(pull.checks == "pending" for pull in pulls):
            return False
        return self._checks_at is None or now - self._checks_at >= CHECKS_EVERY

    # ---- What is it? --------------------------------------------------------------------------------------------

    async def read(self, progress: Progress) -> None:
        """Read what is due, and confirm the rest. Raises SourceError where going on is no use."""
        self.counted = None
        now = self._ask.clock.now()
        self._pass_over_refused(progress, now)
        quiet = [part for part in self.parts if part not in self.due and part not in progress.failed]
        self._board.confirm(quiet, now)
        progress.read.update(quiet)
        due = [part for part in self.parts if part in self.due and part not in progress.failed]
        if not due:
            return
        everything = set(due) >= set(self.parts) - self._not_before.keys()
        try:
            told = await self._ask_for(due)
        except SourceError as failure:
            progress.miss(due, failure.trouble)
            return
        now = self._ask.clock.now()
        fresh = {part: value for part, value in told.items() if not isinstance(value, Trouble)}
        for part, value in told.items():
            if isinstance(value, Trouble):
                if value.kind in {"scope", "not_found"}:
                    self._not_before[part] = (now + REFUSED_EVERY, value)
                progress.miss([part], value)
        progress.well(fresh)
        self.due.difference_update(fresh)
        if PULLS in fresh:
            self._checks_at = now
        if everything:
            self.read_at = now
        for part, value in fresh.items():
            self._board.fresh(part, value, now)

    def forget_refusals(self) -> None:
        """Ask again in the next round for what the token was refused: it may have been given more."""
        self._not_before.clear()

    def _pass_over_refused(self, progress: Progress, now: datetime) -> None:
        """What was refused lately is not asked for in this round, and stays failed."""
        for part, (until, trouble) in list(self._not_before.items()):
            if now >= until:
                del self._not_before[part]
            else:
                progress.note(part, trouble)

    async def _ask_for(self, due: list[Key]) -> dict[Key, Any]:
        wanted = Wanted(
            pulls=PULLS in due,
            deployments=DEPLOYMENTS in due,
            branches=[name for kind, name in due if kind == "branches"],
            numbers=[number for kind, number in due if kind == "pull_states"],
            files=[file for kind, file in due if kind == "files"],
        )
        told, after = await self._query(wanted)
        while after is not None and isinstance(told.get(PULLS), tuple) and len(told[PULLS]) < MOST_PULLS:
            more, after = await self._query(Wanted(pulls=True, after=after))
            told[PULLS] = more[PULLS] if isinstance(more[PULLS], Trouble) else told[PULLS] + more[PULLS]
        for part, value in told.items():
            if part[0] == "files" and value is _TRUNCATED:
                told[part] = await self._whole_file(*part[1])
        return told

    async def _query(self, wanted: Wanted) -> tuple[dict[Key, Any], str | None]:
        repository = self._ask.repository
        assert repository is not None  # noqa: S101  the sweep came first
        query, variables = queries.details(*self._ask.owner_and_name, wanted)
        refs = self._refs

        def read(told: Result, place: Place) -> tuple[dict[Key, Any], str | None]:
            reading = _Reading(told, place, repository, refs)
            self.counted = reading.counted()
            return reading.all(wanted)

        return await self._ask.graphql(query, variables, read, what="details")

    async def _whole_file(self, path: str, ref: str) -> Any:
        asked = self._ask.path(f"/contents/{quote(path)}?ref={quote(ref, safe='')}")
        try:
            got = await self._ask.get(asked, lambda text, _: text, what=path, accept=RAW)
        except SourceError as failure:
            return failure.trouble
        assert self._ask.repository is not None  # noqa: S101  the sweep came first
        return parse.file(path, ref, got.value, self._ask.repository)


_TRUNCATED = object()  # a file that GraphQL does not give whole


def _anything(text: str, place: Place) -> list[msgspec.Raw]:
    return parse.read(text, list[msgspec.Raw], place, "pull requests")


class _Reading:
    """Reads one details answer, part by part: each is a value, or the Trouble that it has."""

    def __init__(self, told: Result, place: Place, repository: Repository, refs: dict[int, str]) -> None:
        self._told, self._place, self._repository, self._refs = told, place, repository, refs
        self._fields = told.repository(place, "details")

    def all(self, wanted: Wanted) -> tuple[dict[Key, Any], str | None]:
        """Every part that was asked for, and where the pull requests go on."""
        told: dict[Key, Any] = {}
        after = None
        if wanted.pulls:
            try:
                page = self._part("pulls", shapes.Page[shapes.PullNode], "pull requests")
                told[PULLS] = tuple(parse.pull(node) for node in page.all())
                after = page.page_info.end_cursor if page.page_info.has_next_page else None
            except SourceError as failure:
                told[PULLS] = failure.trouble
        if wanted.deployments:
            told[DEPLOYMENTS] = self._try(self._deployments)
        for at, name in enumerate(wanted.branches):
            told["branches", name] = self._try(self._branch, at, name)
        for at, number in enumerate(wanted.numbers):
            told["pull_states", number] = self._try(self._number, at, number)
        for at, (path, ref) in enumerate(wanted.files):
            told["files", (path, ref)] = self._try(self._file, at, path, ref)
        return told, after

    def counted(self) -> int | None:
        """How many issues there are; None where that is not told."""
        try:
            told = self._maybe("counted", shapes.Counted, "issues")
        except SourceError:
            return None
        return told.total_count if told is not None else None

    def _try(self, read: Any, *args: Any) -> Any:
        try:
            return read(*args)
        except SourceError as failure:
            return failure.trouble

    def _part(self, alias: str, shape: type[T], what: str) -> T:
        """A part that must be there: null is trouble."""
        value = self._maybe(alias, shape, what)
        if value is None:
            raise SourceError(self._told.why("repository", alias, what=what))
        return value

    def _maybe(self, alias: str, shape: type[T], what: str) -> T | None:
        """A part that may be null, unless an error says why it is."""
        raw = self._fields.get(alias)
        if raw is None or (bytes(raw) == b"null" and self._blamed(alias)):
            raise SourceError(self._told.why("repository", alias, what=what))
        return parse.maybe(raw, shape, self._place, what)

    def _blamed(self, alias: str) -> bool:
        error = self._told.error("repository", alias)
        return error is not None and error.type != "NOT_FOUND"

    def _deployments(self) -> tuple[Deployment, ...]:
        nodes = self._part("deployments", shapes.Nodes[shapes.DeploymentNode], "deployments").all()
        return tuple(parse.deployment(node, self._refs, self._repository.url) for node in nodes)

    def _branch(self, at: int, name: str) -> Any:
        ref = self._maybe(f"b{at}", shapes.Ref, f"branch {name}")
        pulls = self._part(f"m{at}", shapes.Nodes[shapes.BranchPull], f"pull requests from {name}")
        return parse.branch(name, ref, pulls.all(), self._repository.url)

    def _number(self, at: int, number: int) -> Any:
        return parse.pull_state(number, self._maybe(f"n{at}", shapes.PullByNumber, f"pull request #{number}"))

    def _file(self, at: int, path: str, ref: str) -> Any:
        told = self._maybe(f"f{at}", shapes.Object, path)
        if told is None:
            return parse.file(path, ref, None, self._repository)
        if told.is_truncated or (told.kind == "Blob" and told.text is None and not told.is_binary):
            return _TRUNCATED
        return parse.file(path, ref, told.text or "", self._repository)
