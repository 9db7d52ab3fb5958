"""What holds for every check over every reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evidence.given import NOW, REFUSED, ago, check, judge, run, runs
from tests.evidence.strategies import any_check, any_readings, names
from vauntico_tui.base.text import clean
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.evaluate import evaluate
from vauntico_tui.evidence.facts import Readings, Run
from vauntico_tui.evidence.figures import share_text
from vauntico_tui.evidence.judge.compose import all_of, any_of
from vauntico_tui.evidence.needs import leaves as leaves_of
from vauntico_tui.evidence.needs import needs_of
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.evidence.verdict import Mark, Verdict

many = settings(suppress_health_check=[HealthCheck.too_slow])


@many
@given(any_check, any_readings())
def test_no_readings_make_it_raise_and_every_verdict_says_why(spec: specs.Check, readings: Readings) -> None:
    verdict = judge(spec, readings, subject="outcome:x")
    assert verdict.reason
    for text in (verdict.reason, verdict.figure, verdict.bound, verdict.of, verdict.title):
        assert text == clean(text)
        assert "\n" not in text
    assert len(verdict.reason) < 1500
    assert judge(spec, readings, subject="outcome:x") == verdict


@many
@given(any_check, st.sampled_from([State.LOADING, State.FAILED, State.STALE, State.OFF]), st.booleans(), names)
def test_without_a_value_nothing_is_met(spec: specs.Check, state: State, told: bool, subject: str) -> None:
    nothing: Reading[Any] = Reading(state=state, trouble=REFUSED if told else None)
    needs = needs_of([spec])
    readings = Readings(
        repository=nothing,
        issues=nothing,
        runs=nothing,
        deployments=nothing,
        pulls=nothing,
        targets=nothing,
        alerts=nothing,
        rules=nothing,
        signatures=nothing,
        reviews=nothing,
        files=dict.fromkeys(needs.files, nothing),
        branches=dict.fromkeys(needs.branches, nothing),
        pull_states=dict.fromkeys(needs.pulls, nothing),
        secrets=dict.fromkeys(needs.secret_scopes, nothing),
        instants=dict.fromkeys(needs.instants, nothing),
        ranges=dict.fromkeys(needs.ranges, nothing),
        urls=dict.fromkeys(needs.urls, nothing),
    )
    verdict = judge(spec, readings, subject=subject)
    assert verdict.mark in {Mark.UNKNOWN, Mark.UNMET}
    if all(not isinstance(leaf, specs.SignedBy | specs.ReviewHeld | specs.UrlAnswers) for leaf in leaves_of([spec])):
        assert verdict.mark is Mark.UNKNOWN


_runs = st.lists(
    st.builds(lambda n, good, minutes: run(n, "success" if good else "failure", at=ago(minutes=minutes)),
              st.integers(1, 10**6), st.booleans(), st.integers(0, 20_000)), min_size=1, max_size=30,
    unique_by=lambda one: one.id,
)  # fmt: skip
_RATE = check("workflow_success", window="7 days", at_least=90)
_ORDER = {Mark.UNMET: 0, Mark.UNKNOWN: 1, Mark.MET: 2}


@given(_runs)
def test_a_success_more_never_lowers_the_rate_and_a_failure_never_raises_it(ones: list[Run]) -> None:
    before = judge(_RATE, runs(*ones))
    better = judge(_RATE, runs(*ones, run(10**7, at=NOW)))
    worse = judge(_RATE, runs(*ones, run(10**7, "failure", at=NOW)))
    if before.value is not None:
        assert better.value is not None
        assert worse.value is not None
        assert worse.value <= before.value <= better.value
    assert _ORDER[better.mark] >= _ORDER[before.mark]


@given(_runs, st.randoms(use_true_random=False))
def test_the_order_in_which_runs_came_does_not_matter(ones: list[Run], random: object) -> None:
    shuffled = list(ones)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    latest = check("workflow_latest", workflow="Build Verification", runs=3)
    assert judge(_RATE, runs(*shuffled)) == judge(_RATE, runs(*ones))
    assert judge(latest, runs(*shuffled)) == judge(latest, runs(*ones))


@given(_runs, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_only_the_distance_in_time_matters(ones: list[Run], by: timedelta) -> None:
    moved = [replace(one, created_at=one.created_at + by, updated_at=one.updated_at + by) for one in ones]
    for spec in (_RATE, check("workflow_latest", workflow="Build Verification", runs=3)):
        here, there = judge(spec, runs(*ones)), judge(spec, runs(*moved), NOW + by)
        assert (here.mark, here.figure, here.value, here.of) == (there.mark, there.figure, there.value, there.of)


@given(_runs)
def test_a_hundred_percent_means_all_of_them(ones: list[Run]) -> None:
    verdict = judge(_RATE, runs(*ones))
    if verdict.figure == "100 %":
        assert "failed" not in verdict.reason


@given(st.floats(0, 100))
def test_rounding_never_flatters(value: float) -> None:
    assert float(share_text(value)) <= value + 1e-9
    assert (share_text(value) == "100") == (value >= 100 - 1e-9)


MARKS = (Mark.MET, Mark.UNMET, Mark.UNKNOWN, Mark.OVERRIDDEN)


@pytest.mark.parametrize("marks", list(product(MARKS, repeat=2)))
def test_all_and_any_in_three_values(marks: tuple[Mark, Mark]) -> None:
    parts = [Verdict(mark, f"part {place}") for place, mark in enumerate(marks)]
    truth = {Mark.MET: 1, Mark.OVERRIDDEN: 1, Mark.UNKNOWN: 0, Mark.UNMET: -1}
    said = {1: Mark.MET, 0: Mark.UNKNOWN, -1: Mark.UNMET}
    assert all_of(parts).mark is said[min(truth[mark] for mark in marks)]
    assert any_of(parts).mark is said[max(truth[mark] for mark in marks)]


@given(st.lists(st.sampled_from(MARKS), min_size=1, max_size=6))
def test_a_composition_tells_how_many_and_which_decides(marks: list[Mark]) -> None:
    parts = [Verdict(mark, f"part {place}", title=f"t{place}") for place, mark in enumerate(marks)]
    for verdict in (all_of(parts), any_of(parts)):
        assert verdict.parts == tuple(parts)
        deciding = [
            part
            for part in parts
            if part.mark is verdict.mark or {part.mark, verdict.mark} == {Mark.MET, Mark.OVERRIDDEN}
        ]
        assert deciding[0].reason in verdict.reason
    if len(parts) > 1:
        kept = sum(mark in {Mark.MET, Mark.OVERRIDDEN} for mark in marks)
        assert all_of(parts).figure == f"{kept} of {len(parts)}"


def test_a_composition_is_as_old_and_as_stale_as_what_decides_it() -> None:
    old = Verdict(Mark.UNMET, "old", as_of=ago(hours=2), stale=True, link="http://old")
    new = Verdict(Mark.MET, "new", as_of=NOW, link="http://new")
    both = all_of([new, old])
    assert (both.as_of, both.stale, both.link) == (ago(hours=2), True, "http://old")
    either = any_of([old, new])
    assert (either.as_of, either.stale, either.link) == (NOW, False, "http://new")


def test_titles_stand_in_front_and_no_check_is_unknown() -> None:
    spec = check("all", of=[{"check": "file_exists", "path": "a", "title": "file stands"}])
    assert judge(spec, Readings()).reason.startswith("file stands: no answer on the file a yet")
    titled = all_of([Verdict(Mark.UNMET, "coverage is 61 %", title="coverage"), Verdict(Mark.MET, "")])
    assert titled.reason == "coverage is 61 %"
    nothing = evaluate(None, Readings(), NOW)
    assert (nothing.mark, nothing.reason) == (Mark.UNKNOWN, "no check proves this yet; add one to the plan")


@given(st.datetimes().map(lambda at: at.replace(tzinfo=NOW.tzinfo)))
def test_any_now_will_do(now: datetime) -> None:
    judge(check("workflow_success", window="4 weeks"), runs(run(1)), now)
    judge(check("review_held", review="x", every="1 week"), Readings(), now)
