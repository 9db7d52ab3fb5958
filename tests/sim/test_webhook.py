"""The receiver of pages keeps what it accepted, and accepts what the real ones accept."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sim.conftest import Ask


def send(ask: Ask, path: str, **more: Any) -> httpx.Response:
    return ask.http.post(ask.box.urls["webhook"] + path, **more)


def received(ask: Ask) -> dict[str, Any]:
    return dict(ask.http.get(ask.box.urls["webhook"] + "/received").json())


def event(action: str, **more: Any) -> dict[str, Any]:
    body = {"routing_key": "k", "event_action": action, "dedup_key": "issue-14"}
    return {**body, "payload": {"summary": "s", "source": "x", "severity": "critical"}, **more}


def test_slack(ask: Ask) -> None:
    assert send(ask, "/slack/T1/B1/x", json={"text": "down"}).text == "ok"
    assert send(ask, "/slack/T1/B1/x", json={}).text == "no_text"
    assert send(ask, "/slack/T1/B1/x", content=b"{").text == "invalid_payload"
    assert [one["body"] for one in received(ask)["received"]] == [{"text": "down"}]


def test_the_same_dedup_key_is_the_same_incident(ask: Ask) -> None:
    for action in ("trigger", "trigger", "acknowledge"):
        assert send(ask, "/pagerduty/v2/enqueue", json=event(action)).status_code == 202
    incidents = received(ask)["incidents"]
    assert [(one["dedup_key"], one["status"], one["events"]) for one in incidents] == [("issue-14", "acknowledged", 3)]
    send(ask, "/pagerduty/v2/enqueue", json=event("resolve"))
    assert received(ask)["incidents"][0]["status"] == "resolved"
    send(ask, "/pagerduty/v2/enqueue", json=event("trigger"))
    assert received(ask)["incidents"][0]["status"] == "triggered"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        event("dance"),
        event("trigger", payload={}),
        event("resolve", dedup_key=""),
        event("trigger", routing_key=""),
    ],
)
def test_an_event_that_pagerduty_would_refuse(ask: Ask, body: object) -> None:
    answer = send(ask, "/pagerduty/v2/enqueue", json=body)
    assert answer.status_code == 400
    assert answer.json()["status"] == "invalid event"
    assert received(ask)["received"] == []


def test_plain_hooks_keep_body_and_headers(ask: Ask) -> None:
    send(ask, "/hook/pages", content=b'{"a": 1}', headers={"X-Signature": "sha256=00"})
    kept = received(ask)["received"][0]
    assert (kept["body"], kept["text"], kept["headers"]["x-signature"]) == ({"a": 1}, '{"a": 1}', "sha256=00")
    ask.http.delete(ask.box.urls["webhook"] + "/received")
    assert received(ask) == {"received": [], "incidents": []}
