"""Weeks: their work, their targets, their hours."""

from __future__ import annotations

import re

from vauntico_tui.plan.outline import Part
from vauntico_tui.plan.reading.reader import Place, Reader
from vauntico_tui.plan.roles import Role
from vauntico_tui.plan.words import Span, days_of, plain, week_of


def open_work(reader: Reader, place: Place) -> None:
    """A section of a week, or of the week that its days are in."""
    days = days_of(place.section.title)
    days = days and reader.draft.turned(days, "day", place.section.start)
    week = place.week or Span(*(((days.first - 1) // 7 + 1,) * 2 if days else (1, 1)), "")
    place.week = week
    reader.draft.section(week, days.rest if days else place.section.title, place.section.start, days)


def work(reader: Reader, place: Place, part: Part) -> bool:
    """Branch and deliverables of a week or of a section of it."""
    week = place.week
    if week is None:
        return False
    label = part.label.lower()
    if part.kind == "label" and label == "branch" and part.text:
        return reader.draft.section_branch(week, plain(part.text), _work_title(place), place.section.start)
    if part.kind != "list" or (label and not re.search(r"deliverable|task|scope|work|target|goal", label)):
        return False
    if re.search(r"target|goal", label):
        return targets(reader, place, part)
    reader.draft.ensure_section(week, _work_title(place), place.section.start)
    return reader.each(place, part, lambda title, line: reader.draft.deliverable(week, title, line))


def _work_title(place: Place) -> str:
    return (place.week.rest if place.week and place.role is Role.WEEK else "") or place.section.title


def targets(reader: Reader, place: Place, part: Part) -> bool:
    """The targets of the week around."""
    week = place.week
    if week is None:
        return False
    return reader.each(place, part, lambda title, line: reader.draft.target(week, title, line))


def labelled_targets(reader: Reader, place: Place, part: Part) -> bool:
    """Targets under a label that names their week."""
    week = week_of(part.label) if part.label else None
    if week is None:
        return False
    week = reader.draft.turned(week, "week", part.start)
    reader.draft.week(week, title="", line=part.start)
    return reader.each(place, part, lambda title, line: reader.draft.target(week, title, line))


def time(reader: Reader, place: Place, part: Part) -> bool:
    """Hours by week."""
    if part.kind == "label":
        return _hours(reader, place, f"{part.label}: {part.text}", part.start)
    if part.kind != "list":
        return False
    for item in part.items:
        if not _hours(reader, place, plain(item.text), item.start):
            place.leave(item)
        else:
            reader.below(place, item)
    return True


def _hours(reader: Reader, place: Place, text: str, line: int) -> bool:
    week = week_of(text)
    found = re.match(r"(\d{1,6}(?:\.\d{1,3})?)\s*(?:h|hrs?|hours?)\b\s*(.*)$", week.rest if week else "", re.IGNORECASE)
    if week is None or found is None:
        total = re.match(r"total\b\D{0,20}(\d{1,7}(?:\.\d{1,3})?)\s*h", text, re.IGNORECASE)
        if total:
            reader.draft.total_hours = (float(total[1]), line)
        return False
    rest = found[2].strip()
    focus = rest[1:-1].strip() if rest.startswith("(") and rest.endswith(")") else rest.lstrip("-–—: ")
    reader.draft.allocate(reader.draft.turned(week, "week", line), float(found[1]), focus, line)
    return True
