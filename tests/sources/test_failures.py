"""Each way to fail, over real sockets: one line that names cause and next step, while the last good value stays."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.sources.servers import Asked, Reply, Server
from tests.sources.tiny_github import START, TinyGitHub
from vauntico_tui.base.clock import FixedClock, SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import SourceStatus, State, Trouble
from vauntico_tui.sources.hub import Hub
from vauntico_tui.sources.limits import AllLimits, Limits

NOW = START + timedelta(days=1)
SMALL = Limits(timeout=5, deadline=10, body=1 << 20)
SHORT = AllLimits(SMALL, SMALL, SMALL, SMALL)
HASTY = Limits(timeout=0.2, deadline=0.4, body=1 << 20)
NEEDS = Needs(secret_scopes=frozenset({"repository"}), instants=frozenset({"up"}), urls=frozenset())
HTML = Reply(200, b"<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"})
SECRET = "s3cret-t0ken"
LACKS = {"X-OAuth-Scopes": "gist", "X-Accepted-OAuth-Scopes": "repo"}
USED_UP = {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "5000"}


def config(github: str | None = None, prometheus: str | None = None, alertmanager: str | None = None) -> Config:
    told: dict[str, dict[str, object]] = {"github": {}, "prometheus": {}, "alertmanager": {}}
    if github is not None:
        told["github"] = {"repository": "o/r", "url": f"{github}/api/v3", "token_env": "BOX_TOKEN"}
    if prometheus is not None:
        told["prometheus"] = {"url": prometheus}
    if alertmanager is not None:
        told["alertmanager"] = {"url": alertmanager}
    return Config.model_validate(told)


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX_TOKEN", SECRET)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def three(url: str) -> Config:
    return config(github=url, prometheus=url, alertmanager=url)


def status(hub: Hub, source: str) -> SourceStatus:
    return next(one for one in hub.statuses() if one.id == source)


async def troubles(config: Config, limits: AllLimits = SHORT) -> dict[str, Trouble]:
    """Each source's trouble after one round."""
    hub = Hub(config, NEEDS, SystemClock(), limits=limits)
    await hub.gather(10)
    hub.close()
    told = {one.id: one.trouble for one in hub.statuses() if one.state is State.FAILED}
    for trouble in told.values():
        assert trouble is not None and SECRET not in str(trouble)
        assert "\n" not in str(trouble) and trouble.next_step
    return {source: trouble for source, trouble in told.items() if trouble is not None}


def kinds(told: dict[str, Trouble]) -> set[tuple[str, str]]:
    return {(source, trouble.kind) for source, trouble in told.items()}


def everywhere(kind: str) -> set[tuple[str, str]]:
    return {("github", kind), ("prometheus", kind), ("alertmanager", kind)}


async def test_refused(nobody: str) -> None:
    told = await troubles(three(nobody))
    assert kinds(told) == everywhere("refused")
    assert told["github"].cause == f"{nobody.removeprefix('http://')} refuses the connection"
    assert "[prometheus] url" in told["prometheus"].next_step


async def test_dns() -> None:
    told = await troubles(three("http://no-such-host.invalid"))
    assert kinds(told) == everywhere("dns")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (HTML, "html"),
        (Reply(200, b'{"data": {"alerts": [', {"Content-Type": "application/json"}), "truncated"),
        (Reply(200, b'{"data"', {"Content-Type": "application/json"}, length=5000), "truncated"),
        (Reply(200, b"\x00\xff garbage", {"Content-Type": "application/json"}), "bad_data"),
        (Reply.of({"unexpected": True}), "bad_data"),
        (Reply.of(["unexpected"]), "bad_data"),
        (Reply(200, b"[" * 200_000, {"Content-Type": "application/json"}), "truncated"),
        (Reply(200, endless=3), "too_large"),
        (Reply(200, b"", {"Content-Type": "application/json"}, length=100 << 20), "too_large"),
        (Reply(hang=True), "timeout"),
        (Reply.of({"message": "Server Error"}, 502), "server"),
        (Reply.of({"message": "Bad credentials"}, 401), "auth"),
        (Reply.of({"message": "no"}, 404), "not_found"),
        (Reply(302, b"", {"Location": "https://elsewhere.example/login"}), "server"),
    ],
    ids=[
        "html",
        "breaks-off",
        "cut",
        "garbage",
        "missing-field",
        "other-shape",
        "deep",
        "huge",
        "huge-told",
        "hang",
        "502",
        "401",
        "404",
        "redirect",
    ],
)
async def test_bad_answers(reply: Reply, kind: str) -> None:
    with Server(lambda asked: reply) as server:
        told = await troubles(three(server.url), AllLimits(HASTY, HASTY, HASTY) if reply.hang else SHORT)
    assert kinds(told) == everywhere(kind)


async def test_the_last_good_value_stays_with_its_time() -> None:
    github = TinyGitHub()
    with Server(github) as server:
        clock = FixedClock(NOW)
        hub = Hub(config(github=server.url), NEEDS, clock, limits=SHORT)
        await hub.gather(10)
        good = hub.readings
        github.over["."] = lambda asked: HTML
        clock.at += timedelta(minutes=5)
        await hub.gather(10)
        hub.close()
    for name in ("repository", "issues", "runs", "deployments", "pulls"):
        before, after = getattr(good, name), getattr(hub.readings, name)
        assert (after.value, after.as_of, after.state) == (before.value, NOW, State.FAILED)
        assert after.trouble.kind == "html" and '"Sign in"' in after.trouble.cause
    secrets = hub.readings.secrets["repository"]
    assert secrets.value == good.secrets["repository"].value and secrets.state is State.FAILED
    assert status(hub, "github").as_of == NOW
    retry = status(hub, "github").trouble
    assert retry is not None and retry.retry_at is not None and clock.at < retry.retry_at


async def test_a_part_that_fails_hides_no_other() -> None:
    github = TinyGitHub()
    lacking = {"X_Accepted_GitHub_Permissions": "secrets=read"}
    github.over["/secrets"] = lambda asked: Reply.of({"message": "Resource not accessible"}, 403, **lacking)
    with Server(github) as server:
        hub = Hub(config(github=server.url), NEEDS, FixedClock(NOW), limits=SHORT)
        await hub.gather(10)
        hub.close()
    told = hub.readings
    assert told.secrets["repository"].state is State.FAILED
    assert told.secrets["repository"].trouble is not None
    assert told.secrets["repository"].trouble.cause == "secret names: the token lacks the permission secrets: read"
    assert {told.issues.state, told.runs.state, told.pulls.state, told.deployments.state} == {State.FRESH}
    assert status(hub, "github").state is State.FRESH
    assert status(hub, "github").trouble == told.secrets["repository"].trouble


@pytest.mark.parametrize(
    ("code", "headers", "message", "kind", "words"),
    [
        (403, LACKS, "Must have admin rights", "scope", "gh auth refresh -s repo"),
        (404, LACKS, "Not Found", "scope", "gh auth refresh -s repo"),
        (404, LACKS | {"X-OAuth-Scopes": "repo"}, "Not Found", "not_found", "[github] repository"),
        (403, {"X-GitHub-SSO": "required; url=https://github.com/orgs/o/sso?x=1"}, "SAML", "scope", "https://github.com/orgs/o/sso"),
        (403, {}, "IP allow list enabled", "scope", "VPN"),
        (403, USED_UP, "API rate limit exceeded", "rate_limit", "5,000"),
        (429, {"Retry-After": "90"}, "You have exceeded a secondary rate limit", "rate_limit", "secondary"),
        (403, {"Retry-After": "90"}, "You have exceeded a secondary rate limit", "rate_limit", "secondary"),
        (429, {}, "slow down", "rate_limit", "asked too much"),
        (410, {}, "Issues are disabled", "not_found", "switched off"),
    ],
)  # fmt: skip
async def test_refusals_of_github(code: int, headers: dict[str, str], message: str, kind: str, words: str) -> None:
    with Server(lambda asked: Reply.of({"message": message}, code, **headers)) as server:
        told = (await troubles(config(github=server.url)))["github"]
    assert told.kind == kind
    assert words in str(told)


async def test_a_rate_limit_is_waited_for_and_said() -> None:
    github = TinyGitHub()
    with Server(github) as server:
        clock = FixedClock(NOW)
        hub = Hub(config(github=server.url), NEEDS, clock, limits=SHORT)
        await hub.gather(10)
        reset = {
            "X_RateLimit_Remaining": "0",
            "X_RateLimit_Limit": "5000",
            "X_RateLimit_Reset": str(int(NOW.timestamp()) + 1200),
        }
        github.over["."] = lambda asked: Reply.of({"message": "API rate limit exceeded for user"}, 403, **reset)
        asked = len(server.asked)
        await hub.gather(10)
        hub.close()
    assert len(server.asked) == asked + 1, "after a rate limit nothing else is asked"
    told = status(hub, "github")
    assert told.next_at == NOW + timedelta(minutes=20)
    assert told.note == "waits for the rate limit until 09:20 UTC"
    assert told.trouble is not None and told.trouble.retry_at == told.next_at


async def test_a_reset_far_away_is_waited_for_an_hour_at_most() -> None:
    reset = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(int(NOW.timestamp()) + 90_000)}
    with Server(lambda asked: Reply.of({"message": "API rate limit exceeded"}, 403, **reset)) as server:
        hub = Hub(config(github=server.url), NEEDS, FixedClock(NOW), limits=SHORT)
        await hub.gather(10)
        hub.close()
    assert status(hub, "github").next_at == NOW + timedelta(hours=1)


async def test_a_clock_that_is_off_is_told_and_hides_nothing() -> None:
    clock = FixedClock(datetime.now(UTC) - timedelta(minutes=10))
    with Server(TinyGitHub()) as server:
        hub = Hub(config(github=server.url), NEEDS, clock, limits=SHORT)
        await hub.gather(10)
        hub.close()
    told = status(hub, "github")
    assert told.state is State.FRESH and hub.readings.issues.state is State.FRESH
    assert told.trouble is not None and told.trouble.kind == "clock"
    assert told.trouble.cause == "this machine's clock is 10 min behind GitHub's"


async def test_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOX_TOKEN")
    with Server(TinyGitHub()) as server:
        told = (await troubles(config(github=server.url)))["github"]
        assert server.asked == []
    assert told.kind == "auth" and "BOX_TOKEN is not set" in told.cause


async def test_a_token_that_is_no_header_is_refused_before_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX_TOKEN", SECRET + "\r\nX-Evil: 1")
    with Server(TinyGitHub()) as server:
        told = (await troubles(config(github=server.url)))["github"]
        assert server.asked == []
    assert told.kind == "auth"


@pytest.mark.parametrize(
    ("errors", "drop", "part", "kind"),
    [
        ([{"type": "FORBIDDEN", "path": ["repository", "pulls"], "message": "no"}], {"pulls"}, "pulls", "scope"),
        ([{"path": ["repository", "deployments"], "message": "Oops"}], {"deployments"}, "deployments", "server"),
    ],
)  # fmt: skip
async def test_graphql_tells_part_of_it(errors: list[dict[str, object]], drop: set[str], part: str, kind: str) -> None:
    github = TinyGitHub()
    github.errors, github.drop = errors, drop
    with Server(github) as server:
        clock = FixedClock(NOW)
        hub = Hub(config(github=server.url), NEEDS, clock, limits=SHORT)
        await hub.gather(10)
        assert getattr(hub.readings, part).state is State.FAILED
        assert getattr(hub.readings, part).trouble.kind == kind
        others = {"issues", "runs", "pulls", "deployments"} - {part}
        assert {getattr(hub.readings, name).state for name in others} == {State.FRESH}
        github.errors, github.drop = [], set()
        clock.at += timedelta(minutes=5)
        await hub.gather(10)
        assert getattr(hub.readings, part).state is State.FRESH, "what was missing is asked for again"
        hub.close()


async def test_graphql_out_of_points_is_a_rate_limit() -> None:
    github = TinyGitHub()
    limited = {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    reset = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(int(NOW.timestamp()) + 600)}
    github.over["/graphql"] = lambda asked: Reply.of(limited, **reset)
    with Server(github) as server:
        hub = Hub(config(github=server.url), NEEDS, FixedClock(NOW), limits=SHORT)
        await hub.gather(10)
        hub.close()
    told = status(hub, "github").trouble
    assert told is not None and (told.kind, told.retry_at) == ("rate_limit", NOW + timedelta(minutes=10))


async def test_issues_missing_from_a_partial_answer_are_not_gone() -> None:
    github = TinyGitHub()
    github.page = 1
    pages = iter([None])

    def second_page_fails(asked: Asked) -> Reply | None:
        return next(pages, HTML)

    github.over["/graphql"] = second_page_fails
    with Server(github) as server:
        hub = Hub(config(github=server.url), NEEDS, FixedClock(NOW), limits=SHORT)
        await hub.gather(10)
        assert hub.readings.issues.value is not None
        assert not hub.readings.issues.value.complete and hub.readings.issues.state is State.FAILED
        github.over.clear()
        await hub.gather(10)
        assert hub.readings.issues.value.complete and set(hub.readings.issues.value.issues) == {1, 2, 3}
        hub.close()


# ---- TLS --------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[..., Path]:
    return lambda **how: make_certificate(tmp_path, **how)


def make_certificate(folder: Path, *, host: str = "127.0.0.1", days: int = 30) -> Path:
    """A self-signed certificate and its key in one PEM file; `days` below 0 has expired."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    named = x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days)).add_extension(x509.SubjectAlternativeName([named]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / f"{host}-{days}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return pem


def tls(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


async def test_tls_self_signed(certificate: Callable[..., Path]) -> None:
    with Server(TinyGitHub(), tls(certificate())) as server:
        told = await troubles(three(server.url.replace("http:", "https:")))
    assert kinds(told) == everywhere("tls")
    assert "self-signed" in told["github"].cause and "[github] ca_file" in told["github"].next_step
    assert "[prometheus.auth] ca_file" in told["prometheus"].next_step


@pytest.mark.parametrize(("how", "words"), [({"days": -1}, "expired"), ({"host": "other.example"}, "another")])
async def test_tls_that_the_authority_can_not_heal(
    certificate: Callable[..., Path], how: dict[str, object], words: str
) -> None:
    pem = certificate(**how)
    with Server(TinyGitHub(), tls(pem)) as server:
        url = server.url.replace("http:", "https:")
        told = await troubles(
            Config.model_validate({
                "github": {"repository": "o/r", "url": f"{url}/api/v3", "token_env": "BOX_TOKEN", "ca_file": str(pem)},
                "prometheus": {"url": url, "auth": {"ca_file": str(pem)}},
                "alertmanager": {"url": url, "auth": {"ca_file": str(pem)}},
            })
        )  # fmt: skip
    assert kinds(told) == everywhere("tls")
    assert all(words in trouble.cause for trouble in told.values()), told


async def test_tls_with_its_authority_named(certificate: Callable[..., Path]) -> None:
    pem = certificate()
    with Server(TinyGitHub(), tls(pem)) as server:
        url = server.url.replace("http:", "https:")
        made = {"repository": "o/r", "url": f"{url}/api/v3", "token_env": "BOX_TOKEN", "ca_file": str(pem)}
        hub = Hub(Config.model_validate({"github": made}), NEEDS, FixedClock(NOW))
        await hub.gather(10)
        hub.close()
    assert status(hub, "github").state is State.FRESH


async def test_https_where_only_http_is_spoken() -> None:
    with Server(TinyGitHub()) as server:
        told = await troubles(three(server.url.replace("http:", "https:")))
    assert kinds(told) == everywhere("tls")
    assert "does not speak TLS" in told["prometheus"].cause


async def test_date_in_the_future_is_told_too() -> None:
    ahead = format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)
    answer = Reply.of([], Date=ahead)
    with Server(lambda asked: answer) as server:
        hub = Hub(config(alertmanager=server.url), NEEDS, SystemClock(), limits=SHORT)
        await hub.gather(10)
        hub.close()
    assert hub.readings.alerts.value == ()
    told = status(hub, "alertmanager").trouble
    assert told is not None and "3 h behind Alertmanager's" in told.cause
