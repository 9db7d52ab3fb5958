"""Text from outside does no harm, in whatever field it stands; and no answer, however broken, ends in an exception."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.servers import Asked, Reply, Server
from tests.sources.tiny_github import START, TinyGitHub
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config, GitHub
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sources import door
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.github import parse, shapes
from vauntico_tui.sources.github.answer import Answer
from vauntico_tui.sources.github.ask import place_of
from vauntico_tui.sources.github.results import result
from vauntico_tui.sources.hub import Hub

EVIL = "\x1b]0;owned\x07\x1b[2J\u202egpj.exe\u2066\x00\r[@click=app.quit]x[/] [/path]\u200b"
SEEN = "gpj.exe[@click=app.quit]x[/] [/path]"
KEPT = {
    "createdAt", "updatedAt", "closedAt", "mergedAt", "created_at", "updated_at", "closed_at", "run_started_at",
    "nameWithOwner", "endCursor", "__typename",
}  # fmt: skip
NEEDS = Needs(
    files=frozenset({("jest.config.js", "HEAD")}), branches=frozenset({"feature/x"}), pulls=frozenset({7}),
    secret_scopes=frozenset({"repository"}),
)  # fmt: skip


def poisoned(value: Any, key: str = "") -> Any:
    """Every text in a JSON value, but what must be read exactly, with something evil at both ends."""
    if isinstance(value, dict):
        return {name: poisoned(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner, key) for inner in value]
    return f"{EVIL}{value}{EVIL}" if isinstance(value, str) and key not in KEPT else value


class Poisoned:
    """GitHub with evil in every text."""

    def __init__(self, github: TinyGitHub) -> None:
        self._github = github

    def __call__(self, asked: Asked) -> Reply:
        reply = self._github(asked)
        return Reply.of(poisoned(json.loads(reply.body))) if reply.body else reply


async def test_evil_in_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX_TOKEN", "t0ken")
    with Server(Poisoned(TinyGitHub())) as server:
        github = {"repository": "o/r", "url": f"{server.url}/api/v3", "token_env": "BOX_TOKEN"}
        hub = Hub(Config.model_validate({"github": github}), NEEDS, FixedClock(START + timedelta(days=1)))
        await hub.gather(10)
        detail = await hub.issue_detail(1)
        hub.close()
    told = hub.readings
    names = ("repository", "issues", "runs", "deployments", "pulls")
    assert {name: getattr(told, name).state for name in names} == dict.fromkeys(names, State.FRESH)
    assert told.issues.value is not None and told.issues.value.issues[1].title.startswith(SEEN)
    assert told.issues.value.issues[1].url == "", "no browser is sent there"
    shown = repr(told) + repr(detail) + repr(hub.statuses())
    for one in ("\\x1b", "\\x07", "\\u202e", "\\u2066", "\\x00", "\\u200b", "\\r"):
        assert one not in shown, one


async def test_a_repository_by_an_evil_name_is_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX_TOKEN", "t0ken")
    github = TinyGitHub()

    def renamed(asked: Asked) -> Reply | None:
        told = json.dumps(github.graphql(**{name: asked.json()[name] for name in ("query", "variables")}))
        return Reply(200, told.replace("o/r", "../../gists").encode())

    github.over["/graphql"] = renamed
    with Server(github) as server:
        made = {"repository": "o/r", "url": f"{server.url}/api/v3", "token_env": "BOX_TOKEN"}
        hub = Hub(Config.model_validate({"github": made}), Needs(), FixedClock(START))
        await hub.gather(10)
        hub.close()
    assert hub.readings.issues.state is State.FAILED
    assert not any("gists" in asked.target for asked in server.asked)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "https://x.example/a b", "https://x.example/\x1b", "", None, "//x",
     "https://", 'https://x.example/"onclick="', "https://x.example/" + "a" * 2001],
)  # fmt: skip
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert door.link(url) == ""


@pytest.mark.parametrize(
    "url",
    ["https://github.com/o/r/issues/1#issuecomment-2", "http://127.0.0.1:90/x?a=b&c=%20[1]", "HTTPS://X.example/"],
)
def test_web_addresses_are_links(url: str) -> None:
    assert door.link(url) == url


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    line = door.line(text, 50)
    assert len(line) <= 50
    assert not set("\n\r\x1b\x00\u202e") & set(line)
    assert door.line(line, 50) == line


@given(st.one_of(st.floats(), st.text(), st.integers(), st.none(), st.booleans()))
def test_a_number_is_finite_or_none(value: object) -> None:
    told = door.number(value)
    assert told is None or abs(told) <= 1.8e308


SHAPES: list[Callable[[str], object]] = [
    lambda text: parse.read(text, list[shapes.RestIssue], PLACE, "x"),
    lambda text: parse.runs(text, PLACE),
    lambda text: parse.secrets(text, "repository", PLACE),
    lambda text: parse.heads(text, PLACE),
    lambda text: parse.rest_jobs(text, PLACE),
    lambda text: result(Answer(200, {}, text), PLACE, START).repository(PLACE, "x"),
]
PLACE = place_of(GitHub())
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "errors", "repository", "jobs", "secrets", "path", "message"]), inner
        )
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("read", SHAPES)
@given(told=ANY, cut=st.integers(0, 5))
def test_any_answer_is_a_value_or_a_trouble(read: Callable[[str], object], told: object, cut: int) -> None:
    text = json.dumps(told)
    try:
        read(text[: len(text) - cut])
    except SourceError as failure:
        assert failure.trouble.cause and failure.trouble.next_step and "\n" not in str(failure.trouble)
