from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runbooks.edits.node import Node, started


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    running = started()
    yield running
    running.close()
