"""Journals of both kinds for the door's tests."""

from __future__ import annotations

from tests.journal.conftest import place, server

__all__ = ["place", "server"]
