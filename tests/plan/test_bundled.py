"""The bundled plan: every promise has evidence, and a machine gives it wherever one can."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vauntico_tui.evidence import specs
from vauntico_tui.evidence.needs import needs_of
from vauntico_tui.plan.bundled import bundled_plan

WORKFLOWS = {
    "build-verification.yml", "governance-validation.yml", "deployment-validation.yml", "production-deploy.yml",
    "lint.yml", "codeql.yml", "secret-scan.yml",
}  # fmt: skip


def leaves(check: object) -> Iterator[specs.Spec]:
    if isinstance(check, specs.AllOf | specs.AnyOf):
        for part in check.of:
            yield from leaves(part)
    elif isinstance(check, specs.Spec):
        yield check


def test_every_promise_has_a_check() -> None:
    plan = bundled_plan()
    lists = (plan.blockers, plan.targets, plan.deliverables, plan.outcomes, plan.approvals)
    assert [len(promises) for promises in lists] == [4, 12, 21, 9, 3]
    assert [promise.id for promises in lists for promise in promises if promise.check is None] == []


def test_only_the_approvals_rest_on_a_signature() -> None:
    plan = bundled_plan()
    for promise in (*plan.blockers, *plan.targets, *plan.deliverables, *plan.outcomes):
        assert not any(isinstance(leaf, specs.SignedBy | specs.ReviewHeld) for leaf in leaves(promise.check)), (
            promise.id
        )
    assert all(isinstance(one.check, specs.SignedBy) for one in plan.approvals)


def test_every_promise_but_an_approval_has_an_owner_and_most_a_date() -> None:
    plan = bundled_plan()
    roles = {role.id for role in plan.roles}
    assert all(one.owner in roles for one in (*plan.blockers, *plan.targets, *plan.deliverables, *plan.outcomes))
    assert all(one.due for one in (*plan.blockers, *plan.outcomes))


def test_checks_name_workflows_that_run_often_enough_to_be_seen() -> None:
    plan = bundled_plan()
    promises = (*plan.blockers, *plan.targets, *plan.deliverables, *plan.outcomes)
    named = {
        leaf.workflow
        for promise in promises
        for leaf in leaves(promise.check)
        if isinstance(leaf, specs.WorkflowLatest | specs.WorkflowSuccess) and leaf.workflow
    }
    assert named <= WORKFLOWS


def test_what_the_checks_need_read_is_bounded() -> None:
    plan = bundled_plan()
    promises = (*plan.blockers, *plan.targets, *plan.deliverables, *plan.outcomes, *plan.approvals)
    needs = needs_of(promise.check for promise in promises if promise.check)
    assert needs.secret_scopes == {"repository"}
    assert needs.urls == frozenset()
    assert len(needs.files) <= 40


def test_kpis_are_grouped_by_phase() -> None:
    plan = bundled_plan()
    assert [phase.mrr_target for phase in plan.phases] == [100_000, 500_000, 300_000, 200_000, 100_000]
    assert 8 <= len(plan.kpis) <= 12
    assert {kpi.phase for kpi in plan.kpis} <= {phase.number for phase in plan.phases}
    hourly = [kpi for kpi in plan.kpis if kpi.unit == "/h"]
    assert hourly and all(kpi.scale == 12 and "[5m]" in kpi.query for kpi in hourly)


def test_patterns_accept_what_the_roadmap_asks_for_and_refuse_what_it_found() -> None:
    plan = bundled_plan()
    snippets = {snippet.file: snippet.text for blocker in plan.blockers for snippet in blocker.snippets}
    patterns = [
        leaf
        for blocker in plan.blockers
        for leaf in leaves(blocker.check)
        if isinstance(leaf, specs.FileMatches) and leaf.regex
    ]
    assert len(patterns) == 7
    for leaf in patterns:
        assert re.search(leaf.regex or "", snippets[leaf.path]), leaf.title
    timeout = next(leaf.regex or "" for leaf in patterns if "timeout" in leaf.title)
    assert not re.search(timeout, "testTimeout: 10000,")
    assert re.search(timeout, "testTimeout: 120_000,")
    database = next(leaf.regex or "" for leaf in patterns if "PostgreSQL" in leaf.title)
    assert not re.search(database, "env:\n  URL: postgres://localhost\n# postgres:15")
    assert re.search(database, "services:\n  db:\n    image: postgres:15-alpine\n")


def test_levels_have_their_acknowledge_windows() -> None:
    levels = bundled_plan().levels
    assert [level.acknowledge_within.total_seconds() / 60 for level in levels if level.acknowledge_within] == [
        15,
        60,
        480,
    ]
