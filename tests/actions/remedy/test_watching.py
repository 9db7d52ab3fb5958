"""After the last step: what is watched, when it counts, and who goes on with it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tests.actions.remedy.rig import Person, Place, book
from vauntico_tui.actions.remedy.model import Execution, Subject
from vauntico_tui.evidence.facts import Readings, Secret
from vauntico_tui.evidence.reading import fresh
from vauntico_tui.runbooks.model import Runbook

BRANCH = {"do": "branch", "name": "feature/one"}
VERIFY = {"check": "secrets_present", "names": ["DATABASE_URL"], "title": "the database's secret"}


def watched() -> Runbook:
    return book(BRANCH, verify=VERIFY)


def secrets(at: datetime, *names: str) -> Readings:
    """What GitHub is said to hold."""
    return Readings(secrets={"repository": fresh(tuple(Secret(name, at, "repository") for name in names), at)})


def heard(person: Person, mark: str) -> asyncio.Event:
    event = asyncio.Event()

    def listen(one: Execution) -> None:
        if one.mark == mark:
            event.set()

    person.remedy.listen(listen)
    return event


def now() -> datetime:
    return datetime.now(UTC)


async def test_it_is_watched_until_it_is_met(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(watched())
    assert plan.verify.startswith("the database's secret is watched for at most 30 min; now: ")
    watching = heard(ada, "watching")
    running = asyncio.create_task(ada.run(plan))
    await watching.wait()
    assert ada.asked == 1  # the sources are asked at once
    ada.readings = secrets(now(), "DATABASE_URL")
    ada.remedy.news()
    done = await running
    assert done.ok
    assert ": met at " in done.message
    (found,) = await ada.remedy.executions(open_only=False)
    assert (found.mark, found.outcome[:6]) == ("done", "met at")


async def test_what_was_read_before_the_last_step_proves_nothing(place: Place) -> None:
    ada = place.person()
    ada.readings = secrets(now() - timedelta(seconds=1), "DATABASE_URL")
    watching = heard(ada, "watching")
    running = asyncio.create_task(ada.run(await ada.plan(watched())))
    await watching.wait()
    ada.remedy.news()
    await asyncio.sleep(0)
    assert not running.done()
    ada.readings = secrets(now(), "DATABASE_URL")
    ada.remedy.news()
    assert (await running).ok


async def test_time_runs_out_and_it_says_so(place: Place) -> None:
    ada = place.person()
    ada.readings = secrets(now())
    done = await ada.run(await ada.plan(watched().model_copy(update={"verify_within": timedelta()})))
    assert (done.ok, done.code) == (False, "unmet")
    assert "not met within" in done.message
    (found,) = await ada.remedy.executions(open_only=False)
    assert (found.mark, found.outcome[:7]) == ("done", "not met")


async def test_where_nothing_newer_comes_it_says_when_it_was_read(place: Place) -> None:
    ada = place.person()
    ada.readings = secrets(now() - timedelta(seconds=1), "DATABASE_URL")
    done = await ada.run(await ada.plan(watched().model_copy(update={"verify_within": timedelta()})))
    assert done.ok
    assert "met, by what was read at " in done.message


async def test_a_watch_is_ended_by_hand(place: Place) -> None:
    ada = place.person()
    watching = heard(ada, "watching")
    plan = await ada.plan(watched())
    running = asyncio.create_task(ada.run(plan))
    await watching.wait()
    assert ada.remedy.cancel(plan.id).ok
    done = await running
    assert (done.ok, "not watched any more" in done.message) == (True, True)


async def test_a_restart_watches_on(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(watched())
    watching = heard(ada, "watching")
    running = asyncio.create_task(ada.run(plan))
    await watching.wait()
    await ada.remedy.leave()
    assert not (await running).ok
    grace = place.person("grace")
    (left,) = await grace.remedy.executions()
    assert (left.mark, left.by) == ("watching", "ada")
    done = heard(grace, "done")
    grace.readings = secrets(now(), "DATABASE_URL")
    tending = asyncio.create_task(grace.remedy.tend())
    await done.wait()
    tending.cancel()
    found = await grace.remedy.execution(plan.id)
    assert found is not None
    assert found.outcome.startswith("met at")


async def test_two_that_open_at_once_watch_it_once(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(watched())
    watching = heard(ada, "watching")
    running = asyncio.create_task(ada.run(plan))
    await watching.wait()
    await ada.remedy.leave()
    await running
    people = [place.person("grace"), place.person("lin")]
    tending = [asyncio.create_task(one.remedy.tend()) for one in people]
    taken = [heard(one, "watching") for one in people]
    await asyncio.wait([asyncio.create_task(one.wait()) for one in taken], return_when=asyncio.FIRST_COMPLETED)
    assert sum(len(one.remedy.running) for one in people) == 1
    for task in tending:
        task.cancel()


async def test_what_is_watched_may_be_taken_back_by_who_watches(place: Place) -> None:
    ada = place.person()
    plan = await ada.plan(watched())
    watching = heard(ada, "watching")
    running = asyncio.create_task(ada.run(plan))
    await watching.wait()
    done = await ada.undo(plan.id)
    assert done.ok, done.message
    await running
    assert place.box.world.head("feature/one") is None


async def test_the_plan_s_own_check_is_watched_for_a_blocker(place: Place) -> None:
    ada = place.person()
    subject = Subject("blocker", "production-secrets-configuration", "Production secrets")
    plan = await ada.plan(book(BRANCH), subject)
    assert plan.verify.startswith("blocker Production Secrets Configuration is watched")
    assert "secrets_present" in plan.check


async def test_nothing_to_do_is_no_good_end_while_the_check_is_unmet(place: Place) -> None:
    ada = place.person()
    assert (await ada.run(await ada.plan(book(BRANCH)))).ok
    again = await ada.plan(watched())
    assert again.nothing_to_do and not again.unmet and "can't be told" in again.yet
    ada.readings = secrets(now(), "ANOTHER")
    again = await ada.plan(watched())
    assert again.unmet and again.nothing.startswith("nothing to do, yet its check is unmet: ")
    assert "DATABASE_URL" in again.nothing
    done = await ada.run(again)
    assert (done.ok, done.code) == (False, "unmet") and again.nothing in done.message
    ada.readings = secrets(now(), "DATABASE_URL")
    met = await ada.plan(watched())
    assert (met.yet, met.unmet) == ("", False) and (await ada.run(met)).ok


async def test_a_runbook_for_nothing_in_particular_is_held_to_its_promise(place: Place) -> None:
    ada = place.person()
    assert (await ada.run(await ada.plan(book(BRANCH)))).ok
    ada.readings = secrets(now(), "ANOTHER")
    bound = book(BRANCH, bound=["blocker:production-secrets-configuration"])
    plan = await ada.plan(bound)
    assert plan.unmet and "blocker Production Secrets" in plan.yet and "STRIPE_SECRET_KEY" in plan.yet
