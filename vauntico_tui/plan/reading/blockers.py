"""Blockers: a heading each, with snippets, or a list."""

from __future__ import annotations

import re

from vauntico_tui.plan import model
from vauntico_tui.plan.outline import Part
from vauntico_tui.plan.reading.reader import Place, Reader
from vauntico_tui.plan.roles import Role
from vauntico_tui.plan.snippets import branch_in, file_of
from vauntico_tui.plan.words import estimated, hours_of, plain


def blocker_list(reader: Reader, place: Place, part: Part) -> bool:
    """Blockers as items; where nothing but haste is said, those with an estimate."""

    def blocker(title: str, line: int) -> bool:
        name, hours = estimated(title)
        if place.role is Role.IMMEDIATE and hours is None:
            return False
        return reader.draft.blocker(name, line, hours=hours, branch=reader.hotfix, due=place.due)

    return reader.each(place, part, blocker)


def blocker_section(reader: Reader, place: Place, parts: list[Part]) -> None:
    """A blocker under a heading of its own, with its code, branch and estimate."""
    title, hours = estimated(place.section.title)
    snippets: list[model.Snippet] = []
    branch: str | None = None
    for part in parts:
        label = part.label.lower()
        told = hours_of(part.text) if re.search(r"\b(estimate|estimated|time|effort|hours)\b", label) else None
        if part.kind == "code":
            language, file = file_of(part.language, part.text)
            snippets.append(model.Snippet(language=language, text=part.text, file=file))
            reader.hotfix = branch_in(part.text) or reader.hotfix
        elif part.kind == "label" and label == "branch" and part.text and branch is None:
            branch = plain(part.text)
        elif part.kind == "label" and told is not None:
            if hours is not None and hours != told:
                reader.draft.twice(f'blocker "{title}" is estimated at {hours:g} h', place.section.start,
                                 f"at {told:g} h", part.start)  # fmt: skip
            hours = told if hours is None else hours
        else:
            place.leave(part)
    reader.draft.blocker(
        title,
        place.section.start,
        hours=hours,
        branch=branch or reader.hotfix,
        due=place.due,
        snippets=tuple(snippets),
    )
