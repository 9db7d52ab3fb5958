"""What was known at the last end stands with its age until a source says more; it never outlives an answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.sample_view import failed_view, loading_view, sample_view
from vauntico_tui.evidence.reading import State
from vauntico_tui.evidence.verdict import Mark
from vauntico_tui.view import store
from vauntico_tui.view.carry import all_read, carry
from vauntico_tui.view.model import View


@pytest.fixture
def last(tmp_path: Path) -> View:
    """A picture as it comes back from disk."""
    store.save(sample_view(), tmp_path / "view")
    loaded = store.load(tmp_path / "view")
    assert loaded is not None
    return loaded


def test_while_loading_everything_known_stands_and_is_stale(last: View) -> None:
    view = carry(loading_view(), last)
    assert view.issues.total == 60
    assert view.ci.workflows == last.ci.workflows
    assert view.escalations.levels == last.escalations.levels
    assert {part.state for part in (view.issues, view.ci, view.escalations)} == {State.STALE}
    assert [kpi.value for kpi in view.kpis] == [kpi.value for kpi in last.kpis]
    assert all(status.state is State.LOADING for status in view.sources)


def test_a_failure_keeps_its_cause_and_the_last_good_value(last: View) -> None:
    failed = failed_view()
    view = carry(failed, last)
    assert view.issues.total == 60
    assert view.issues.state is State.FAILED
    assert view.issues.trouble == failed.issues.trouble
    assert [status.as_of for status in view.sources] == [status.as_of for status in last.sources]
    assert [status.trouble for status in view.sources] == [status.trouble for status in failed.sources]


def test_a_verdict_that_stands_is_marked_stale(last: View) -> None:
    loading = loading_view()
    same = tuple(replace(one, check=old.check) for one, old in zip(loading.blockers, last.blockers, strict=True))
    view = carry(replace(loading, blockers=same), last)
    for now, old in zip(view.blockers, last.blockers, strict=True):
        assert now.verdict.mark is old.verdict.mark
        assert now.verdict.stale or old.verdict.as_of is None


def test_a_verdict_of_another_check_does_not_stand(last: View) -> None:
    other = tuple(replace(one, check="something else") for one in loading_view().blockers)
    view = carry(replace(loading_view(), blockers=other), last)
    assert {promise.verdict.mark for promise in view.blockers} == {Mark.UNKNOWN}


def test_an_answer_is_never_carried_over(last: View) -> None:
    view = sample_view()
    fewer = replace(view, issues=replace(view.issues, total=7))
    assert carry(fewer, last) == fewer


def test_what_is_not_configured_any_more_is_not_taken(last: View) -> None:
    loading = loading_view()
    off = replace(loading, issues=replace(loading.issues, state=State.OFF))
    assert carry(off, last).issues.total == 0


def test_carrying_ends_when_all_have_answered() -> None:
    assert all_read(sample_view())
    assert not all_read(loading_view())
    assert all_read(replace(sample_view(), sources=(replace(sample_view().sources[0], state=State.OFF, as_of=None),)))
