"""The on-call calendar: an iCalendar address or file, read now and then, its shifts kept while it does not answer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from vauntico_tui import __version__
from vauntico_tui.base.clock import Clock
from vauntico_tui.base.text import one_line
from vauntico_tui.escalation.oncall import Shift
from vauntico_tui.sources.http import httpx
from vauntico_tui.sources.worker import OverdueError, TooManyHangError, Worker

if TYPE_CHECKING:
    from vauntico_tui.config.paging import OnCall, PersonEntry

MOST_BYTES = 4 * 1024 * 1024
DEADLINE = 15.0  # seconds for reading and understanding it
BEFORE, AHEAD = timedelta(days=2), timedelta(days=40)
CACHE = "oncall.ics"


class CalendarError(Exception):
    """One line: what is wrong, what to do next. Never the address, which may be a secret."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a calendar says. `unknown` counts shifts that name nobody from the config."""

    shifts: tuple[Shift, ...]
    unknown: int = 0


class OnCallCalendar:
    """The calendar of one config. `shifts` is what was last read; belongs to one event loop."""

    def __init__(
        self, settings: OnCall, people: Sequence[PersonEntry], clock: Clock, state_dir: Path | None = None
    ) -> None:
        self._settings, self._people, self._clock = settings, people, clock
        self._cache = state_dir / CACHE if state_dir is not None else None
        self._worker: Worker[None] = Worker("calendar", lambda: None)
        self._known = Read(())
        self._looked = asyncio.Event()
        self.as_of: datetime | None = None
        self.trouble = ""

    @property
    def configured(self) -> bool:
        return self._settings.calendar is not None or self._settings.calendar_env is not None

    def shifts(self) -> tuple[Shift, ...]:
        """What was last read; none before the first reading."""
        return self._known.shifts

    async def ready(self) -> None:
        """Wait until `run` has read it once, or tried to."""
        await self._looked.wait()

    async def run(self, changed: Callable[[], None]) -> None:
        """Read it again and again until cancelled."""
        try:
            while self.configured:
                before = self._known, self.trouble
                await self.refresh()
                self._looked.set()
                if (self._known, self.trouble) != before:
                    changed()
                await asyncio.sleep(self._settings.calendar_every.total_seconds())
        finally:
            self._looked.set()
            self._worker.close()

    async def refresh(self) -> None:
        """Read it once. What goes wrong is in `trouble`; the last good shifts stay."""
        if not self.configured:
            return
        try:
            known = await self._worker.call(lambda _: self._read(), DEADLINE + 5)
        except CalendarError as error:
            self.trouble = f"on-call calendar: {error}"
        except (OverdueError, TooManyHangError) as error:
            self.trouble = f"on-call calendar: {error}; is its address right?"
        else:
            self._known, self.as_of = known, self._clock.now()
            many = f"{known.unknown} shifts name nobody from [[people]]; give them the e-mail address, id or name"
            self.trouble = f"on-call calendar: {many}" if known.unknown else ""
        if self.as_of is None and self._cache is not None:
            with contextlib.suppress(OSError, CalendarError, OverdueError, TooManyHangError):
                cache, now = self._cache, self._clock.now()
                self._known = await self._worker.call(
                    lambda _: understand(cache.read_bytes(), now, self._people), DEADLINE
                )

    def _read(self) -> Read:
        raw = self._raw()
        read = understand(raw, self._clock.now(), self._people)
        if self._cache is not None:
            with contextlib.suppress(OSError):
                draft = self._cache.with_suffix(".new")
                draft.write_bytes(raw)
                draft.chmod(0o600)
                draft.replace(self._cache)
        return read

    def _raw(self) -> bytes:
        named = self._settings.calendar_env
        place = os.environ.get(named, "").strip() if named is not None else self._settings.calendar or ""
        if not place:
            raise CalendarError(f"{named} is not set; set it")
        if "://" in place:
            return _fetch(place)
        try:
            with Path(place).open("rb") as stream:
                return _whole(stream.read(MOST_BYTES + 1))
        except OSError as error:
            raise CalendarError(f"its file can't be read: {error.strerror or error}; check [oncall] calendar") from None


def _whole(raw: bytes) -> bytes:
    if len(raw) > MOST_BYTES:
        raise CalendarError("it is larger than 4 MiB; is it the right one?")
    return raw


def _fetch(address: str) -> bytes:
    """The bytes at an address, within the deadline."""
    url = "https://" + address.removeprefix("webcal://") if address.startswith("webcal://") else address
    host = one_line(urlsplit(url).hostname or "its address", 80)
    end = time.monotonic() + DEADLINE
    try:
        with (
            httpx.Client(
                timeout=10,
                follow_redirects=True,
                max_redirects=3,
                headers={"User-Agent": f"vauntico-tui/{__version__}"},
            ) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != 200:
                raise CalendarError(f"{host} says {answer.status_code}; check [oncall] calendar")
            raw = bytearray()
            for chunk in answer.iter_bytes():
                raw += chunk
                if len(raw) > MOST_BYTES:
                    break
                if time.monotonic() > end:
                    raise CalendarError(f"{host} takes longer than {DEADLINE:g} s; try it in a browser")
            return _whole(bytes(raw))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise CalendarError(f"{host} can't be read: {type(error).__name__}; check [oncall] calendar") from None


def understand(raw: bytes, now: datetime, people: Sequence[PersonEntry]) -> Read:
    """The shifts of an iCalendar from two days ago to forty ahead, recurrences laid out. Raises CalendarError."""
    import icalendar  # noqa: PLC0415  slow to import, and most have no calendar
    import recurring_ical_events  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        calendar: Any = icalendar.Calendar.from_ical(raw)
        for event in calendar.walk("VEVENT"):
            rule = event.get("RRULE")
            rules = rule if isinstance(rule, list) else [rule] if rule is not None else []
            if any(str(word).upper() in {"SECONDLY", "MINUTELY"} for one in rules for word in one.get("FREQ", [])):
                raise CalendarError("a shift repeats every minute or second; is it the right calendar?")
        events = recurring_ical_events.of(calendar, skip_bad_series=True).between(now - BEFORE, now + AHEAD)
        zone = _zone(str(calendar.get("X-WR-TIMEZONE", "")))
        found = list(_shifts(events, zone, people))
    except CalendarError:
        raise
    except Exception as error:  # the libraries raise what they like over a file from outside
        said = one_line(str(error) or type(error).__name__, 120)
        raise CalendarError(f"it is no iCalendar that can be read: {said}; is the address an .ics export?") from None
    shifts = [shift for shift in found if shift is not None]
    return Read(tuple(sorted(shifts, key=lambda one: (one.start, one.end))), len(found) - len(shifts))


def _shifts(events: Sequence[Any], zone: tzinfo, people: Sequence[PersonEntry]) -> Iterator[Shift | None]:
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        start, end = _instant(event["DTSTART"].dt, zone), _instant(event["DTEND"].dt, zone)
        if end <= start:
            continue
        person = _who(event, people)
        yield Shift(person, start, end, "calendar") if person is not None else None


def _instant(at: date | datetime, zone: tzinfo) -> datetime:
    """A time without a zone is in the calendar's own; a day begins at midnight."""
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day)  # noqa: DTZ001  its zone is given next
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, LookupError):
        return UTC


def _who(event: Any, people: Sequence[PersonEntry]) -> str | None:
    """The person an event names: by e-mail address first, then by id or name in its summary, the longest of them."""
    attendees = event.get("ATTENDEE", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    summary = one_line(str(event.get("SUMMARY", "")), 300).casefold()
    addresses = {str(one).casefold().removeprefix("mailto:") for one in listed}
    for person in people:
        if person.email is not None and (person.email.casefold() in addresses or person.email.casefold() in summary):
            return person.id
    words = f" {' '.join(''.join(letter if letter.isalnum() else ' ' for letter in summary).split())} "
    named = [
        (len(name), person.id)
        for person in people
        for name in (person.name or "", person.id)
        if name and f" {' '.join(''.join(c if c.isalnum() else ' ' for c in name.casefold()).split())} " in words
    ]
    return max(named, default=(0, None))[1]
