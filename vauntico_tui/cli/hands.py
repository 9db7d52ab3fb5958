"""Every hand that can be laid on an escalation, by commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vauntico_tui.cli import exits
from vauntico_tui.cli.context import config_option
from vauntico_tui.cli.journaled import Ended, Session, end, run, tell

if TYPE_CHECKING:
    from vauntico_tui.actions.perform import Done

F = TypeVar("F", bound=Callable[..., Any])


def hand_options(command: F) -> F:
    """`--as`, `--key`: who acts, and what makes a repeated command harmless."""
    command = click.option("--as", "name", metavar="NAME", help="Who acts; else [escalation] me, else your user.")(
        command
    )
    return click.option(
        "--key", metavar="TEXT", help="Idempotency key: the same command with it again changes nothing."
    )(command)


def ids_argument(command: F) -> F:
    return click.argument("ids", metavar="ID...", nargs=-1, required=True)(command)


def note_option(command: F) -> F:
    return click.option("--note", metavar="TEXT", default="", help="Kept in the timeline.")(command)


def arguments(given: dict[str, str | None]) -> dict[str, str]:
    """What was given, as actions name it."""
    names = {"name": "as"}
    return {names.get(name, name): value for name, value in given.items() if value}


def hand(action: str, ids: tuple[str, ...], **given: str | None) -> None:
    """Lay a hand on each escalation, one after another, and end with the first failure's code."""

    async def work(session: Session) -> int:
        args = arguments(given)
        if session.room.view.read_only:
            raise Ended(exits.FORBIDDEN, "the war room is read-only (read_only in the config)")
        await session.look()
        found = [await session.find(ident) for ident in ids]
        done: list[Done] = []
        for one in found:
            each = {**args, "key": f"{args['key']} {one.id}"} if "key" in args and len(found) > 1 else args
            done.append(await session.room.perform(action, session.target(one), **each))
        return tell(done)

    end(run(work), "")


@click.command()
@ids_argument
@note_option
@hand_options
@config_option
def ack(ids: tuple[str, ...], **given: str | None) -> None:
    """Acknowledge: you have it, paging stops, the window runs on. ID is its number or
    subject: E3 or 3, "#14", issue:14."""
    hand("escalation.acknowledge", ids, **given)


@click.command()
@ids_argument
@note_option
@hand_options
@config_option
def unack(ids: tuple[str, ...], **given: str | None) -> None:
    """Take an acknowledgement back: nobody has it, and it is paged from the first contact."""
    hand("escalation.unacknowledge", ids, **given)


@click.command()
@ids_argument
@click.option("--until", metavar="TIME", required=True, help='"1 h", "08:00", "tomorrow 08:00", 2025-01-31T09:00.')
@note_option
@hand_options
@config_option
def snooze(ids: tuple[str, ...], **given: str | None) -> None:
    """No pages until a time; the window runs on, and its breach ends the snooze."""
    hand("escalation.snooze", ids, **given)


@click.command()
@ids_argument
@hand_options
@config_option
def wake(ids: tuple[str, ...], **given: str | None) -> None:
    """End a snooze before its time: paged from the first contact."""
    hand("escalation.wake", ids, **given)


@click.command()
@ids_argument
@note_option
@hand_options
@config_option
def escalate(ids: tuple[str, ...], **given: str | None) -> None:
    """Page the next contact now. Done twice at once it counts once; a page that is out can't be called back."""
    hand("escalation.escalate", ids, **given)


@click.command()
@ids_argument
@click.option("--to", metavar="NAME", required=True, help="Who has it from now on: a person of the config, or a name.")
@note_option
@hand_options
@config_option
def reassign(ids: tuple[str, ...], **given: str | None) -> None:
    """Give it to somebody, who is told."""
    hand("escalation.reassign", ids, **given)


@click.command()
@ids_argument
@click.option("--text", "--note", "text", metavar="TEXT", help="The note; else it is read from stdin.")
@hand_options
@config_option
def note(ids: tuple[str, ...], text: str | None, **given: str | None) -> None:
    """Add a note to the timeline: what was seen, what was tried."""
    hand("escalation.note", ids, text=text if text is not None else sys.stdin.read(), **given)


@click.command()
@ids_argument
@click.option("--reason", metavar="TEXT", required=True, help="Why it is over.")
@click.option("--although-it-stands", "although", is_flag=True, help="Although its issue is open or its alert fires.")
@click.option("--until", metavar="TIME", help="With that: for how long; else for the level's window.")
@hand_options
@config_option
def resolve(ids: tuple[str, ...], although: bool, **given: str | None) -> None:
    """Resolve, with a reason. What still stands is resolved only expressly so, and comes back when its time is over."""
    hand("escalation.resolve", ids, although="yes" if although else None, **given)


@click.command()
@click.argument("ids", metavar="ID", nargs=1)
@click.option("--into", metavar="ID", required=True, help="The open escalation that it is a duplicate of.")
@hand_options
@config_option
def merge(ids: str, **given: str | None) -> None:
    """Merge a duplicate into another open escalation, which carries its evidence from now on."""
    hand("escalation.merge", (ids,), **given)
