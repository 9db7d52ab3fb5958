"""The last View on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evidence.given import NOW
from tests.evidence.strategies import any_readings
from tests.evidence.strategies import series as any_series
from tests.view.world import PLAN, readings, view
from vauntico_tui.evidence.facts import Readings, Series
from vauntico_tui.evidence.reading import SourceStatus, State, fresh
from vauntico_tui.view import store
from vauntico_tui.view.model import VIEW_SCHEMA


def test_what_was_saved_comes_back_stale(tmp_path: Path) -> None:
    path = tmp_path / "state" / "view.json"
    picture = view(statuses=(SourceStatus("github", "GitHub", "GH", State.FRESH, NOW),
                             SourceStatus("alertmanager", "Alertmanager", "AM", State.OFF)))  # fmt: skip
    store.save(picture, path)
    back = store.load(path)
    assert back is not None
    assert [one.state for one in back.sources] == [State.STALE, State.OFF]
    assert {back.issues.state, back.ci.state, back.escalations.state, *(kpi.state for kpi in back.kpis)} == {
        State.STALE
    }
    assert back.blockers[0].verdict == replace(picture.blockers[0].verdict, stale=True)
    assert (back.as_of, back.clocks, back.plan) == (picture.as_of, picture.clocks, picture.plan)
    assert (back.all_issues, back.memo) == ((), None)
    assert back.ci.workflows == picture.ci.workflows


def test_only_the_owner_reads_it_and_no_half_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "view.json"
    store.save(view(), path)
    store.save(view(), path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["view.json"]


def test_a_place_that_can_not_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "view.json"
    store.save(view(), path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.save(view(readings(), started_at=None), path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["view.json"]


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(any_readings(), st.lists(any_series, max_size=3).map(tuple))
def test_whatever_was_read_the_picture_of_it_comes_back(
    tmp_path: Path, world: Readings, answer: tuple[Series, ...]
) -> None:
    path = tmp_path / "view.json"
    ranges = {kpi.query: fresh(answer, NOW) for kpi in PLAN.kpis}
    store.save(view(replace(world, ranges=ranges)), path)
    assert store.load(path) is not None


@pytest.mark.parametrize(
    "garbage", [b"", b"{", b"null", b"[]", b"{}", b"\xff\xfe\x00", b"[" * 100_000, b'{"schema": 1}']
)
def test_garbage_is_no_view(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "view.json"
    path.write_bytes(garbage)
    assert store.load(path) is None


def test_another_schema_a_missing_file_and_a_directory_are_no_view(tmp_path: Path) -> None:
    path = tmp_path / "view.json"
    assert store.load(path) is None
    assert store.load(tmp_path) is None
    store.save(view(), path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": VIEW_SCHEMA + 1}))
    assert store.load(path) is None


def test_every_byte_cut_off_is_no_view_and_no_error(tmp_path: Path) -> None:
    path = tmp_path / "view.json"
    store.save(view(), path)
    data = path.read_bytes()
    for length in range(0, len(data), max(1, len(data) // 50)):
        path.write_bytes(data[:length])
        assert store.load(path) is None


def test_a_face_that_draws_the_last_view_pays_for_no_validator() -> None:
    code = (
        "import sys, vauntico_tui.view.store, vauntico_tui.view.model\n"
        "heavy = {'pydantic', 'httpx', 'github', 'vauntico_tui.plan.model', 'ruamel', 'regex'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
