"""Scrape jobs merged into prometheus.yml."""

from __future__ import annotations

import shutil
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.runbooks.edits import corpus
from tests.runbooks.edits.held import applied, load, taken_away
from vauntico_tui.runbooks.edits import prometheus_check
from vauntico_tui.runbooks.edits.apply import apply

GOOD = [name for name, why in corpus.PROMETHEUS.items() if not why]


def meant(before: Any) -> Any:
    """The file with the jobs in it, by hand."""
    wanted = load(corpus.JOBS)
    config = deepcopy(before)
    if "global" not in config:
        config["global"] = wanted["global"]
    jobs = config["scrape_configs"] = list(config.get("scrape_configs") or [])
    for job in wanted["scrape_configs"]:
        there = next((at for at, it in enumerate(jobs) if it["job_name"] == job["job_name"]), None)
        if there is None:
            jobs.append(job)
        else:
            jobs[there] = {**job, **jobs[there]}
    return config


def test_every_file_of_the_corpus_is_told() -> None:
    found = {path.name for path in (corpus.FOLDER / "prometheus").iterdir()}
    assert found == set(corpus.PROMETHEUS)
    assert len(found) >= 6


@pytest.mark.parametrize("name", corpus.PROMETHEUS)
def test_nothing_but_the_jobs_changes(name: str) -> None:
    why = corpus.PROMETHEUS[name]
    before = corpus.text("prometheus", name)
    made = applied(corpus.scrape_jobs(name), before, corpus.there)
    if why:
        assert why in made.by_hand
        return
    assert not made.by_hand
    assert made.after is not None
    if why is None:
        assert made.changes
        assert load(made.after) == meant(load(before))
    else:
        assert not made.changes
    assert taken_away(before, made.after) == (["scrape_configs: []   # none"] if name == "empty-list.yml" else [])
    assert prometheus_check.problems_of_text(made.after) == prometheus_check.problems_of_text(before)


@pytest.mark.real_server
def test_prometheus_itself_takes_what_comes_of_it(tmp_path: Path) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("no promtool on this machine: install prometheus")
    for name in [*GOOD, "created.yml"]:
        before = None if name == "created.yml" else corpus.text("prometheus", name)
        made = apply(corpus.scrape_jobs(name), before, corpus.there)
        assert made.after is not None
        file = tmp_path / name
        file.write_bytes(made.after.removeprefix("\ufeff").encode())
        said = subprocess.run([program, "check", "config", str(file)], capture_output=True, text=True, check=False)
        assert said.returncode == 0, f"{name}: {said.stdout}{said.stderr}"
        jobs = {job["job_name"] for job in load(made.after)["scrape_configs"]}
        assert {"vauntico-api", "vauntico-frontend"} <= jobs


@pytest.mark.real_server
@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (corpus.JOBS, True),
        ("scrape_configs:\n- {job_name: a}\n- {job_name: a}\n", False),
        ("scrape_configs:\n- {static_configs: []}\n", False),
        ("scrape_configs:\n- {job_name: a, scrape_interval: often}\n", False),
        ("scrape_configs:\n- {job_name: a, scrape_interval: 1h30m}\n", True),
        ("scrape_configs:\n- {job_name: a, scrape_interval: 5s, scrape_timeout: 10s}\n", False),
        ("scrape_configs:\n- {job_name: a, static_configs: [{targets: ['http://a:1/metrics']}]}\n", False),
        ("scrape_configs:\n- {job_name: a, static_configs: [{targets: ['a:1'], lables: {}}]}\n", False),
        ("scrape_jobs: []\n", False),
        ("global: {scrape_interval: 15}\n", False),
        ("scrape_configs:\n- {job_name: a, metrics_path: /m, scheme: https, honor_labels: true}\n", True),
    ],
)
def test_our_own_check_agrees_with_promtool(text: str, sound: bool, tmp_path: Path) -> None:
    assert bool(prometheus_check.problems_of_text(text)) is not sound
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("no promtool on this machine: install prometheus")
    (tmp_path / "prometheus.yml").write_text(text)
    said = subprocess.run(
        [program, "check", "config", str(tmp_path / "prometheus.yml")], capture_output=True, check=False
    )
    assert (said.returncode == 0) is sound, said.stderr.decode()


def test_a_file_that_is_not_there_is_the_text_as_it_is_written() -> None:
    made = apply(corpus.scrape_jobs(), None, corpus.there)
    assert made.after == corpus.JOBS
    commented = apply(corpus.scrape_jobs(), "# to come", corpus.there)
    assert commented.after == "# to come\n" + corpus.JOBS
    assert not apply(corpus.scrape_jobs(), commented.after, corpus.there).changes


def test_unsound_text_of_an_edit_is_refused() -> None:
    edit = corpus.scrape_jobs().model_copy(update={"text": "scrape_configs: [{}]\n"})
    assert "'job_name' is a required property" in apply(edit, None, corpus.there).by_hand


def test_what_stays_otherwise_is_said() -> None:
    made = apply(corpus.scrape_jobs(), corpus.text("prometheus", "other-jobs.yml"), corpus.there)
    assert "its global scrape_interval is 30s, not 15s: left as it is" in made.notes
    more = corpus.text("prometheus", "other-jobs.yml").replace(
        "rule_files:\n", "scrape_config_files: [more/*.yml]\nrule_files:\n"
    )
    assert any("not looked into" in note for note in apply(corpus.scrape_jobs(), more, corpus.there).notes)


def test_a_job_that_differs_is_shown_side_by_side() -> None:
    before = corpus.text("prometheus", "another-path.yml")
    made = apply(corpus.scrape_jobs(), before, corpus.there)
    assert made.wanted.startswith(before)
    assert "# To be merged by hand: the job vauntico-api is there already, with another metrics_path" in made.wanted
    assert '#   - job_name: "vauntico-api"' in made.wanted
