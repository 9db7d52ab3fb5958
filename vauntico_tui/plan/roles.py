"""What each section of a roadmap is, by its heading and by the section that it stands in."""

from __future__ import annotations

import re
from enum import IntEnum, auto
from functools import lru_cache

from vauntico_tui.plan.words import days_of, duration_in, estimated, is_numbered, level_of, week_of


class Role(IntEnum):
    """The parts of a roadmap that the importer knows."""

    UNKNOWN = auto()
    TITLE = auto()
    SUMMARY = auto()
    IMMEDIATE = auto()
    BLOCKERS = auto()
    BLOCKER = auto()
    WEEK = auto()
    WORK = auto()
    METRICS = auto()
    WEEK_TARGETS = auto()
    RISKS = auto()
    RISK_CATEGORY = auto()
    RESOURCES = auto()
    TEAM = auto()
    TIME = auto()
    IMPROVEMENT = auto()
    REVIEWS = auto()
    LONG_TERM = auto()
    ESCALATION = auto()
    LEVEL = auto()
    OUTCOMES = auto()
    HORIZON = auto()
    APPROVALS = auto()
    NEXT_STEPS = auto()
    SUCCESS_DEFINITION = auto()


_IN = {
    Role.WEEK: Role.WORK,
    Role.WORK: Role.WORK,
    Role.OUTCOMES: Role.HORIZON,
    Role.RISKS: Role.RISK_CATEGORY,
    Role.BLOCKERS: Role.BLOCKER,
}
"""What any section is that stands in one of these."""

_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), role)
    for pattern, role in (
        (r"success definition|definition of (success|done)", Role.SUCCESS_DEFINITION),
        (r"\bapprovals?\b|\bsign-?offs?\b", Role.APPROVALS),
        (r"\bnext steps?\b", Role.NEXT_STEPS),
        (r"\bblockers?\b|\bcritical path\b", Role.BLOCKERS),
        (r"\bescalation", Role.ESCALATION),
        (r"\boutcomes?\b", Role.OUTCOMES),
        (r"\brisks?\b", Role.RISKS),
        (r"\b(time|hours?|effort)\b.*\b(allocation|budget|plan)|^(hours|effort)$", Role.TIME),
        (r"\bresources?\b|\ballocation\b", Role.RESOURCES),
        (r"\bteam\b|\broles?\b|\bresponsibilit", Role.TEAM),
        (r"\bcontinuous improvement\b", Role.IMPROVEMENT),
        (r"\breviews?\b|\bcadence", Role.REVIEWS),
        (r"\blong-?\s?term\b", Role.LONG_TERM),
        (r"\b(executive )?summary\b", Role.SUMMARY),
        (r"\bsuccess (metrics|criteria)\b|\bweekly targets\b|^targets\b|\bkpis\b", Role.METRICS),
        (r"^immediate\b|\bnext \d+ (hours|days)\b", Role.IMMEDIATE),
    )
)
_LONGEST = 300
_TARGETS = re.compile(r"^(targets?|goals?|milestones?|objectives?|success (criteria|metrics))\b", re.IGNORECASE)
_MONITORING = re.compile(r"monitor|track|follow", re.IGNORECASE)
GLOBAL = frozenset({Role.SUMMARY, Role.APPROVALS, Role.NEXT_STEPS, Role.SUCCESS_DEFINITION})
"""What a bold label may open anywhere, as well as a heading."""


@lru_cache(maxsize=4096)
def role_of(title: str, parent: Role) -> Role:
    """The role of a section by its heading, in a section of role `parent`."""
    title = title[:_LONGEST]
    if level_of(title):
        return Role.LEVEL
    week = week_of(title)
    if week:
        aimed = parent is Role.METRICS or _TARGETS.match(week.rest)
        return Role.WEEK_TARGETS if aimed else Role.TIME if parent is Role.TIME else Role.WEEK
    if parent in _IN:
        return _IN[parent]
    if parent is Role.IMMEDIATE and (is_numbered(title) or estimated(title)[1] is not None):
        return Role.BLOCKER
    if parent is Role.IMPROVEMENT and _MONITORING.search(title):
        return Role.REVIEWS
    if days_of(title):
        return Role.WORK
    role = next((role for pattern, role in _WORDS if pattern.search(title)), Role.UNKNOWN)
    if role is Role.LONG_TERM and parent is not Role.IMPROVEMENT and duration_in(title):
        return Role.UNKNOWN
    return role


@lru_cache(maxsize=4096)
def label_role(label: str) -> Role:
    """The role of a bold label that may stand anywhere; UNKNOWN for any other."""
    role = next((role for pattern, role in _WORDS if pattern.search(label[:_LONGEST])), Role.UNKNOWN)
    return role if role in GLOBAL else Role.UNKNOWN
