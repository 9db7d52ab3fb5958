"""`figures`: how the team did."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from vauntico_tui.base.durations import human
from vauntico_tui.base.text import one_line
from vauntico_tui.cli.context import config_file, config_option, load, time_zone, write
from vauntico_tui.cli.journaled import Session, instant, run

if TYPE_CHECKING:
    from vauntico_tui.escalation.figures import Case, Figures, Line, NightHours, Page, PersonFigures, Times


def _night(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[time, time] | None:
    try:
        return _hours(value) if value is not None else None
    except ValueError:
        raise click.BadParameter(f'"{value}" is no span of a day; write it like 22:00-07:00') from None


def _hours(text: str) -> tuple[time, time]:
    start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    return start, end


@click.command()
@click.option("--weeks", metavar="N", type=click.IntRange(1, 520), default=8, show_default=True, help="How far back.")
@click.option("--night", metavar="FROM-TO", callback=_night,
              help="When it is night, by each person's own clock; else as [oncall] night says.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@config_option
def figures(weeks: int, night: tuple[time, time] | None, as_json: bool) -> None:
    """How the team did: time to acknowledge (MTTA) and to resolve (MTTR), breaches and forgotten acknowledgements, by
    level and week; pages by person and night.

    The time to acknowledge counts from when the war room could first know; each fact is in the week in which it
    happened. Only pages that a receiver accepted are counted, once a person whatever ways they took.
    """
    from zoneinfo import ZoneInfo

    from vauntico_tui.escalation.figures import NightHours
    from vauntico_tui.escalation.figures import figures as count

    async def work(session: Session) -> tuple[datetime, tuple[tuple[Case, ...], tuple[Page, ...]]]:
        from vauntico_tui.actions.desk.past import past

        await session.look()
        now = await session.desk.call(lambda journal: journal.now())
        return now, await session.desk.call(lambda journal: past(journal, now - timedelta(weeks=weeks)), 120.0)

    file = config_file()
    until, (cases, pages) = run(work)
    config = load(file)
    zones = {one.id: ZoneInfo(one.time_zone) for one in config.people if one.time_zone}
    hours = NightHours(*(night or _hours(config.oncall.night)))
    found = count(
        cases, pages, until - timedelta(weeks=weeks), until + timedelta(microseconds=1),
        zone=time_zone(file), zones=zones, night=hours,
    )  # fmt: skip
    write(json.dumps(_plain(found, hours), indent=2, ensure_ascii=False) + "\n" if as_json else text(found))


def _plain(found: Figures, night: NightHours) -> dict[str, Any]:
    return {
        "since": instant(found.since),
        "until": instant(found.until),
        "night": {"from": f"{night.start:%H:%M}", "to": f"{night.end:%H:%M}"},
        "total": _plain_line(found.total),
        "levels": [_plain_line(line) for line in found.levels],
        "weeks": [_plain_line(line) for line in found.weeks],
        "lines": [_plain_line(line) for line in found.lines],
        "people": [
            {
                "person": one.person,
                "pages": one.pages,
                "pages_at_night": one.at_night,
                "pages_a_night": round(one.a_night, 3),
                "nights": [{"night": str(night.night), "pages": night.pages} for night in one.nights],
            }
            for one in found.people
        ],
    }


def _plain_line(line: Line) -> dict[str, Any]:
    return {
        "level": line.level,
        "week": None if line.week is None else str(line.week),
        "triggered": line.triggered,
        "acknowledged": line.to_acknowledge.cases,
        "mtta_seconds": _seconds(line.to_acknowledge.mean),
        "longest_to_acknowledge_seconds": _seconds(line.to_acknowledge.longest),
        "resolved": line.resolved,
        "resolved_unacknowledged": line.unacknowledged,
        "mttr_seconds": _seconds(line.to_resolve.mean),
        "longest_to_resolve_seconds": _seconds(line.to_resolve.longest),
        "breaches": line.breaches,
        "forgotten_acknowledgements": line.forgotten,
        "pages": line.pages,
    }


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())


_HEAD = (
    f"{'':<18} {'triggered':>9} {'MTTA':>12} {'MTTR':>12} {'resolved':>9} {'breaches':>9} {'forgotten':>9} {'pages':>6}"
)


def text(found: Figures) -> str:
    """The figures for people."""
    if not (found.total.triggered or found.total.resolved or found.total.pages or found.total.breaches):
        return f"nothing was escalated since {found.since.astimezone(UTC):%Y-%m-%d}\n"
    lines = [f"{_HEAD}\n", _row("all", found.total)]
    lines += [_row(f"Level {line.level}", line) for line in found.levels]
    for week in found.weeks:
        lines += ["\n", _row(f"week of {week.week}", week)]
        lines += [_row(f"  Level {line.level}", line) for line in found.lines if line.week == week.week]
    if found.total.unacknowledged:
        lines.append(f"\n{found.total.unacknowledged} resolved without an acknowledgement, in no MTTA\n")
    if found.people:
        lines.append(f"\n{'person':<24} {'pages':>6} {'at night':>9} {'a night':>8}  nights\n")
        lines += [_person(one) for one in found.people]
    return "".join(lines)


def _row(name: str, line: Line) -> str:
    return (
        f"{name:<18} {line.triggered:>9} {_span(line.to_acknowledge):>12} {_span(line.to_resolve):>12} "
        f"{line.resolved:>9} {line.breaches:>9} {line.forgotten:>9} {line.pages:>6}\n"
    )


def _span(times: Times) -> str:
    return "–" if times.mean is None else human(times.mean)


def _person(one: PersonFigures) -> str:
    shown = ", ".join(f"{night.night:%d %b} ×{night.pages}" for night in one.nights[:5])
    more = f", {len(one.nights) - 5} more" if len(one.nights) > 5 else ""
    return f"{one_line(one.person, 24):<24} {one.pages:>6} {one.at_night:>9} {one.a_night:>8.2f}  {shown}{more}\n"
