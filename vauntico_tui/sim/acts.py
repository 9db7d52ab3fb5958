"""Fixes by name, for tests and demonstrations: what a team would do through GitHub, done at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vauntico_tui.sim.world import changes, pipeline
from vauntico_tui.sim.world.files import (
    FIXED_JEST_CONFIG,
    GLOBAL_SETUP,
    GLOBAL_TEARDOWN,
    GOVERNED_TEMPLATE,
    MONITORING,
    with_database,
)
from vauntico_tui.sim.world.outcomes import REQUIRED_SECRETS
from vauntico_tui.sim.world.people import TEAM, VIEWER
from vauntico_tui.sim.world.records import Issue, Secret
from vauntico_tui.sim.world.world import World

BUILD = ".github/workflows/build-verification.yml"


def act(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Do one thing; answers what came of it. Raises ValueError with a sentence."""
    name = body.get("act")
    if not isinstance(name, str) or name not in ACTS:
        raise ValueError(f"act {name!r} is none of {', '.join(ACTS)}")
    return ACTS[name](world, body)


def _issue(world: World, body: dict[str, Any]) -> Issue:
    thread = world.threads.get(body.get("number", 0))
    if not isinstance(thread, Issue):
        raise ValueError(f"there is no issue {body.get('number')!r}")
    return thread


def _close(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Close an issue: {"act": "close", "number": 14}."""
    changes.set_state(world, _issue(world, body), "closed", "completed", VIEWER)
    return {"closed": body["number"]}


def _reopen(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Reopen an issue: {"act": "reopen", "number": 14}."""
    changes.set_state(world, _issue(world, body), "open", None, VIEWER)
    return {"reopened": body["number"]}


def _open(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Open an issue: {"act": "open", "title": "…", "body": "…", "labels": ["severity: critical"]}."""
    labels = [str(label) for label in body.get("labels", [])]
    title = str(body.get("title", "New"))
    if not title.strip():
        raise ValueError("an issue needs a title")
    issue = changes.open_issue(world, title, str(body.get("body", "")), TEAM[0], labels)
    return {"opened": issue.number}


def _secrets(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Set repository secrets: {"act": "secrets", "names": [...]}; all that are missing without names."""
    names = [str(name) for name in body.get("names", REQUIRED_SECRETS)]
    for name in names:
        old = world.secrets.get(name)
        world.secrets[name] = Secret(name, old.created_at if old else world.now, world.now)
    world.touch()
    return {"set": names}


def _commit(world: World, files: dict[str, str], message: str) -> dict[str, object]:
    data: dict[str, bytes | None] = {path: text.encode() for path, text in files.items()}
    return {"commit": changes.commit_files(world, world.default_branch, data, message, VIEWER).sha}


def _database(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Give the integration tests a database: {"act": "database"}."""
    return _commit(world, {BUILD: with_database(world.text(BUILD) or "")}, "1: fix: database for integration tests")


def _jest(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Fix the Jest configuration: {"act": "jest"}."""
    files = {
        "server-v2/jest.config.js": FIXED_JEST_CONFIG,
        "server-v2/tests/globalSetup.ts": GLOBAL_SETUP,
        "server-v2/tests/globalTeardown.ts": GLOBAL_TEARDOWN,
    }
    return _commit(world, files, "1: fix: give Jest thirty seconds")


def _monitoring(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Set up basic monitoring: {"act": "monitoring"}."""
    return _commit(world, {"monitoring/prometheus.yml": MONITORING}, "1: feat: basic monitoring")


def _template(world: World, body: dict[str, Any]) -> dict[str, object]:
    """A pull request template that asks for the phase: {"act": "template"}."""
    return _commit(world, {".github/PULL_REQUEST_TEMPLATE.md": GOVERNED_TEMPLATE}, "1: feat: ask for the phase")


def _write(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Commit files to the default branch: {"act": "write", "files": {"path": "text"}, "message": "…"}."""
    files = body.get("files")
    if not isinstance(files, dict) or not files:
        raise ValueError("`files` must map paths to texts")
    texts = {str(path): str(text) for path, text in files.items()}
    return _commit(world, texts, str(body.get("message", "1: chore: files")))


def _merge(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Merge a pull request: {"act": "merge", "number": 61}."""
    pull = next((pull for pull in world.pulls() if pull.number == body.get("number") and pull.state == "open"), None)
    if pull is None:
        raise ValueError(f"there is no open pull request {body.get('number')!r}")
    return {"commit": changes.merge_pull(world, pull, VIEWER)}


def _deploy(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Deploy the default branch: {"act": "deploy", "environment": "production", "failed": false}."""
    branch = world.default_branch
    environment = str(body.get("environment", "production"))
    made = pipeline.deploy(
        world, environment, branch, world.git.refs[f"heads/{branch}"], VIEWER, failed=bool(body.get("failed"))
    )
    return {"deployment": made.id}


def _nudge(world: World, body: dict[str, Any]) -> dict[str, object]:
    """Move a figure: {"act": "nudge", "series": "coverage", "add": 20}; coverage, standards, compliance, mrr,
    findings critical|high|medium|low."""
    series, add = str(body.get("series", "")), float(body.get("add", 0))
    world.nudges.append((float(world.now), series, add))
    world.touch()
    return {"nudged": series}


ACTS: dict[str, Callable[[World, dict[str, Any]], dict[str, object]]] = {
    "close": _close, "reopen": _reopen, "open": _open, "secrets": _secrets, "database": _database, "jest": _jest,
    "monitoring": _monitoring, "template": _template, "write": _write, "merge": _merge, "deploy": _deploy,
    "nudge": _nudge,
}  # fmt: skip
