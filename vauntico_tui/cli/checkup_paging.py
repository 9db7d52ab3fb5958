"""What `doctor` looks at of escalations: the journal that keeps them, and whether a page would reach anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from vauntico_tui.base.durations import human
from vauntico_tui.cli.finding import Finding

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config
    from vauntico_tui.plan.model import Plan
    from vauntico_tui.sources.calendar import OnCallCalendar

SET_BACK = timedelta(seconds=5)
"""A journal's clock that stands further behind its last event was set back."""

AHEAD = timedelta(days=14)
"""How far gaps in cover are looked for, as `oncall` does."""


def journal_findings(config: Config, folder: Path) -> Iterator[Finding]:
    """Where the journal is, and whether it can be read. Makes none, and brings none forward."""
    from vauntico_tui.journal.answers import JournalError
    from vauntico_tui.journal.open import look_at

    try:
        found = look_at(config.journal.url, state_dir=folder)
    except JournalError as trouble:
        yield Finding("journal", "fail", trouble.cause, trouble.next_step)
        return
    if not found.begun and "://" in found.shown:
        yield Finding("journal", "warn", f"there is none in {found.shown}", "`vauntico-tui journal init` makes one")
    elif not found.begun:
        yield Finding("journal", "ok", f"none yet; its first use makes {found.shown}")
    elif found.migrates:
        step = "the next start brings it to this one's, after a backup"
        yield Finding("journal", "warn", f"{found.shown} has an older schema", step)
    elif found.behind > SET_BACK:
        said = f"the clock of {found.shown} stands {human(found.behind)} behind its last event"
        yield Finding("journal", "warn", said, "set it right; until then no time goes by in the journal")
    else:
        yield Finding("journal", "ok", found.shown)


def paging_findings(config: Config, plan: Plan) -> Iterator[Finding]:
    """Channels without their secret, the calendar, contacts whom no page reaches, gaps in cover."""
    from vauntico_tui.actions.keeper.paging import paging_of
    from vauntico_tui.base.clock import SystemClock
    from vauntico_tui.sources.calendar import OnCallCalendar

    if not config.people:
        step = "write [[people]] and [channels.NAME] into the config; see config.example.toml"
        yield Finding("pages", "warn", "nobody is paged: the config names no people", step)
        return
    broken = asyncio.run(_broken_channels(config))
    calendar = OnCallCalendar(config.oncall, config.people, SystemClock())
    asyncio.run(_read(calendar))
    troubles = [*broken, *([calendar.trouble] if calendar.trouble else [])]
    for said in troubles:
        yield Finding("pages", "fail", said, "without it pages do not go where the config says")
    now = datetime.now(UTC)
    paging = paging_of(config, plan, calendar)
    unreached = paging.unreached(now)
    for said in unreached:
        yield Finding("pages", "warn", said, "give them a channel in [[people]]")
    gaps = paging.gaps(now, now + AHEAD)
    if gaps:
        said = f"nobody is {gaps[0].contact} from {gaps[0].start:%Y-%m-%d %H:%M} UTC"
        more = f", and {len(gaps) - 1} more gaps in {AHEAD.days} days" if len(gaps) > 1 else ""
        yield Finding("pages", "warn", said + more, "`vauntico-tui oncall` lists them; fill them with [[overrides]]")
    if not (troubles or unreached or gaps):
        yield Finding("pages", "ok", f"every contact is reached, for {AHEAD.days} days without a gap")


async def _broken_channels(config: Config) -> list[str]:
    """Why channels can't be used, each with what to do."""
    from vauntico_tui.actions.channels.make import make_channels, make_client
    from vauntico_tui.actions.channels.unusable import Unusable

    async with make_client() as client:
        channels = make_channels(config, client)
    return [channel.why for channel in channels.values() if isinstance(channel, Unusable)]


async def _read(calendar: OnCallCalendar) -> None:
    """Read the on-call calendar once."""
    reading = asyncio.create_task(calendar.run(lambda: None))
    await calendar.ready()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
