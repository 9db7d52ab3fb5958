"""Requests to GitHub from the event loop: each made and read in the worker's thread, counted, its limits noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.facts import Repository
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import failures
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.github.answer import Answer
from vauntico_tui.sources.github.budget import Budgets
from vauntico_tui.sources.github.results import Result, result
from vauntico_tui.sources.limits import Limits
from vauntico_tui.sources.token import web_host
from vauntico_tui.sources.worker import Worker

if TYPE_CHECKING:
    from vauntico_tui.config.model import GitHub
    from vauntico_tui.sources.github.client import Client

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Got(Generic[T]):
    """An answer, read: `value` is None where GitHub said 304, nothing changed."""

    value: T | None
    etag: str | None
    more: bool = False  # a next page stands in the Link header


class Ask:
    """GitHub, as the parts ask it. Every method raises SourceError."""

    def __init__(self, config: GitHub, limits: Limits, clock: Clock) -> None:
        self.config, self.limits, self.clock = config, limits, clock
        self.place: Place = place_of(config)
        self.budgets = Budgets()
        self.skew: Trouble | None = None
        self.repository: Repository | None = None
        self._worker: Worker[Client] = Worker("github", self._make)

    def close(self) -> None:
        self._worker.close()

    @property
    def owner_and_name(self) -> tuple[str, str]:
        owner, _, name = (self.config.repository or "").partition("/")
        return owner, name

    def path(self, rest: str) -> str:
        """A path under the repository, by the name that GitHub knows it by (it may have been renamed)."""
        known = self.repository.full_name if self.repository else self.config.repository
        return f"/repos/{known}{rest}"

    async def get(
        self,
        path: str,
        read: Callable[[str, Place], T],
        *,
        what: str,
        etag: str | None = None,
        accept: str | None = None,
    ) -> Got[T]:
        """GET `path` and read its body."""

        def run(client: Client, seen: list[Answer]) -> Got[T]:
            answer = client.get(path, seen, what=what, etag=etag, accept=accept)
            if answer.status == 304:
                return Got(None, etag)
            return Got(read(answer.body, client.place), answer.headers.get("etag"), answer.next_page)

        return await self._call(run)

    async def graphql(
        self, query: str, variables: Mapping[str, Any], read: Callable[[Result, Place], T], *, what: str
    ) -> T:
        """POST a query and read its answer. Errors beside data are for the reader to look at."""

        def run(client: Client, seen: list[Answer]) -> T:
            answer = client.graphql(query, variables, seen, what=what)
            return read(result(answer, client.place, self.clock.now()), client.place)

        return await self._call(run)

    async def using(self, run: Callable[[Client, list[Answer]], T]) -> T:
        """Have something done with the client, in its thread."""
        return await self._call(run)

    async def account(self) -> str:
        """A fingerprint of URL, repository and token. Raises SourceError where there is no token."""
        return await self._call(lambda client, _: client.account, counted=False)

    async def in_thread(self, run: Callable[[], T]) -> T:
        """Do something else that blocks (a file) in the worker's thread."""
        return await self._call(lambda _client, _seen: run(), counted=False)

    def _make(self) -> Client:
        from vauntico_tui.sources.github.client import Client  # noqa: PLC0415  in the thread: slow to import

        return Client(self.config, self.place, self.limits, self.clock)

    async def _call(self, run: Callable[[Client, list[Answer]], T], *, counted: bool = True) -> T:
        seen: list[Answer] = []
        self.budgets.requests += counted
        try:
            return await self._worker.call(lambda client: run(client, seen), self.limits.abandon)
        except SourceError as failure:
            if failure.trouble.kind == "auth":
                self._worker.forget_client()  # the token may have been renewed: look for it anew next time
            raise
        except Exception as error:  # whatever it is, it is this source's trouble
            raise SourceError(failures.from_exception(error, self.place)) from None
        finally:
            for answer in seen:
                self.budgets.note(answer.status, answer.budget)
                self.skew = failures.skew(answer.headers, self.clock.now(), self.place)


def place_of(config: GitHub) -> Place:
    """GitHub, as an error names it."""
    host = config.url.split("://", 1)[-1].split("/", 1)[0].rpartition("@")[2]
    return Place(
        "GitHub",
        host,
        "[github] url",
        "[github] ca_file",
        f"run `gh auth login -h {web_host(config.url)}`, or renew the token where it came from",
    )
