"""Risks with their mitigations, and who works on what."""

from __future__ import annotations

from collections.abc import Callable

from vauntico_tui.plan.outline import Part, entries
from vauntico_tui.plan.reading.reader import Place, Reader
from vauntico_tui.plan.reading.weeks import time
from vauntico_tui.plan.words import label_of, plain, title_of, week_of


def risks(reader: Reader, place: Place, part: Part) -> bool:
    """Risks as label pairs or as items, each with its mitigation."""
    if part.kind == "label":
        return _risk_pair(reader, place, part.label, part.text, part.start)
    if part.kind != "list":
        return False
    for item in part.items:
        for entry in entries(item.text, item.start, item.end):
            if entry.kind == "text":
                reader.draft.risk(place.category, title_of(entry.text), "", item.start)
            elif not _risk_pair(reader, place, entry.label, entry.text, item.start):
                reader.draft.risk(place.category, entry.label, plain(entry.text), item.start)
        reader.below(place, item, _below_risk(reader, place))
    return True


def _below_risk(reader: Reader, place: Place) -> Callable[[Part], bool]:
    def take(part: Part) -> bool:
        if part.kind == "list" and all(not item.blocks and label_of(item.text) for item in part.items):
            labels = [label_of(item.text) for item in part.items]
            if all(label and label.name.lower() == "mitigation" for label in labels):
                return all(label and reader.draft.mitigate(plain(label.value)) for label in labels)
        return part.kind == "label" and _risk_pair(reader, place, part.label, part.text, part.start)

    return take


def _risk_pair(reader: Reader, place: Place, label: str, text: str, line: int) -> bool:
    name = label.lower()
    if name == "risk" and text:
        return reader.draft.risk(place.category, title_of(text), "", line)
    return name in {"mitigation", "mitigations"} and bool(text) and reader.draft.mitigate(plain(text))


def team(reader: Reader, place: Place, part: Part) -> bool:
    """Roles and what they look after."""
    if part.kind != "list":
        return False
    for item in part.items:
        name, focus = _named(item.text)
        reader.draft.role(name, focus, item.start)
        reader.below(place, item)
    return True


def resources(reader: Reader, place: Place, part: Part) -> bool:
    """Hours by week, or roles: whichever a list is."""
    if part.kind != "list":
        return False
    if any(week_of(plain(item.text)) for item in part.items):
        return time(reader, place, part)
    return all(_named(item.text)[1] for item in part.items) and team(reader, place, part)


def _named(text: str) -> tuple[str, str]:
    """ "**Lead Dev**: Critical hotfix" → the name and the focus."""
    label = label_of(text.replace("\n", " "))
    if label:
        return label.name, plain(label.value)
    words = title_of(text)
    for mark in (": ", " - ", " – ", " — "):
        name, found, focus = words.partition(mark)
        if found:
            return name.strip(), focus.strip()
    return words, ""
