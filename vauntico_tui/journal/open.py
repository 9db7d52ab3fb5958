"""Opening a journal: a file by default, PostgreSQL by URL. Imports SQLAlchemy only when it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from vauntico_tui.journal.answers import JournalError

if TYPE_CHECKING:
    from vauntico_tui.journal.database import Database
    from vauntico_tui.journal.journal import Journal

FILE = "journal.sqlite"


def open_journal(
    url: str | None,
    *,
    console: str,
    state_dir: Path | None = None,
    schema: str = "vauntico",
    clock: Callable[[], int] | None = None,
) -> Journal:
    """The journal at `url`: "postgresql://user@host/database", "sqlite:///path", a path; None: the user's own file.

    `console` names this program in the log. `clock` (microseconds since 1970) takes the machine's place in a file.
    Raises JournalError with what to do next.
    """
    # SQLAlchemy costs a quarter of a second: nobody pays for it who opens no journal.
    from vauntico_tui.journal.journal import Journal  # noqa: PLC0415
    from vauntico_tui.journal.schema import bring_up  # noqa: PLC0415

    folder = state_dir or default_folder()
    database = _connect(url, folder, schema, clock)
    try:
        bring_up(database, backup_folder=(database.path.parent if database.path else folder) / "backups")
    except BaseException:
        database.close()
        raise
    return Journal(database, console=console, state_dir=folder)


@dataclass(frozen=True, slots=True)
class Looked:
    """A journal as it was found. `behind`: how far its clock stands behind its last event, as one does that was set
    back."""

    shown: str
    begun: bool
    migrates: bool = False
    behind: timedelta = timedelta()


def look_at(url: str | None, *, state_dir: Path, schema: str = "vauntico") -> Looked:
    """How the journal is; nothing is made or brought forward. Raises JournalError as opening it would."""
    from vauntico_tui.journal.journal import Journal  # noqa: PLC0415
    from vauntico_tui.journal.schema import HEAD, refuse_newer, version  # noqa: PLC0415

    if not is_server(url) and not (path := journal_path(url, state_dir)).exists():
        return Looked(str(path), begun=False)
    database = _connect(url, state_dir, schema, None)
    try:
        with database.read() as connection:
            found = version(connection)
        refuse_newer(found, database.shown)
        if found != HEAD:
            return Looked(database.shown, begun=found is not None, migrates=found is not None)
        return Looked(database.shown, begun=True, behind=Journal(database, console="", state_dir=state_dir).behind())
    finally:
        database.close()


def is_server(url: str | None) -> bool:
    """Whether a journal's URL names a PostgreSQL."""
    return url is not None and url.partition(":")[0].partition("+")[0] in {"postgresql", "postgres"}


def _connect(url: str | None, folder: Path, schema: str, clock: Callable[[], int] | None) -> Database:
    from vauntico_tui.journal.database import connect_file, connect_server, system_micros  # noqa: PLC0415

    if url is not None and is_server(url):
        return connect_server("postgresql:" + url.partition(":")[2], schema=schema)
    return connect_file(journal_path(url, folder), clock or system_micros)


def default_folder() -> Path:
    """Where the user's state is kept."""
    import platformdirs  # noqa: PLC0415

    return platformdirs.user_state_path("vauntico-tui")


def journal_path(url: str | None, folder: Path) -> Path:
    """The file that a URL names. Raises JournalError for a database that is not supported."""
    if url is None:
        return folder / FILE
    scheme, mark, rest = url.partition("://")
    if not mark:
        return Path(url).expanduser()
    if scheme != "sqlite" or not rest.startswith("/"):
        raise JournalError(
            f"[journal] url begins with {scheme}://, which is no journal",
            'write "postgresql://user@host/database", "sqlite:///relative.file" or "sqlite:////absolute.file"',
        )
    return Path(rest[1:]).expanduser()
