"""One conversation with GitHub at a time, through PyGithub's requester. Lives in the GitHub thread.

PyGithub's own retries, waits and lazy attributes stay out: one call is one request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vauntico_tui import __version__
from vauntico_tui.base.clock import Clock
from vauntico_tui.base.later import loaded_later
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources import failures
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.github import refusals
from vauntico_tui.sources.github.answer import Answer
from vauntico_tui.sources.limits import Limits
from vauntico_tui.sources.token import find_token, no_token
from vauntico_tui.sources.wire import CappedSession

with loaded_later("jwt"):  # signs for GitHub Apps, and loads cryptography: 8 MB
    import github
    from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

if TYPE_CHECKING:
    from vauntico_tui.config.model import GitHub

JSON = "application/vnd.github+json"
RAW = "application/vnd.github.raw+json"
API_VERSION = "2022-11-28"
READ = frozenset({200, 304})
WRITTEN = frozenset({200, 201, 204})


class Client:
    """GitHub's API at the configured URL, with the token found for it. Not to be shared between threads.

    Methods raise SourceError for every answer but 200 and 304; each answer is appended to `seen` first. `purpose` tells
    GitHub, in the User-Agent, what the requests are for.
    """

    def __init__(self, config: GitHub, place: Place, limits: Limits, clock: Clock, purpose: str = "") -> None:
        agent = f"vauntico-tui/{__version__}" + (f" ({purpose})" if purpose else "")
        self.place, self._repository, self._clock = place, config.repository or "", clock
        token = find_token(config)
        if token is None:
            raise SourceError(no_token(config))
        self.token = token
        spelled = f"{config.url}\n{self._repository}\n{token.value}"
        self.account = hashlib.sha256(spelled.encode()).hexdigest()
        verify: bool | str = str(config.ca_file.expanduser()) if config.ca_file else True
        address = urlsplit(config.url)
        self.secure = address.scheme == "https"
        self._requester = github.Github(
            auth=github.Auth.Token(token.value),
            base_url=config.url.rstrip("/"),
            timeout=int(max(1, limits.timeout)),
            user_agent=agent,
            verify=verify,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            api_version=API_VERSION,
        ).requester
        kind = HTTPSRequestsConnectionClass if address.scheme == "https" else HTTPRequestsConnectionClass
        host = f"[{address.hostname}]" if ":" in (address.hostname or "") else address.hostname or ""
        self._connection = kind(host, address.port, timeout=limits.timeout, verify=verify)  # type: ignore[arg-type]
        self._connection.session = CappedSession(limits)

    def close(self) -> None:
        self._connection.close()

    def get(
        self, path: str, seen: list[Answer], *, what: str, etag: str | None = None, accept: str | None = None
    ) -> Answer:
        """GET a path under the API's root; `what` names it in an error. With `etag`, the status may be 304."""
        headers = {"Accept": accept or JSON}
        if etag is not None:
            headers["If-None-Match"] = etag
        return self._ask("GET", path, headers, None, seen=seen, what=what)

    def location(self, path: str, seen: list[Answer], *, what: str) -> str:
        """Where GitHub sends whoever asks for a path: a signed address, which needs no token and gets none. "" where it
        answers by itself. Raises SourceError."""
        good = frozenset({200, 302, 303, 307})
        return self._ask("GET", path, {"Accept": JSON}, None, seen=seen, what=what, good=good).headers.get(
            "location", ""
        )

    def graphql(self, query: str, variables: Mapping[str, Any], seen: list[Answer], *, what: str) -> Answer:
        """POST a GraphQL query; the body may hold `errors` beside `data`."""
        asked = {"query": query, "variables": dict(variables)}
        return self._ask("POST", self._requester.graphql_url, {"Accept": JSON}, asked, seen=seen, what=what)

    def write(self, verb: str, path: str, asked: Mapping[str, Any] | None, seen: list[Answer], *, what: str) -> Answer:
        """POST, PATCH, PUT or DELETE a path under the API's root. Raises SourceError for all but 200, 201 and 204."""
        body = dict(asked) if asked is not None else None
        return self._ask(verb, path, {"Accept": JSON}, body, seen=seen, what=what, good=WRITTEN)

    def _ask(
        self, verb: str, url: str, headers: dict[str, str], asked: Any, *, seen: list[Answer], what: str,
        good: frozenset[int] = READ,
    ) -> Answer:  # fmt: skip
        try:
            status, told, body = self._requester.requestJson(verb, url, None, headers, asked, self._connection)
        except Exception as error:  # requests, urllib3, ssl, socket and PyGithub raise what they like
            raise SourceError(failures.from_exception(error, self.place)) from None
        answer = Answer(status, {name: str(value) for name, value in told.items()}, body)
        seen.append(answer)
        if status in good:
            return answer
        if status == 401:
            raise SourceError(Trouble("auth", f"GitHub does not accept {self.token}", self.place.sign_in))
        now, repository = self._clock.now(), self._repository
        raise SourceError(
            refusals.refused(status, answer.headers, body, place=self.place, now=now, what=what, repository=repository)
        )
