"""Queries and targets through prometheus-api-client, alerts and rules through httpx. Lives in the Prometheus thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from prometheus_api_client import PrometheusConnect
from urllib3.util.retry import Retry

from vauntico_tui import __version__
from vauntico_tui.base.clock import Clock
from vauntico_tui.evidence.facts import ScrapeTarget, Series
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import door, failures
from vauntico_tui.sources.failures import BadDataError, Place, SourceError
from vauntico_tui.sources.limits import Limits
from vauntico_tui.sources.prometheus import answers
from vauntico_tui.sources.signin import bare, sign_in
from vauntico_tui.sources.web import WebClient
from vauntico_tui.sources.wire import CappedSession

if TYPE_CHECKING:
    from vauntico_tui.config.model import Prometheus

T = TypeVar("T")


class PromClient:
    """One Prometheus. Not to be shared between threads. Every method raises SourceError."""

    def __init__(self, config: Prometheus, place: Place, limits: Limits, clock: Clock) -> None:
        url = bare(config.url or "")
        allowed = sign_in(config.auth, config.url or "", "prometheus")
        self._place, self._clock = place, clock
        self._session = CappedSession(limits)
        self._session.verify = allowed.ca_file or True
        self._session.cert = allowed.cert
        headers = {"User-Agent": f"vauntico-tui/{__version__}"} | allowed.headers
        self._api = PrometheusConnect(
            url, headers=headers, retry=Retry(total=0), session=self._session, timeout=limits.timeout
        )
        self.web = WebClient(url, allowed, place, limits, clock)

    def close(self) -> None:
        self._session.close()
        self.web.close()

    @property
    def skew(self) -> Trouble | None:
        """Trouble when the server's clock and ours are apart, by the last answer."""
        seen = self._session.last
        return failures.skew(seen.headers, self._clock.now(), self._place) if seen else self.web.skew

    def instant(self, query: str) -> tuple[Series, ...]:
        """What a query says now: a series with one point each; none where the value is NaN."""
        return self._ask(query, lambda: answers.instant(self._api.custom_query(query), query))

    def range(self, query: str, start: float, end: float, step: float) -> tuple[Series, ...]:
        """What a query said from `start` to `end` (unix seconds), every `step` seconds."""
        begin, until = (datetime.fromtimestamp(at, UTC) for at in (start, end))
        return self._ask(
            query, lambda: answers.matrix(self._api.custom_query_range(query, begin, until, f"{step:g}"), query)
        )

    def targets(self) -> tuple[ScrapeTarget, ...]:
        """The active scrape targets."""
        return self._ask("", lambda: answers.targets(self._api.get_targets(state="active")))

    def _ask(self, query: str, ask: Callable[[], T]) -> T:
        self._session.last = None
        try:
            return ask()
        except BadDataError as error:
            raise SourceError(failures.from_exception(error, self._place)) from None
        except Exception as error:  # the library lets through what requests, json and a dict raise
            raise SourceError(self._why(error, query)) from None

    def _why(self, error: Exception, query: str) -> Trouble:
        seen = self._session.last
        if seen is None:
            return failures.from_exception(error, self._place)
        if seen.status in {400, 422}:
            said = failures.says(seen.head) or "no reason told"
            return Trouble(
                "bad_data",
                f"{self._place.title} refuses {door.line(query, 60)}: {said}",
                "correct the query in the plan",
            )
        if seen.status != 200:
            return failures.from_status(seen.status, seen.headers, seen.head, self._place, self._clock.now())
        if isinstance(error, ValueError | RecursionError):
            return failures.not_json(seen.head, self._place)
        field = str(error) if isinstance(error, KeyError) else "another shape than expected"
        return failures.from_exception(BadDataError(f"its answer lacks a field ({field})"), self._place)
