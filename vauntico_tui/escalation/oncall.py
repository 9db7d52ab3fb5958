"""Who is on call: rotations with local hand-offs, overrides, calendar shifts; and the gaps in cover before they happen.

Instants are UTC. A hand-off is a local wall-clock time, so a shift over a DST night is an hour shorter or longer, and
two neighbouring shifts always share one instant: nobody is on call twice, and no hour is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's time on call, `start` included, `end` not. `source` says why: rotation, calendar or override."""

    person: str
    start: datetime
    end: datetime
    source: str = "rotation"


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take turns of `days` days from `first_day`, handing over at `handoff`, local time of `zone`."""

    id: str
    people: tuple[str, ...]
    zone: str
    first_day: date
    handoff: time = time(9)
    days: int = 7

    def turn(self, number: int) -> Shift:
        """The shift number `number`; 0 begins on the first day, negative ones lie before it."""
        return Shift(self.people[number % len(self.people)], self._handoff(number), self._handoff(number + 1))

    def _handoff(self, number: int) -> datetime:
        local = datetime.combine(self.first_day + timedelta(days=number * self.days), self.handoff, ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def shifts(self, start: datetime, end: datetime) -> Iterator[Shift]:
        """The turns that touch the span, in order; none before the first day or where nobody takes turns."""
        if not self.people or end <= start:
            return
        day = start.astimezone(ZoneInfo(self.zone)).date()
        number = max(0, (day - self.first_day).days // self.days - 1)
        while (turn := self.turn(number)).start < end:
            if turn.end > start:
                yield turn
            number += 1


def cover(
    start: datetime, end: datetime, rotation: Iterable[Shift], calendar: Iterable[Shift] = (),
    overrides: Iterable[Shift] = (),
) -> tuple[Shift, ...]:  # fmt: skip
    """Who is on call from `start` to `end`, without overlaps: an override goes before the calendar, the calendar before
    the rotation; of two of one kind the later one in the list. Neighbours of one person and source are joined."""
    laid: list[Shift] = []
    for shift in (*rotation, *calendar, *overrides):
        clipped = replace(shift, start=max(shift.start, start), end=min(shift.end, end))
        if clipped.start < clipped.end:
            laid = [*_without(laid, clipped), clipped]
    laid.sort(key=lambda shift: shift.start)
    joined: list[Shift] = []
    for shift in laid:
        last = joined[-1] if joined else None
        if last and last.end == shift.start and (last.person, last.source) == (shift.person, shift.source):
            joined[-1] = replace(last, end=shift.end)
        else:
            joined.append(shift)
    return tuple(joined)


def _without(laid: Iterable[Shift], cut: Shift) -> Iterator[Shift]:
    for shift in laid:
        if shift.end <= cut.start or shift.start >= cut.end:
            yield shift
            continue
        if shift.start < cut.start:
            yield replace(shift, end=cut.start)
        if shift.end > cut.end:
            yield replace(shift, start=cut.end)


def on_call(at: datetime, shifts: Iterable[Shift]) -> Shift | None:
    """The shift at an instant, or None: then the fallback contact is paged, and told so."""
    return next((shift for shift in shifts if shift.start <= at < shift.end), None)


def gaps(start: datetime, end: datetime, shifts: Sequence[Shift]) -> tuple[tuple[datetime, datetime], ...]:
    """The spans that nobody covers; `shifts` as `cover` gives them."""
    found, reached = [], start
    for shift in shifts:
        if shift.start > reached:
            found.append((reached, shift.start))
        reached = max(reached, shift.end)
    if reached < end:
        found.append((reached, end))
    return tuple(found)
