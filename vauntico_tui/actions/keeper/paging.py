"""Who is paged: the plan's contacts, the config's people, and whoever is on call when their step would be paged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from vauntico_tui.base.text import one_line
from vauntico_tui.config.paging import MIRROR, EmailChannel, LevelRules
from vauntico_tui.escalation.oncall import Rotation, Shift, cover, gaps, on_call
from vauntico_tui.escalation.policy import Destination, PageHours, Person, Policy, PolicyRules, Step, snapshot
from vauntico_tui.escalation.rows import EscalationRow

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config
    from vauntico_tui.config.paging import PersonEntry
    from vauntico_tui.plan.model import Level, Plan
    from vauntico_tui.sources.calendar import OnCallCalendar

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Shifts = Callable[[], Sequence[Shift]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A time to come when nobody is on call for a contact."""

    contact: str
    start: datetime
    end: datetime


class Paging:
    """Answers who is paged at an instant. `shifts` gives the calendar's as last read."""

    def __init__(self, config: Config, plan: Plan, shifts: Shifts, calendar: OnCallCalendar | None = None) -> None:
        self._config, self._plan, self._calendar = config, plan, shifts
        self.calendar = calendar
        self.people = {entry.id: self._person(entry) for entry in config.people}
        self._by_login = {entry.github.casefold(): entry.id for entry in config.people if entry.github}
        self._rotations = {
            one.id: Rotation(
                one.id, one.people, one.time_zone, one.first_day, time.fromisoformat(one.handoff), one.days
            )
            for one in config.rotations
        }
        self._levels = tuple(self._level(level) for level in plan.levels)
        self._rules = self._policy_rules()

    def __call__(self, at: datetime, row: EscalationRow | None = None) -> Policy:
        """The policy of an escalation that starts at `at`. `row` is what it is about: an issue's assignees stand for a
        contact that says "assigned", and only issues are mirrored."""
        policy = snapshot(self._levels, at, lambda contact, when: self.who(contact, when, row), self._rules)
        return policy if row is None or row.id.startswith("issue:") else replace(policy, mirrors=())

    def who(self, contact: str, at: datetime, row: EscalationRow | None = None) -> Step:
        """Who stands behind a contact (or a person's id) at an instant; the fallback where nobody does, and why."""
        if contact in self.people:
            return Step(contact, (self.people[contact],))
        if (turns := self._turns(contact, at, at + timedelta(microseconds=1))) is not None:
            shift = on_call(at, turns)
            if shift is not None and shift.person in self.people:
                return Step(contact, (self.people[shift.person],), note=f"on call ({shift.source})")
            return self._instead(contact, f"nobody is on call for {contact}", at)
        people = tuple(self.people[one.id] for one in self._config.people if _same(contact, one.contacts))
        if row is not None and "assign" in contact.casefold():
            assigned = tuple(self._assigned(row.assignees))
            people = assigned or people
        if people:
            return Step(contact, people)
        return self._instead(contact, f"nobody is {contact} in the config", at)

    def person(self, name: str) -> Person | None:
        """Somebody by id, name, or login on GitHub."""
        word = name.casefold().strip().removeprefix("@")
        known = self.people.get(name) or self.people.get(self._by_login.get(word, ""))
        return known or next((one for one in self.people.values() if one.name.casefold() == word), None)

    def turns(self, contact: str, start: datetime, end: datetime) -> tuple[Shift, ...]:
        """Who is on call for a contact from `start` to `end`; empty where nobody takes turns for it."""
        return self._turns(contact, start, end) or ()

    def gaps(self, start: datetime, end: datetime) -> tuple[Gap, ...]:
        """When nobody is on call for a contact that somebody should be on call for, soonest first."""
        contacts = {contact for one in self._config.rotations for contact in one.contacts}
        contacts |= set(self._config.oncall.calendar_contacts)
        found = [
            Gap(contact, *span)
            for contact in sorted(contacts)
            for span in gaps(start, end, self._turns(contact, start, end) or ())
        ]
        return tuple(sorted(found, key=lambda gap: (gap.start, gap.contact)))

    def unreached(self, at: datetime) -> tuple[str, ...]:
        """Sentences about contacts of the plan that no page would reach, and people whom no channel reaches."""
        contacts = dict.fromkeys(contact for level in self._levels for contact in level.contacts)
        steps = [self.who(contact, at) for contact in contacts]
        nowhere = [one_line(step.contact, 80) for step in steps if not any(it.destinations for it in step.people)]
        said = [f"no page reaches {name}" for name in nowhere]
        silent = [person.name for person in self.people.values() if not person.destinations]
        return (*said, *(f"{one_line(name, 80)} has no channel in [[people]]" for name in silent))

    def _turns(self, contact: str, start: datetime, end: datetime) -> tuple[Shift, ...] | None:
        """Who is on call for a contact from `start` to `end`; None where nobody takes turns for it."""
        entries = [one for one in self._config.rotations if _same(contact, one.contacts)]
        calendar = _same(contact, self._config.oncall.calendar_contacts)
        if not entries and not calendar:
            return None
        turns = [shift for one in entries for shift in self._rotations[one.id].shifts(start, end)]
        names = {one.id for one in entries}
        overrides = [
            Shift(one.person, one.start, one.end, "override")
            for one in self._config.overrides
            if one.rotation is None or one.rotation in names
        ]
        return cover(start, end, turns, self._calendar() if calendar else (), overrides)

    def _instead(self, contact: str, why: str, at: datetime) -> Step:
        name = self._config.oncall.fallback
        if name is None or _same(contact, (name,)):
            return Step(contact, note=f"{why}; nobody is paged")
        step = self.who(name, at)
        return Step(contact, step.people, note=f"{why}; {name} is paged instead")

    def _assigned(self, logins: Iterable[str]) -> Iterator[Person]:
        for login in logins:
            if (known := self._by_login.get(login.casefold())) is not None:
                yield self.people[known]

    def _person(self, entry: PersonEntry) -> Person:
        places = []
        for name in entry.channels:
            channel = self._config.channels.get(name)
            email = isinstance(channel, EmailChannel) and entry.email is not None
            places.append(Destination(name, entry.email if email and entry.email else ""))
        return Person(entry.id, entry.name or entry.id, tuple(places))

    def _level(self, level: Level) -> Level:
        rules = self._rules_of(level.level)
        if rules is None or rules.acknowledge_within is None:
            return level
        return level.model_copy(update={"acknowledge_within": rules.acknowledge_within})

    def _rules_of(self, number: int) -> LevelRules | None:
        return next((rules for rules in self._config.escalation.levels if rules.level == number), None)

    def _policy_rules(self) -> PolicyRules:
        settings, numbers = self._config.escalation, [level.level for level in self._plan.levels]
        found = {number: self._rules_of(number) for number in numbers}
        remind = {n: (r.remind_after if r else None) or settings.remind_after for n, r in found.items()}
        rounds = {n: (r.rounds if r else None) or settings.rounds for n, r in found.items()}
        return PolicyRules(
            remind_after={number: span for number, span in remind.items() if span is not None},
            rounds={number: times for number, times in rounds.items() if times is not None},
            hours={number: hours for number, rules in found.items() if (hours := _hours(rules)) is not None},
            executives=self._config.oncall.executives,
            fallback=self._config.oncall.fallback,
            mirrors=(Destination(MIRROR),) if self._config.mirror.github else (),
        )


def paging_of(config: Config, plan: Plan, calendar: OnCallCalendar | None = None) -> Paging:
    """Who is paged by this config and plan; `calendar` is the on-call calendar, which somebody must run or refresh."""
    return Paging(config, plan, calendar.shifts if calendar is not None else tuple, calendar)


def _same(contact: str, names: Iterable[str]) -> bool:
    word = contact.casefold().strip()
    return any(name.casefold().strip() == word for name in names)


def _hours(rules: LevelRules | None) -> PageHours | None:
    if rules is None or (rules.opens is None and not rules.days):
        return None
    days = tuple(DAYS.index(day) for day in rules.days) or tuple(range(7))
    return PageHours(rules.time_zone, days, _minutes(rules.opens or "00:00"), _minutes(rules.closes or "00:00"))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
