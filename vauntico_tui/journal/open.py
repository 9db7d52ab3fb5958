"""Opening a journal: a file by default, PostgreSQL by URL. Imports SQLAlchemy only when it is called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vauntico_tui.journal.answers import JournalError

if TYPE_CHECKING:
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
    from vauntico_tui.journal.database import connect_file, connect_server, system_micros  # noqa: PLC0415
    from vauntico_tui.journal.journal import Journal  # noqa: PLC0415
    from vauntico_tui.journal.schema import bring_up  # noqa: PLC0415

    folder = state_dir or default_folder()
    if url is not None and url.partition(":")[0].partition("+")[0] in {"postgresql", "postgres"}:
        database = connect_server("postgresql:" + url.partition(":")[2], schema=schema)
        backups = folder / "backups"
    else:
        path = journal_path(url, folder)
        database = connect_file(path, clock or system_micros)
        backups = path.parent / "backups"
    try:
        bring_up(database, backup_folder=backups)
    except BaseException:
        database.close()
        raise
    return Journal(database, console=console, state_dir=folder)


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
