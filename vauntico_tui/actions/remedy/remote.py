"""GitHub for remediation: its own worker and client (never the poller's), every answer counted, every refusal told.

Nothing is sent twice by itself, but what a rate limit kept out: that was not done, so it is waited for, told, and sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from vauntico_tui.actions.remedy import refusals
from vauntico_tui.actions.remedy.kinds import Cancelled, StepError
from vauntico_tui.actions.remedy.refusals import Refused
from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import failures
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.github.answer import Answer
from vauntico_tui.sources.github.ask import place_of
from vauntico_tui.sources.limits import GITHUB, Limits
from vauntico_tui.sources.worker import Worker

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config
    from vauntico_tui.sources.github.client import Client

__all__ = ["Line", "Refused", "Remote", "Wrote", "heard_by"]

LONGEST = timedelta(minutes=5)
"""A rate limit that asks for a longer wait is told as it is: the step fails and can be resumed."""
WAITS = 5
"""So often a request is kept waiting, then it fails."""
_NEVER_SENT = frozenset({"refused", "dns", "tls", "auth"})
"""Troubles before anything reached GitHub: what was asked was surely not done."""


@dataclass(frozen=True, slots=True)
class Line:
    """To whom a long wait is told, and who may end it."""

    told: Callable[[str, float | None], None]
    cancelled: Callable[[], bool]
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep


_LINE: ContextVar[Line | None] = ContextVar("line", default=None)


@contextlib.contextmanager
def heard_by(line: Line) -> Iterator[None]:
    """Within this a rate limit is waited for; without it, as a plan is made, it is an error at once."""
    token = _LINE.set(line)
    try:
        yield
    finally:
        _LINE.reset(token)


@dataclass(frozen=True, slots=True)
class Wrote:
    """An answer to a write, its body as JSON (None where there is none)."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Remote:
    """One repository, for reading a plan's world and for writing. Every method raises StepError.

    `scopes` are the token's as the last answer told them: None for a fine-grained token, which names none. All methods
    belong to one event loop.
    """

    def __init__(self, config: Config, clock: Clock, limits: Limits = GITHUB) -> None:
        self.config, self.clock, self._limits = config, clock, limits
        self._place = place_of(config.github)
        self._worker: Worker[Client] = Worker("remedy", self._make)
        self.requests = 0
        self.scopes: frozenset[str] | None = None
        self.answered = False

    def close(self) -> None:
        self._worker.close()

    @property
    def repository(self) -> str:
        """ "owner/name"; raises StepError where the config names none."""
        if self.config.github.repository is None:
            raise StepError(Trouble("not_found", "no repository is named", "set [github] repository in the config"))
        return self.config.github.repository

    @property
    def owner_and_name(self) -> tuple[str, str]:
        owner, _, name = self.repository.partition("/")
        return owner, name

    def path(self, rest: str) -> str:
        """A path under the repository."""
        return f"/repos/{self.repository}{rest}"

    def url(self, path: str) -> str:
        """Where a path is sent, as it is shown; "graphql" for GraphQL."""
        base = self.config.github.url.rstrip("/")
        if path == "graphql":
            return f"{base.removesuffix('/v3')}/graphql"
        return f"{base}{path}"

    async def get(self, path: str, *, what: str, etag: str | None = None, accept: str | None = None) -> Answer:
        """GET a path under the API's root; with `etag` the status may be 304."""

        def run(client: Client, seen: list[Answer]) -> Answer:
            return client.get(path, seen, what=what, etag=etag, accept=accept)

        return await self._call(run, what, write=False)

    async def json(self, path: str, *, what: str) -> Any:
        """GET a path and read its JSON."""
        return _read(await self.get(path, what=what), what)

    async def pages(self, path: str, inside: str, *, what: str, most: int = 10) -> list[Any]:
        """All items of a paged list that stands in an object under `inside`, 100 a page."""
        items: list[Any] = []
        for page in range(1, most + 1):
            sign = "&" if "?" in path else "?"
            told = await self.json(f"{path}{sign}per_page=100&page={page}", what=what)
            items += list(told.get(inside) or ())
            if len(items) >= int(told.get("total_count") or 0) or not told.get(inside):
                break
        return items

    async def graphql(
        self, query: str, variables: Mapping[str, Any], *, what: str, write: bool = False
    ) -> dict[str, Any]:
        """POST a query; its `data`. Errors beside data are left out of it where data is there (a reader sees null);
        a write's are raised."""

        def run(client: Client, seen: list[Answer]) -> Answer:
            return client.graphql(query, variables, seen, what=what)

        answer = await self._call(run, what, write=write)
        told = _read(answer, what, unsure=write)
        errors = told.get("errors") or []
        data = told.get("data")
        if errors and (write or data is None):
            raise refusals.graphql_error(errors, answer, what)
        if not isinstance(data, dict):
            raise StepError(Trouble("bad_data", f"{what}: GitHub answers without data", "try again"), unsure=write)
        return data

    async def send(self, verb: str, path: str, body: Mapping[str, Any] | None, *, what: str) -> Wrote:
        """POST, PUT, PATCH or DELETE. Raises Refused for a refusal, StepError(unsure) where no answer came."""

        def run(client: Client, seen: list[Answer]) -> Answer:
            try:
                return client.write(verb, path, body, seen, what=what)
            except SourceError:
                if seen and 200 <= seen[-1].status < 300:  # 202 Accepted: done in a moment
                    return seen[-1]
                raise

        answer = await self._call(run, what, write=True)
        try:
            told = json.loads(answer.body) if answer.body.strip() else None
        except (ValueError, RecursionError):
            told = None
        return Wrote(answer.status, answer.headers, told)

    # ---- one request ---------------------------------------------------------------------------------------------

    def _make(self) -> Client:
        from vauntico_tui.sources.github.client import Client  # noqa: PLC0415  in the thread: slow to import

        return Client(self.config.github, self._place, self._limits, self.clock, "remediation")

    async def _call(self, run: Callable[[Client, list[Answer]], Answer], what: str, *, write: bool) -> Answer:
        for _ in range(WAITS):
            limited = await self._once(run, what, write=write)
            if isinstance(limited, Answer):
                return limited
            line = _LINE.get()
            if line is None:
                raise StepError(Trouble("rate_limit", limited.cause, self._try_again(limited), limited.retry_at))
            await self._wait(limited, line)
        raise StepError(Trouble("rate_limit", f"{what}: GitHub keeps its limit up", "wait, then resume"))

    async def _once(self, run: Callable[[Client, list[Answer]], Answer], what: str, *, write: bool) -> Answer | Trouble:
        """An answer, or the rate limit that kept it back."""
        self.repository  # noqa: B018  raises where there is none
        seen: list[Answer] = []
        self.requests += 1
        try:
            answer = await self._worker.call(lambda client: run(client, seen), self._limits.abandon)
        except SourceError as failure:
            return self._failed(failure.trouble, seen, what, write=write)
        except Exception as error:  # whatever it is, it is this request's trouble
            return self._failed(failures.from_exception(error, self._place), seen, what, write=write)
        finally:
            self._note(seen)
        if answer.body.startswith('{"errors"') and (trouble := refusals.hidden_limit(answer, self.clock.now())):
            return self._limit(trouble)
        return answer

    def _failed(self, trouble: Trouble, seen: list[Answer], what: str, *, write: bool) -> Trouble:
        """The rate limit that this was, to be waited for; raises for everything else."""
        if trouble.kind == "auth":
            self._worker.forget_client()
        if trouble.kind == "rate_limit":
            return self._limit(trouble)
        status = seen[-1].status if seen else 0
        if write and 400 <= status < 500:
            raise refusals.refused(seen[-1], trouble, what)
        unsure = write and trouble.kind not in _NEVER_SENT
        raise StepError(refusals.told(trouble, what) if write else trouble, unsure=unsure)

    def _limit(self, trouble: Trouble) -> Trouble:
        """A rate limit that is worth waiting for; raises where it is too long."""
        at = trouble.retry_at or self.clock.now() + timedelta(minutes=1)
        if "secondary" not in trouble.cause and at - self.clock.now() > LONGEST:
            until = f"it ends at {at:%H:%M} UTC; resume then"
            raise StepError(Trouble("rate_limit", trouble.cause, until, at))
        return trouble

    def _try_again(self, limited: Trouble) -> str:
        at = limited.retry_at
        left = (at - self.clock.now()).total_seconds() if at is not None else 60
        return f"try again in {max(1, math.ceil(left))} s"

    async def _wait(self, trouble: Trouble, line: Line) -> None:
        at = trouble.retry_at or self.clock.now() + timedelta(minutes=1)
        left = min(max(math.ceil((at - self.clock.now()).total_seconds()), 1), LONGEST.total_seconds())
        while left > 0:
            if line.cancelled():
                raise Cancelled
            line.told(f"{trouble.cause}; goes on in {left:.0f} s", None)
            piece = min(1.0, left)
            await line.rest(piece)
            left -= piece
        if line.cancelled():
            raise Cancelled

    def _note(self, seen: list[Answer]) -> None:
        for answer in seen:
            told = answer.headers.get("x-oauth-scopes")
            self.answered = True
            self.scopes = None if told is None else frozenset(one.strip() for one in told.split(",") if one.strip())


def _read(answer: Answer, what: str, *, unsure: bool = False) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        trouble = Trouble("bad_data", f"{what}: GitHub's answer is no JSON", "try again")
        raise StepError(trouble, unsure=unsure) from None
