"""What matters most between two runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vauntico_tui.actions.remedy.ci.compare import Comparison, pair, weight
from vauntico_tui.sources.github.jobs import Between, ChangedFile, Job, JobStep, RunFacts

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
RUN = RunFacts(2, 2, 1, 7, "Build", "build.yml", "main", "push", "completed", "failure", "b" * 40, "two", "", NOW, NOW,
               NOW, "me")  # fmt: skip
GREEN = replace(RUN, id=1, number=1, conclusion="success", sha="a" * 40)


def job(name: str, conclusion: str, **steps: str) -> Job:
    told = tuple(JobStep(index, step, "completed", word, NOW, NOW) for index, (step, word) in enumerate(steps.items()))
    return Job(1, 2, 1, name, "completed", conclusion, NOW, NOW + timedelta(seconds=9), "", told)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".github/workflows/build.yml", "workflow"), (".github/actions/setup/action.yml", "workflow"),
        ("package-lock.json", "lock"), ("server-v2/package.json", "lock"), ("requirements-dev.txt", "lock"),
        ("Dockerfile", "build"), ("server-v2/jest.config.js", "build"), ("docs/package-lock.json.md", ""),
        ("src/index.ts", ""),
    ],
)  # fmt: skip
def test_weight(path: str, expected: str) -> None:
    assert weight(path) == expected


def changed(*paths: str) -> Between:
    return Between((), tuple(ChangedFile(path, "modified", 1, 1) for path in paths), 2, 0, "")


def test_workflows_then_dependencies_come_first() -> None:
    told = Comparison(RUN, GREEN, between=changed("a.ts", "yarn.lock", "Dockerfile", ".github/workflows/z.yml"))
    assert [file.path for _, file in told.files] == [".github/workflows/z.yml", "yarn.lock", "Dockerfile", "a.ts"]
    assert told.verdict == "2 commits: 1 workflow file changed, 1 file that says what is installed"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Comparison(RUN, None), "never green"),
        (Comparison(RUN, replace(GREEN, sha=RUN.sha)), "outside it"),
        (Comparison(RUN, replace(GREEN, sha=RUN.sha), machine_before={"version": "1"}, machine={"version": "2"}),
         "image is another"),
        (Comparison(RUN, GREEN, between=changed("a.ts")), "neither workflow files nor dependencies"),
    ],
)  # fmt: skip
def test_where_to_look_first(told: Comparison, words: str) -> None:
    assert words in told.verdict


def test_jobs_that_ended_otherwise_come_first() -> None:
    before = (job("lint", "success", Run="success"), job("test", "success", Setup="success", Run="success"),
              job("old", "success"))  # fmt: skip
    now = (job("lint", "success", Run="success"), job("test", "failure", Setup="success", Run="failure"))
    pairs = pair(before, now)
    assert [(one.name, one.differs) for one in pairs] == [("test", True), ("old", True), ("lint", False)]
    assert pairs[0].steps == (("Run", "success", "failure"),)
    assert pairs[0].seconds() == (9, 9)
    assert pairs[1].seconds() == (9, None)


def test_a_machine_that_is_not_known_has_not_changed() -> None:
    assert Comparison(RUN, GREEN, machine={"image": "x"}).machine_changes == ()
    told = Comparison(RUN, GREEN, machine_before={"image": "x"}, machine={"image": "y", "runner": "2"})
    assert told.machine_changes == (("image", "x", "y"), ("runner", "not there", "2"))
