"""`oncall`: who is paged now and next, and when nobody would be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import click

from vauntico_tui.cli.context import config_file, config_option, time_zone, write
from vauntico_tui.cli.journaled import instant


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
