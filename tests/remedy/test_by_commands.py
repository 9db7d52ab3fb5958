"""All four blockers from red to green by commands, on the box; dry runs send nothing, and no secret stays anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import run
from tests.remedy.described import wrong
from tests.remedy.stage import APPROVAL, BLOCKERS, CANARY, NAMES, Stage, going_on, stage, traces, watched

HOTFIX = ("runbook", "run", "hotfix", "--target", f"blocker:{BLOCKERS[0]}")
FAILED, FORBIDDEN = 1, 5


class Commands:
    """A person at a shell. Secrets are in a file of their own."""

    def __init__(self, it: Stage, folder: Path) -> None:
        self.it, self.folder = it, folder
        self.secret = folder / "apart" / "secret"
        self.secret.parent.mkdir()
        self.secret.write_text(CANARY)
        self.secret.chmod(0o600)
        self.outputs: list[str] = []

    def __call__(self, *words: str, code: int = 0) -> str:
        done = run(*words, "--config", self.it.config, XDG_STATE_HOME=str(self.it.state), timeout=120)
        self.outputs += [done.stdout, done.stderr]
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))

    @property
    def secrets(self) -> list[str]:
        return [part for name in NAMES for part in ("--file", f"{name}={self.secret}")]

    def marks(self) -> dict[str, str]:
        """The blockers, as `status --json` tells them."""
        told = json.loads(self("status", "--json"))
        return {one["id"]: one["verdict"] for one in told["blockers"]}


@pytest.fixture
def sh(tmp_path: Path) -> Iterator[Commands]:
    with stage(tmp_path) as it:
        yield Commands(it, tmp_path)


@pytest.mark.real_server
@pytest.mark.xdist_group("openapi")
def test_every_request_is_one_that_github_describes(sh: Commands, descriptions: Path) -> None:
    sh("approve", APPROVAL, "--yes")
    with going_on(sh.it):
        sh(*HOTFIX, "--yes", *sh.secrets)
    assert len(sh.it.remedial) > 15
    assert wrong(sh.it.remedial, descriptions) == []


@pytest.mark.parametrize("fault", [{"kind": "status", "value": 422}, {"kind": "lost_answer"}, {"kind": "garbage"}])
def test_a_secret_stays_nowhere_when_setting_it_fails(sh: Commands, fault: dict[str, Any]) -> None:
    sh("approve", APPROVAL, "--yes")
    sh.it.knob("/fault", target="github", method="PUT", path="*/actions/secrets/*", skip=1, times=9, **fault)
    with watched() as seen:
        sh("runbook", "run", "production-secrets", "--yes", "--param", "only_missing=no", *sh.secrets, code=FAILED)
        assert seen == []
    assert [path for path in traces([sh.folder]) if path != sh.secret] == []
    assert not [text for text in sh.outputs if CANARY in text]


def test_four_blockers_from_red_to_green(sh: Commands) -> None:
    before = sh.it.box.picture()
    closed = sh.json(*HOTFIX, "--yes", *sh.secrets, code=FORBIDDEN)
    assert "approval" in closed["message"]
    sh("approve", APPROVAL, "--yes")
    dry = sh.json(*HOTFIX, "--dry-run")
    assert dry["execution"] is None
    assert sh.it.writes == []
    assert sh.it.box.picture() == before
    sh.it.overheard.heard.clear()
    with going_on(sh.it), watched() as seen:
        told = sh.json(*HOTFIX, "--yes", *sh.secrets)
        assert told["ok"] is True
        assert seen == []
    assert len(sh.it.remedial) <= 25, [f"{one.method} {one.target}" for one in sh.it.remedial]
    assert {mark for one, mark in sh.marks().items() if one in BLOCKERS} == {"met"}
    assert [path for path in traces([sh.folder]) if path != sh.secret] == []
    assert not [text for text in sh.outputs if CANARY in text]
    again = sh.json(*HOTFIX, "--dry-run")
    assert [step["state"] for step in again["plan"]["steps"] if step["do"] in {"files", "pull_request", "merge"}] == [
        "nothing", "nothing", "nothing",
    ]  # fmt: skip
