"""Escalations by commands: what is open, what happened to one, what was sent, and the hand-over."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.actions.desk.words import known_as
from vauntico_tui.cli import exits
from vauntico_tui.cli.context import config_file, config_option, time_zone, write
from vauntico_tui.cli.hands import arguments, hand_options
from vauntico_tui.cli.journaled import GATHER, Session, end, instant, run, tell

if TYPE_CHECKING:
    from vauntico_tui.escalation.state import Escalation


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: an array, one object an escalation.")
@click.option("--refresh", is_flag=True, help="Ask the sources first, whoever keeps the journal up to date.")
@click.option("--all", "every", is_flag=True, help="Those resolved in the last 90 days too.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 600), default=GATHER, show_default=True,
              help="Seconds to wait for the sources.")  # fmt: skip
@config_option
def escalations(as_json: bool, refresh: bool, every: bool, timeout: float) -> None:
    """List what is escalated: who has it, what happens next and when.

    While a war room or `watch` runs this is what the journal says. While none does, the sources are asked first and
    what they prove is brought into the journal; pages leave only through one that runs.
    """

    async def work(session: Session) -> tuple[Escalation, ...]:
        await session.look()
        kept = await session.kept()
        if refresh or not kept or not session.desk.known.seq:
            await session.catch_up(timeout)
        if not kept and session.desk.known.open:
            click.echo("no pages leave: neither a war room nor `vauntico-tui watch` runs", err=True)
        if every:
            from datetime import timedelta

            resolved = await session.desk.call(lambda journal: journal.resolved(journal.now() - timedelta(days=90)))
            return (*session.desk.known.open, *resolved)
        return session.desk.known.open

    found = run(work)
    if as_json:
        write(json.dumps([plain(one) for one in found], indent=2, ensure_ascii=False) + "\n")
    else:
        write(listing(found, time_zone(config_file())))


def listing(found: Sequence[Escalation], zone: tzinfo | None) -> str:
    """Two lines for each, in the reader's zone, below a line that says which number is the escalation's own."""
    if not found:
        return "nothing is open\n"
    head = f"{'ID':>5}  {'':<2}  {'STATE':<12}  WHO  SUBJECT\n"
    return head + "".join(_line(one, lambda at: f"{at.astimezone(zone):%d %b %H:%M}") for one in found)


def plain(one: Escalation) -> dict[str, Any]:
    """One as programs get it."""
    return {
        "id": one.id,
        "subject": one.subject,
        "title": known_as(one).removeprefix(f"#{one.subject.partition(':')[2]} "),
        "level": one.level,
        "state": one.state.value,
        "version": one.version,
        "acknowledged_by": one.acknowledged_by,
        "acknowledged_at": instant(one.acknowledged_at),
        "triggered_at": instant(one.triggered_at),
        "breaches_at": instant(one.breaches_at),
        "next_step": one.next_step or None,
        "next_at": instant(one.next_at),
        "snoozed_until": instant(one.snoozed_until),
        "assignee": one.assignee.id if one.assignee else None,
        "resolved_at": instant(one.resolved_at),
        "resolved_by": one.resolved_by,
        "resolution": one.resolution or None,
        "merged_into": one.merged_into,
        "previous": one.previous_id,
        "members": list(one.members),
        "link": one.link,
    }


def _line(one: Escalation, when: Callable[[datetime], str]) -> str:
    who = one.assignee.name if one.assignee else one.acknowledged_by or one.resolved_by or "nobody"
    state = f"{one.state.value} until {when(one.snoozed_until)}" if one.snoozed_until else one.state.value
    lines = [f"{f'E{one.id}':>5}  L{one.level}  {state:<12}  {who}  {known_as(one)}"]
    if one.is_open:
        lines.append(f"          {_clocks(one, when)}")
    else:
        lines.append(f"          {when(one.resolved_at or one.touched_at)} · {one.resolution}")
    return "\n".join(lines) + "\n"


def _clocks(one: Escalation, when: Callable[[datetime], str]) -> str:
    """When it breaches and what comes next; once where that is the same."""
    if one.next_at == one.breaches_at and one.next_step.startswith("breaches"):
        return f"{one.next_step}, on {when(one.breaches_at)}"
    verb = "breached" if one.breaches_at <= datetime.now(UTC) else "breaches"
    step = f"{one.next_step}, on {when(one.next_at)}" if one.next_at else "no step to come"
    return f"{verb} on {when(one.breaches_at)} · {step}"


@click.command()
@click.argument("ident", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@config_option
def timeline(ident: str, as_json: bool) -> None:
    """Everything that happened to an escalation, by whom and when, and what would come next."""

    async def work(session: Session) -> tuple[Any, ...]:
        from vauntico_tui.actions.desk.detail import whole_timeline
        from vauntico_tui.escalation.ahead import ahead

        await session.look()
        one = await session.find(ident)
        return (
            one,
            await session.desk.call(lambda journal: whole_timeline(journal, one)),
            ahead(one) if one.is_open else (),
        )

    one, entries, coming = run(work)
    if as_json:
        body = {
            "id": one.id, "subject": one.subject, "title": one.title, "state": one.state.value,
            "events": [
                {"seq": it.seq, "at": instant(it.at), "kind": it.kind, "actor": it.actor, "text": it.text,
                 "version": it.version, "level": it.level, "state": it.state, "console": it.console, "login": it.login}
                for it in entries
            ],
            "ahead": [{"at": instant(it.at), "text": it.text} for it in coming],
        }  # fmt: skip
        write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
        return
    zone = time_zone(config_file())
    write(f"E{one.id}  {known_as(one)}\n")
    write("".join(f"{it.at.astimezone(zone):%d %b %H:%M:%S}  {it.actor:<12}  {it.text}\n" for it in entries))
    if coming:
        write("if nobody does anything\n")
        write("".join(f"{it.at.astimezone(zone):%d %b %H:%M}           {it.text}\n" for it in coming))


@click.command()
@click.argument("ident", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs: an array, one object a message, newest first.")
@click.option("--state", type=click.Choice(["pending", "sending", "delivered", "dead", "cancelled"]),
              help="Only messages in this state.")  # fmt: skip
@click.option("--replay", metavar="NUMBER", type=int, help="Send this dead letter again.")
@config_option
def deliveries(ident: str | None, as_json: bool, state: str | None, replay: int | None) -> None:
    """The delivery ledger: what was sent where, who accepted it and when, or why not."""

    async def work(session: Session) -> Any:
        await session.look()
        if replay is not None:
            from vauntico_tui.actions.registry import Target

            target = Target("message", str(replay), f"message {replay}")
            return tell([await session.room.perform("message.replay", target, message=str(replay))])
        number = (await session.find(ident)).id if ident is not None else None
        return await session.desk.call(lambda journal: journal.outbox.deliveries(number, state=state, limit=1000))

    found = run(work)
    if replay is not None:
        end(found, "")
    if as_json:
        write(json.dumps([_delivery(one) for one in found], indent=2, ensure_ascii=False) + "\n")
        return
    zone = time_zone(config_file())
    lines = []
    for one in found:
        how = f"accepted by {one.accepted_by}" if one.accepted_by else one.error or one.held_why
        twice = " · possibly sent twice" if one.possibly_twice else ""
        lane = one.message.destination.lane
        at, what = f"{one.created_at.astimezone(zone):%d %b %H:%M}", f"{one.message.kind}: {one.message.title}"
        lines.append(f"{one.id:>5}  {at}  {one.state:<9}  {lane:<16}  {what}\n")
        if how or twice:
            lines.append(f"         {how}{twice}\n")
    write("".join(lines) or "nothing was sent\n")


def _delivery(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "escalation": one.message.escalation_id,
        "subject": one.message.subject,
        "kind": one.message.kind,
        "channel": one.message.destination.channel,
        "address": one.message.destination.address or None,
        "person": one.message.person,
        "state": one.state,
        "attempts": one.attempts,
        "created_at": instant(one.created_at),
        "next_at": instant(one.next_at),
        "done_at": instant(one.done_at),
        "accepted_by": one.accepted_by,
        "possibly_twice": one.possibly_twice,
        "error": one.error or None,
        "held_until": instant(one.held_until),
        "text": one.message.text,
    }


@click.command()
@click.option("--sign", "sign", is_flag=True, help="Put it into the log as handed on.")
@click.option("--to", metavar="NAME", default="", help="To whom; with --sign.")
@hand_options
@config_option
def handover(sign: bool, **given: str | None) -> None:
    """The summary for the next shift: what is open, why, and what was tried."""

    async def work(session: Session) -> int:
        await session.look()
        if not await session.kept():
            await session.catch_up()
        assert session.room.office is not None  # noqa: S101
        write(await session.room.office.summary())
        return tell([await session.room.perform("handover", None, **arguments(given))]) if sign else exits.DONE

    end(run(work), "")
