"""The files that bundled runbooks write are what they claim to be."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from vauntico_tui.actions.remedy.steps.description import Fields, describe
from vauntico_tui.runbooks import model
from vauntico_tui.runbooks.load import bundled_runbooks

WRITTEN = {
    f"{book.id} {edit.path}": edit
    for book in bundled_runbooks()
    for step in book.steps
    if isinstance(step, model.ChangeFiles)
    for edit in step.edits
    if isinstance(edit, model.PutFile | model.ScrapeJobs) and "%{" not in edit.text
}
VALIDATION = next(edit.text for name, edit in WRITTEN.items() if name.endswith("governance-validation.yml"))


def yaml(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(StringIO(text))


@pytest.mark.parametrize("name", [name for name in WRITTEN if name.endswith((".yml", ".json"))])
def test_it_can_be_read(name: str) -> None:
    text = WRITTEN[name].text
    assert text.endswith("\n")
    assert not text.startswith("\n")
    assert json.loads(text) if name.endswith(".json") else yaml(text)


def test_the_workflow_is_one_by_github_s_schema() -> None:
    folder = files("check_jsonschema.builtin_schemas") / "vendor"
    found = next(one for one in folder.iterdir() if "github-workflows" in one.name and one.name.endswith(".json"))
    jsonschema.validate(yaml(VALIDATION), json.loads(found.read_text(encoding="utf-8")))


@pytest.mark.real_server
def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("alert rules: install promtool")
    text = next(edit.text for name, edit in WRITTEN.items() if name.endswith("alerts-monitoring.yml"))
    file = tmp_path / "rules.yml"
    file.write_text(text)
    done = subprocess.run([promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def validate(body: str) -> list[str]:
    """What the workflow's own script says of a description."""
    step = next(one for one in yaml(VALIDATION)["jobs"]["validate-governance"]["steps"] if "BODY" in one.get("env", {}))
    script = re.search(r"<<'CHECK'\n(.*)\nCHECK", step["run"], re.DOTALL)
    assert script is not None
    done = subprocess.run(
        [sys.executable, "-c", script[1]], capture_output=True, text=True, check=False, env={**os.environ, "BODY": body}
    )
    said = re.findall(r"^::error::The description does not name (.*)$", done.stdout, re.MULTILINE)
    assert done.returncode == bool(said), done.stderr
    return said


TEMPLATE = """## What changes

## Monetization phase

- [ ] Phase 1: Foundation
- [ ] Phase 2: B2B API Licensing

## Revenue target

$

## memories.md

Section of memories.md that this follows:

## KPIs affected

- [ ] pro subscriptions
"""


def test_the_validation_takes_what_our_pull_requests_say() -> None:
    for book in bundled_runbooks():
        for step in book.steps:
            if isinstance(step, model.OpenPullRequest):
                fields = Fields("About.", 1, step.revenue, step.memories, step.kpis)
                for template in ("", TEMPLATE, "## What changes\n\n## How it was tested\n"):
                    assert validate(describe(template, fields)) == []


def test_the_validation_refuses_what_names_nothing() -> None:
    assert len(validate(TEMPLATE)) == 4
    assert len(validate("")) == 4
    two = TEMPLATE.replace("- [ ] Phase", "- [x] Phase")
    assert "exactly one monetization phase, ticked" in validate(two)
    commented = "<!-- - [x] Phase 1, revenue $5, memories.md#a, KPIs\n- mrr -->"
    assert len(validate(commented)) == 4
