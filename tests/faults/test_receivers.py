"""What receivers do to a dispatcher, over real sockets and on both databases: nobody is told "sent" without a yes."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.actions.channels.receiver import Script, receiver
from tests.actions.delivery.rig import opened, quiet, sender
from tests.journal.conftest import Place
from vauntico_tui.actions.channels.webhook import Webhook
from vauntico_tui.journal.journal import Journal
from vauntico_tui.journal.outbox import Delivery

SHORT = timedelta(milliseconds=300)


def page(journal: Journal) -> Delivery:
    (found,) = (d for d in journal.outbox.deliveries() if d.message.destination.channel == "slack")
    return found


@pytest.mark.parametrize(
    ("faulty", "state", "said"),
    [
        (Script(status=500, body=b"oops"), "pending", "500 oops"),
        (Script(status=404, body=b"no_team"), "dead", "404 no_team"),
        (
            Script(status=429, headers={"Retry-After": "99999999999999999999"}),
            "pending",
            "429 ok; asks to wait longer than can be, tried again after 15 min",
        ),
        (
            Script(status=503, headers={"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}),
            "pending",
            "503 ok; asks to wait",
        ),
        (Script(body=b'{"ok": false, "error": "channel_not_found"}'), "dead", "200, but it says: channel_not_found"),
        (Script(mode="hang"), "pending", "no answer within 0.3 s"),
        (Script(mode="cut"), "pending", "the connection broke"),
    ],
    ids=["500", "404", "429", "503", "200 with an error", "hang", "cut"],
)
async def test_only_the_receivers_own_yes_is_sent(place: Place, faulty: Script, state: str, said: str) -> None:
    script = replace(faulty, got=[], release=threading.Event())
    journal = place.open()
    opened(journal)
    with receiver(script) as url:
        async with httpx.AsyncClient(trust_env=False) as client:
            hook = Webhook(client, url, deadline=SHORT)
            async with sender(place, {**quiet(), "slack": hook}) as dispatcher:
                await dispatcher.drain()
                found = page(journal)
                assert (found.state, found.accepted_by) == (state, None)
                assert found.error.startswith(said)
                assert "s3cret" not in found.error
                script.status, script.body, script.mode, script.headers = 200, b"ok", "answer", {}
                if state == "dead":
                    assert journal.outbox.replay(found.id, "ann")
                place.advance(timedelta(minutes=16))
                await dispatcher.drain()
    found = page(journal)
    assert (found.state, found.attempts) == ("delivered", 2)
    assert found.possibly_twice is (said.startswith(("no answer", "the connection")))
    keys = {headers["Idempotency-Key"] for headers, _ in script.got}
    assert len(keys) == 1


async def test_an_answer_without_an_end_is_cut_off(place: Place) -> None:
    journal = place.open()
    opened(journal)
    with receiver(Script(mode="endless")) as url:
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(20):
            hook = Webhook(client, url)
            async with sender(place, {**quiet(), "slack": hook}) as dispatcher:
                await dispatcher.drain()
    found = page(journal)
    assert found.state == "delivered"
    assert len(found.accepted_by or "") < 400


async def test_one_receiver_that_hangs_holds_up_no_other(place: Place) -> None:
    journal, channels = place.open(), quiet()
    for number in range(5):
        opened(journal, number)
    with receiver(script := Script(mode="hang")) as url:
        async with httpx.AsyncClient(trust_env=False) as client:
            hook = Webhook(client, url, deadline=SHORT)
            async with sender(place, {**channels, "slack": hook}) as dispatcher:
                await dispatcher.drain()
    states = [(d.message.destination.channel, d.state) for d in journal.outbox.deliveries()]
    assert states.count(("github", "delivered")) == 5
    assert states.count(("slack", "pending")) == 5
    assert len(script.got) == 3  # then it was left alone


async def test_a_receiver_that_is_not_there(place: Place) -> None:
    journal = place.open()
    opened(journal)
    async with httpx.AsyncClient(trust_env=False) as client:
        hook = Webhook(client, "http://127.0.0.1:9/s3cret")
        async with sender(place, {**quiet(), "slack": hook}) as dispatcher:
            await dispatcher.drain()
            assert page(journal).error.startswith("can't connect")
            assert not page(journal).possibly_twice
            place.advance(timedelta(hours=25))
            await dispatcher.drain()
    found = page(journal)
    assert (found.state, found.attempts) == ("dead", 2)
    assert "given up after 2 attempts" in found.error
