"""The last View on disk: what the next start paints first, with its age. Plain and quick; imports no validator."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from vauntico_tui.evidence.reading import SourceStatus, State
from vauntico_tui.evidence.verdict import Verdict
from vauntico_tui.view.model import VIEW_SCHEMA, KpiView, PromiseView, View

MOST_BYTES = 8_000_000
"""A file that is larger was not written here."""
_ROWS, _RUNS, _PULLS, _BODY, _POINTS, _CHANGES = 60, 20, 50, 4_000, 150, 100

S = TypeVar("S", SourceStatus, KpiView)


def save(view: View, path: Path) -> None:
    """Write the View so that a reader finds the old file or the new one, never half of one; only its owner may read it.
    Long lists are cut to what the first screen shows. Raises OSError."""
    data = msgspec.json.encode(_bounded(view))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def load(path: Path) -> View | None:
    """The View that was written last, everything in it marked stale; None where there is none that can be used."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        view = msgspec.json.decode(path.read_bytes(), type=View)
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    return _stale(view) if view.schema == VIEW_SCHEMA else None


def _bounded(view: View) -> View:
    return replace(
        view,
        memo=None,
        all_issues=(),
        journal=None,
        changes=view.changes[-_CHANGES:],
        ci=replace(
            view.ci,
            workflows=tuple(replace(one, runs=one.runs[:_RUNS]) for one in view.ci.workflows),
            pulls=tuple(replace(one, body=one.body[:_BODY]) for one in view.ci.pulls[:_PULLS]),
        ),
        kpis=tuple(replace(one, series=one.series[-_POINTS:]) for one in view.kpis),
        escalations=replace(
            view.escalations,
            levels=tuple(replace(level, rows=level.rows[:_ROWS]) for level in view.escalations.levels),
        ),
    )


def _stale(view: View) -> View:
    return replace(
        view,
        paused=False,
        sources=tuple(_aged(one) for one in view.sources),
        issues=replace(view.issues, state=_old(view.issues.state)),
        ci=replace(view.ci, state=_old(view.ci.state)),
        kpis=tuple(_aged(one) for one in view.kpis),
        blockers=_aged_promises(view.blockers),
        targets=_aged_promises(view.targets),
        deliverables=_aged_promises(view.deliverables),
        outcomes=_aged_promises(view.outcomes),
        approvals=_aged_promises(view.approvals),
        escalations=replace(view.escalations, state=_old(view.escalations.state)),
    )


def _old(state: State) -> State:
    """What is not configured stays so; all else is stale until it is read again."""
    return state if state is State.OFF else State.STALE


def _aged(one: S) -> S:
    return replace(one, state=_old(one.state))


def _aged_promises(promises: tuple[PromiseView, ...]) -> tuple[PromiseView, ...]:
    return tuple(replace(one, verdict=_aged_verdict(one.verdict)) for one in promises)


def _aged_verdict(verdict: Verdict) -> Verdict:
    return replace(verdict, stale=verdict.as_of is not None)
