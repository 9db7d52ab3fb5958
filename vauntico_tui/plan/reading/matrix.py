"""The escalation matrix: levels as headings or in a list."""

from __future__ import annotations

from collections.abc import Callable

from vauntico_tui.plan.outline import Part
from vauntico_tui.plan.reading.reader import Place, Reader
from vauntico_tui.plan.words import label_of, level_of, plain, title_of


def level_section(reader: Reader, place: Place, parts: list[Part]) -> None:
    """ "Level 1 (24 hours): ..." with its contacts and resolution."""
    found = level_of(place.section.title)
    if found is None or not reader.draft.level(*found, place.section.start):
        place.left += [(part.start, part.end) for part in parts]
        return
    for part in parts:
        if part.kind == "list" and not part.label:
            for item in part.items:
                if not _level_line(reader, item.text):
                    place.leave(item)
                else:
                    reader.below(place, item)
        elif part.kind == "list" and not any(item.blocks for item in part.items):
            named = " + ".join(plain(item.text) for item in part.items)
            if not _level_line(reader, f"{part.label}: {named}"):
                place.leave(part)
        elif part.kind != "label" or not _level_line(reader, f"{part.label}: {part.text}"):
            place.leave(part)


def level_list(reader: Reader, place: Place, part: Part) -> bool:
    """Levels as items, with what they say below them."""
    if part.kind != "list":
        return False
    for item in part.items:
        text = title_of(item.text)
        found = level_of(text)
        if found is None or not reader.draft.level(*found, item.start):
            place.leave(item)
            continue
        reader.below(place, item, _below_level(reader, place))
    return True


def _below_level(reader: Reader, place: Place) -> Callable[[Part], bool]:
    def take(part: Part) -> bool:
        if part.kind == "label":
            return _level_line(reader, f"{part.label}: {part.text}")
        if part.kind != "list":
            return False
        for item in part.items:
            if item.blocks or not _level_line(reader, item.text):
                place.leave(item)
        return True

    return take


def _level_line(reader: Reader, text: str) -> bool:
    label = label_of(text) or label_of(plain(text))
    return label is not None and reader.draft.level_says(label.name.lower(), plain(label.value))
