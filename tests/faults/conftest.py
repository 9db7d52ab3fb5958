"""The journal's own fixtures: every test runs on a file and on a real PostgreSQL."""

from tests.journal.conftest import file_place, journal, pg_place, place, server

__all__ = ["file_place", "journal", "pg_place", "place", "server"]
