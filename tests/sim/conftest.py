"""A box for each test: it starts in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sim.fetch_descriptions import folder
from vauntico_tui.sim.box import Box
from vauntico_tui.sim.options import Options

REPO = "/repos/vauntico/vauntico"


class Ask:
    """A client of a box: `get`, `post`… by path under the repository, `graphql`, `knob`, `prometheus`."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.http = httpx.Client(headers={"Authorization": f"token {box.token}"}, timeout=10)

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        url = path if path.startswith("http") else self.box.urls["github"] + (path if path[:2] == "//" else REPO + path)
        return self.http.request(method, url.replace("/v3//", "/v3/"), **more)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self("GET", path, params=params or None)

    def json(self, path: str, **params: Any) -> Any:
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        url = self.box.urls["github"].removesuffix("/v3") + "/graphql"
        answer = self.http.post(url, json={"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def knob(self, path: str, method: str = "POST", /, **body: Any) -> Any:
        answer = self.http.request(method, self.box.urls["control"] + path, json=body if method == "POST" else None)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def prometheus(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(f"{self.box.urls['prometheus']}/api/v1/{path}", params=params)


@pytest.fixture
def make() -> Iterator[Callable[..., Ask]]:
    """Makes boxes: `make(speed=60, issues=200)`."""
    made: list[Ask] = []

    def one(clock: Any = None, **options: Any) -> Ask:
        box = Box(Options(**options), clock)
        box.start()
        made.append(Ask(box))
        return made[-1]

    yield one
    for ask in made:
        ask.http.close()
        ask.box.stop()


@pytest.fixture
def ask(make: Callable[..., Ask]) -> Ask:
    """A client of a box as it comes."""
    return make()


@pytest.fixture(scope="session")
def descriptions() -> Path:
    """The folder with GitHub's own descriptions; without them the tests are skipped, and say how to get them."""
    where = folder()
    if not all((where / name).exists() for name in ("api.github.com.json", "schema.graphql")):
        pytest.skip(f"GitHub's descriptions are not in {where}: run python tests/sim/fetch_descriptions.py")
    return where
