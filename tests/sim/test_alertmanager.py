"""Alertmanager's v2 API, in the box and, with the same tests, in the real one."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from vauntico_tui.sim.box import Box

pytestmark = pytest.mark.xdist_group("alertmanager")
CONFIG = "route:\n  receiver: war-room\n  group_by: [alertname]\nreceivers:\n- name: war-room\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Alertmanager with the two alerts that the box fires."""
    program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if program is None:
        pytest.skip("Alertmanager: install prometheus-alertmanager")
    folder = tmp_path_factory.mktemp("alertmanager")
    (folder / "am.yml").write_text(CONFIG)
    url = f"http://127.0.0.1:{free_port()}"
    arguments = [f"--config.file={folder / 'am.yml'}", f"--storage.path={folder}", "--cluster.listen-address=",
                 f"--web.listen-address={url.removeprefix('http://')}"]  # fmt: skip
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while True:
            try:
                if httpx.get(url + "/-/ready").status_code == 200:
                    break
            except httpx.HTTPError:
                if time.monotonic() > until:
                    raise
        fired = [
            {"labels": {"alertname": name, "severity": severity}, "annotations": {"summary": "x"},
             "startsAt": datetime.now(UTC).isoformat()}
            for name, severity in (("ApplicationDown", "critical"), ("MRRBehindTarget", "warning"))
        ]  # fmt: skip
        assert httpx.post(url + "/api/v2/alerts", json=fired).status_code == 200
        while len(httpx.get(url + "/api/v2/alerts").json()) < 2:
            assert time.monotonic() < until
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def boxed() -> Iterator[str]:
    box = Box()
    box.start()
    yield box.urls["alertmanager"]
    box.stop()


@pytest.fixture(params=["box", pytest.param("real", marks=pytest.mark.real_server)])
def url(request: pytest.FixtureRequest) -> str:
    """The box's Alertmanager, and the real one."""
    return str(request.getfixturevalue("boxed" if request.param == "box" else "real")) + "/api/v2"


def silence(name: str, **more: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    matcher = {"name": "alertname", "value": name, "isRegex": False, "isEqual": True}
    body = {"matchers": [matcher], "startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat()}
    return {**body, "createdBy": "lead-dev", "comment": "known", **more}


def alert(url: str, name: str) -> dict[str, Any]:
    return next(dict(one) for one in httpx.get(url + "/alerts").json() if one["labels"]["alertname"] == name)


def until_state(url: str, name: str, state: str) -> dict[str, Any]:
    """Ask until an alert has a state: the real one takes a moment to see a silence."""
    end = time.monotonic() + 10
    while (found := alert(url, name))["status"]["state"] != state:
        assert time.monotonic() < end
    return found


def test_alerts_have_the_same_shape(url: str) -> None:
    found = alert(url, "ApplicationDown")
    assert found.keys() == {"annotations", "endsAt", "fingerprint", "receivers", "startsAt", "status", "updatedAt",
                            "generatorURL", "labels"} or found.keys() == {"annotations", "endsAt", "fingerprint",
                            "receivers", "startsAt", "status", "updatedAt", "labels"}  # fmt: skip
    assert {"inhibitedBy", "silencedBy", "state"} <= found["status"].keys()
    assert found["status"]["state"] == "active"
    assert found["labels"]["severity"] == "critical"
    assert found["receivers"] == [{"name": "war-room"}]
    assert len(found["fingerprint"]) == 16
    for name in ("startsAt", "endsAt", "updatedAt"):
        assert datetime.fromisoformat(found[name]).tzinfo is not None


def test_filters(url: str) -> None:
    def names(**params: Any) -> set[str]:
        return {one["labels"]["alertname"] for one in httpx.get(url + "/alerts", params=params).json()}

    assert names(filter='severity="critical"') == {"ApplicationDown"}
    assert "ApplicationDown" not in names(filter='severity!="critical"')
    assert names(filter='alertname=~"Appl.*"') == {"ApplicationDown"}
    assert names(filter=['severity="critical"', 'alertname="MRRBehindTarget"']) == set()
    assert httpx.get(url + "/alerts", params={"filter": "{{"}).status_code == 400


def test_a_silence_suppresses_until_it_is_taken_back(url: str) -> None:
    made = httpx.post(url + "/silences", json=silence("MRRBehindTarget"))
    assert made.status_code == 200
    number = made.json()["silenceID"]
    assert until_state(url, "MRRBehindTarget", "suppressed")["status"]["silencedBy"] == [number]
    shown = httpx.get(f"{url}/silence/{number}").json()
    assert (shown["status"]["state"], shown["createdBy"], shown["comment"]) == ("active", "lead-dev", "known")
    assert number in {one["id"] for one in httpx.get(url + "/silences").json()}
    active = httpx.get(url + "/alerts", params={"silenced": "false"}).json()
    assert "MRRBehindTarget" not in {one["labels"]["alertname"] for one in active}
    assert httpx.delete(f"{url}/silence/{number}").status_code == 200
    until_state(url, "MRRBehindTarget", "active")
    assert httpx.get(f"{url}/silence/{number}").json()["status"]["state"] == "expired"


def test_silences_that_make_no_sense(url: str) -> None:
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    for wrong in ({"endsAt": past}, {"matchers": []}, {"startsAt": "soon"}):
        assert httpx.post(url + "/silences", json=silence("x", **wrong)).status_code in (400, 422)
    assert httpx.get(url + "/silence/00000000-0000-0000-0000-000000000000").status_code == 404


def test_status_receivers_and_groups(url: str) -> None:
    status = httpx.get(url + "/status").json()
    assert {"cluster", "config", "uptime", "versionInfo"} <= status.keys()
    assert "war-room" in status["config"]["original"]
    assert httpx.get(url + "/receivers").json() == [{"name": "war-room"}]
    groups = httpx.get(url + "/alerts/groups").json()
    assert {group["labels"]["alertname"] for group in groups} >= {"ApplicationDown", "MRRBehindTarget"}
    assert json.dumps(groups).count('"fingerprint"') >= 2


def test_ready(url: str) -> None:
    assert httpx.get(url.removesuffix("/api/v2") + "/-/ready").status_code == 200
