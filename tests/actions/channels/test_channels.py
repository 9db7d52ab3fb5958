"""Each channel against a real socket: what counts as a yes, what is tried again, what never goes through."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from tests.actions.channels.receiver import Script, receiver
from vauntico_tui.actions.channels.email import Email
from vauntico_tui.actions.channels.http import post, retry_after
from vauntico_tui.actions.channels.pagerduty import PagerDuty
from vauntico_tui.actions.channels.slack import Slack
from vauntico_tui.actions.channels.webhook import Webhook, sign
from vauntico_tui.escalation.policy import Destination
from vauntico_tui.escalation.state import Message

MESSAGE = Message(
    kind="page", destination=Destination("ops", "oncall@vauntico.example"), escalation_id=14, version=3,
    subject="issue:14", title="DATABASE_URL <!channel> & \x1b[31mhard-coded", level=1, state="triggered",
    text="Level 1, breaches at 05:53", at=datetime(2026, 11, 22, 3, 12, tzinfo=UTC), urgent=True,
    link="https://github.example/issues/14",
)  # fmt: skip


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


async def test_slack_takes_it_and_a_title_mentions_nobody(client: httpx.AsyncClient) -> None:
    with receiver(script := Script()) as url:
        answer = await Slack(client, url).send(MESSAGE)
    assert answer.outcome == "accepted"
    text = json.loads(script.got[0][1])["text"]
    assert "&lt;!channel&gt; &amp;" in text
    assert "<!" not in text


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b"no_service", "refused"),
        (200, b'{"ok": false, "error": "channel_not_found"}', "refused"),
        (404, b"no_team", "refused"),
        (403, b"invalid_token", "refused"),
        (302, b"", "refused"),
        (500, b"oops", "retry"),
        (503, b"", "retry"),
        (429, b"slow down", "retry"),
        (408, b"", "retry"),
    ],
)
async def test_only_the_receivers_own_yes_counts(
    client: httpx.AsyncClient, status: int, body: bytes, outcome: str
) -> None:
    with receiver(Script(status=status, body=body)) as url:
        answer = await Slack(client, url).send(MESSAGE)
    assert answer.outcome == outcome
    assert "s3cret" not in answer.detail


async def test_pagerduty_acknowledges_and_resolves_the_incident_it_triggered(client: httpx.AsyncClient) -> None:
    with receiver(script := Script(status=202, body=b'{"status":"success","dedup_key":"x"}')) as url:
        channel = PagerDuty(client, "r0uting", url=url)
        for kind in ("page", "acknowledged", "resolved"):
            assert (await channel.send(replace(MESSAGE, kind=kind))).outcome == "accepted"
    events = [json.loads(body) for _, body in script.got]
    assert [event["event_action"] for event in events] == ["trigger", "acknowledge", "resolve"]
    assert len({event["dedup_key"] for event in events}) == 1
    assert events[0]["payload"]["severity"] == "critical"
    assert "payload" not in events[1]
    assert "r0uting" not in repr(channel)


async def test_an_invalid_event_is_refused_although_it_is_a_200(client: httpx.AsyncClient) -> None:
    with receiver(Script(body=b'{"status":"invalid event","message":"Event object is invalid"}')) as url:
        answer = await PagerDuty(client, "key", url=url).send(MESSAGE)
    assert (answer.outcome, answer.detail) == ("refused", "200, but it says: Event object is invalid")


async def test_a_signed_webhook_can_be_verified_and_deduplicated(client: httpx.AsyncClient) -> None:
    with receiver(script := Script(status=204, body=b"")) as url:
        channel = Webhook(client, url, "hmac-secret", deduplicates=True)
        assert (await channel.send(MESSAGE)).outcome == "accepted"
        assert (await channel.send(MESSAGE)).outcome == "accepted"
    (first, body), (second, _) = script.got
    stamp, _, signature = first["X-Vauntico-Signature"].partition(",")
    assert signature.removeprefix("v1=") == sign("hmac-secret", int(stamp.removeprefix("t=")), body)
    assert first["Idempotency-Key"] == second["Idempotency-Key"] == json.loads(body)["dedup_key"]
    assert "hmac-secret" not in repr(channel)


async def test_a_closed_port_is_tried_again_and_was_surely_not_sent(client: httpx.AsyncClient) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = await Slack(client, f"http://127.0.0.1:{port}/s3cret").send(MESSAGE)
    assert (answer.outcome, answer.maybe_sent) == ("retry", False)


@pytest.mark.parametrize("mode", ["hang", "cut"])
async def test_a_broken_answer_may_have_been_a_yes(client: httpx.AsyncClient, mode: str) -> None:
    with receiver(script := Script(mode=mode)) as url:
        body, deadline = b"{}", timedelta(milliseconds=200)
        answer = await post(client, url, body, {}, lambda *_: None, deadline=deadline)
    assert (answer.outcome, answer.maybe_sent) == ("retry", True)
    assert len(script.got) == 1


async def test_an_endless_answer_is_not_read_on(client: httpx.AsyncClient) -> None:
    with receiver(Script(mode="endless")) as url:
        answer = await post(client, url, b"{}", {}, lambda *_: None)
    assert answer.outcome == "accepted"
    assert len(answer.detail) < 400


def test_retry_after_reads_seconds_and_dates_and_bears_nonsense() -> None:
    assert retry_after("120") == timedelta(minutes=2)
    assert retry_after("1e400") == timedelta.max
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == timedelta(0)
    assert retry_after("99999999999999999999") == timedelta.max
    assert retry_after("soon") is None
    assert retry_after("nan") is None


@given(st.text())
def test_no_retry_after_raises(value: str) -> None:
    assert retry_after(value) is None or isinstance(retry_after(value), timedelta)


class Inbox:
    def __init__(self, answer: str = "250 taken") -> None:
        self.answer, self.mails = answer, list[bytes]()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return self.answer


def mail_channel(controller: Controller) -> Email:
    return Email("127.0.0.1", controller.port, "war room <war@vauntico.example>", "all@vauntico.example", "none")


@pytest.mark.parametrize(
    ("said", "outcome"), [("250 taken", "accepted"), ("451 later", "retry"), ("554 no", "refused")]
)
async def test_a_mail_server_answers(said: str, outcome: str) -> None:
    inbox = Inbox(said)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(controller.start)
    try:
        answer = await mail_channel(controller).send(MESSAGE)
    finally:
        await asyncio.to_thread(controller.stop)
    assert answer.outcome == outcome
    assert b"To: oncall@vauntico.example" in inbox.mails[0]
    assert b"\x1b" not in inbox.mails[0]


async def test_a_mail_server_that_is_not_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = await Email("127.0.0.1", port, "a@b.example", "c@d.example", "none").send(MESSAGE)
    assert (answer.outcome, answer.maybe_sent) == ("retry", False)
