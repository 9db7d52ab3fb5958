"""A roadmap in Markdown as a plan. Nothing of it is lost: what no part of a plan holds becomes a note in its place."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from vauntico_tui.base.problems import Problem
from vauntico_tui.plan import contradictions, model
from vauntico_tui.plan.draft import Draft, Seen
from vauntico_tui.plan.markdown import Document, Item, read_markdown
from vauntico_tui.plan.mojibake import repair
from vauntico_tui.plan.outline import Part, Section, entries, outline, parts_of
from vauntico_tui.plan.roles import Role, label_role, role_of
from vauntico_tui.plan.snippets import branch_in, file_of
from vauntico_tui.plan.words import (
    Span,
    cadence_of,
    days_of,
    duration_in,
    estimated,
    hours_of,
    label_of,
    level_of,
    parenthesised,
    plain,
    title_of,
    week_of,
)

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


@dataclass(slots=True)
class _Place:
    """Where the importer is: the section, what it is, and what it takes from the sections around it."""

    section: Section
    role: Role
    week: Span | None = None
    due: timedelta | None = None
    category: str = ""
    branch: str | None = None
    left: list[tuple[int, int]] = field(default_factory=list)


class _Importer:
    def __init__(self, document: Document, draft: Draft) -> None:
        self.document, self.draft = document, draft
        self.before = ""
        self.hotfix: str | None = None

    def run(self, root: Section) -> None:
        title = _title_section(root)
        if title is not None:
            self.draft.title = title.title
        todo = [(root, _Place(root, Role.TITLE))]
        while todo:
            section, around = todo.pop()
            place = around if section is root else self._enter(section, around, section is title)
            self._read(place)
            todo += [(child, place) for child in reversed(section.children)]

    # ---- Sections ---------------------------------------------------------------------------------------------

    def _enter(self, section: Section, around: _Place, is_title: bool) -> _Place:
        self.draft.outline.append(f"{'#' * section.level} {section.raw}".rstrip())
        title = section.title
        parent = Role.UNKNOWN if around.role is Role.TITLE else around.role
        role = Role.TITLE if is_title else role_of(title, parent)
        place = _Place(section, role, around.week, around.due, around.category, around.branch)
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

    def _read(self, place: _Place) -> None:
        section = place.section
        if place.role is Role.LEVEL:
            self._level(place)
        elif place.role is Role.BLOCKER:
            self._blocker(place)
        else:
            if place.role is Role.WORK:
                self._open_work(place)
            reader = _READERS.get(place.role)
            for part in section.parts:
                if self._anywhere(place, part):
                    continue
                if reader is None or not reader(self, place, part):
                    place.left.append((part.start, part.end))
                elif part.kind == "list" and part.label and part.label.lower() not in _PLAIN_LABELS:
                    self.draft.outline.append(f"**{part.label}**")
        self._leave(place)

    def _leave(self, place: _Place) -> None:
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

    def _anywhere(self, place: _Place, part: Part) -> bool:
        """Bold labels that mean the same wherever they stand."""
        role = label_role(part.label) if part.label else Role.UNKNOWN
        if role is Role.UNKNOWN or role is place.role:
            return False
        taken = _READERS[role](self, place, part)
        if taken:
            self.draft.outline.append(f"**{part.label}**")
        return taken

    # ---- Summary, approvals, next steps -----------------------------------------------------------------------

    def _summary(self, _place: _Place, part: Part) -> bool:
        return _says(part, Role.SUMMARY) and self.draft.summarise(plain(part.text), part.start)

    def _success_definition(self, _place: _Place, part: Part) -> bool:
        if not _says(part, Role.SUCCESS_DEFINITION) or not part.text or self.draft.success_definition:
            return False
        self.draft.success_definition, self.draft.success_line = plain(part.text), part.start
        return True

    def _approvals(self, place: _Place, part: Part) -> bool:
        return self._each(place, part, lambda title, line: self.draft.promise("approval", title, line))

    def _next_steps(self, place: _Place, part: Part) -> bool:
        return self._each(place, part, lambda title, line: self.draft.item("next_step", title, line))

    def _long_term(self, place: _Place, part: Part) -> bool:
        return self._each(place, part, lambda title, line: self.draft.item("long_term", title, line))

    def _reviews(self, place: _Place, part: Part) -> bool:
        def review(title: str, line: int) -> bool:
            cadence = cadence_of(title)
            return cadence is not None and self.draft.review(title, cadence, line)

        return self._each(place, part, review)

    # ---- Blockers ---------------------------------------------------------------------------------------------

    def _blocker_list(self, place: _Place, part: Part) -> bool:
        def blocker(title: str, line: int) -> bool:
            name, hours = estimated(title)
            if place.role is Role.IMMEDIATE and hours is None:
                return False
            return self.draft.blocker(name, line, hours=hours, branch=self.hotfix, due=place.due)

        return self._each(place, part, blocker)

    def _blocker(self, place: _Place) -> None:
        title, hours = estimated(place.section.title)
        snippets: list[model.Snippet] = []
        branch: str | None = None
        for part in place.section.parts:
            if self._anywhere(place, part):
                continue
            label = part.label.lower()
            told = hours_of(part.text) if re.search(r"\b(estimate|estimated|time|effort|hours)\b", label) else None
            if part.kind == "code":
                language, file = file_of(part.language, part.text)
                snippets.append(model.Snippet(language=language, text=part.text, file=file))
                self.hotfix = branch_in(part.text) or self.hotfix
            elif part.kind == "label" and label == "branch" and part.text and branch is None:
                branch = plain(part.text)
            elif part.kind == "label" and told is not None:
                if hours is not None and hours != told:
                    self.draft.twice(f'blocker "{title}" is estimated at {hours:g} h', place.section.start,
                                     f"at {told:g} h", part.start)  # fmt: skip
                hours = told if hours is None else hours
            else:
                place.left.append((part.start, part.end))
        self.draft.blocker(
            title,
            place.section.start,
            hours=hours,
            branch=branch or self.hotfix,
            due=place.due,
            snippets=tuple(snippets),
        )

    # ---- Weeks ------------------------------------------------------------------------------------------------

    def _open_work(self, place: _Place) -> None:
        days = days_of(place.section.title)
        days = days and self.draft.turned(days, "day", place.section.start)
        week = place.week or Span(*(((days.first - 1) // 7 + 1,) * 2 if days else (1, 1)), "")
        place.week = week
        self.draft.section(week, days.rest if days else place.section.title, place.section.start, days)

    def _work(self, place: _Place, part: Part) -> bool:
        week = place.week
        if week is None:
            return False
        label = part.label.lower()
        if part.kind == "label" and label == "branch" and part.text:
            return self.draft.section_branch(week, plain(part.text), self._work_title(place), place.section.start)
        if part.kind != "list" or (label and not re.search(r"deliverable|task|scope|work|target|goal", label)):
            return False
        if re.search(r"target|goal", label):
            return self._targets(place, part)
        self.draft.ensure_section(week, self._work_title(place), place.section.start)
        return self._each(place, part, lambda title, line: self.draft.deliverable(week, title, line))

    @staticmethod
    def _work_title(place: _Place) -> str:
        return (place.week.rest if place.week and place.role is Role.WEEK else "") or place.section.title

    def _targets(self, place: _Place, part: Part) -> bool:
        week = place.week
        if week is None:
            return False
        return self._each(place, part, lambda title, line: self.draft.target(week, title, line))

    def _labelled_targets(self, place: _Place, part: Part) -> bool:
        week = week_of(part.label) if part.label else None
        if week is None:
            return False
        week = self.draft.turned(week, "week", part.start)
        self.draft.week(week, title="", line=part.start)
        return self._each(place, part, lambda title, line: self.draft.target(week, title, line))

    # ---- Risks, people, hours ---------------------------------------------------------------------------------

    def _risks(self, place: _Place, part: Part) -> bool:
        if part.kind == "label":
            return self._risk_pair(place, part.label, part.text, part.start)
        if part.kind != "list":
            return False
        for item in part.items:
            for entry in entries(item.text, item.start, item.end):
                if entry.kind == "text":
                    self.draft.risk(place.category, title_of(entry.text), "", item.start)
                elif not self._risk_pair(place, entry.label, entry.text, item.start):
                    self.draft.risk(place.category, entry.label, plain(entry.text), item.start)
            self._below(place, item, self._risk_below(place))
        return True

    def _risk_below(self, place: _Place) -> Callable[[Part], bool]:
        def take(part: Part) -> bool:
            if part.kind == "list" and all(not item.blocks and label_of(item.text) for item in part.items):
                labels = [label_of(item.text) for item in part.items]
                if all(label and label.name.lower() == "mitigation" for label in labels):
                    return all(label and self.draft.mitigate(plain(label.value)) for label in labels)
            return part.kind == "label" and self._risk_pair(place, part.label, part.text, part.start)

        return take

    def _risk_pair(self, place: _Place, label: str, text: str, line: int) -> bool:
        name = label.lower()
        if name == "risk" and text:
            return self.draft.risk(place.category, title_of(text), "", line)
        return name in {"mitigation", "mitigations"} and bool(text) and self.draft.mitigate(plain(text))

    def _team(self, place: _Place, part: Part) -> bool:
        if part.kind != "list":
            return False
        for item in part.items:
            name, focus = _named(item.text)
            self.draft.role(name, focus, item.start)
            self._below(place, item)
        return True

    def _time(self, place: _Place, part: Part) -> bool:
        if part.kind == "label":
            return self._hours(place, f"{part.label}: {part.text}", part.start)
        if part.kind != "list":
            return False
        for item in part.items:
            if not self._hours(place, plain(item.text), item.start):
                place.left.append((item.start, item.end))
            else:
                self._below(place, item)
        return True

    def _hours(self, place: _Place, text: str, line: int) -> bool:
        week = week_of(text)
        found = re.match(
            r"(\d{1,6}(?:\.\d{1,3})?)\s*(?:h|hrs?|hours?)\b\s*(.*)$", week.rest if week else "", re.IGNORECASE
        )
        if week is None or found is None:
            total = re.match(r"total\b\D{0,20}(\d{1,7}(?:\.\d{1,3})?)\s*h", text, re.IGNORECASE)
            if total:
                self.draft.total_hours = (float(total[1]), line)
            return False
        rest = found[2].strip()
        focus = rest[1:-1].strip() if rest.startswith("(") and rest.endswith(")") else rest.lstrip("-–—: ")
        self.draft.allocate(self.draft.turned(week, "week", line), float(found[1]), focus, line)
        return True

    def _resources(self, place: _Place, part: Part) -> bool:
        if part.kind != "list":
            return False
        weeks = sum(week_of(plain(item.text)) is not None for item in part.items)
        return self._time(place, part) if weeks else self._team(place, part)

    # ---- The escalation matrix and outcomes -------------------------------------------------------------------

    def _level(self, place: _Place) -> None:
        found = level_of(place.section.title)
        if found is None or not self.draft.level(*found, place.section.start):
            place.left += [(part.start, part.end) for part in place.section.parts]
            return
        for part in place.section.parts:
            if self._anywhere(place, part):
                continue
            if part.kind == "list" and not part.label:
                for item in part.items:
                    if not self._level_line(item.text):
                        place.left.append((item.start, item.end))
                    else:
                        self._below(place, item)
            elif part.kind == "list" and not any(item.blocks for item in part.items):
                named = " + ".join(plain(item.text) for item in part.items)
                if not self._level_line(f"{part.label}: {named}"):
                    place.left.append((part.start, part.end))
            elif part.kind != "label" or not self._level_line(f"{part.label}: {part.text}"):
                place.left.append((part.start, part.end))

    def _level_line(self, text: str) -> bool:
        label = label_of(text) or label_of(plain(text))
        return label is not None and self.draft.level_says(label.name.lower(), plain(label.value))

    def _level_list(self, place: _Place, part: Part) -> bool:
        if part.kind != "list":
            return False
        for item in part.items:
            text = title_of(item.text)
            found = level_of(text)
            if found is None or not self.draft.level(*found, item.start):
                place.left.append((item.start, item.end))
                continue
            self._below(place, item, self._level_below(place))
        return True

    def _level_below(self, place: _Place) -> Callable[[Part], bool]:
        def take(part: Part) -> bool:
            if part.kind == "label":
                return self._level_line(f"{part.label}: {part.text}")
            if part.kind != "list":
                return False
            for item in part.items:
                if item.blocks or not self._level_line(item.text):
                    place.left.append((item.start, item.end))
            return True

        return take

    def _outcomes(self, place: _Place, part: Part) -> bool:
        horizon, window = parenthesised(part.label or place.section.title)
        due = duration_in(window)
        return self._each(
            place, part, lambda title, line: self.draft.promise("outcome", title, line, horizon=horizon, due=due)
        )

    # ---- Lists ------------------------------------------------------------------------------------------------

    def _each(self, place: _Place, part: Part, take: Callable[[str, int], bool]) -> bool:
        """Hand each item of a list on by its title; what is not taken, and what stands under it, is left."""
        if part.kind != "list":
            return False
        for item in part.items:
            title = title_of(item.text)
            if item.checked:
                self.draft.ticked.append(Seen("item", title, item.start))
            if title and take(title, item.start):
                self._below(place, item)
            elif item.text or item.blocks:
                place.left.append((item.start, item.end))
        return True

    def _below(self, place: _Place, item: Item, take: Callable[[Part], bool] | None = None) -> None:
        for part in parts_of(item.blocks):
            if take is None or not take(part):
                place.left.append((part.start, part.end))


_READERS: dict[Role, Callable[[_Importer, _Place, Part], bool]] = {
    Role.SUMMARY: _Importer._summary,
    Role.SUCCESS_DEFINITION: _Importer._success_definition,
    Role.APPROVALS: _Importer._approvals,
    Role.NEXT_STEPS: _Importer._next_steps,
    Role.BLOCKERS: _Importer._blocker_list,
    Role.IMMEDIATE: _Importer._blocker_list,
    Role.WEEK: _Importer._work,
    Role.WORK: _Importer._work,
    Role.WEEK_TARGETS: _Importer._targets,
    Role.METRICS: _Importer._labelled_targets,
    Role.RISKS: _Importer._risks,
    Role.RISK_CATEGORY: _Importer._risks,
    Role.TEAM: _Importer._team,
    Role.TIME: _Importer._time,
    Role.RESOURCES: _Importer._resources,
    Role.REVIEWS: _Importer._reviews,
    Role.IMPROVEMENT: _Importer._reviews,
    Role.LONG_TERM: _Importer._long_term,
    Role.ESCALATION: _Importer._level_list,
    Role.OUTCOMES: _Importer._outcomes,
    Role.HORIZON: _Importer._outcomes,
}
"""What takes the parts of a section, by its role; False where a part is not for it."""


def _title_section(root: Section) -> Section | None:
    """The heading that names the document: the first, where it stands above the others or is a first-level one that we
    do not know."""
    first = root.children[0] if root.children else None
    if first is None or level_of(first.title) or week_of(first.title):
        return None
    alone = all(one.level > first.level for one in root.children[1:])
    unknown = role_of(first.title, Role.UNKNOWN) is Role.UNKNOWN
    return first if (alone and (unknown or first.level == 1)) or (unknown and first.level == 1) else None


def _says(part: Part, role: Role) -> bool:
    """Whether a part is text of a role's section, or under its label."""
    return part.kind == "text" or (part.kind == "label" and label_role(part.label) is role)


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


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in their order, each line once."""
    done = -1
    for start, end in sorted(spans):
        if end > done:
            yield max(start, done), end
            done = end
