"""A box for the commands to ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vauntico_tui.sim.child import Child, start


@pytest.fixture(scope="session")
def box() -> Iterator[Child]:
    """One organisation for all of these tests: they only read from it."""
    child = start(seed=3, speed=0)
    yield child
    child.stop()
