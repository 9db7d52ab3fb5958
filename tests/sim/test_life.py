"""The organisation's own life: seeded, repeatable, never in the future, faster on demand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim.conftest import Ask
from vauntico_tui.base.clock import FixedClock
from vauntico_tui.sim.life import breathe
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.agenda import Agenda
from vauntico_tui.sim.world.governance import body, complies
from vauntico_tui.sim.world.seed import make_world
from vauntico_tui.sim.world.workflows import WORKFLOWS, jobs_of
from vauntico_tui.sim.world.world import World

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def lived(hours: float, *, steps: int = 1, seed: int = 1, speed: float = 1.0) -> World:
    """An organisation after some wall-clock hours, looked at so many times on the way."""
    clock = FixedClock(START)
    world = make_world(clock, seed=seed, speed=speed)
    breathe(world)
    for _ in range(steps):
        clock.at += timedelta(hours=hours / steps)
        world.live()
    return world


def picture(world: World) -> list[Any]:
    runs = [(run.id, run.workflow, run.status, run.conclusion, run.created_at, run.updated_at, run.sha)
            for run in world.runs.values()]  # fmt: skip
    threads = [(one.number, one.title, one.state, one.updated_at) for one in world.threads.values()]
    deployments = [(one.environment, one.state, one.created_at) for one in world.deployments.values()]
    return [runs, threads, deployments, world.git.refs]


def test_the_same_seed_is_the_same_life_however_often_one_looks() -> None:
    assert picture(lived(12)) == picture(lived(12, steps=97))
    assert picture(lived(12, seed=2)) != picture(lived(12))


def test_speed_makes_the_same_things_happen_sooner() -> None:
    slow, fast = lived(24), lived(1, speed=24)
    assert [run.workflow for run in fast.runs.values()] == [run.workflow for run in slow.runs.values()]
    assert [(run.conclusion, run.sha[:0]) for run in fast.runs.values()] == [
        (run.conclusion, "") for run in slow.runs.values()
    ]
    assert len(fast.threads) == len(slow.threads)


def test_a_day_holds_runs_pulls_and_resolved_issues() -> None:
    world = lived(24)
    fresh = [run for run in world.runs.values() if run.created_at >= START.timestamp()]
    assert {run.conclusion for run in fresh} >= {"success", "failure"}
    assert {run.workflow for run in fresh} >= {"build-verification.yml", "lint.yml", "codeql.yml"}
    assert sum(issue.state == "closed" for issue in world.issues()) > 20
    assert any(pull.merged_at and pull.merged_at > START.timestamp() for pull in world.pulls())
    builds = [run for run in fresh if run.workflow == "build-verification.yml" and run.status == "completed"]
    assert {run.conclusion for run in builds} == {"failure"}  # nobody has given it a database


@pytest.mark.parametrize("speed", [1.0, 60.0, 700.0])
def test_nothing_is_stamped_in_the_future_or_out_of_order(speed: float) -> None:
    world = lived(1, steps=7, speed=speed)
    now = int((START + timedelta(hours=1)).timestamp())
    for run in world.runs.values():
        assert run.created_at <= run.started_at <= now
        assert run.created_at <= run.updated_at <= now
        for job in jobs_of(run, now):
            assert job.started_at <= (job.completed_at or now) <= now
            stamps = [step.started_at for step in job.steps if step.started_at]
            assert stamps == sorted(stamps)
    for thread in world.threads.values():
        assert thread.created_at <= thread.updated_at <= now


def test_advance_is_all_at_once_and_stamped_now() -> None:
    clock = FixedClock(START)
    world = make_world(clock)
    breathe(world)
    before = set(world.runs)
    world.agenda.advance(6 * 3600)
    world.live()
    fresh = [run for run in world.runs.values() if run.id not in before]
    assert len(fresh) > 20
    assert {run.created_at for run in fresh} == {int(START.timestamp())}
    clock.at += timedelta(hours=1)
    world.live()
    assert all(run.created_at <= clock.at.timestamp() for run in world.runs.values())
    assert max(run.created_at for run in world.runs.values()) > START.timestamp()


def test_at_speed_zero_nothing_happens_by_itself() -> None:
    world = lived(50, speed=0)
    assert picture(world)[1:] == picture(lived(0, speed=0))[1:]


def test_what_people_do_does_not_change_what_chance_brings() -> None:
    clock = FixedClock(START)
    world = make_world(clock)
    breathe(world)
    changes.set_state(world, world.threads[14], "closed", "completed", "devops")
    clock.at += timedelta(hours=12)
    world.live()
    titles = [run.workflow for run in world.runs.values()]
    assert titles == [run.workflow for run in lived(12).runs.values()]


def test_a_hundred_runs_over_a_week_in_eleven_workflows() -> None:
    world = make_world(FixedClock(START))
    runs = list(world.runs.values())
    assert len(runs) == 140
    assert {run.workflow for run in runs} == set(WORKFLOWS)
    assert len(WORKFLOWS) == 11
    assert min(run.created_at for run in runs) > (START - timedelta(days=7)).timestamp()
    assert [run.status for run in runs].count("in_progress") == 1
    numbers = [run.number for run in runs if run.workflow == "lint.yml"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(one.created_at <= other.created_at for one, other in pairwise(runs))


def test_some_level_one_issues_are_late_and_some_are_not() -> None:
    world = make_world(FixedClock(START))
    ages = [
        (START.timestamp() - issue.created_at) / 3600
        for issue in world.issues()
        if issue.state == "open" and "severity: critical" in issue.labels
    ]
    assert 2 <= sum(age > 24 for age in ages) <= 5
    assert sum(age < 24 for age in ages) >= 5


def test_open_pull_requests_and_who_complies() -> None:
    opened = [pull for pull in make_world(FixedClock(START)).pulls() if pull.state == "open"]
    broken = [rules for pull in opened if (rules := complies(pull.body))]
    assert len(opened) == 11
    assert sorted(rule for rules in broken for rule in rules) == ["kpis", "memories", "phase", "revenue"]


@given(st.integers(0, 4), st.sampled_from(["", "phase", "revenue", "memories", "kpis"]), st.text(max_size=60))
def test_a_body_breaks_exactly_the_rule_it_leaves_out(phase: int, without: str, kpi: str) -> None:
    text = body("Something.", phase, "uptime " + kpi.replace("\n", " "), 1, without=without)
    assert complies(text) == ([without] if without else [])


@given(
    st.floats(0.1, 1000),
    st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 5000)), max_size=4),
    st.lists(st.floats(0, 1e6), min_size=2, max_size=6),
)
def test_wall_time_of_world_time_never_runs_backwards(
    speed: float, jumps: list[tuple[float, float]], moments: list[float]
) -> None:
    clock = FixedClock(START)
    agenda = Agenda(clock, speed)
    for wait, skip in jumps:
        clock.at += timedelta(seconds=wait)
        agenda.advance(skip)
    walls = [agenda.wall(moment) for moment in sorted(moments)]
    assert walls == sorted(walls)
    assert agenda.wall(agenda.elapsed) <= clock.at.timestamp() + 1e-3


@pytest.fixture
def large(make: Callable[..., Ask]) -> Iterator[Ask]:
    yield make(issues=10_000, runs=5_000, speed=0)


def test_ten_thousand_issues_are_made_and_served(large: Ask) -> None:
    assert large.knob("/state", "GET")["issues"] == 10_000
    assert large.json("/actions/runs")["total_count"] == 5_000
    pages = (10_000 + 20) // 100 + 1
    begun = time.process_time()
    seen = {one["number"] for page in range(1, pages + 1)
            for one in large.json("/issues", state="all", per_page=100, page=page)}  # fmt: skip
    assert len(seen) == 10_020
    assert time.process_time() - begun < 60  # a guard against quadratic work, not a measurement
