"""The policy that an escalation runs by, copied onto it when it starts: a later edit changes nothing that runs.

People are named with the channels that reach them; a channel is a name from the config, so that no secret is kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vauntico_tui.base.text import one_line

if TYPE_CHECKING:
    from vauntico_tui.plan.model import Level

ACKNOWLEDGE_WITHIN = {1: timedelta(minutes=15), 2: timedelta(hours=1), 3: timedelta(hours=8)}
"""How long each level's contacts have to acknowledge where the plan names no time."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: a channel of the config by name, and the address in it where it has many (e-mail)."""

    channel: str
    address: str = ""

    @property
    def lane(self) -> str:
        """One name for both: messages of one lane are sent in order."""
        return f"{self.channel} {self.address}".rstrip()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be paged; `id` is who acknowledges."""

    id: str
    name: str
    destinations: tuple[Destination, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One contact of a level and the people behind it; `note` says why they are not who one expects."""

    contact: str
    people: tuple[Person, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PageHours:
    """When pages may go out: local minutes after midnight, Monday 0. `closes` at or before `opens` is the next day."""

    zone: str
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens: int = 9 * 60
    closes: int = 18 * 60

    def next_open(self, at: datetime) -> datetime:
        """`at` itself within the hours, else when they next open. Daylight saving time follows the zone."""
        zone = ZoneInfo(self.zone)
        today = at.astimezone(zone).date()
        for ahead in range(-1, 9):
            day = today + timedelta(days=ahead)
            if day.weekday() not in self.days:
                continue
            opens = datetime.combine(day, _clock_time(self.opens), zone)
            last = day + timedelta(days=self.closes <= self.opens)
            closes = datetime.combine(last, _clock_time(self.closes), zone)
            if at < closes.astimezone(at.tzinfo):
                return max(at, opens.astimezone(at.tzinfo))
        return at


def _clock_time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


@dataclass(frozen=True, slots=True)
class LevelPolicy:
    """A level's rules. Each step is paged when the one before was not acknowledged in `acknowledge_within`; after the
    last, all again, `rounds` times in all. An acknowledgement without a sign of life for `remind_after` is reminded,
    and after as long again triggered anew."""

    level: int
    window: timedelta
    acknowledge_within: timedelta
    remind_after: timedelta
    steps: tuple[Step, ...]
    severity: str = ""
    resolution: str = ""
    rounds: int = 3
    hours: PageHours | None = None

    @property
    def pages(self) -> int:
        """How many times this level pages in all."""
        return len(self.steps) * self.rounds


@dataclass(frozen=True, slots=True)
class Policy:
    """All levels an escalation may pass, most severe first, then the executives. `mirrors` are told every change."""

    levels: tuple[LevelPolicy, ...]
    executives: Step | None = None
    mirrors: tuple[Destination, ...] = ()

    def level(self, number: int) -> LevelPolicy | None:
        """The rules of a level; the nearest one's where it is not in the policy; None where there are none at all."""
        return min(self.levels, key=lambda rules: (abs(rules.level - number), rules.level), default=None)

    def above(self, number: int) -> LevelPolicy | None:
        """The next more severe level."""
        return max((rules for rules in self.levels if rules.level < number), key=lambda it: it.level, default=None)


WhoIs = Callable[[str, datetime], Step]
"""Who stands behind a contact at an instant, fallback included."""


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """What the config adds to the plan's levels; by level number, each with a default."""

    remind_after: dict[int, timedelta] = field(default_factory=dict)
    rounds: dict[int, int] = field(default_factory=dict)
    hours: dict[int, PageHours] = field(default_factory=dict)
    executives: str | None = None
    fallback: str | None = None
    mirrors: tuple[Destination, ...] = ()


def nobody(contact: str, at: datetime) -> Step:
    """A contact that no config gives people to: it is named, and nobody is paged."""
    return Step(contact, note="no channel is configured for this contact")


def snapshot(levels: Iterable[Level], at: datetime, who: WhoIs = nobody, rules: PolicyRules | None = None) -> Policy:
    """The policy for an escalation that starts at `at`: people are those on call when their step would be paged."""
    rules = rules or PolicyRules()
    made = tuple(_level(level, at, who, rules) for level in sorted(levels, key=lambda it: it.level))
    executives = who(rules.executives, at) if rules.executives else None
    return Policy(made, executives, rules.mirrors)


def _level(level: Level, at: datetime, who: WhoIs, rules: PolicyRules) -> LevelPolicy:
    number = level.level
    within = level.acknowledge_within or ACKNOWLEDGE_WITHIN.get(number, timedelta(hours=8))
    names = [*level.contacts, *([rules.fallback] if rules.fallback and rules.fallback not in level.contacts else [])]
    steps = tuple(who(name, at + within * place) for place, name in enumerate(names))
    return LevelPolicy(
        level=number,
        window=level.window,
        acknowledge_within=within,
        remind_after=rules.remind_after.get(number) or max(timedelta(minutes=15), level.window / 24),
        steps=steps,
        severity=level.severity or "",
        resolution=one_line(level.resolution),
        rounds=rules.rounds.get(number, 3),
        hours=rules.hours.get(number),
    )
