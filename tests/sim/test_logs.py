"""What a job's log tells fits how the job ended."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from vauntico_tui.base.clock import FixedClock
from vauntico_tui.sim.world.logs import job_log
from vauntico_tui.sim.world.outcomes import JEST_TIMEOUT, NO_DATABASE
from vauntico_tui.sim.world.records import Run
from vauntico_tui.sim.world.seed import make_world
from vauntico_tui.sim.world.workflows import Failure, JobView, jobs_of
from vauntico_tui.sim.world.world import World

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(FixedClock(START))


def jobs(world: World, name: str) -> list[tuple[Run, JobView]]:
    runs = [run for run in world.runs_newest_first() if run.workflow == "build-verification.yml"]
    return [(run, job) for run in runs for job in jobs_of(run, world.now) if job.name == name]


@pytest.mark.parametrize(("name", "failure"), [("integration", NO_DATABASE), ("test", JEST_TIMEOUT)])
def test_the_suite_that_fails_is_the_one_of_the_error_and_no_other(world: World, name: str, failure: Failure) -> None:
    run, job = next((run, job) for run, job in jobs(world, name) if job.conclusion)
    text = job_log(run, replace(job, failure=failure))
    failed = re.findall(r"FAIL \S* (\S+)", text)
    assert len(failed) == 1
    error = re.search(r"● (\S+):\d+", text)
    assert error is not None
    assert error[1].removesuffix("\x1b[39m\x1b[22m") == f"server-v2/{failed[0]}"
    passed = re.findall(r"PASS \S* (\S+)", text)
    assert passed
    assert failed[0] not in passed
    assert " passed" not in text


def test_no_migration_is_applied_to_a_database_that_refuses(world: World) -> None:
    refused = next(job_log(run, job) for run, job in jobs(world, "integration") if job.failure == NO_DATABASE)
    assert "ECONNREFUSED" in refused
    assert "none was applied" in refused
    assert "migrations applied" not in refused
