"""`watch` as a program: what a real box escalates is paged to a real receiver and told in metrics; it ends cleanly."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from vauntico_tui.actions.keeper.keeper import Work
from vauntico_tui.base.problems import InputError
from vauntico_tui.cli.heartbeat import Heartbeat
from vauntico_tui.cli.watch import watch
from vauntico_tui.config.paging import EscalationSettings
from vauntico_tui.sim.child import Child

ENDS_WITHIN = 60.0
NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)
GOOD = Work(leads=True, looked_at=NOW)

PAGING = """
[escalation]
heartbeat_env = "HEART"
heartbeat_every = "1 s"
[channels.team]
kind = "slack"
url_env = "TEAM_URL"
[[people]]
id = "ann"
contacts = ["Lead Developer", "DevOps", "Full development team", "Assigned developers"]
channels = ["team"]
"""


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  loopback
        return str(answer.read().decode())


def _figures(text: str) -> dict[str, float]:
    rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in rows}


def test_watch_pages_tells_and_ends(box: Child, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(box.config_path.read_text() + PAGING)
    secret = f"{box.urls['webhook']}/slack/s3cret-T1"
    env = {
        **os.environ,
        "TEAM_URL": secret,
        "HEART": f"{box.urls['webhook']}/received?s3cret",
        "XDG_STATE_HOME": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "vauntico_tui", "watch", "--config", str(config), "--metrics", "127.0.0.1:0"],
        env=env, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        found = re.search(r"http://\S+", first)
        assert found, first
        figures: dict[str, float] = {}
        end = time.monotonic() + ENDS_WITHIN
        pages: list[Any] = []
        while not _all_sent(figures, pages):
            assert time.monotonic() < end, figures
            time.sleep(0.2)
            received = json.loads(_get(f"{box.urls['webhook']}/received"))["received"]
            pages = [page for page in received if page["path"] == "/slack/s3cret-T1"]
            figures = _figures(_get(found[0]))
        process.send_signal(signal.SIGTERM)
        said = first + process.communicate(timeout=ENDS_WITHIN)[1]
    finally:
        process.kill()
        process.wait()
    assert len(pages) < 10, "a first start says in one notice what was open already"
    assert process.returncode == 0
    assert "leads: clocks and pages are kept here" in said
    assert "heartbeat: sent" in said
    assert "stopped" in said
    assert "s3cret" not in said


def _all_sent(figures: dict[str, float], pages: list[Any]) -> bool:
    """Nothing waits, and each open escalation was told once: alone, or counted in a notice."""
    many = [re.search(r"(\d+) escalations, found open", str(page["text"])) for page in pages]
    told = sum(int(found[1]) if found else 1 for found in many)
    opened = sum(value for name, value in figures.items() if name.startswith("vauntico_escalations{"))
    waits = figures.get('vauntico_messages{state="pending"}', 1) + figures.get('vauntico_messages{state="sending"}', 1)
    return opened == told > 10 and waits == 0 and "vauntico_heartbeat_timestamp_seconds" in figures


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (GOOD, "heartbeat: sent"),
        (replace(GOOD, trouble="the journal does not answer"), "heartbeat: withheld: the journal does not answer"),
        (replace(GOOD, leads=False), "heartbeat: withheld: another one leads"),
        (
            replace(GOOD, next_timer=NOW - timedelta(minutes=2), timers_due=3),
            "heartbeat: withheld: 3 clocks ran out and nothing was done",
        ),
        (
            replace(GOOD, next_message=NOW - timedelta(minutes=2), messages_due=1),
            "heartbeat: withheld: 1 messages wait to be sent",
        ),
    ],
)
async def test_the_heartbeat_is_withheld_when_work_is_overdue(box: Child, work: Work, said: str) -> None:
    lines: list[str] = []
    heart = Heartbeat(EscalationSettings(), lines.append)
    async with httpx.AsyncClient(trust_env=False) as client:
        sent = await heart.beat(client, f"{box.urls['webhook']}/received", work)
        await heart.beat(client, f"{box.urls['webhook']}/received", work)
    assert (sent, heart.last is not None) == (work is GOOD, work is GOOD)
    assert lines == [said]


async def test_a_heartbeat_that_does_not_arrive_is_told_without_its_address(box: Child) -> None:
    lines: list[str] = []
    heart = Heartbeat(EscalationSettings(), lines.append)
    async with httpx.AsyncClient(trust_env=False) as client:
        assert not await heart.beat(client, f"{box.urls['webhook']}/s3cret", GOOD)
        assert not await heart.beat(client, "http://127.0.0.1:9/s3cret", GOOD)
    assert lines == [
        "heartbeat: withheld: its receiver says 404",
        "heartbeat: withheld: it can't be sent: ConnectError",
    ]


@pytest.mark.parametrize("address", ["9464", "here:there", "127.0.0.1:99999"])
def test_an_address_that_is_none(address: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    made = CliRunner().invoke(watch, ["--config", str(tmp_path / "config.toml"), "--metrics", address])
    assert isinstance(made.exception, InputError)
    assert "is no address" in str(made.exception)


def test_what_is_read_only_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("read_only = true\n")
    made = CliRunner().invoke(watch, ["--config", str(tmp_path / "config.toml")])
    assert isinstance(made.exception, InputError)
    assert "read_only is set" in str(made.exception)
