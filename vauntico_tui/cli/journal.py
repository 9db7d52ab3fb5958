"""`journal`: hold the log to its chain, keep copies of it, see the war room as it was, make a team's journal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from vauntico_tui.cli import exits
from vauntico_tui.cli.commands import Helpful
from vauntico_tui.cli.context import config_file, config_option, load, time_zone, write
from vauntico_tui.cli.journaled import end

if TYPE_CHECKING:
    from vauntico_tui.journal.journal import Journal

T = TypeVar("T")

_FILE = click.Path(path_type=Path, dir_okay=False)


def with_journal(work: Callable[[Journal], T]) -> T:
    """Open the config's journal and do something with it; ends the command with 4 or 5 where that can't be done."""
    from vauntico_tui.actions.desk.office import console_name
    from vauntico_tui.config.places import state_dir
    from vauntico_tui.journal.answers import DamagedError, JournalError, NotAllowedError
    from vauntico_tui.journal.open import open_journal

    file = config_file()
    try:
        journal = open_journal(load(file).journal.url, console=console_name(), state_dir=state_dir(file))
        try:
            return work(journal)
        finally:
            journal.close()
    except NotAllowedError as trouble:
        end(exits.FORBIDDEN, str(trouble))
    except DamagedError as trouble:
        end(exits.WRONG, str(trouble))
    except JournalError as trouble:
        end(exits.UNREACHABLE, str(trouble))


@click.group(cls=Helpful)
@config_option
def journal() -> None:
    """The journal: is it whole, keep copies of it, see the war room as it was."""


@journal.command()
@config_option
def verify() -> None:
    """Read the whole log and hold it to its chain. Ends with 1 where a row was altered or is missing."""
    found, shown = with_journal(lambda it: (it.verify(), it.shown))
    if found.ok:
        write(f"{shown}: {found.count} events, the chain holds; it ends in {found.head}\n")
        return
    end(exits.WRONG, f"{shown}: " + (f"event {found.seq}: " if found.seq else "") + found.reason)


@journal.command()
@click.argument("target", metavar="FILE", type=_FILE)
@config_option
def export(target: Path) -> None:
    """Write everything to a new file as JSON Lines, with its chain."""
    count = with_journal(lambda it: it.export(target))
    write(f"{target}: {count} events\n")


@journal.command()
@click.argument("target", metavar="[FILE]", type=_FILE, required=False)
@config_option
def backup(target: Path | None) -> None:
    """Make a whole copy while others write: the file itself, or an export of a PostgreSQL journal."""
    write(f"{with_journal(lambda it: it.backup(target))}\n")


@journal.command("import")
@click.argument("source", metavar="FILE", type=_FILE)
@config_option
def import_(source: Path) -> None:
    """Bring an export or a backup into this journal, if it is empty. Its chain is checked first."""
    count = with_journal(lambda it: it.import_(source))
    write(f"{count} events from {source}\n")


@journal.command()
@click.option("--at", "at", metavar="TIME", required=True, help="An instant: 2025-01-31T09:00, with or without a zone.")
@click.option("--json", "as_json", is_flag=True, help="For programs: as `escalations --json`.")
@click.option("--all", "every", is_flag=True, help="Those that were resolved by then too.")
@config_option
def replay(at: str, as_json: bool, every: bool) -> None:
    """The war room as it was at a time, from the log alone."""
    from vauntico_tui.cli.escalations import listing, plain
    from vauntico_tui.cli.times import read_time

    zone = time_zone(config_file())
    then = read_time(at, zone)
    picture = with_journal(lambda it: it.replay(then))
    found = picture.escalations if every else picture.open
    if as_json:
        write(json.dumps([plain(one) for one in found], indent=2, ensure_ascii=False) + "\n")
        return
    write(f"{then.astimezone(zone):%d %b %Y %H:%M:%S}, after event {picture.seq}\n{listing(found, zone)}")


@journal.command()
@click.option("--prefix", metavar="NAME", default="vauntico", show_default=True, help="What its roles begin with.")
@config_option
def init(prefix: str) -> None:
    """Make the journal: on PostgreSQL, as the database's owner, with the roles viewer, responder and lead. May be run
    again. Passwords come from the environment, ~/.pgpass or the keyring."""
    from vauntico_tui.config.places import state_dir

    file = config_file()
    url = load(file).journal.url
    if url is None or not url.startswith("postgres"):
        write(f"{with_journal(lambda it: it.shown)}: ready\n")
        return
    from vauntico_tui.journal.answers import JournalError, NotAllowedError
    from vauntico_tui.journal.roles import init_journal

    try:
        made = init_journal("postgresql:" + url.partition(":")[2], backup_folder=state_dir(file) / "backups",
                            prefix=prefix)  # fmt: skip
    except NotAllowedError as trouble:
        end(exits.FORBIDDEN, str(trouble))
    except JournalError as trouble:
        end(exits.UNREACHABLE, str(trouble))
    write(f"{made.shown}: ready, with the roles {', '.join(made.roles)}\n")
    if made.backup is not None:
        write(f"before that it was copied to {made.backup}\n")
    write("give each person one of them:\n" + "".join(f"    {step}\n" for step in made.next_steps))
