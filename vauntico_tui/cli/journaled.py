"""What the commands about escalations share: the war room with its journal, ids as people write them, exit codes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import clean, one_line
from vauntico_tui.cli import exits
from vauntico_tui.cli.context import complain, config_file, write

if TYPE_CHECKING:
    from vauntico_tui.actions.desk.desk import Desk
    from vauntico_tui.actions.perform import Done
    from vauntico_tui.actions.registry import Target
    from vauntico_tui.escalation.state import Escalation
    from vauntico_tui.view.model import View
    from vauntico_tui.warroom import WarRoom

T = TypeVar("T")
GATHER = 15.0
CODES = {"lost": exits.FIRST, "refused": exits.FIRST, "unreachable": exits.UNREACHABLE, "not_allowed": exits.FORBIDDEN}
"""What a Done's code ends a command with; the rest is input that can't be used."""


class Ended(Exception):  # noqa: N818  an end, not always an error
    """A command ends here, with a code and one sentence on stderr."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Session:
    """The war room of a command, opened and not running."""

    room: WarRoom

    @property
    def desk(self) -> Desk:
        assert self.room.office is not None  # noqa: S101  open_room makes one
        return self.room.office.desk

    async def look(self) -> None:
        """Read the journal, begun if there is none. Raises JournalError."""
        await self.desk.look()
        if (trouble := self.desk.known.trouble) is not None:
            from vauntico_tui.journal.answers import JournalError, NotAllowedError

            kind = NotAllowedError if trouble.kind == "scope" else JournalError
            raise kind(trouble.cause, trouble.next_step)

    async def catch_up(self, timeout: float = GATHER) -> View:  # noqa: ASYNC109  the sources' own limit
        """Ask every source once and bring into the journal what they prove."""
        view = await self.room.gather(timeout)
        for status in view.sources:
            if status.trouble is not None:
                click.echo(clean(f"{status.title}: {status.trouble}"), err=True)
        if not view.read_only:
            await self.room.settle_once()
        return self.room.view

    async def kept(self) -> bool:
        """Whether some console or `watch` keeps clocks and evidence up to date just now."""
        return await self.desk.call(lambda journal: journal.leases.holder("keeper")) is not None

    async def find(self, ident: str) -> Escalation:
        """An escalation by its number or subject: the open one, else its last. One that the journal does not know yet
        is looked for in the evidence. Raises InputError."""
        if (found := await self._known(ident)) is not None:
            return found
        if not await self.kept():
            await self.catch_up()
            if (found := await self._known(ident)) is not None:
                return found
        hint = "`vauntico-tui escalations` lists those that are open"
        raise InputError([Problem(f'there is no escalation "{one_line(ident, 80)}"', None, None, hint)])

    async def _known(self, ident: str) -> Escalation | None:
        from vauntico_tui.actions.desk.words import number_in
        from vauntico_tui.escalation.state import Escalation as Kind

        word = ident.strip()
        if (number := number_in(word)) is not None:
            return await self.desk.call(lambda journal: journal.escalation(number))
        subject = f"issue:{word[1:]}" if word.startswith("#") else word
        found = await self.desk.call(lambda journal: journal.latest(subject))
        if found is None:
            opened = await self.desk.call(lambda journal: journal.open_escalations())
            found = next((one for one in opened if subject in one.members), None)
        assert found is None or isinstance(found, Kind)  # noqa: S101
        return found

    def target(self, one: Escalation, version: int | None = None) -> Target:
        """What an action on it is for. Without `version` it is fenced by the state that was just read."""
        from vauntico_tui.actions.desk.words import known_as
        from vauntico_tui.actions.registry import Target as Kind

        return Kind("escalation", str(one.id), known_as(one), one.link, version if version is not None else one.version)


def run(work: Callable[[Session], Awaitable[T]]) -> T:
    """Open the war room, do something with its journal, close it; ends the command where that can't be done."""
    from vauntico_tui.journal.answers import JournalError, NotAllowedError
    from vauntico_tui.warroom import open_room

    room = open_room(config_file())

    async def doing() -> T:
        return await work(Session(room))

    try:
        return asyncio.run(doing())
    except NotAllowedError as trouble:
        end(exits.FORBIDDEN, str(trouble))
    except JournalError as trouble:
        end(exits.UNREACHABLE, str(trouble))
    except Ended as ended:
        end(ended.code, str(ended))
    finally:
        room.close()


def end(code: int, message: str) -> NoReturn:
    """End the command with a code and, where it has one, a sentence on stderr."""
    if message:
        complain(message)
    click.get_current_context().exit(code)


def tell(done: Iterable[Done]) -> int:
    """What became of each: done on stdout, the rest on stderr. Returns the exit code: the first failure's."""
    code = exits.DONE
    for one in done:
        if one.ok:
            write(clean(one.message.removesuffix(" · u takes it back")) + "\n")
        else:
            click.echo(clean(one.message), err=True)
            code = code or CODES.get(one.code, exits.UNREADABLE)
    return code


def instant(at: datetime | None) -> str | None:
    """As JSON has it: UTC to the second, or null."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
