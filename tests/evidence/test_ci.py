"""Workflow runs and deployments."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.given import (
    NOW,
    URL,
    ago,
    check,
    deployment,
    deployments,
    failed_job,
    file,
    judge,
    run,
    runs,
)
from vauntico_tui.evidence.facts import DEPLOYMENTS_READ, Readings
from vauntico_tui.evidence.needs import Needs, needs_of
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.specs import Check
from vauntico_tui.evidence.verdict import Mark

SUCCESS = check("workflow_success", window="7 days")


def test_the_rate_says_of_how_many_and_what_failed_last() -> None:
    ones = [run(n) for n in range(2, 132)] + [run(1, "failure", at=ago(minutes=5), jobs=[failed_job()])]
    verdict = judge(check("workflow_success", window="4 weeks"), runs(*ones))
    assert verdict.mark is Mark.UNMET
    assert (verdict.figure, verdict.bound, verdict.of) == ("99.2 %", "100 %", "of 131 runs")
    assert verdict.reason == (
        "1 of 131 finished runs on main in the last 4 weeks failed, "
        "last Build Verification with ECONNREFUSED in Run integration tests"
    )
    assert verdict.link == f"{URL}/actions/runs/1"
    assert verdict.as_of == NOW


def test_all_green_is_met_and_links_to_the_runs() -> None:
    verdict = judge(check("workflow_success", workflow="build verification", window="7 days"), runs(run(1), run(2)))
    assert (verdict.mark, verdict.figure) == (Mark.MET, "100 %")
    assert verdict.link == f"{URL}/actions/workflows/build-verification.yml"


def test_a_hair_below_all_never_shows_as_all() -> None:
    ones = [run(n, at=ago(minutes=n)) for n in range(1, 3000)] + [run(3000, "failure", at=ago(minutes=3000))]
    verdict = judge(check("workflow_success", window="7 days", at_least=99.9), runs(*ones))
    assert (verdict.mark, verdict.figure) == (Mark.MET, "99.9 %")


@pytest.mark.parametrize("conclusion", ["cancelled", "skipped", "neutral", "action_required", "stale"])
def test_what_says_nothing_is_not_counted(conclusion: str) -> None:
    verdict = judge(SUCCESS, runs(run(1), run(2, conclusion)))
    assert (verdict.mark, verdict.of) == (Mark.MET, "of 1 run")


@pytest.mark.parametrize("conclusion", ["failure", "timed_out", "startup_failure"])
def test_every_kind_of_failure_counts(conclusion: str) -> None:
    assert judge(SUCCESS, runs(run(1), run(2, conclusion))).figure == "50 %"


def test_a_forks_main_does_not_vouch_for_ours() -> None:
    verdict = judge(SUCCESS, runs(run(1, "failure"), run(2, "success", event="pull_request")))
    assert verdict.figure == "0 %"
    elsewhere = judge(check("workflow_success", window="7 days", branch="hotfix/x"),
                      runs(run(2, branch="hotfix/x", event="pull_request")))  # fmt: skip
    assert elsewhere.mark is Mark.MET


def test_runs_outside_the_window_or_branch_do_not_count() -> None:
    verdict = judge(SUCCESS, runs(run(1), run(2, "failure", at=ago(days=8)), run(3, "failure", branch="feature/x")))
    assert (verdict.mark, verdict.of) == (Mark.MET, "of 1 run")


def test_a_window_that_reaches_further_than_what_was_read_is_not_met() -> None:
    ones = [run(n, at=ago(hours=n)) for n in range(1, 76)]
    verdict = judge(SUCCESS, runs(*ones, total=5000))
    assert verdict.mark is Mark.UNKNOWN
    assert verdict.of == "of 75 runs; of the 75 newest runs, which reach back 3 d"
    assert "reach back only 3 d" in verdict.reason
    assert judge(SUCCESS, runs(*ones, total=75)).mark is Mark.MET
    failing = judge(SUCCESS, runs(run(80, "failure", at=ago(minutes=1)), *ones, total=5000))
    assert failing.mark is Mark.UNMET


def test_unread_runs_that_could_not_change_it_do_not_matter() -> None:
    ones = [run(n, at=ago(hours=n)) for n in range(1, 100)]
    assert judge(check("workflow_success", window="7 days", at_least=90), runs(*ones, total=100)).mark is Mark.MET


def test_too_few_runs_and_no_such_workflow_are_unknown_with_a_next_step() -> None:
    few = judge(check("workflow_success", window="7 days", min_runs=5), runs(run(1)))
    assert (few.mark, few.reason) == (
        Mark.UNKNOWN,
        "1 finished run on main in the last 7 days; at least 5 needed to tell",
    )
    wrong = judge(check("workflow_success", window="7 days", workflow="Bild"), runs(run(1)))
    assert wrong.reason == "no Bild run is among those read; known: Build Verification"


def test_without_the_default_branch_nothing_is_known_of_it() -> None:
    readings = replace(runs(run(1)), repository=Readings().repository)
    assert judge(SUCCESS, readings).mark is Mark.UNKNOWN
    assert judge(check("workflow_success", window="7 days", branch="main"), readings).mark is Mark.MET


INTEGRATION = check("workflow_latest", workflow="build-verification.yml", job="integration", runs=5)


def test_the_last_five_of_a_job() -> None:
    ones = [run(n, "failure", jobs=[failed_job()]) for n in (1, 2, 4, 5)] + [run(3), run(6)]
    verdict = judge(INTEGRATION, runs(*ones))
    assert verdict.mark is Mark.UNMET
    assert verdict.reason == (
        "4 of the last 5 integration runs on main failed, last with ECONNREFUSED in Run integration tests"
    )
    assert (verdict.figure, verdict.bound) == ("1 of 5", "5 of 5")
    assert verdict.link == f"{URL}/actions/runs/1/job/2"


FILE = """
jobs:
  lint: {runs-on: x}
  integration:
    name: Integration tests
    strategy: {matrix: {node: [18, 20]}}
  build: {needs: [lint, integration]}
  smoke: {needs: build}
  nightly: {if: github.event_name == 'schedule'}
  report: {if: "${{ always() }}", needs: build}
  after-nightly: {needs: [nightly]}
"""


def with_file(readings: Readings, text: str | None = FILE) -> Readings:
    return replace(readings, files=file(".github/workflows/build-verification.yml", text).files)


def job(name: str, workflow: str = "build-verification.yml", count: int = 1) -> Check:
    return check("workflow_latest", workflow=workflow, job=name, runs=count)


def test_another_jobs_failure_is_not_this_ones() -> None:
    ones = [run(n, "failure", jobs=[failed_job("lint")]) for n in range(1, 6)]
    assert judge(INTEGRATION, with_file(runs(*ones))).mark is Mark.MET


def test_a_job_that_waits_for_a_failed_one_did_not_pass() -> None:
    readings = with_file(runs(run(1, "failure", jobs=[failed_job("Integration tests (18)")])))
    for name in ("build", "smoke"):
        verdict = judge(job(name), readings)
        assert verdict.mark is Mark.UNKNOWN
        assert verdict.reason == (f"{name} did not run in run 1: it waits for Integration tests (18), which failed")


@pytest.mark.parametrize(("name", "mark"), [
    ("nightly", Mark.UNKNOWN), ("after-nightly", Mark.UNKNOWN), ("report", Mark.MET), ("smoke", Mark.MET),
])  # fmt: skip
def test_a_job_with_a_condition_may_have_been_skipped_in_a_run_that_succeeded(name: str, mark: Mark) -> None:
    verdict = judge(job(name), with_file(runs(run(1))))
    assert verdict.mark is mark
    assert ("a condition (if) may have skipped it" in verdict.reason) is (mark is Mark.UNKNOWN)


def test_a_misspelt_job_never_passes() -> None:
    for readings in (runs(run(1)), runs(run(1, "failure", jobs=[failed_job("lint")]))):
        verdict = judge(job("integraton"), with_file(readings))
        assert verdict.mark is Mark.UNKNOWN
        assert 'build-verification.yml has no job integraton; did you mean "integration"?' in verdict.reason


@pytest.mark.parametrize("text", [None, "jobs: [", "on: push"])
def test_without_its_file_a_job_is_known_only_once_it_has_failed(text: str | None) -> None:
    unseen = judge(job("integration"), with_file(runs(run(1)), text))
    assert unseen.mark is Mark.UNKNOWN
    assert "nothing that was read names a job integration" in unseen.reason
    other = run(1, "failure", jobs=[failed_job("lint")])
    assert judge(job("integration"), with_file(runs(other), text)).mark is Mark.UNKNOWN
    before = run(2, "failure", jobs=[failed_job("integration")])
    assert judge(job("integration"), with_file(runs(run(1), before), text)).mark is Mark.MET
    assert judge(job("integration"), with_file(runs(other, before), text)).mark is Mark.UNKNOWN


def test_a_workflow_named_by_its_title_should_be_named_by_its_file() -> None:
    verdict = judge(job("integration", "Build Verification"), with_file(runs(run(1))))
    assert verdict.mark is Mark.UNKNOWN
    assert "name the workflow by its file in the plan" in verdict.reason


def test_a_job_is_found_by_its_key_and_by_its_name_and_in_every_matrix() -> None:
    failed = runs(run(1, "failure", jobs=[failed_job("Integration tests (20)")]))
    for name in ("integration", "Integration tests", "INTEGRATION", "integration tests (20)"):
        assert judge(job(name), with_file(failed)).mark is Mark.UNMET
    assert (
        judge(job("integration"), runs(run(1, "failure", jobs=[failed_job("integration (20.x)")]))).mark is Mark.UNMET
    )
    smoke = run(1, "failure", jobs=[failed_job("integration-smoke")])
    assert judge(job("integration"), with_file(runs(smoke))).mark is Mark.MET


def test_jobs_that_wait_for_each_other_are_no_endless_matter() -> None:
    text = "jobs: {a: {needs: b}, b: {needs: [a, gone]}}"
    assert judge(job("a"), with_file(runs(run(1)), text)).mark is Mark.MET


@given(st.text(alphabet="jobs: {}[]-&*!<>'\"\n#%@`|\x00\x1f\ud800é", max_size=60), st.text(max_size=20))
def test_no_file_makes_it_fail(text: str, name: str) -> None:
    assert judge(job(name or "x"), with_file(runs(run(1)), text)).mark in {Mark.MET, Mark.UNKNOWN}


def test_the_file_of_a_job_is_read_where_the_check_looks() -> None:
    assert needs_of([job("integration")]).files == {(".github/workflows/build-verification.yml", "HEAD")}
    elsewhere = check("workflow_latest", workflow="x/y.yaml", job="z", branch="release")
    assert needs_of([elsewhere]).files == {(".github/workflows/y.yaml", "release")}
    assert needs_of([job("integration", "Build Verification"), check("workflow_latest", workflow="l.yml")]) == Needs()


def test_a_failed_run_whose_jobs_were_not_read_leaves_it_open() -> None:
    spec = check("workflow_latest", workflow="Build Verification", job="integration")
    verdict = judge(spec, runs(run(1, "failure")))
    assert verdict.mark is Mark.UNKNOWN
    assert "its jobs have not been read" in verdict.reason


def test_fewer_runs_than_wanted_are_not_enough_but_a_failure_is() -> None:
    assert judge(INTEGRATION, with_file(runs(run(1), run(2)))).mark is Mark.UNKNOWN
    assert judge(INTEGRATION, runs(run(1), run(2, "failure", jobs=[failed_job()]))).mark is Mark.UNMET


def test_the_latest_run_alone() -> None:
    spec = check("workflow_latest", workflow="Build Verification")
    assert judge(spec, runs(run(1), run(2, "failure"))).reason == (
        "the last Build Verification run on main passed (22 Nov 13:02 UTC)"
    )
    running = run(9, None, at=ago(minutes=1), status="in_progress")
    assert judge(spec, runs(running, run(1))).mark is Mark.MET
    assert judge(spec, runs()).mark is Mark.UNKNOWN


DEPLOYED = check("deployments", environment="production", window="7 days")


def test_deployments_all_of_a_window() -> None:
    verdict = judge(DEPLOYED, deployments(*(deployment(n) for n in range(1, 7))))
    assert (verdict.mark, verdict.figure, verdict.reason) == (
        Mark.MET,
        "6 of 6",
        "all 6 deployments to production in the last 7 days succeeded",
    )
    bad = judge(DEPLOYED, deployments(deployment(1, "failure", description="health check failed"), deployment(2)))
    assert bad.mark is Mark.UNMET
    assert bad.reason.endswith("last main at 22 Nov 13:02 UTC: health check failed")


def test_a_replaced_deployment_had_succeeded_and_a_running_one_says_nothing() -> None:
    verdict = judge(DEPLOYED, deployments(deployment(1, "in_progress"), deployment(2), deployment(3, "inactive")))
    assert (verdict.mark, verdict.figure) == (Mark.MET, "2 of 2")


def test_no_deployment_at_all_is_unmet_for_there_must_have_been_one() -> None:
    verdict = judge(DEPLOYED, deployments(deployment(1, environment="staging")))
    assert (verdict.mark, verdict.figure, verdict.bound) == (Mark.UNMET, "0", "1")


def test_a_full_page_of_deployments_may_hide_older_failures() -> None:
    page = [deployment(n, at=ago(minutes=n)) for n in range(1, DEPLOYMENTS_READ + 1)]
    assert judge(DEPLOYED, deployments(*page)).mark is Mark.UNKNOWN
    reaches_back = [*page[:-1], deployment(999, at=ago(days=9))]
    assert judge(DEPLOYED, deployments(*reaches_back)).mark is Mark.MET


@pytest.mark.parametrize(
    ("state", "mark"), [("success", Mark.MET), ("failure", Mark.UNMET), ("error", Mark.UNMET), ("inactive", Mark.UNMET)]
)
def test_the_latest_deployment(state: str, mark: Mark) -> None:
    spec = check("deployments", environment="Production", rule="latest")
    verdict = judge(spec, deployments(deployment(1, state), deployment(2), deployment(0, "pending", at=NOW)))
    assert (verdict.mark, verdict.figure) == (mark, state)


def test_a_stale_answer_keeps_its_verdict_and_says_since_when() -> None:
    readings = runs(run(1))
    old = replace(readings, runs=replace(readings.runs, state=State.STALE, as_of=ago(hours=2)))
    verdict = judge(SUCCESS, old, NOW + timedelta(minutes=1))
    assert (verdict.mark, verdict.stale) == (Mark.MET, True)
    assert verdict.reason.endswith("(as of 22 Nov 12:02 UTC)")
    assert verdict.as_of == ago(hours=2)
