"""The stage itself: what is searched for would be found, and what is counted is what was sent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx

from tests.remedy.stage import CANARY, going_on, stage, traces, watched


def test_a_trace_is_found_wherever_it_is(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "journal.db-wal").write_bytes(b"\0\1" + CANARY.encode() + b"\2")
    assert [path.name for path in traces([tmp_path])] == ["journal.db-wal"]


def test_requests_are_overheard_and_time_goes_on(tmp_path: Path) -> None:
    with stage(tmp_path) as it, going_on(it):
        before = it.box.state()["elapsed"]
        url = it.box.urls["github"] + "/repos/vauntico/vauntico/issues/14/comments"
        headers = {"Authorization": f"token {it.box.token}"}
        assert httpx.get(url, headers=headers).status_code == 200
        assert httpx.post(url, headers=headers, json={"body": "x"}).status_code == 201
        assert [one.method for one in it.writes] == ["POST"]
        while it.box.state()["elapsed"] == before:
            pass


def test_a_word_in_a_command_line_or_an_environment_is_seen(tmp_path: Path) -> None:
    word = "seen7c1d"  # another than the canary: other tests look for that just now
    for argument, variable in ((word, ""), ("x", word)):
        with watched(word) as seen:
            env = {"PATH": "/usr/bin:/bin", "LAST": variable}
            command = [sys.executable, "-c", "import sys; sys.stdin.read()", argument]
            child = subprocess.Popen(command, stdin=subprocess.PIPE, env=env)
            while not seen:
                pass
            child.communicate()
        assert {f"/proc/{child.pid}/{'environ' if variable else 'cmdline'}"} == set(seen)
