"""`oncall` and `figures`: who is paged now and next, and how the team did."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import click

from vauntico_tui.base.durations import human
from vauntico_tui.cli.context import config_file, config_option, time_zone, write
from vauntico_tui.cli.journaled import Session, instant, run


@click.command()
@click.option("--days", metavar="N", type=click.IntRange(1, 366), default=14, show_default=True,
              help="How far gaps in cover are looked for.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@config_option
def oncall(days: int, as_json: bool) -> None:
    """Who is paged for each contact now and next, and when nobody would be."""
    from vauntico_tui.warroom import open_room

    file = config_file()
    room = open_room(file)
    try:
        now = datetime.now(UTC)
        contacts = room.on_call(now)
        gaps = room.gaps(now, now + timedelta(days=days))
    finally:
        room.close()
    if as_json:
        body = {
            "now": instant(now),
            "contacts": [
                {"contact": one.contact, "people": list(one.people), "note": one.note or None,
                 "until": instant(one.until), "then": list(one.then)}
                for one in contacts
            ],
            "gaps": [{"contact": gap.contact, "start": instant(gap.start), "end": instant(gap.end)} for gap in gaps],
        }  # fmt: skip
        write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
        return
    zone = time_zone(file)
    for one in contacts:
        until = f" until {one.until.astimezone(zone):%a %d %b %H:%M}" if one.until else ""
        then = f", then {', '.join(one.then)}" if one.then else ""
        note = f"  ({one.note})" if one.note else ""
        write(f"{one.contact:<20}  {', '.join(one.people) or 'nobody'}{until}{then}{note}\n")
    for gap in gaps:
        write(f"gap: nobody is {gap.contact} from {gap.start.astimezone(zone):%a %d %b %H:%M} to "
              f"{gap.end.astimezone(zone):%a %d %b %H:%M}\n")  # fmt: skip
    if not contacts:
        write("the plan names no contacts\n")


@click.command()
@click.option("--weeks", metavar="N", type=click.IntRange(1, 520), default=8, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@config_option
def figures(weeks: int, as_json: bool) -> None:
    """How the team did, by level and week: mean time to acknowledge and to resolve, breaches, forgotten
    acknowledgements; and pages by person and night."""
    from vauntico_tui.actions.desk.record import cases, pages
    from vauntico_tui.escalation.record import figures as count
    from vauntico_tui.escalation.record import nights

    async def work(session: Session) -> tuple[object, ...]:
        await session.look()
        span = timedelta(weeks=weeks)
        return await session.desk.call(lambda journal: (cases(journal, span), pages(journal)), 120.0)

    zone = time_zone(config_file())
    found, paged = run(work)
    table, by_night = count(found, zone), nights(paged, zone)  # type: ignore[arg-type]
    if as_json:
        body = {
            "weeks": [
                {"week": one.week, "level": one.level, "cases": one.cases, "acknowledged": one.acknowledged,
                 "resolved": one.resolved, "breaches": one.breaches, "forgotten": one.forgotten,
                 "mtta_seconds": _seconds(one.mean_to_acknowledge), "mttr_seconds": _seconds(one.mean_to_resolve)}
                for one in table
            ],
            "nights": [{"night": one.night, "person": one.person, "pages": one.pages} for one in by_night],
        }  # fmt: skip
        write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
        return
    if not table:
        write("nothing was escalated yet\n")
        return
    write("week of     level  cases  acknowledged after  resolved after  breaches  forgotten\n")
    for one in table:
        write(f"{one.week}  {one.level:>5}  {one.cases:>5}  {_span(one.mean_to_acknowledge):>18}  "
              f"{_span(one.mean_to_resolve):>14}  {one.breaches:>8}  {one.forgotten:>9}\n")  # fmt: skip
    for night in by_night:
        write(f"night of {night.night}: {night.person} was paged {night.pages} times\n")


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())


def _span(span: timedelta | None) -> str:
    return "-" if span is None else human(span)
