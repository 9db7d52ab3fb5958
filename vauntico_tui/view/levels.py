"""The escalation matrix as it is drawn."""

from __future__ import annotations

from vauntico_tui.base.durations import write_duration
from vauntico_tui.escalation.matrix import Matrix
from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.figures import oldest
from vauntico_tui.evidence.reading import Reading, State
from vauntico_tui.view.model import EscalationsView, LevelView

_WORST = (State.FAILED, State.LOADING, State.STALE, State.FRESH)


def escalations_view(matrix: Matrix, readings: Readings) -> EscalationsView:
    """The levels; the state is the worst of issues, alerts and deployments, what is not configured left out."""
    basis: list[Reading[object]] = [readings.issues, readings.alerts, readings.deployments]  # type: ignore[list-item]
    used = [reading for reading in basis if reading.state is not State.OFF]
    state = next((state for state in _WORST if any(one.state is state for one in used)), State.OFF)
    return EscalationsView(
        state,
        oldest([reading.as_of for reading in used]),
        next((reading.trouble for reading in used if reading.state is state and reading.trouble is not None), None),
        tuple(
            LevelView(
                one.level.level,
                one.level.severity or {1: "critical", 2: "high", 3: "medium"}.get(one.level.level, ""),
                write_duration(one.level.window),
                one.level.issue_class,
                one.level.contacts,
                one.level.resolution,
                one.open,
                one.breached,
                one.next_breach,
                one.rows,
            )
            for one in matrix.levels
        ),
        matrix.backlog,
    )
