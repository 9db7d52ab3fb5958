"""Where a token comes from, and that it shows nowhere and goes to no other host."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import keyring
import keyring.backend
import pytest

from tests.sources.servers import Reply, Server
from tests.sources.tiny_github import START, TinyGitHub
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.model import Config, GitHub
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State
from vauntico_tui.sources.failures import SourceError
from vauntico_tui.sources.hub import Hub
from vauntico_tui.sources.token import SERVICE, Token, find_token, no_token, web_host

SECRET = "ghp_s3cret"
ENTERPRISE = "https://github.corp.example/api/v3"


@pytest.fixture
def gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `gh` that knows no token until a test writes another."""
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return program


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """A keyring in memory."""
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
    return kept


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.github.com", "github.com"),
        (ENTERPRISE, "github.corp.example"),
        ("https://api.acme.ghe.com", "acme.ghe.com"),
        ("http://127.0.0.1:8080/api/v3", "127.0.0.1"),
        ("https://api.corp.example/api/v3", "api.corp.example"),
    ],
)
def test_the_host_that_gh_knows(url: str, host: str) -> None:
    assert web_host(url) == host


def test_the_order(gh: Path, ring: dict[tuple[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_token(GitHub()) is None
    ring[SERVICE, "github.com"] = "from-ring"
    assert find_token(GitHub()) == Token("from-ring", "keyring")
    gh.write_text('#!/bin/sh\n[ "$*" = "auth token -h github.com" ] && echo from-gh\n')
    assert find_token(GitHub()) == Token("from-gh", "gh auth token")
    monkeypatch.setenv("GH_TOKEN", "two")
    assert find_token(GitHub()) == Token("two", "GH_TOKEN")
    monkeypatch.setenv("GITHUB_TOKEN", "one\n")
    assert find_token(GitHub()) == Token("one", "GITHUB_TOKEN")
    (tmp_path / "token").write_text("from-file\n")
    assert find_token(GitHub(token_file=tmp_path / "token")) == Token("from-file", str(tmp_path / "token"))
    monkeypatch.setenv("MINE", "named")
    assert find_token(GitHub(token_env="MINE", token_file=tmp_path / "token")) == Token("named", "MINE")


def test_a_token_of_github_com_goes_nowhere_else(
    gh: Path, ring: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    monkeypatch.setenv("GH_TOKEN", SECRET)
    assert find_token(GitHub(url=ENTERPRISE)) is None
    assert "gh auth login -h github.corp.example" in str(no_token(GitHub(url=ENTERPRISE)))
    monkeypatch.setenv("GITHUB_ENTERPRISE_TOKEN", "two")
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", "one")
    assert find_token(GitHub(url=ENTERPRISE)) == Token("one", "GH_ENTERPRISE_TOKEN")
    assert find_token(GitHub(url=ENTERPRISE, token_env="GITHUB_TOKEN")) == Token(SECRET, "GITHUB_TOKEN"), "named: meant"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (GitHub(token_env="NOT_SET"), "NOT_SET is not set"),
        (GitHub(token_file=Path("/nowhere/token")), "can't read /nowhere/token"),
        (GitHub(token_file=Path("/")), "can't read /"),
    ],
)
def test_what_the_config_names_must_be_there(config: GitHub, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", SECRET)
    with pytest.raises(SourceError, match=words) as failure:
        find_token(config)
    assert failure.value.trouble.kind == "auth" and "[github]" in failure.value.trouble.next_step


def test_a_gh_that_hangs_or_is_absent_is_no_token(
    gh: Path, ring: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vauntico_tui.sources.token.GH_TIMEOUT", 0.05)
    gh.write_text("#!/bin/sh\nexec sleep 5\n")
    assert find_token(GitHub()) is None
    monkeypatch.setenv("PATH", "/nowhere")
    assert find_token(GitHub()) is None


def test_it_does_not_show() -> None:
    token = Token(SECRET, "GITHUB_TOKEN")
    assert SECRET not in f"{token} {token!r} {[token]}"
    assert str(token) == "the token from GITHUB_TOKEN"


@pytest.mark.parametrize("status", [200, 401, 403, 500])
async def test_it_reaches_no_log_and_no_reading(
    status: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BOX_TOKEN", SECRET)
    caplog.set_level(logging.DEBUG)
    app = TinyGitHub() if status == 200 else lambda asked: Reply.of({"message": "no"}, status)
    with Server(app) as server:
        github = {"repository": "o/r", "url": f"{server.url}/api/v3", "token_env": "BOX_TOKEN"}
        hub = Hub(Config.model_validate({"github": github}), Needs(), FixedClock(START))
        await hub.gather(10)
        hub.close()
    assert server.asked[0].headers["authorization"] == f"token {SECRET}"
    assert caplog.records, "PyGithub and urllib3 do log"
    assert SECRET not in caplog.text and SECRET not in repr(hub.readings) + repr(hub.statuses())


@pytest.mark.parametrize("code", [301, 302, 307, 308])
async def test_no_redirect_carries_it_to_another_host(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX_TOKEN", SECRET)
    with Server(TinyGitHub()) as other:
        away = other.url.replace("127.0.0.1", "localhost")
        with Server(lambda asked: Reply(code, b"", {"Location": f"{away}{asked.target}"})) as server:
            config = {
                "github": {"repository": "o/r", "url": f"{server.url}/api/v3", "token_env": "BOX_TOKEN"},
                "prometheus": {"url": server.url, "auth": {"bearer_env": "BOX_TOKEN"}},
                "alertmanager": {"url": server.url, "auth": {"user": "me", "password_env": "BOX_TOKEN"}},
            }
            hub = Hub(Config.model_validate(config), Needs(instants=frozenset({"up"})), FixedClock(START))
            await hub.gather(10)
            hub.close()
        assert other.asked == []
    failed = [one for one in hub.statuses() if one.state is State.FAILED]
    assert [one.id for one in failed] == ["github", "prometheus", "alertmanager"]
    assert all(one.trouble is not None and one.trouble.kind == "server" for one in failed)
    assert all("points to" in str(one.trouble) for one in failed), failed
