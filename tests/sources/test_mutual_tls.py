"""The real Prometheus and Alertmanager behind an authority of one's own, that let in nobody without a certificate of
it and a password; and a gateway that asks for a certificate and a bearer token."""

from __future__ import annotations

import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sources.pki import Authority, Pair
from tests.sources.real import free_port, need, running
from tests.sources.servers import Asked, Reply, Server
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.config.model import Config
from vauntico_tui.evidence.needs import Needs
from vauntico_tui.evidence.reading import State, Trouble
from vauntico_tui.sources.hub import Hub

pytestmark = [pytest.mark.real_server, pytest.mark.xdist_group("mutual_tls")]
PASSWORD = "open sesame"
BCRYPT = "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy"  # of PASSWORD
TOKEN = "a-bearer-token"
ONE = "vector(1)"
RULES = """
groups: [{name: one, rules: [{alert: Always, expr: vector(1), labels: {severity: critical}}]}]
"""


@dataclass(frozen=True)
class Behind:
    """Where they listen, and what lets in."""

    prometheus: str
    alertmanager: str
    authority: Authority
    client: Pair

    @property
    def context(self) -> ssl.SSLContext:
        made = ssl.create_default_context(cafile=str(self.authority.file))
        made.load_cert_chain(self.client.cert, self.client.key)
        return made

    def get(self, url: str) -> httpx.Response:
        """Ask as somebody who is let in."""
        return httpx.get(url, verify=self.context, auth=("ann", PASSWORD), timeout=5)

    def post(self, url: str, body: object) -> httpx.Response:
        return httpx.post(url, json=body, verify=self.context, auth=("ann", PASSWORD), timeout=5)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    need("prometheus", "prometheus-alertmanager")
    place = tmp_path_factory.mktemp("mtls")
    authority = Authority(place, "ours")
    server, client = authority.pair("server"), authority.pair("client")
    ports = free_port(), free_port()
    (place / "web.yml").write_text(
        f"tls_server_config: {{cert_file: {server.cert}, key_file: {server.key}, client_ca_file: {authority.file},\n"
        f"  client_auth_type: RequireAndVerifyClientCert}}\n"
        f"basic_auth_users: {{ann: '{BCRYPT}'}}\n"
    )
    (place / "password").write_text(PASSWORD)
    (place / "rules.yml").write_text(RULES)
    (place / "am.yml").write_text("route: {receiver: none, group_wait: 0s}\nreceivers: [{name: none}]\n")
    way_in = (
        f"scheme: https, basic_auth: {{username: ann, password: '{PASSWORD}'}}, "
        f"tls_config: {{ca_file: {authority.file}, cert_file: {client.cert}, key_file: {client.key}}}"
    )
    (place / "prometheus.yml").write_text(
        f"global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: [{place}/rules.yml]\n"
        f"scrape_configs: [{{job_name: prometheus, {way_in},\n"
        f"  static_configs: [{{targets: ['127.0.0.1:{ports[0]}']}}]}}]\n"
    )
    found = Behind(f"https://127.0.0.1:{ports[0]}", f"https://127.0.0.1:{ports[1]}", authority, client)

    def ready(url: str) -> None:
        until = time.monotonic() + 20
        while True:
            try:
                if found.get(f"{url}/-/ready").status_code == 200:
                    return
            except httpx.TransportError:
                assert time.monotonic() < until, (place / "prometheus.log").read_text()
            time.sleep(0.02)

    with ExitStack() as stack:
        for args, url, log in (
            (["prometheus-alertmanager", f"--config.file={place}/am.yml", f"--storage.path={place}/am",
              f"--web.config.file={place}/web.yml", f"--web.listen-address=127.0.0.1:{ports[1]}",
              "--cluster.listen-address="], found.alertmanager, "am.log"),
            (["prometheus", f"--config.file={place}/prometheus.yml", f"--storage.tsdb.path={place}/data",
              f"--web.config.file={place}/web.yml", "--rules.alert.resend-delay=1s",
              f"--web.listen-address=127.0.0.1:{ports[0]}"], found.prometheus, "prometheus.log"),
        ):  # fmt: skip
            stack.enter_context(running(args, url, place / log, wait=ready))
        alert = [{"labels": {"alertname": "Sent", "severity": "critical"}}]
        sent = found.post(f"{found.alertmanager}/api/v2/alerts", alert)
        assert sent.status_code == 200, sent.text
        yield found


def auth_of(behind: Behind, **other: Any) -> dict[str, Any]:
    """What lets in; `other` replaces a part, None leaves it out."""
    whole = {
        "user": "ann",
        "password_env": "VAUNTICO_TEST_PASSWORD",
        "client_cert": behind.client.cert,
        "client_key": behind.client.key,
        "ca_file": behind.authority.file,
        **other,
    }
    return {name: value for name, value in whole.items() if value is not None}


@contextmanager
def hub_of(prometheus: dict[str, Any], alertmanager: dict[str, Any]) -> Iterator[Hub]:
    config = Config.model_validate({"prometheus": prometheus, "alertmanager": alertmanager})
    hub = Hub(config, Needs(instants=frozenset({ONE}), ranges=frozenset({ONE})), SystemClock())
    try:
        yield hub
    finally:
        hub.close()


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAUNTICO_TEST_PASSWORD", PASSWORD)
    monkeypatch.setenv("VAUNTICO_TEST_TOKEN", TOKEN)


async def troubles(behind: Behind, auth: dict[str, Any]) -> dict[str, Trouble]:
    with hub_of({"url": behind.prometheus, "auth": auth}, {"url": behind.alertmanager, "auth": auth}) as hub:
        await hub.gather(10)
        said = {status.id: status.trouble for status in hub.statuses() if status.state is not State.OFF}
        assert set(said) == {"prometheus", "alertmanager"}
        assert PASSWORD not in repr(said)
        return {name: trouble for name, trouble in said.items() if trouble is not None}


@pytest.mark.parametrize("proxy_bundle", [False, True])
async def test_a_certificate_and_a_password_are_let_in_by_both(
    behind: Behind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy_bundle: bool
) -> None:
    """Also where the environment names another bundle of authorities: the config's own wins."""
    if proxy_bundle:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Authority(tmp_path, "theirs").file))
    written = tmp_path / "password"
    written.write_text(f"{PASSWORD}\n")
    auth = auth_of(behind)
    by_file = auth_of(behind, password_env=None, password_file=written)
    with hub_of({"url": behind.prometheus, "auth": auth}, {"url": behind.alertmanager, "auth": by_file}) as hub:
        await settled(hub)
        told = hub.readings
        assert told.instants[ONE].value is not None and told.instants[ONE].value[0].last == 1
        assert told.ranges[ONE].state is State.FRESH
        assert told.rules.value is not None and [rule.name for rule in told.rules.value] == ["Always"]
        assert told.targets.value is not None and [target.job for target in told.targets.value] == ["prometheus"]
        chart = await hub.kpi_range(ONE, 1)
        assert chart.state is State.FRESH


async def settled(hub: Hub) -> None:
    """Ask until Prometheus has scraped itself and Alertmanager tells its alert."""
    until = time.monotonic() + 20
    while True:
        await hub.gather(10)
        assert {s.id: s.state for s in hub.statuses() if s.state is not State.OFF} == {
            "prometheus": State.FRESH, "alertmanager": State.FRESH,
        }, hub.statuses()  # fmt: skip
        told, healths = hub.readings, {target.health for target in hub.readings.targets.value or ()}
        if "Sent" in {alert.name for alert in told.alerts.value or ()} and healths == {"up"}:
            return
        assert time.monotonic() < until, (told.alerts, told.targets)


async def test_certificate_and_key_may_stand_in_one_file(behind: Behind, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(behind.client.cert.read_bytes() + behind.client.key.read_bytes())
    assert await troubles(behind, auth_of(behind, client_cert=both, client_key=None)) == {}


async def test_without_a_certificate_it_says_what_is_wanted(behind: Behind) -> None:
    said = await troubles(behind, auth_of(behind, client_cert=None, client_key=None))
    assert {trouble.kind for trouble in said.values()} == {"tls"}
    for name in ("prometheus", "alertmanager"):
        assert "wants a client certificate" in said[name].cause
        assert "client_cert" in said[name].next_step and name in said[name].next_step


async def test_a_certificate_of_another_authority_is_told(behind: Behind, tmp_path: Path) -> None:
    other = Authority(tmp_path, "theirs").pair("stranger")
    said = await troubles(behind, auth_of(behind, client_cert=other.cert, client_key=other.key))
    assert {name: trouble.kind for name, trouble in said.items()} == {"prometheus": "tls", "alertmanager": "tls"}
    assert all("client certificate" in trouble.cause for trouble in said.values()), said


async def test_a_server_of_an_unknown_authority_is_asked_nothing(behind: Behind) -> None:
    said = await troubles(behind, auth_of(behind, ca_file=None))
    for name in ("prometheus", "alertmanager"):
        assert said[name].kind == "tls"
        assert "issuer is not known here" in said[name].cause
        assert f"[{name}.auth] ca_file" in said[name].next_step


async def test_a_wrong_password_is_told(behind: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAUNTICO_TEST_PASSWORD", "let me in")
    said = await troubles(behind, auth_of(behind))
    for name in ("prometheus", "alertmanager"):
        assert said[name].kind == "auth"
        assert f"[{name}.auth]" in said[name].next_step


async def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it(behind: Behind) -> None:
    """A prompt would hang a program without a terminal and break the screen of one that has it."""
    sealed = behind.authority.pair("sealed", b"a passphrase")
    said = await troubles(behind, auth_of(behind, client_cert=sealed.cert, client_key=sealed.key))
    assert set(said) == {"prometheus", "alertmanager"}
    for name, trouble in said.items():
        assert "passphrase" in trouble.cause and f"[{name}.auth]" in trouble.next_step, said


async def test_a_key_of_another_certificate_and_what_is_no_pem(behind: Behind, tmp_path: Path) -> None:
    other = behind.authority.pair("other")
    said = await troubles(behind, auth_of(behind, client_key=other.key))
    assert set(said) == {"prometheus", "alertmanager"}
    assert all("client_key" in trouble.cause for trouble in said.values()), said
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("this is no certificate")
    for part in ("client_cert", "client_key", "ca_file"):
        said = await troubles(behind, auth_of(behind, **{part: nonsense}))
        assert set(said) == {"prometheus", "alertmanager"}
        assert all("nonsense.pem" in trouble.cause for trouble in said.values()), said


async def test_a_bearer_token_with_a_certificate(behind: Behind) -> None:
    """Through a gateway that asks for both and hands on what it is asked."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(behind.authority.file))
    gateway = behind.authority.pair("gateway")
    context.load_cert_chain(gateway.cert, gateway.key)
    context.verify_mode = ssl.CERT_REQUIRED
    backends = {"/api/v1": behind.prometheus, "/api/v2": behind.alertmanager}

    def hand_on(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply(401, b"who are you?")
        answer = behind.get(backends[asked.path[:7]] + asked.target)
        return Reply(answer.status_code, answer.content, {"Content-Type": "application/json"})

    with Server(hand_on, context) as server:
        url = server.url.replace("http://", "https://")
        auth = auth_of(behind, user=None, password_env=None, bearer_env="VAUNTICO_TEST_TOKEN")
        with hub_of({"url": url, "auth": auth}, {"url": url, "auth": auth}) as hub:
            await settled(hub)
        assert {asked.path for asked in server.asked} >= {"/api/v1/query", "/api/v1/rules", "/api/v2/alerts"}
        basic = "Basic " + b64encode(f"ann:{PASSWORD}".encode()).decode()
        assert basic not in {asked.headers.get("authorization") for asked in server.asked}
