"""What figures are made from: read from a real journal after pages have really left."""

from __future__ import annotations

from datetime import UTC, timedelta

from tests.actions.delivery.rig import opened, quiet, sender
from tests.journal.conftest import Place
from vauntico_tui.actions.desk.past import past
from vauntico_tui.escalation.commands import Acknowledge, Resolve
from vauntico_tui.escalation.figures import figures
from vauntico_tui.journal.answers import Done

MIN = timedelta(minutes=1)


async def test_a_night_at_work_is_told_as_it_was(place: Place) -> None:
    journal = place.open()
    start = journal.now()
    number = opened(journal)
    opened(journal, 15, level=2)
    async with sender(place, quiet()) as dispatcher:
        await dispatcher.drain()
        place.advance(15 * MIN)
        journal.run_timers()  # nobody took it: Bob is paged
        await dispatcher.drain()
        place.advance(5 * MIN)
        assert isinstance(journal.perform(Acknowledge(), actor="bob", id=number), Done)
        place.advance(40 * MIN)
        done = journal.perform(Resolve("mended", despite_evidence=True), actor="bob", id=number)
        assert isinstance(done, Done)
        await dispatcher.drain()
    cases, pages = past(journal, start - timedelta(days=1))
    found = figures(cases, pages, start - timedelta(days=1), journal.now() + MIN, zone=UTC)
    one, two = found.levels
    assert (one.to_acknowledge.mean, one.to_resolve.mean, one.resolved) == (20 * MIN, 60 * MIN, 1)
    assert (two.triggered, two.resolved, two.to_acknowledge.cases) == (1, 0, 0)
    # Ann by Level 1's first contact and by Level 2, Bob by Level 1's second contact and by Level 2.
    assert {person.person: person.pages for person in found.people} == {"ann": 2, "bob": 2}
    assert found.total.pages == 4


async def test_what_a_sleeping_host_held_back_is_one_page(place: Place) -> None:
    journal = place.open()
    start = journal.now()
    for number in (14, 15, 16):
        opened(journal, number)
    async with sender(place, quiet()) as dispatcher:
        await dispatcher.drain()
        before = len(past(journal, start)[1])
        place.advance(timedelta(hours=3))
        journal.run_timers()
        await dispatcher.drain()
    pages = past(journal, start)[1]
    assert len(pages) - before == 3
    late = [page for page in pages if page.at > start + timedelta(hours=1)]
    assert {page.person for page in late} == {"bob"}
    assert figures((), late, start, journal.now() + MIN, zone=UTC).total.pages == 1


def test_an_empty_journal_has_no_past(place: Place) -> None:
    journal = place.open()
    assert past(journal, journal.now()) == ((), ())


def test_many_cases_are_read_in_pages(place: Place) -> None:
    journal = place.open()
    numbers = [opened(journal, at) for at in range(501, 520)]
    found = journal.acts([*range(10_000, 10_900), *numbers])
    assert sorted(found) == sorted(numbers)
    assert {tuple(act.kind for act in acts) for acts in found.values()} == {("triggered",)}
