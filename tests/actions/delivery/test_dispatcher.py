"""What a dispatcher does with each answer, and with each moment at which it may stop."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.actions.delivery.rig import YES, Scripted, opened, quiet, sender
from tests.journal.conftest import Place
from vauntico_tui.actions.channels.model import Answer
from vauntico_tui.actions.delivery.dispatcher import LEASE
from vauntico_tui.actions.delivery.retry import LONGEST, LONGEST_ASKED, SHORTEST, asked, backoff, said
from vauntico_tui.escalation.commands import Acknowledge
from vauntico_tui.escalation.state import Message
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.outbox import Delivery

RETRY = Answer("retry", "500 oops")


def line(journal: Journal, channel: str, kind: str = "page") -> Delivery:
    (found,) = (
        d for d in journal.outbox.deliveries() if (d.message.destination.channel, d.message.kind) == (channel, kind)
    )
    return found


async def test_every_message_goes_once_with_the_receivers_own_yes(place: Place) -> None:
    journal, channels = place.open(), quiet()
    number = opened(journal)
    async with sender(place, channels) as dispatcher:
        await dispatcher.drain()
        await dispatcher.drain()
    assert {d.state for d in journal.outbox.deliveries(number)} == {"delivered"}
    assert line(journal, "slack").accepted_by == "200 ok"
    assert [len(channels[name].got) for name in ("slack", "github", "mail")] == [1, 1, 0]  # type: ignore[attr-defined]


async def test_a_failure_is_tried_again_when_its_time_has_come(place: Place) -> None:
    journal, slack = place.open(), Scripted([RETRY])
    opened(journal)
    async with sender(place, {**quiet(), "slack": slack}) as dispatcher:
        await dispatcher.drain()
        waits = line(journal, "slack")
        assert (waits.state, waits.error, waits.held_until) == ("pending", "500 oops", None)
        assert waits.next_at is not None
        assert SHORTEST <= waits.next_at - journal.now() <= timedelta(seconds=2)
        await dispatcher.drain()
        assert len(slack.got) == 1
        place.advance(timedelta(seconds=2))
        await dispatcher.drain()
    assert (line(journal, "slack").state, line(journal, "slack").attempts) == ("delivered", 2)


async def test_an_absurd_retry_after_is_clamped_shown_and_holds_the_lane(place: Place) -> None:
    journal = place.open()
    slack = Scripted([Answer("retry", "429 slow down", after=timedelta(days=3))])
    opened(journal, 1)
    opened(journal, 2)
    async with sender(place, {**quiet(), "slack": slack}) as dispatcher:
        await dispatcher.drain()
        assert len(slack.got) == 1
        held = [d for d in journal.outbox.deliveries(state="pending") if d.message.destination.channel == "slack"]
        assert {d.held_until for d in held} == {journal.now() + LONGEST_ASKED}
        assert {d.held_why for d in held} == {"429 slow down; asks to wait 3 days, tried again after 15 min"}
        place.advance(LONGEST_ASKED)
        await dispatcher.drain()
    assert len(slack.got) == 3
    assert journal.outbox.waiting()["pending"] == 0


async def test_what_is_refused_is_a_dead_letter_and_the_next_goes(place: Place) -> None:
    journal, slack = place.open(), Scripted([Answer("refused", "404 no_service")])
    first, second = opened(journal, 1), opened(journal, 2)
    async with sender(place, {**quiet(), "slack": slack}) as dispatcher:
        await dispatcher.drain()
    states = {d.message.escalation_id: d.state for d in journal.outbox.deliveries() if d.message.kind == "page"}
    assert states == {first: "dead", second: "delivered"}


async def test_a_poison_message_never_blocks_the_next(place: Place) -> None:
    journal = place.open()
    poison = opened(journal, 1)
    others = [opened(journal, number) for number in range(2, 6)]

    class Choking(Scripted):
        async def send(self, message: Message, remote_id: str | None = None) -> Answer:
            await super().send(message, remote_id)
            if message.escalation_id == poison:
                raise RuntimeError("this body can't be sent")
            return YES

    async with sender(place, {**quiet(), "slack": Choking()}) as dispatcher:
        await dispatcher.drain()
    states = {d.message.escalation_id: d.state for d in journal.outbox.deliveries() if d.message.kind == "page"}
    assert states == {poison: "pending", **dict.fromkeys(others, "delivered")}


async def test_a_receiver_that_is_down_is_left_alone_for_a_moment(place: Place) -> None:
    journal, slack = place.open(), Scripted([RETRY] * 50)
    for number in range(20):
        opened(journal, number)
    async with sender(place, {**quiet(), "slack": slack}) as dispatcher:
        await dispatcher.drain()
    assert len(slack.got) == 3
    (hold,) = {d.held_until for d in journal.outbox.deliveries(state="pending") if d.held_until}
    assert hold <= journal.now() + timedelta(seconds=4)


@pytest.mark.parametrize(("deduplicates", "twice"), [(True, False), (False, True)])
async def test_after_a_silence_it_is_sent_again_and_says_so_where_the_receiver_cannot_tell(
    place: Place, deduplicates: bool, twice: bool
) -> None:
    journal = place.open()
    slack = Scripted([Answer("retry", "no answer within 10 s", maybe_sent=True), RETRY], deduplicates=deduplicates)
    opened(journal)
    async with sender(place, {**quiet(), "slack": slack}) as dispatcher:
        for _ in range(3):
            await dispatcher.drain()
            place.advance(timedelta(minutes=1))
    found = line(journal, "slack")
    assert (found.state, found.attempts, found.possibly_twice) == ("delivered", 3, twice)
    assert len({message.dedup_key for message in slack.got}) == 1


async def test_a_clear_failure_is_not_possibly_twice(place: Place) -> None:
    journal = place.open()
    opened(journal)
    async with sender(place, {**quiet(), "slack": Scripted([RETRY])}) as dispatcher:
        await dispatcher.drain()
        place.advance(timedelta(minutes=1))
        await dispatcher.drain()
    assert not line(journal, "slack").possibly_twice


async def test_unknown_channels_are_dead_letters_with_a_sentence(place: Place) -> None:
    journal = place.open()
    opened(journal)
    async with sender(place, {"slakc": Scripted(), "github": Scripted()}) as dispatcher:
        await dispatcher.drain()
    found = line(journal, "slack")
    assert (found.state, found.error) == ("dead", 'the config has no channel "slack"; did you mean "slakc"?')


async def test_acknowledged_between_claim_and_send(place: Place) -> None:
    """The first page of the claim is on its way when somebody acknowledges the second escalation."""
    journal = place.open()
    opened(journal, 1)
    second = opened(journal, 2)

    async def acknowledge(_message: Message) -> None:
        await asyncio.to_thread(journal.perform, Acknowledge(), actor="ann", id=second)

    slack = Scripted(during=acknowledge)
    async with sender(place, {**quiet(), "slack": slack}) as dispatcher:
        await dispatcher.drain()
    assert [(it.escalation_id, it.kind) for it in slack.got if it.kind == "page"] == [(second - 1, "page")]
    (void,) = journal.outbox.deliveries(second, state="cancelled")
    assert void.message.kind == "page"


async def test_two_dispatchers_one_paused_past_its_lease(place: Place) -> None:
    """The paused one gets its receiver's yes when another has the lane: it marks nothing, the other says twice."""
    journal, paused, go_on = place.open(), asyncio.Event(), asyncio.Event()

    async def pause(_message: Message) -> None:
        paused.set()
        await go_on.wait()

    opened(journal)
    slow, quick = Scripted(during=pause), Scripted()
    async with (
        sender(place, {**quiet(), "slack": slow}, "one") as one,
        sender(place, {**quiet(), "slack": quick}, "two") as two,
    ):
        await one.fill()
        await paused.wait()
        place.advance(LEASE + timedelta(seconds=1))
        await two.drain()
        go_on.set()
        while one.busy:
            await one.settle()
    found = line(journal, "slack")
    assert (found.state, found.attempts, found.possibly_twice) == ("delivered", 2, True)
    whats = [attempt.what for attempt in journal.outbox.attempts(found.id)]
    assert whats == ["begun", "begun", "accepted", "too late"]


async def test_a_yes_after_the_lease_is_kept_and_nothing_more_is_begun(place: Place) -> None:
    journal = place.open()
    first, second = opened(journal, 1), opened(journal, 2)

    async def too_long(_message: Message) -> None:
        place.advance(LEASE + timedelta(seconds=1))

    slack = Scripted(during=too_long)
    async with sender(place, {**quiet(), "slack": slack}) as dispatcher:
        await dispatcher.fill()
        while dispatcher.busy:
            await dispatcher.settle()
    found = {d.message.escalation_id: d for d in journal.outbox.deliveries() if d.message.kind == "page"}
    assert [(found[it].state, found[it].attempts) for it in (first, second)] == [("delivered", 1), ("pending", 0)]
    assert [it.escalation_id for it in slack.got] == [first]


async def test_one_that_slept_between_begin_and_send_sends_nothing(place: Place) -> None:
    journal, slack, passed = place.open(), Scripted(), [0.0]
    opened(journal)

    def ticks() -> float:
        passed[0] += 7.0  # two looks at this clock are longer apart than the lease
        return passed[0]

    async with sender(place, {**quiet(), "slack": slack}, ticks=ticks) as dispatcher:
        await dispatcher.fill()
        while dispatcher.busy:
            await dispatcher.settle()
    assert slack.got == []
    assert line(journal, "slack").state == "sending"


async def test_a_host_that_slept_sends_one_notice(place: Place) -> None:
    journal, channels = place.open(), quiet()
    for number in range(5):
        opened(journal, number, level=2)
    pager = Scripted()
    async with sender(place, {**channels, "pagerduty": pager}) as dispatcher:
        await dispatcher.drain()
        place.advance(timedelta(days=3))
        assert len(journal.run_timers()) == 5
        await dispatcher.drain()
    (notice,) = pager.got
    assert notice.title.startswith("5 escalations, held back since")
    assert notice.text.count("\n") == 4
    assert [d.state for d in journal.outbox.deliveries() if d.message.kind == "executives"] == ["delivered"] * 5


async def test_an_incident_a_message_where_the_receiver_counts_incidents(place: Place) -> None:
    journal, pager = place.open(), Scripted(bundles=False)
    for number in range(3):
        opened(journal, number, level=1)
    place.advance(timedelta(days=3))
    journal.run_timers()
    async with sender(place, {**quiet(), "pagerduty": pager}) as dispatcher:
        await dispatcher.drain()
    assert len({message.escalation_id for message in pager.got}) == 3


async def test_the_receivers_own_id_is_kept_and_given_back(place: Place) -> None:
    journal, github = place.open(), Scripted([Answer("accepted", "201", remote_id="comment 5")])
    number = opened(journal)
    async with sender(place, {**quiet(), "github": github}) as dispatcher:
        await dispatcher.drain()
        journal.perform(Acknowledge(), actor="ann", id=number)
        await dispatcher.drain()
    assert github.remote == [None, "comment 5"]


@given(st.integers(0, 500), st.integers(0))
def test_backoff_stays_in_its_bounds(attempts: int, seed: int) -> None:
    assert SHORTEST <= backoff(attempts, Random(seed)) <= LONGEST


@given(st.timedeltas())
def test_every_retry_after_is_clamped_and_said(after: timedelta) -> None:
    answer = Answer("retry", "429", after=after)
    wait = asked(answer)
    assert wait is not None
    assert SHORTEST <= wait <= LONGEST_ASKED
    assert said(answer).startswith("429; asks to wait ")
