"""A roadmap in Markdown as a plan. Nothing of it is lost: what no part of a plan holds becomes a note in its place."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from vauntico_tui.base.problems import Problem
from vauntico_tui.plan import contradictions, model
from vauntico_tui.plan.draft import Draft
from vauntico_tui.plan.markdown import Document, read_markdown
from vauntico_tui.plan.mojibake import repair
from vauntico_tui.plan.outline import Part, Section, outline
from vauntico_tui.plan.reading import blockers, lists, matrix, people, weeks
from vauntico_tui.plan.reading.reader import Place, Reader
from vauntico_tui.plan.roles import Role, label_role, role_of
from vauntico_tui.plan.words import duration_in, level_of, parenthesised, week_of

_PLAIN_LABELS = frozenset({"deliverables", "targets"})
"""Labels of lists that say no more than what the list becomes."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A plan, and what its document contradicts, by line."""

    plan: model.Plan
    findings: tuple[Problem, ...] = ()


def import_markdown(text: str, file: str = "") -> Imported:
    """The plan that a Markdown document describes. Takes any text; a document without structure is one note."""
    with _without_collector(len(text)):
        return _imported(text, file)


def _imported(text: str, file: str) -> Imported:
    document = read_markdown(repair(text.removeprefix("\ufeff")))
    draft = Draft(document)
    _Importer(document, draft).run(outline(document))
    plan = draft.plan()
    return Imported(plan, contradictions.find(draft, plan, file))


@contextmanager
def _without_collector(size: int) -> Iterator[None]:
    """Keeps the cycle collector from walking the blocks of a large document again and again: a third of the time."""
    paused = size > 200_000 and gc.isenabled()
    if paused:
        gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


class _Importer:
    """Walks the sections and hands each part to the reader of its section's role."""

    def __init__(self, document: Document, draft: Draft) -> None:
        self.document, self.draft = document, draft
        self.reader = Reader(draft)
        self.before = ""

    def run(self, root: Section) -> None:
        """Fill the draft."""
        title = _title_section(root)
        if title is not None:
            self.draft.title = title.title
        todo = [(root, Place(root, Role.TITLE))]
        while todo:
            section, around = todo.pop()
            place = around if section is root else self._enter(section, around, section is title)
            self._read(place)
            todo += [(child, place) for child in reversed(section.children)]

    def _enter(self, section: Section, around: Place, is_title: bool) -> Place:
        self.draft.outline.append(f"{'#' * section.level} {section.raw}".rstrip())
        title = section.title
        parent = Role.UNKNOWN if around.role is Role.TITLE else around.role
        role = Role.TITLE if is_title else role_of(title, parent)
        place = Place(section, role, around.week, around.due, around.category)
        week = week_of(title)
        if week and role in {Role.WEEK, Role.WEEK_TARGETS, Role.TIME}:
            place.week = week = self.draft.turned(week, "week", section.start)
            self.draft.week(week, title=week.rest if role is Role.WEEK else "", line=section.start)
        if role in {Role.IMMEDIATE, Role.BLOCKERS}:
            place.due = duration_in(title) or around.due
        if role is Role.RISK_CATEGORY:
            place.category = re.sub(r"\s*\brisks?\b\s*$", "", title, flags=re.IGNORECASE) or title
        if role is Role.TEAM:
            self.draft.team = parenthesised(title)[1] or self.draft.team
        return place

    def _read(self, place: Place) -> None:
        parts = [part for part in place.section.parts if not self._anywhere(place, part)]
        match place.role:
            case Role.LEVEL:
                matrix.level_section(self.reader, place, parts)
            case Role.BLOCKER:
                blockers.blocker_section(self.reader, place, parts)
            case _:
                if place.role is Role.WORK:
                    weeks.open_work(self.reader, place)
                for part in parts:
                    self._hand_on(place, part)
        self._leave(place)

    def _hand_on(self, place: Place, part: Part) -> None:
        read = _READERS.get(place.role)
        if read is None or not read(self.reader, place, part):
            place.leave(part)
        elif part.kind == "list" and part.label and part.label.lower() not in _PLAIN_LABELS:
            self.draft.outline.append(f"**{part.label}**")

    def _leave(self, place: Place) -> None:
        """What is left of a section is a note: with the heading, where nothing of it was known."""
        section = place.section
        text = "\n\n".join(self.document.raw(start, end) for start, end in _joined(place.left))
        level = min(max(section.level, 1), 6)
        if place.role is Role.UNKNOWN:
            if text or not section.children:
                self.draft.notes.append(model.Note(heading=section.title, level=level, text=text, after=self.before))
        elif text:
            self.draft.notes.append(model.Note(heading="", level=level, text=text, after=section.title))
        self.before = section.title or self.before

    def _anywhere(self, place: Place, part: Part) -> bool:
        """Bold labels that mean the same wherever they stand."""
        role = label_role(part.label) if part.label else Role.UNKNOWN
        if role is Role.UNKNOWN or role is place.role:
            return False
        taken = _READERS[role](self.reader, place, part)
        if taken:
            self.draft.outline.append(f"**{part.label}**")
        return taken


def _title_section(root: Section) -> Section | None:
    """The heading that names the document: the first, where it stands above the others or is a first-level one that we
    do not know."""
    first = root.children[0] if root.children else None
    if first is None or level_of(first.title) or week_of(first.title):
        return None
    alone = all(one.level > first.level for one in root.children[1:])
    unknown = role_of(first.title, Role.UNKNOWN) is Role.UNKNOWN
    return first if (alone and (unknown or first.level == 1)) or (unknown and first.level == 1) else None


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in their order, each line once."""
    done = -1
    for start, end in sorted(spans):
        if end > done:
            yield max(start, done), end
            done = end


_READERS: dict[Role, Callable[[Reader, Place, Part], bool]] = {
    Role.SUMMARY: lists.summary,
    Role.SUCCESS_DEFINITION: lists.success_definition,
    Role.APPROVALS: lists.approvals,
    Role.NEXT_STEPS: lists.next_steps,
    Role.BLOCKERS: blockers.blocker_list,
    Role.IMMEDIATE: blockers.blocker_list,
    Role.WEEK: weeks.work,
    Role.WORK: weeks.work,
    Role.WEEK_TARGETS: weeks.targets,
    Role.METRICS: weeks.labelled_targets,
    Role.RISKS: people.risks,
    Role.RISK_CATEGORY: people.risks,
    Role.TEAM: people.team,
    Role.TIME: weeks.time,
    Role.RESOURCES: people.resources,
    Role.REVIEWS: lists.reviews,
    Role.IMPROVEMENT: lists.reviews,
    Role.LONG_TERM: lists.long_term,
    Role.ESCALATION: matrix.level_list,
    Role.OUTCOMES: lists.outcomes,
    Role.HORIZON: lists.outcomes,
}
"""What takes the parts of a section, by its role; False where a part is not for it."""
