"""`status --json`: exact keys whatever failed, plain JSON, times in UTC."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.tui.sample_view import empty_view, failed_view, hostile_view, loading_view, sample_view, stale_view
from vauntico_tui.cli.status_json import status_json
from vauntico_tui.view.model import View

VIEWS = {
    "sample": sample_view(),
    "hostile": hostile_view(),
    "loading": loading_view(),
    "failed": failed_view(),
    "stale": stale_view(),
    "empty": empty_view(),
}
PROMISE = {"id", "title", "verdict", "figure", "reason", "link", "as_of"}


@pytest.fixture(params=VIEWS.values(), ids=VIEWS.keys())
def view(request: pytest.FixtureRequest) -> View:
    view: View = request.param
    return view


def test_it_is_plain_json(view: View) -> None:
    data = status_json(view)
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_every_documented_key_is_there(view: View) -> None:
    data = status_json(view)
    assert data["schema"] == 1
    assert set(data) >= {
        "schema", "as_of", "sources", "clocks", "issues", "blockers", "targets", "deliverables", "outcomes",
        "approvals", "ci", "kpis", "escalations",
    }  # fmt: skip
    assert set(data["sources"]) == {"github", "prometheus", "alertmanager"}
    assert all(set(source) == {"state", "as_of", "problem"} for source in data["sources"].values())
    assert set(data["issues"]) >= {"total", "open", "closed"}
    for group in ("blockers", "targets", "deliverables", "outcomes", "approvals"):
        assert all(set(promise) >= PROMISE for promise in data[group])
        assert {promise["verdict"] for promise in data[group]} <= {"met", "unmet", "unknown", "overridden"}
    assert all(set(one) >= {"name", "success_rate", "runs", "latest"} for one in data["ci"]["workflows"])
    assert all(set(kpi) >= {"id", "title", "value", "target", "series"} for kpi in data["kpis"])
    assert all(set(level) >= {"level", "open", "next_breach"} for level in data["escalations"])


def _texts(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, str):
                yield key, value
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def test_every_time_is_utc_with_z(view: View) -> None:
    elsewhere = replace(view, as_of=view.as_of.astimezone(timezone(timedelta(hours=5))))
    times = [text for key, text in _texts(status_json(elsewhere)) if key.endswith(("as_of", "_at", "next_breach"))]
    assert times
    for text in times:
        assert text.endswith("Z")
        assert datetime.fromisoformat(text).utcoffset() == timedelta(0)


def test_the_samples_figures() -> None:
    data = status_json(sample_view())
    assert [len(data[name]) for name in ("blockers", "targets", "approvals")] == [4, 12, 3]
    assert (data["issues"]["total"], data["issues"]["open"], data["issues"]["closed"]) == (60, 46, 14)
    assert data["clocks"][0]["seconds_left"] > 0
    build = data["ci"]["workflows"][0]
    assert (build["name"], build["latest"], build["running"]) == ("Build Verification", "failure", True)
    assert [level["level"] for level in data["escalations"]] == [1, 2, 3]
    at, value = data["kpis"][0]["series"][-1]
    assert isinstance(at, int | float)
    assert isinstance(value, int | float)


def test_what_was_never_read_is_null_and_not_nought() -> None:
    data = status_json(loading_view())
    assert data["issues"]["total"] is None
    assert data["issues"]["resolved"] is None
    assert all(kpi["value"] is None for kpi in data["kpis"])


def test_a_failed_source_says_cause_and_next_step() -> None:
    source = status_json(failed_view())["sources"]["github"]
    assert source["state"] == "failed"
    assert "; " in source["problem"]


def test_a_source_that_is_not_there_is_off() -> None:
    data = status_json(replace(sample_view(), sources=()))
    assert data["sources"]["prometheus"] == {"state": "off", "as_of": None, "problem": None}
