"""Database errors in words: what happened, what to do next, and never a parameter or a password."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from vauntico_tui.base.text import one_line
from vauntico_tui.journal.answers import DamagedError, JournalError, NotAllowedError, UnreachableError

_SQLITE: tuple[tuple[str, type[JournalError], str, str], ...] = (
    ("locked", UnreachableError, "another program holds its lock", "close what has it open, then try again"),
    ("busy", UnreachableError, "another program holds its lock", "close what has it open, then try again"),
    ("is full", UnreachableError, "its disk is full, nothing was written", "make room on the disk, then try again"),
    ("i/o error", UnreachableError, "its disk can't be written", "check the disk and its free space, then try again"),
    ("readonly", UnreachableError, "it can't be written", "make the file and its folder writable for you"),
    ("unable to open", UnreachableError, "it can't be opened", "make the file and its folder writable for you"),
    ("malformed", DamagedError, "the file is damaged", "restore the newest backup beside it with `journal import`"),
    ("not a database", DamagedError, "the file is no journal", "move it away, or restore a backup"),
    ("no such table", DamagedError, "the file is no journal", "move it away, or restore a backup"),
)

_SERVER: tuple[tuple[str, type[JournalError], str, str], ...] = (
    ("42501", NotAllowedError, "this login may not do that", "ask the owner for the role of responder or lead"),
    ("28", UnreachableError, "it refuses the login", "check the user and PGPASSWORD, ~/.pgpass or the keyring"),
    ("3D000", UnreachableError, "there is no such database", "create it, then run `vauntico-tui journal init`"),
    ("3F000", UnreachableError, "there is no journal in it", "run `vauntico-tui journal init` as its owner"),
    ("42P01", UnreachableError, "there is no journal in it", "run `vauntico-tui journal init` as its owner"),
    ("42883", UnreachableError, "there is no journal in it", "run `vauntico-tui journal init` as its owner"),
    ("53100", UnreachableError, "its disk is full, nothing was written", "make room on the server's disk"),
    ("53300", UnreachableError, "it has too many connections", "close some consoles, or raise max_connections"),
    ("55P03", UnreachableError, "its lock is held too long", "try again; see pg_stat_activity for who holds it"),
    ("57014", UnreachableError, "it took too long", "try again"),
    ("25P03", UnreachableError, "it closed an idle transaction", "try again"),
    ("25006", UnreachableError, "it is read-only", "name the primary server in [journal] url"),
)  # fmt: skip


_SAID = (
    ("password authentication failed", "28"),
    ("no password supplied", "28"),
    ("no pg_hba.conf entry", "28"),
    ("peer authentication failed", "28"),
    ('database "', "3D000"),
    ('role "', "28"),
    ("too many c", "53300"),
)
"""A connection that could not be made has no code, only words."""


def in_words(error: Exception, shown: str) -> JournalError:
    """The trouble behind a driver's error. What no rule here knows is a bug and is raised as it is."""
    original = error.orig if isinstance(error, DBAPIError) else error
    said = one_line(str(original).splitlines()[0] if str(original) else type(original).__name__, 200)
    if isinstance(original, sqlite3.Error):
        lower = said.lower()
        for mark, kind, cause, next_step in _SQLITE:
            if mark in lower:
                return kind(f"the journal {shown}: {cause}", next_step)
        raise error
    state = getattr(original, "sqlstate", None) or next((code for words, code in _SAID if words in said), "")
    for mark, kind, cause, next_step in _SERVER:
        if state and state.startswith(mark):
            return kind(f"the journal {shown}: {cause}", next_step)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if state[:2] in {"08", "57", "53"} or lost or (not state and _no_connection(error)):
        return UnreachableError(
            f"the journal {shown} does not answer: {said}", "check that its server runs and can be reached"
        )
    raise error


def _no_connection(error: Exception) -> bool:
    return not isinstance(error, DBAPIError) or isinstance(error, (OperationalError, InterfaceError))
