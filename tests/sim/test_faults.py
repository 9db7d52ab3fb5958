"""Faults on demand come as ordered, and go when they are lifted."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.sim.conftest import Ask


def fault(ask: Ask, kind: str, target: str = "github", **more: object) -> None:
    ask.knob("/fault", target=target, kind=kind, **more)


def test_status_comes_so_many_times(ask: Ask) -> None:
    fault(ask, "status", value=502, times=2)
    assert [ask.get("/labels").status_code for _ in range(3)] == [502, 502, 200]


@pytest.mark.parametrize(("status", "message"), [(409, "Conflict"), (422, "Validation Failed"), (500, "Server Error")])
def test_a_status_comes_with_githubs_words(ask: Ask, status: int, message: str) -> None:
    fault(ask, "status", value=status)
    answer = ask.get("/labels")
    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_a_fault_meets_only_its_path(ask: Ask) -> None:
    fault(ask, "status", value=500, path="*/issues*")
    assert ask.get("/issues").status_code == 500
    assert ask.get("/labels").status_code == 200


def test_a_cut_body_is_shorter_than_promised(ask: Ask) -> None:
    fault(ask, "cut")
    with pytest.raises(httpx.RemoteProtocolError):
        ask.get("/issues")


def test_garbage_and_html(ask: Ask) -> None:
    fault(ask, "garbage", times=1)
    with pytest.raises((ValueError, UnicodeDecodeError)):
        ask.get("/issues").json()
    fault(ask, "html", times=1)
    answer = ask.get("/issues")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_a_huge_body_really_is(ask: Ask) -> None:
    fault(ask, "huge", value=3)
    with ask.http.stream("GET", ask.box.urls["github"] + "/user") as answer:
        assert int(answer.headers["content-length"]) > 3_000_000
        assert sum(len(part) for part in answer.iter_raw()) > 3_000_000


def test_latency(ask: Ask) -> None:
    fault(ask, "latency", value=0.2, times=1)
    begun = time.monotonic()
    assert ask.get("/labels").status_code == 200
    assert time.monotonic() - begun >= 0.2


def test_a_hanging_request_ends_when_the_fault_is_lifted(ask: Ask) -> None:
    fault(ask, "hang", times=1)
    got: list[object] = []

    def wait() -> None:
        try:
            got.append(httpx.get(ask.box.urls["github"] + "/user", timeout=20))
        except httpx.HTTPError as error:
            got.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    for _ in range(2000):
        if (held := ask.knob("/faults", "GET")) and not held[0]["times"]:
            break
    else:
        pytest.fail("the request never reached the fault")
    assert not got
    ask.knob("/fault", "DELETE")
    thread.join(20)
    assert isinstance(got[0], httpx.RemoteProtocolError)


def test_rate_limits(ask: Ask) -> None:
    fault(ask, "rate_limit", value=120, times=1)
    over = ask.get("/labels")
    assert (over.status_code, over.headers["x-ratelimit-remaining"]) == (403, "0")
    assert 0 < int(over.headers["x-ratelimit-reset"]) - datetime.now(UTC).timestamp() <= 121
    assert ask.get("/labels").status_code == 403  # used up is used up, until the hour is over
    ask.knob("/token", used=0)
    fault(ask, "secondary_rate_limit", value=7, times=1)
    slow = ask.get("/labels")
    assert (slow.status_code, slow.headers["retry-after"]) == (403, "7")
    assert "secondary rate limit" in slow.json()["message"]
    assert ask.get("/labels").status_code == 200


def test_an_expired_token(ask: Ask) -> None:
    fault(ask, "expired_token", times=1)
    refused = ask.get("/labels")
    assert (refused.status_code, refused.json()["message"]) == (401, "Bad credentials")
    assert ask.get("/labels").status_code == 200


def test_a_skewed_clock(ask: Ask) -> None:
    fault(ask, "skew", value=-3600)
    told = parsedate_to_datetime(ask.get("/labels").headers["date"])
    assert -3605 < (told - datetime.now(UTC)).total_seconds() < -3590


def test_nan(ask: Ask) -> None:
    fault(ask, "nan", target="prometheus")
    assert ask.prometheus("query", query="up").json()["data"]["result"][0]["value"][1] == "NaN"


@pytest.mark.parametrize("target", ["prometheus", "alertmanager", "webhook"])
def test_every_service_can_fail(ask: Ask, target: str) -> None:
    fault(ask, "status", target=target, value=503)
    assert httpx.get(ask.box.urls[target]).status_code == 503
    assert ask.get("/labels").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"target": "gitlab", "kind": "cut"},
        {"target": "github", "kind": "sulk"},
        {"target": "github", "kind": "status"},
        {"target": "github", "kind": "latency"},
        {"target": "github", "kind": "cut", "how": "often"},
        {"target": "github", "kind": "status", "value": "x"},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_a_sentence(ask: Ask, body: dict[str, object]) -> None:
    answer = ask.http.post(ask.box.urls["control"] + "/fault", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_faults_are_listed_and_lifted_one_by_one(ask: Ask) -> None:
    fault(ask, "status", value=500)
    fault(ask, "nan", target="prometheus")
    listed = ask.knob("/faults", "GET")
    assert [one["kind"] for one in listed] == ["status", "nan"]
    assert ask.knob(f"/fault?id={listed[1]['id']}", "DELETE") == {"lifted": 1}
    assert ask.knob("/fault?target=github", "DELETE") == {"lifted": 1}
    assert ask.knob("/faults", "GET") == []


def test_what_was_asked_is_on_record(ask: Ask) -> None:
    ask.get("/labels")
    ask.get("/nothing")
    told = ask.knob("/requests", "GET")
    assert told["counts"] == {"requests": 2, "points": 2, "not_modified": 0, "github_requests": 2, "status_200": 1,
                              "status_404": 1}  # fmt: skip
    assert [one["path"].rpartition("/")[2] for one in told["requests"]] == ["labels", "nothing"]
    ask.knob("/requests", "DELETE")
    assert ask.knob("/requests", "GET")["counts"]["requests"] == 0


def test_another_size(ask: Ask) -> None:
    before = ask.json("/issues/14")["title"]
    assert ask.knob("/size", issues=500, runs=300)["issues"] == 500
    assert ask.json("/actions/runs")["total_count"] == 300
    assert ask.json("/issues/14")["title"] == before
    refused = ask.http.post(ask.box.urls["control"] + "/size", json={"issues": -1})
    assert refused.status_code == 400


@pytest.mark.parametrize(
    "body", [{"act": "dance"}, {"act": "close", "number": 999}, {"act": "write"}, {"act": "open", "title": ""}, {}, []]
)
def test_an_act_that_makes_no_sense_is_refused(ask: Ask, body: object) -> None:
    assert ask.http.post(ask.box.urls["control"] + "/act", json=body).status_code == 400


def test_the_knobs_explain_themselves(ask: Ask) -> None:
    told = json.dumps(ask.knob("/", "GET"))
    for word in ("/size", "/advance", "/act", "/fault", "secondary_rate_limit", "database", "github"):
        assert word in told
    assert ".;" not in told
    assert ask.http.get(ask.box.urls["control"] + "/nothing").status_code == 404


def test_a_stopped_box_answers_nobody(make: Callable[..., Ask]) -> None:
    ask = make()
    url = ask.box.urls["github"] + "/rate_limit"
    assert ask.http.get(url).status_code == 200
    ask.box.stop()
    with pytest.raises(httpx.TransportError):  # neither on the connection that was kept nor on a new one
        ask.http.get(url)
    with pytest.raises(httpx.ConnectError):
        ask.http.get(url)


def test_two_boxes_know_nothing_of_each_other(make: Callable[..., Ask]) -> None:
    one, other = make(), make()
    one("PATCH", "/issues/14", json={"state": "closed"})
    fault(one, "status", value=500)
    assert other.json("/issues/14")["state"] == "open"


def test_an_answer_that_is_lost_was_done_all_the_same(ask: Ask) -> None:
    fault(ask, "lost_answer", method="post", path="*/comments", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        ask("POST", "/issues/14/comments", json={"body": "lost"})
    assert [one["body"] for one in ask.json("/issues/14/comments")].count("lost") == 1
    assert ask("POST", "/issues/14/comments", json={"body": "found"}).status_code == 201


def test_a_refused_connection_did_nothing(ask: Ask) -> None:
    fault(ask, "refused", method="POST", times=1)
    before = len(ask.json("/issues/14/comments"))
    with pytest.raises(httpx.RemoteProtocolError):
        ask("POST", "/issues/14/comments", json={"body": "never"})
    assert len(ask.json("/issues/14/comments")) == before


def test_a_fault_meets_the_nth_request_and_what_it_holds(ask: Ask) -> None:
    fault(ask, "status", value=500, path="*/labels", skip=2, times=1)
    assert [ask.get("/labels").status_code for _ in range(4)] == [200, 200, 500, 200]
    fault(ask, "status", value=500, path="*/graphql", holds="closeIssue")
    assert ask.graphql("{ viewer { login } }")["data"]["viewer"]["login"] == "lead-dev"
    with pytest.raises(AssertionError):
        ask.graphql("mutation { closeIssue(input: {issueId: 1}) { clientMutationId } }")
