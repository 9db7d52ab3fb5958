"""Both nights of daylight saving, a console whose clock is wrong, and a policy that is edited while an escalation runs
by it; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.actions.delivery.rig import Scripted, quiet, sender
from tests.journal.conftest import Place
from tests.journal.samples import ANN, BOB, POLICY, trigger
from vauntico_tui.actions.desk.desk import Desk
from vauntico_tui.actions.desk.office import Office
from vauntico_tui.actions.desk.times import read_until
from vauntico_tui.actions.keeper.paging import paging_of
from vauntico_tui.actions.registry import Target
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config
from vauntico_tui.config.paging import PersonEntry, RotationEntry
from vauntico_tui.escalation.commands import Acknowledge, Resolve, Snooze
from vauntico_tui.escalation.policy import LevelPolicy, PageHours, Policy
from vauntico_tui.escalation.state import EVIDENCE, Escalation, Kind, Status
from vauntico_tui.journal.answers import Answer, Done, Refused
from vauntico_tui.journal.journal import Journal
from vauntico_tui.plan.model import Plan

BERLIN = ZoneInfo("Europe/Berlin")
MIN, H = timedelta(minutes=1), timedelta(hours=1)
NIGHTS = {
    "spring, 02:00 is 03:00": date(2027, 3, 28),
    "autumn, 02:00 comes twice": date(2027, 10, 31),
}
both_nights = pytest.mark.parametrize("day", NIGHTS.values(), ids=NIGHTS.keys())


def local(day: date, clock: str, days: int = 0) -> datetime:
    return datetime.fromisoformat(f"{day + timedelta(days=days)}T{clock}").replace(tzinfo=BERLIN).astimezone(UTC)


def turn(place: Place, at: datetime) -> None:
    place.set(int(at.timestamp()) * 1_000_000)


def of(answer: Answer) -> Escalation:
    assert isinstance(answer, Done), answer
    assert answer.escalation is not None
    return answer.escalation


def through(place: Place, journal: Journal, end: datetime) -> list[tuple[datetime, str]]:
    """What the clocks do until `end`: each at its instant, and nothing a second before."""
    told = []
    while (at := journal.next_timer()) is not None and at <= end:
        turn(place, at - timedelta(seconds=1))
        assert journal.run_timers() == ()
        turn(place, at)
        told += [(at, made.entry.kind) for made in journal.run_timers() if made.entry is not None]
    return told


@both_nights
def test_a_window_and_the_time_to_acknowledge_are_elapsed_time(place: Place, day: date) -> None:
    journal, start = place.open(), local(day, "01:50")
    turn(place, start)
    it = of(journal.perform(trigger(), actor=EVIDENCE))
    assert it.breaches_at - start == 24 * H
    told = through(place, journal, start + 24 * H)
    paged = [at for at, kind in told if kind == Kind.PAGED]
    assert paged[0] == start + 15 * MIN
    assert [after - before for before, after in pairwise(paged)] == [15 * MIN] * (len(paged) - 1)
    assert [at for at, kind in told if kind == Kind.PROMOTED] == [start + 24 * H]


@both_nights
def test_pages_put_off_to_an_hour_that_is_missing_or_comes_twice_leave_once(place: Place, day: date) -> None:
    journal, start = place.open(), local(day, "20:00", -1)
    hours = PageHours("Europe/Berlin", tuple(range(7)), opens=2 * 60 + 30, closes=19 * 60)
    rules = replace(POLICY.levels[2], hours=hours, acknowledge_within=20 * H)
    turn(place, start)
    of(journal.perform(trigger(level=3, policy=Policy((rules,))), actor=EVIDENCE))
    told = through(place, journal, local(day, "12:00"))
    opened = datetime(2027, 3, 28, 1, 30, tzinfo=UTC) if day.month == 3 else datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert [(at, kind) for at, kind in told if kind == Kind.PAGED] == [(opened, Kind.PAGED)]
    assert len([one for one in journal.outbox.deliveries() if one.message.kind == "page"]) == 1


@both_nights
@pytest.mark.parametrize("clock", ["08:00", "02:30", "tomorrow 02:30"])
def test_a_snooze_until_a_time_of_that_day_ends_then(place: Place, day: date, clock: str) -> None:
    journal, start = place.open(), local(day, "23:00", -1)
    turn(place, start)
    number = of(journal.perform(trigger(level=2), actor=EVIDENCE)).id
    until = read_until(clock, journal.now(), BERLIN)
    assert until == local(day, clock.removeprefix("tomorrow "))
    of(journal.perform(Snooze(until), actor="ann", id=number))
    told = through(place, journal, until + H)
    assert [at for at, kind in told if kind == Kind.WOKEN] == [until]
    assert {at for at, kind in told if kind == Kind.PAGED and at < until} == set()


@both_nights
@pytest.mark.parametrize("handoff", ["02:30", "03:00", "09:00"])
def test_a_hand_off_that_night_happens_once_and_leaves_nobody_out(day: date, handoff: str) -> None:
    people = tuple(PersonEntry(id=name, channels=()) for name in ("ann", "bob"))
    turns = RotationEntry(
        id="night", contacts=("DevOps",), people=("ann", "bob"), first_day=day - timedelta(days=1), handoff=handoff,
        days=1, time_zone="Europe/Berlin",
    )  # fmt: skip
    paging = paging_of(Config(people=people, rotations=(turns,)), Plan(title="x"))
    at, seen = local(day, "20:00", -1), []
    while at <= local(day, "20:00"):
        (person,) = paging.who("DevOps", at).people
        seen.append((at, person.id))
        at += 5 * MIN
    changes = [at for (_, before), (at, after) in pairwise(seen) if before != after]
    assert changes == [local(day, handoff)]
    assert {person for _, person in seen} == {"ann", "bob"}
    assert paging.gaps(local(day, "20:00", -1), local(day, "20:00")) == ()


# ---- A console whose clock is wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [2 * H, -2 * H], ids=["two hours ahead", "two hours behind"])
async def test_the_journals_time_decides_not_the_consoles(place: Place, wrong: timedelta) -> None:
    truth = place.open("another console")
    it = of(truth.perform(trigger(), actor=EVIDENCE))
    start = truth.now()

    class Here(Desk):
        def open(self) -> Journal:
            return place.open("this console")

    desk = Here(None, state_dir=place.folder, console="this console")
    config = Config()
    office = Office(config, paging_of(config, Plan(title="x")), desk, FixedClock(start + wrong), lambda _: None)
    target = Target("escalation", str(it.id), it.title, None, it.version)
    try:
        await desk.look()
        done = await office.executors["escalation.snooze"](target, {"until": "1 h", "as": "ann"})
        assert done.ok, done.message
        snoozed = truth.escalation(it.id)
        assert snoozed is not None and snoozed.snoozed_until is not None
        assert timedelta() <= snoozed.snoozed_until - (start + H) < MIN
        assert truth.timeline(it.id)[-1].at == start
        assert truth.run_timers() == ()
        assert "open 00:00" in await office.summary()
        place.advance(H + MIN)
        (woken,) = await desk.call(lambda journal: journal.run_timers())
        assert woken.entry is not None and woken.entry.kind == Kind.WOKEN
        assert woken.entry.at == start + H + MIN
    finally:
        office.close()


# ---- A policy that is edited while an escalation runs by it --------------------------------------------------------


def edited(place: Place, policy: Policy, level: int = 1) -> tuple[Journal, int]:
    """An escalation that began by the whole policy, told again by evidence with the edited one."""
    journal = place.open()
    number = of(journal.perform(trigger(level=level), actor=EVIDENCE)).id
    again = of(journal.perform(trigger(level=level, policy=policy), actor=EVIDENCE))
    assert again.id == number
    assert again.policy == POLICY
    return journal, number


def without_step() -> Policy:
    one = replace(POLICY.levels[0], steps=POLICY.levels[0].steps[:1])
    return replace(POLICY, levels=(one, *POLICY.levels[1:]))


def without_person() -> Policy:
    def keep(rules: LevelPolicy) -> LevelPolicy:
        steps = (replace(it, people=tuple(one for one in it.people if one != BOB)) for it in rules.steps)
        return replace(rules, steps=tuple(steps))

    return replace(POLICY, levels=tuple(keep(rules) for rules in POLICY.levels))


def without_level() -> Policy:
    return replace(POLICY, levels=POLICY.levels[1:])


EDITED = [without_step(), without_person(), without_level(), Policy(())]


@pytest.mark.parametrize("policy", EDITED, ids=["a step", "a person", "a level", "everything"])
def test_what_is_removed_from_the_policy_is_still_there_for_what_runs_by_it(place: Place, policy: Policy) -> None:
    journal, number = edited(place, policy)
    place.advance(15 * MIN)
    (paged,) = journal.run_timers()
    assert paged.entry is not None and paged.entry.text == "not acknowledged: paged DevOps (Bob)"
    assert journal.outbox.deliveries(number)[0].message.person in {BOB.id, None}
    of(journal.perform(Acknowledge(), actor=BOB.id, id=number))
    place.advance(24 * H)
    (breached,) = journal.run_timers()
    assert breached.entry is not None and breached.entry.kind == Kind.PROMOTED
    assert "the executives" in breached.entry.text
    assert journal.verify().ok


@pytest.mark.parametrize("policy", EDITED[:3], ids=["a step", "a person", "a level"])
def test_the_next_escalation_of_the_same_subject_runs_by_the_new_policy(place: Place, policy: Policy) -> None:
    journal, number = edited(place, policy)
    of(journal.perform(Resolve("mended", despite_evidence=True, reopens_at=journal.now() + H), actor="ann", id=number))
    place.advance(2 * H)
    fresh = of(journal.perform(trigger(policy=policy), actor=EVIDENCE))
    assert (fresh.previous_id, fresh.policy, fresh.state) == (number, policy, Status.TRIGGERED)
    place.advance(16 * MIN)
    journal.run_timers()
    told = {one.message.person for one in journal.outbox.deliveries(fresh.id) if one.message.urgent}
    assert told == {person.id for person in (ANN, BOB) if _reaches(policy, person.id)}


def _reaches(policy: Policy, person: str) -> bool:
    """Whether the pages of the first 16 minutes reach somebody; Level 2 stands for a Level 1 that is gone."""
    rules = policy.level(1)
    assert rules is not None
    paged = rules.steps[: 2 if rules.acknowledge_within <= 15 * MIN else 1]
    return any(person == one.id for step in paged for one in step.people)


def test_without_any_level_nothing_new_begins_and_it_says_what_to_do(place: Place) -> None:
    refused = place.open().perform(trigger(policy=Policy(())), actor=EVIDENCE)
    assert isinstance(refused, Refused)
    assert "add [[levels]] to it" in refused.reason


def test_a_level_that_is_gone_from_the_plan_is_still_climbed_to(place: Place) -> None:
    journal, _number = edited(place, without_level(), level=2)
    place.advance(48 * H)
    (made,) = journal.run_timers()
    assert made.escalation is not None and made.escalation.level == 1


async def test_pages_to_a_channel_that_was_removed_are_dead_letters_with_a_sentence(place: Place) -> None:
    journal, number = edited(place, without_person())
    place.advance(15 * MIN)
    journal.run_timers()
    left = {name: channel for name, channel in quiet().items() if name != "mail"}
    async with sender(place, left) as dispatcher:
        await dispatcher.drain()
    (dead,) = journal.outbox.deliveries(number, state="dead")
    assert dead.message.person == BOB.id
    assert "mail" in dead.error
    slack = left["slack"]
    assert isinstance(slack, Scripted)
    assert [message.kind for message in slack.got] == ["page"]
