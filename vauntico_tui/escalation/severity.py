"""Which severity an issue's labels name, and which level of the matrix that picks."""

from __future__ import annotations

from collections.abc import Mapping

from vauntico_tui.plan.model import Level, Plan, Severities

SEVERITIES = ("critical", "high", "medium", "low")
UNLABELLED = "none"
_LEVEL_OF = {"critical": 1, "high": 2, "medium": 3}


def severity_names(severities: Severities) -> dict[str, str]:
    """Every label that names a severity, without regard to case, to "critical", "high", "medium" or "low"."""
    names: dict[str, str] = {}
    for severity in ("low", "medium", "high", "critical"):
        names |= {label.casefold(): severity for label in getattr(severities, severity)}
    return names


def severity_of(labels: tuple[str, ...], names: Mapping[str, str]) -> str:
    """The severity that the first label which names one says; UNLABELLED where none does."""
    return next((names[label.casefold()] for label in labels if label.casefold() in names), UNLABELLED)


def levels_by_severity(plan: Plan) -> dict[str, Level]:
    """The level that each severity picks. A level that names no severity stands for the one at its place: 1 critical,
    2 high, 3 medium. Low has none: it is backlog."""
    named = {level.severity: level for level in plan.levels if level.severity}
    for severity, number in _LEVEL_OF.items():
        if severity not in named:
            level = next((one for one in plan.levels if one.level == number and not one.severity), None)
            if level is not None:
                named[severity] = level
    return named


def alert_severity(severity: str) -> str | None:
    """An alert's severity label as one of ours; None for alerts that only prove that alerting works."""
    word = severity.casefold()
    if word in {"critical", "page", "emergency", "disaster"}:
        return "critical"
    if word in {"warning", "high", "major", "error"}:
        return "high"
    return None if word == "none" else "medium"
