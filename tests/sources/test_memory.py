"""A second start knows what the first one read, asks only what changed, and trusts no file that is not its own."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.sources.servers import Server
from tests.sources.test_github_reader import NEEDS
from tests.sources.tiny_github import START, TinyGitHub, make_run
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sources.github.memory import NAME
from vauntico_tui.sources.hub import Hub

NOW = START + timedelta(days=1)
SECRET = "ghp_s3cret"
Start = Callable[..., Hub]


@pytest.fixture
def github() -> TinyGitHub:
    return TinyGitHub()


@pytest.fixture
def server(github: TinyGitHub) -> Iterator[Server]:
    with Server(github) as server:
        yield server


@pytest.fixture
def start(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    def start(token: str = SECRET, needs: Needs = NEEDS, later: timedelta = timedelta(0)) -> Hub:
        monkeypatch.setenv("BOX_TOKEN", token)
        told = {"repository": "o/r", "url": f"{server.url}/api/v3", "token_env": "BOX_TOKEN"}
        return Hub(Config.model_validate({"github": told}), needs, FixedClock(NOW + later), tmp_path / "state")

    return start


async def test_a_second_start_is_quiet_and_knows_everything(github: TinyGitHub, server: Server, start: Start) -> None:
    first = start()
    await first.gather(10)
    first.close()
    cold, points = len(server.asked), github.remaining
    second = start(later=timedelta(minutes=5))
    await second.gather(10)
    second.close()
    assert len(server.asked) - cold <= 8 and github.remaining == points
    for name in ("repository", "issues", "runs", "deployments", "pulls"):
        before, after = getattr(first.readings, name), getattr(second.readings, name)
        assert (after.value, after.state) == (before.value, State.FRESH)
        assert after.as_of == before.as_of + timedelta(minutes=5)
    for name in ("secrets", "branches", "files", "pull_states"):
        before, after = getattr(first.readings, name), getattr(second.readings, name)
        assert {key: one.value for key, one in after.items()} == {key: one.value for key, one in before.items()}
        assert {one.state for one in after.values()} == {State.FRESH}


async def test_what_changed_between_is_read(github: TinyGitHub, server: Server, start: Start) -> None:
    first = start()
    await first.gather(10)
    first.close()
    github.issues[2] |= {"state": "closed", "updated": START + timedelta(hours=9)}
    github.runs.insert(0, make_run(3, "failure"))
    github.heads["main"], github.files["HEAD:jest.config.js"] = "c" * 40, "testTimeout: 10"
    github.secrets["repository"].append("RESEND_API_KEY")
    second = start(needs=Needs(NEEDS.files | {("new.md", "HEAD")}, NEEDS.branches, NEEDS.pulls, NEEDS.secret_scopes))
    await second.gather(10)
    second.close()
    told = second.readings
    assert told.issues.value is not None and told.issues.value.issues[2].state == "closed"
    assert told.runs.value is not None and len(told.runs.value.runs) == 3 and told.runs.value.runs[0].failed_jobs
    assert told.files["jest.config.js", "HEAD"].value.text == "testTimeout: 10"
    assert told.files["new.md", "HEAD"].value.text is None
    assert [one.name for one in told.secrets["repository"].value or ()] == ["DATABASE_URL", "RESEND_API_KEY"]


async def test_what_was_due_is_due_at_the_next_start(github: TinyGitHub, start: Start) -> None:
    github.drop = {"deployments"}
    first = start()
    await first.gather(10)
    first.close()
    assert first.readings.deployments.state is State.FAILED
    github.drop = set()
    second = start()
    await second.gather(10)
    second.close()
    assert second.readings.deployments.state is State.FRESH and second.readings.deployments.value


async def test_it_is_the_owners_alone_and_holds_no_token(start: Start, tmp_path: Path) -> None:
    hub = start()
    await hub.gather(10)
    hub.close()
    file = tmp_path / "state" / NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SECRET.encode() not in file.read_bytes()
    assert [one.name for one in file.parent.iterdir()] == [NAME]


async def test_another_token_reads_anew(server: Server, start: Start) -> None:
    first = start()
    await first.gather(10)
    first.close()
    before = len(server.asked)
    second = start(token="another")
    await second.gather(10)
    second.close()
    assert not any("if-none-match" in asked.headers for asked in server.asked[before:])


@pytest.mark.parametrize("spoil", ["garbage", "half", "empty", "folder", "old"])
async def test_a_spoilt_file_is_as_none(spoil: str, server: Server, start: Start, tmp_path: Path) -> None:
    first = start()
    await first.gather(10)
    first.close()
    file = tmp_path / "state" / NAME
    body = file.read_bytes()
    if spoil == "folder":
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(
            {"garbage": b"\xc1" * 99, "half": body[: len(body) // 2], "empty": b"", "old": b"\x91\x00"}[spoil]
        )
    second = start()
    await second.gather(10)
    second.close()
    assert second.readings.issues.state is State.FRESH and second.statuses()[0].trouble == first.statuses()[0].trouble


async def test_a_place_that_can_not_be_written_is_no_trouble(start: Start, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    hub = start()
    await hub.gather(10)
    hub.close()
    assert hub.readings.issues.state is State.FRESH and hub.statuses()[0].state is State.FRESH
