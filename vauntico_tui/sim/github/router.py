"""Paths to handlers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from vauntico_tui.sim.github.call import Call

Handler = Callable[[Call], object]


@dataclass(frozen=True, slots=True)
class Route:
    """A path template of GitHub's description with its handler and the page that documents it."""

    method: str
    template: str
    handler: Handler
    docs: str


class Router:
    """Routes by method and number of segments. `{name}` takes a segment, `{name...}` the rest of the path."""

    def __init__(self) -> None:
        self._routes: list[tuple[re.Pattern[str], Route]] = []

    def add(self, method: str, template: str, docs: str) -> Callable[[Handler], Handler]:
        """Decorator: this handler answers that path. `docs` is the path under docs.github.com/rest."""
        pattern = re.escape(template).replace(r"\{", "{").replace(r"\}", "}").replace(r"\.\.\.}", "...}")
        pattern = re.sub(r"\{(\w+)\.\.\.\}", r"(?P<\1>.+)", pattern)
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        compiled = re.compile(pattern + r"\Z")

        def keep(handler: Handler) -> Handler:
            self._routes.append((compiled, Route(method, template, handler, docs)))
            return handler

        return keep

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route for a path and what its template captured."""
        for pattern, route in self._routes:
            if route.method == method and (match := pattern.match(path)):
                return route, match.groupdict()
        return None

    @property
    def routes(self) -> list[Route]:
        return [route for _, route in self._routes]

    def include(self, other: Router) -> None:
        self._routes += other._routes
