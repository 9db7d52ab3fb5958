"""Sections that are a text or a list: summary, approvals, outcomes, reviews, next steps."""

from __future__ import annotations

from vauntico_tui.plan.outline import Part
from vauntico_tui.plan.reading.reader import Place, Reader
from vauntico_tui.plan.roles import Role, label_role
from vauntico_tui.plan.words import cadence_of, duration_in, parenthesised, plain


def summary(reader: Reader, _place: Place, part: Part) -> bool:
    """The executive summary."""
    return _says(part, Role.SUMMARY) and reader.draft.summarise(plain(part.text), part.start)


def success_definition(reader: Reader, _place: Place, part: Part) -> bool:
    """The success definition."""
    if not _says(part, Role.SUCCESS_DEFINITION) or not part.text or reader.draft.success_definition:
        return False
    reader.draft.success_definition, reader.draft.success_line = plain(part.text), part.start
    return True


def approvals(reader: Reader, place: Place, part: Part) -> bool:
    """Approvals that executives must give."""
    return reader.each(place, part, lambda title, line: reader.draft.promise("approval", title, line))


def next_steps(reader: Reader, place: Place, part: Part) -> bool:
    """What comes next."""
    return reader.each(place, part, lambda title, line: reader.draft.item("next_step", title, line))


def long_term(reader: Reader, place: Place, part: Part) -> bool:
    """Long-term items."""
    return reader.each(place, part, lambda title, line: reader.draft.item("long_term", title, line))


def reviews(reader: Reader, place: Place, part: Part) -> bool:
    """Reviews, by the cadence that their first word names."""

    def review(title: str, line: int) -> bool:
        cadence = cadence_of(title)
        return cadence is not None and reader.draft.review(title, cadence, line)

    return reader.each(place, part, review)


def outcomes(reader: Reader, place: Place, part: Part) -> bool:
    """Outcomes of a horizon: "Immediate (48 hours)"."""
    horizon, window = parenthesised(part.label or place.section.title)
    due = duration_in(window)
    return reader.each(
        place, part, lambda title, line: reader.draft.promise("outcome", title, line, horizon=horizon, due=due)
    )


def _says(part: Part, role: Role) -> bool:
    """Whether a part is text of a role's section, or under its label."""
    return part.kind == "text" or (part.kind == "label" and label_role(part.label) is role)
