"""Who leads, who takes over, and what is done meanwhile; on both databases, with the journal's clock moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import Random

from tests.actions.delivery.rig import Scripted, never, opened, quiet
from tests.journal.conftest import Place
from tests.journal.samples import POLICY
from vauntico_tui.actions.channels.model import Answer, Channel
from vauntico_tui.actions.delivery.dispatcher import Means
from vauntico_tui.actions.keeper.keeper import RENEW, SPAN, Keeper
from vauntico_tui.escalation.evidence_now import Evidence
from vauntico_tui.escalation.policy import Policy
from vauntico_tui.escalation.rows import EscalationRow
from vauntico_tui.journal.journal import Journal
from vauntico_tui.sources.worker import Worker


def policy_of(_at: datetime, _row: EscalationRow | None = None) -> Policy:
    return POLICY


@asynccontextmanager
async def keeping(place: Place, channels: Mapping[str, Channel], name: str = "one") -> AsyncIterator[Keeper]:
    worker: Worker[Journal] = Worker(name, lambda: place.open(name))
    keeper = Keeper(worker, policy_of, channels, console=name, means=Means(Random(1), lambda: 0.0, never))
    yield keeper
    await keeper._dispatcher.stop(1)
    worker.close()


async def settle(keeper: Keeper) -> None:
    """Turns until nothing more is on its way."""
    while True:
        await keeper.turn()
        if not keeper._dispatcher.busy:
            return
        await keeper._dispatcher.settle()


async def test_one_leads_and_another_takes_over_within_15_seconds(place: Place) -> None:
    async with keeping(place, quiet()) as one, keeping(place, quiet(), "two") as two:
        await one.turn()
        await two.turn()
        assert (one.leads, two.leads) == (True, False)
        place.advance(timedelta(seconds=RENEW))
        await one.turn()
        await two.turn()
        assert (one.leads, two.leads) == (True, False)
        assert SPAN.total_seconds() + RENEW < 15
        place.advance(SPAN)
        await two.turn()
        await one.turn()
        assert (one.leads, two.leads) == (False, True)


async def test_who_takes_the_lead_is_woken_once_for_what_was_read_before(place: Place) -> None:
    woken: list[str] = []
    worker: Worker[Journal] = Worker("one", lambda: place.open("one"))
    means = Means(Random(1), lambda: 0.0, never)
    keeper = Keeper(worker, policy_of, quiet(), console="one", wake=lambda: woken.append("woken"), means=means)
    await keeper.turn()
    assert keeper.leads and woken == ["woken"]
    await keeper.turn()
    assert woken == ["woken"], "a quiet look wakes nobody"
    await keeper._dispatcher.stop(1)
    worker.close()


async def test_a_leader_that_leaves_lets_the_next_lead_at_once(place: Place) -> None:
    async with keeping(place, quiet()) as one, keeping(place, quiet(), "two") as two:
        await one.turn()
        running = asyncio.create_task(one.run())
        one.close()
        await running
        await two.turn()
        assert two.leads


async def test_what_is_due_is_paged_and_sent(place: Place) -> None:
    journal, channels = place.open(), quiet()
    opened(journal)
    async with keeping(place, channels) as keeper:
        await settle(keeper)
        place.advance(timedelta(minutes=15))
        await settle(keeper)
        work = keeper.work
    assert [d.message.destination.channel for d in journal.outbox.deliveries() if d.message.kind == "page"] == [
        "mail",
        "slack",
    ]
    assert (work.pending, work.dead, work.messages_due, work.overdue) == (0, 0, 0, "")


async def test_one_that_does_not_lead_sends_nothing(place: Place) -> None:
    journal = place.open()
    async with keeping(place, quiet()) as one, keeping(place, quiet(), "two") as two:
        await one.turn()
        opened(journal)
        await two.turn()
        assert {d.state for d in journal.outbox.deliveries()} == {"pending"}
        assert two.work.overdue == ""


async def test_overdue_work_is_told(place: Place) -> None:
    journal = place.open()
    opened(journal)
    slow = Scripted([Answer("retry", "500")] * 50)
    async with keeping(place, {**quiet(), "slack": slow}) as one, keeping(place, quiet(), "two") as two:
        lease = journal.leases.take("keeper", "somebody who hangs", timedelta(hours=1))
        assert lease is not None
        place.advance(timedelta(minutes=2))
        await two.turn()
        assert two.work.overdue == "2 messages wait to be sent"
        journal.leases.release(lease)
        await settle(one)
        await two.turn()
        assert two.work.overdue == ""


async def test_evidence_opens_and_resolves_where_it_leads(place: Place) -> None:
    journal = place.open()
    at = journal.now()
    rows = tuple(
        EscalationRow(f"issue:{n}", f"#{n}", f"issue {n}", 1, "triggered", at, at, ("DevOps",)) for n in range(40)
    )
    async with keeping(place, quiet()) as one, keeping(place, quiet(), "two") as two:
        await one.turn()
        await two.turn()
        evidence = Evidence(rows, frozenset({"issue"}))
        assert await two.reconcile(evidence) == 0
        assert await one.reconcile(evidence) == 40
        assert await one.reconcile(evidence) == 0
        assert await one.reconcile(Evidence(rows[1:], frozenset({"issue"}))) == 1
    assert len(journal.open_escalations()) == 39


async def test_a_journal_that_does_not_answer_is_told_and_tried_again(place: Place) -> None:
    from vauntico_tui.journal.answers import UnreachableError

    tries = []

    def make() -> Journal:
        tries.append(1)
        if len(tries) == 1:
            raise UnreachableError("the journal does not answer", "look at its server")
        return place.open()

    worker: Worker[Journal] = Worker("keeper", make)
    keeper = Keeper(worker, policy_of, quiet(), console="one")
    assert await keeper.turn() == RENEW
    assert (keeper.leads, keeper.work.trouble) == (False, "the journal does not answer; look at its server")
    await keeper.turn()
    assert (keeper.leads, keeper.work.trouble) == (True, "")
    worker.close()


async def test_asleep_for_three_days_the_right_level_and_one_notice(place: Place) -> None:
    journal, channels = place.open(), quiet()
    numbers = [opened(journal, number, level=3) for number in range(4)]
    pager = Scripted()
    async with keeping(place, {**channels, "slack": pager}) as keeper:
        await settle(keeper)
        place.advance(timedelta(days=9))  # level 3 has a week, level 2 two days: both windows are over
        await settle(keeper)
    assert {one.level for one in journal.open_escalations()} == {1}
    late = [message for message in pager.got if message.late is not None]
    assert len(late) == 1
    assert late[0].title.startswith(f"{len(numbers)} escalations, held back since")


async def test_a_first_start_pages_once_for_all_that_was_open_already(place: Place) -> None:
    at = place.open().now()
    rows = tuple(
        EscalationRow(f"issue:{n}", f"#{n}", f"issue {n}", 1, "triggered", at - n * timedelta(days=1), at, ("DevOps",))
        for n in range(1, 15)
    )
    new = EscalationRow("issue:99", "#99", "a new one", 1, "triggered", at - timedelta(minutes=1), at, ("DevOps",))
    pager = Scripted()
    async with keeping(place, {**quiet(), "slack": pager}) as keeper:
        await settle(keeper)
        await keeper.reconcile(Evidence(rows, frozenset({"issue"})))
        await settle(keeper)
        await keeper.reconcile(Evidence((*rows, new), frozenset({"issue"})))
        await settle(keeper)
    first, second = pager.got
    assert (
        first.title
        == f"14 escalations, found open at the first look, the oldest from {at - timedelta(days=14):%Y-%m-%d %H:%M} UTC"
    )
    assert "issue 14" in first.text
    assert second.title == "a new one"
