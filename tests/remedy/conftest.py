"""GitHub's own descriptions, for what is sent."""

from __future__ import annotations

from tests.sim.conftest import descriptions

__all__ = ["descriptions"]
