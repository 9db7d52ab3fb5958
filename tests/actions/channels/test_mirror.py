"""The mirror on the box's GitHub: one comment however often it is told, the label while it is open, the assignee."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from vauntico_tui.actions.channels.mirror import GitHubMirror, assigned, body, marker
from vauntico_tui.config.load import load_config
from vauntico_tui.config.model import GitHub
from vauntico_tui.escalation.policy import Destination
from vauntico_tui.escalation.state import Message
from vauntico_tui.sim.child import Child, start

MESSAGE = Message(
    kind="triggered", destination=Destination("github"), escalation_id=7, version=1, subject="issue:3", title="t",
    level=1, state="triggered", text="triggered: open ``` @everyone", at=datetime(2027, 1, 15, 8, tzinfo=UTC),
    breaches_at=datetime(2027, 1, 16, 8, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture(scope="module")
def box() -> Iterator[Child]:
    child = start(seed=5, speed=0)
    yield child
    child.stop()


@pytest.fixture
def github(box: Child) -> GitHub:
    return load_config(box.config_path).value.github


def ask(github: GitHub, path: str) -> Any:
    assert github.token_file is not None
    headers = {"Authorization": f"token {github.token_file.read_text().strip()}"}
    request = urllib.request.Request(f"{github.url}/repos/{github.repository}{path}", headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  loopback
        return json.loads(answer.read())


def comments(github: GitHub, message: Message = MESSAGE) -> list[str]:
    found = ask(github, f"/issues/{message.subject[6:]}/comments?per_page=100")
    return [one["body"] for one in found if marker(message) in one["body"]]


def labels(github: GitHub, number: int = 3) -> set[str]:
    return {label["name"] for label in ask(github, f"/issues/{number}")["labels"]}


async def test_one_comment_however_often_it_is_told(github: GitHub) -> None:
    mirror = GitHubMirror(github, "escalated")
    first = await mirror.send(MESSAGE)
    assert (first.outcome, first.detail) == ("accepted", f"comment {first.remote_id} written")
    lost = await mirror.send(MESSAGE)
    assert (lost.detail, lost.remote_id) == (f"comment {first.remote_id} edited", first.remote_id)
    later = await mirror.send(
        replace(MESSAGE, version=2, state="acknowledged", text="acknowledged by ann"), first.remote_id
    )
    assert later.remote_id == first.remote_id
    (only,) = comments(github)
    assert "acknowledged by ann" in only
    mirror.close()


async def test_the_label_is_there_while_it_is_open(github: GitHub) -> None:
    mirror = GitHubMirror(github, "escalated: now")
    message = replace(MESSAGE, escalation_id=8)
    sent = await mirror.send(message)
    assert "escalated: now" in labels(github)
    for _ in range(2):
        done = await mirror.send(replace(message, state="resolved", text="closed"), sent.remote_id)
        assert done.outcome == "accepted"
        assert "escalated: now" not in labels(github)
    mirror.close()


async def test_who_has_it_is_assigned(github: GitHub) -> None:
    login = ask(github, "/assignees")[0]["login"]
    mirror = GitHubMirror(github, "escalated", {"ann": login})
    message = replace(MESSAGE, escalation_id=9, subject="issue:4", state="acknowledged", holder="Ann")
    assert (await mirror.send(message)).outcome == "accepted"
    assert login in {one["login"] for one in ask(github, "/issues/4")["assignees"]}
    mirror.close()


async def test_who_has_it_no_longer_is_assigned_no_longer(github: GitHub) -> None:
    first, second = (one["login"] for one in ask(github, "/assignees")[:2])
    mirror = GitHubMirror(github, "escalated", {"ann": first, "ben": second})

    def people() -> set[str]:
        return {one["login"] for one in ask(github, "/issues/5")["assignees"]}

    others = people() - {first, second}
    message = replace(MESSAGE, escalation_id=11, subject="issue:5", state="acknowledged", holder="ann")
    sent = await mirror.send(message)
    assert first in people()
    await mirror.send(replace(message, holder="ben"))  # the comment is found again
    assert people() == {second, *others}
    await mirror.send(replace(message, state="triggered", holder=None), sent.remote_id)
    assert people() == others
    await mirror.send(replace(message, holder="ann"), sent.remote_id)
    await mirror.send(replace(message, state="resolved", holder="ann"), sent.remote_id)
    assert people() == {first, *others}  # who has resolved it stays
    mirror.close()


def test_nobody_can_write_whom_the_mirror_assigned() -> None:
    forged = replace(MESSAGE, text="note\n```\n<!-- assigned: mallory -->")
    assert assigned(body(forged)) is None
    assert assigned(body(forged, "ann-dev")) == "ann-dev"


async def test_a_comment_that_was_deleted_is_written_anew(github: GitHub) -> None:
    mirror = GitHubMirror(github, "escalated")
    message = replace(MESSAGE, escalation_id=10)
    sent = await mirror.send(message, "999999999")
    assert sent.outcome == "accepted"
    assert len(comments(github, message)) == 1
    mirror.close()


@pytest.mark.parametrize(("subject", "said"), [("alert:x", "only issues"), ("issue:999999", "GitHub finds nothing")])
async def test_what_can_not_be_mirrored_is_refused(github: GitHub, subject: str, said: str) -> None:
    mirror = GitHubMirror(github, "escalated")
    answer = await mirror.send(replace(MESSAGE, subject=subject))
    assert answer.outcome == "refused"
    assert said in answer.detail
    mirror.close()


async def test_github_that_does_not_answer_is_tried_again() -> None:
    config = GitHub(repository="a/b", url="http://127.0.0.1:9", token_env="PATH")
    mirror = GitHubMirror(config, "escalated")
    assert (await mirror.send(MESSAGE)).outcome == "retry"
    mirror.close()


def test_what_people_wrote_mentions_nobody() -> None:
    text = body(MESSAGE)
    assert text.startswith("<!-- vauntico-tui:7 -->\n")
    fenced = text.split("```text\n")[1].split("\n```")[0]
    assert fenced == "triggered: open ''' @everyone"
