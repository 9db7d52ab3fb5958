"""A plan while it is read from a document: its parts with the lines they came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from vauntico_tui.plan import model
from vauntico_tui.plan.ids import Ids
from vauntico_tui.plan.markdown import Document
from vauntico_tui.plan.words import Span, durations_in, severity_in

Kind = Literal["approval", "outcome", "blocker", "deliverable", "target", "next_step", "long_term", "review", "risk",
               "role", "section", "item"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """Something the document says, and its line from 0. `until` is the last week it is promised for."""

    kind: str
    title: str
    line: int
    until: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A contradiction seen while reading: its line from 0, what it is, what to do."""

    line: int
    message: str
    hint: str


@dataclass(slots=True)
class _Week:
    title: str = ""
    hours: float | None = None
    focus: str = ""
    line: int = 0
    hours_line: int = 0


def week_id(first: int, last: int) -> str:
    return f"week-{first}" if first == last else f"week-{first}-{last}"


@dataclass
class Draft:
    """The parts of a plan, collected. Each `take`-like method returns True: the thing has found its place."""

    document: Document
    title: str = ""
    team: str = ""
    summary: model.Summary = field(default_factory=model.Summary)
    summary_line: int = 0
    success_definition: str = ""
    success_line: int = 0
    outline: list[str] = field(default_factory=list)
    notes: list[model.Note] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    ticked: list[Seen] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    total_hours: tuple[float, int] | None = None
    level_lines: list[int] = field(default_factory=list)
    weeks: dict[tuple[int, int], _Week] = field(default_factory=dict)
    _lists: dict[str, list[Any]] = field(default_factory=dict)
    _ids: dict[str, Ids] = field(default_factory=dict)
    _open: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)

    def plan(self) -> model.Plan:
        """The finished plan."""
        lists = {
            name: tuple(kind(**one) for one in self._lists.get(key, ()))
            for key, name, kind in (
                ("blocker", "blockers", model.Blocker),
                ("section", "sections", model.WorkSection),
                ("deliverable", "deliverables", model.Deliverable),
                ("target", "targets", model.Target),
                ("risk", "risks", model.Risk),
                ("role", "roles", model.Role),
                ("review", "reviews", model.Review),
                ("long_term", "long_term", model.Item),
                ("next_step", "next_steps", model.Item),
                ("level", "levels", model.Level),
                ("outcome", "outcomes", model.Outcome),
                ("approval", "approvals", model.Approval),
            )
        }
        weeks = tuple(
            model.Week(
                id=week_id(first, last),
                title=week.title or (f"Week {first}" if first == last else f"Week {first}-{last}"),
                first=first,
                last=last,
                hours=week.hours,
                focus=week.focus,
            )
            for (first, last), week in sorted(self.weeks.items())
        )
        return model.Plan(
            title=self.title or "Roadmap",
            success_definition=self.success_definition,
            team=self.team,
            summary=self.summary,
            weeks=weeks,
            notes=tuple(self.notes),
            outline=tuple(self.outline),
            **lists,
        )

    def _add(self, kind: Kind, title: str, line: int, until: int = 0, **more: Any) -> bool:
        name = self._ids.setdefault(kind, Ids(kind.replace("_", "-"))).take(title)
        self._lists.setdefault(kind, []).append({"id": name, "title": title, **more})
        self.seen.append(Seen(kind, title, line, until, name))
        return True

    def summarise(self, text: str, line: int) -> bool:
        """The executive summary, once, with the figures it names."""
        if self.summary.text or not text:
            return False
        spans = durations_in(text)
        issues = re.search(r"\b(\d{1,6})\s+(?:[\w/-]+\s+){0,4}?issues\b", text, re.IGNORECASE)
        phases = re.search(r"\b(\d{1,3})[\s-]+phases?\b", text, re.IGNORECASE)
        self.summary = model.Summary(
            text=text,
            issues=int(issues[1]) if issues else None,
            phases=int(phases[1]) if phases else None,
            unblock_within=spans[0] if spans else None,
            excellence_within=spans[1] if len(spans) > 1 else None,
        )
        self.summary_line = line
        return True

    def promise(self, kind: Literal["approval", "outcome"], title: str, line: int, **more: Any) -> bool:
        return self._add(kind, title, line, **more)

    def item(self, kind: Literal["next_step", "long_term"], title: str, line: int) -> bool:
        return self._add(kind, title, line)

    def review(self, title: str, cadence: timedelta, line: int) -> bool:
        return self._add("review", title, line, cadence=cadence)

    def blocker(self, title: str, line: int, **more: Any) -> bool:
        return self._add("blocker", title, line, **more)

    def twice(self, first: str, line: int, second: str, again: int) -> None:
        """One thing said in two ways, the second time in line `again`."""
        self.remarks.append(Remark(again, f"{first} (line {line + 1}) and {second}", "keep one of them"))

    def turned(self, span: Span, what: str, line: int) -> Span:
        """A span that starts before it ends."""
        if span.last >= span.first:
            return span
        message = f"{what} {span.first}-{span.last} ends before it starts; it is read as {span.last}-{span.first}"
        self.remarks.append(Remark(line, message, "turn it round"))
        return Span(span.last, span.first, span.rest)

    # ---- Weeks ------------------------------------------------------------------------------------------------

    def week(self, span: Span, *, title: str, line: int) -> _Week:
        """The week of a span."""
        key = _key(span)
        week = self.weeks.setdefault(key, _Week(line=line))
        if title and not week.title:
            week.title = title
        return week

    def allocate(self, span: Span, hours: float, focus: str, line: int) -> None:
        week = self.week(span, title="", line=line)
        if week.hours is None:
            week.hours, week.focus, week.hours_line = hours, focus, line
            return
        name = week_id(*_key(span)).replace("-", " ", 1)
        self.twice(f"{name} has {week.hours:g} h", week.hours_line, f"{hours:g} h", line)
        if focus and focus != week.focus:
            week.focus = f"{week.focus}; {focus}" if week.focus else focus

    def section(self, week: Span, title: str, line: int, days: Span | None = None) -> None:
        self.week(week, title="", line=line)
        first, last = (days.first, days.last) if days else (None, None)
        name = title or (f"Day {first}" if first == last else f"Day {first}-{last}")
        self._add("section", name, line, week=week_id(*_key(week)), first_day=first, last_day=last, branch=None)
        self._open[_key(week)] = self._lists["section"][-1]

    def ensure_section(self, week: Span, title: str, line: int) -> dict[str, Any]:
        """The section that deliverables of a week go to just now."""
        if _key(week) not in self._open:
            self.section(week, title, line)
        return self._open[_key(week)]

    def section_branch(self, week: Span, branch: str, title: str, line: int) -> bool:
        section = self.ensure_section(week, title, line)
        if section["branch"] is not None:
            return False
        section["branch"] = branch
        return True

    def deliverable(self, week: Span, title: str, line: int) -> bool:
        section = self._open[_key(week)]
        return self._add("deliverable", title, line, week.last, week=section["week"], section=section["id"])

    def target(self, week: Span, title: str, line: int) -> bool:
        self.week(week, title="", line=line)
        return self._add("target", title, line, week.last, week=week_id(*_key(week)))

    # ---- Risks, people, levels --------------------------------------------------------------------------------

    def risk(self, category: str, title: str, mitigation: str, line: int) -> bool:
        return bool(title) and self._add("risk", title, line, category=category, mitigation=mitigation)

    def mitigate(self, text: str) -> bool:
        """What is done about the risk read last."""
        risks = self._lists.get("risk")
        if not risks:
            return False
        risks[-1]["mitigation"] = f"{risks[-1]['mitigation']}; {text}" if risks[-1]["mitigation"] else text
        return True

    def role(self, title: str, focus: str, line: int) -> bool:
        return bool(title) and self._add("role", title, line, focus=focus)

    def level(self, level: int, window: timedelta, issue_class: str, line: int) -> bool:
        """A level; False where that level has been read already."""
        before = next((at for at, one in enumerate(self._lists.get("level", ())) if one["level"] == level), None)
        if before is not None:
            message = f"level {level} stands twice, first in line {self.level_lines[before] + 1}"
            self.remarks.append(Remark(line, message, "keep one of them; the second is kept as a note"))
            return False
        self.level_lines.append(line)
        self._lists.setdefault("level", []).append(
            {"level": level, "window": window, "issue_class": issue_class, "severity": severity_in(issue_class)}
        )
        return True

    def level_says(self, label: str, text: str) -> bool:
        """A level's contacts or resolution."""
        level = self._lists["level"][-1]
        if label.startswith("contact") and "contacts" not in level:
            level["contacts"] = tuple(name.strip() for name in re.split(r"[+,;]", text) if name.strip())
            return True
        if label.startswith("resolution") and "resolution" not in level:
            level["resolution"] = text
            return True
        return False


def _key(span: Span) -> tuple[int, int]:
    return span.first, span.last
