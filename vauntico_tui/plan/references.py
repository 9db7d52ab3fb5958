"""A plan held against itself: names that point nowhere, ids twice, spans the wrong way round, checks that ask nothing.

Works on the data as written, so that these problems are told together with wrong types, each with its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vauntico_tui.base.problems import Problem, did_you_mean
from vauntico_tui.base.tomlfile import Document
from vauntico_tui.base.tomllines import KeyPath
from vauntico_tui.evidence import written
from vauntico_tui.plan.ids import slug
from vauntico_tui.plan.model import PLAN_FORMAT, Plan, Severities
from vauntico_tui.runbooks.lint import Known

EXECUTIVE = "executive"
"""Who signs approvals beside the plan's own roles."""

_UNIQUE = {
    "blockers": "id", "weeks": "id", "sections": "id", "deliverables": "id", "targets": "id", "risks": "id",
    "roles": "id", "reviews": "id", "long_term": "id", "outcomes": "id", "approvals": "id", "next_steps": "id",
    "kpis": "id", "phases": "number", "levels": "level",
}  # fmt: skip
_OWNED = ("blockers", "deliverables", "targets", "outcomes", "approvals")
NAMED = {
    "blocker": "blockers", "target": "targets", "deliverable": "deliverables", "outcome": "outcomes",
    "approval": "approvals", "risk": "risks", "section": "sections",
}  # fmt: skip
"""What a runbook is bound to by an id of the plan."""
_SUGGESTIONS = 50
"""How many unknown names get a "did you mean": finding the nearest name is slow."""

Rows = list[tuple[KeyPath, dict[str, Any]]]


def problems_of(document: Document) -> list[Problem]:
    """Every problem of this kind in a plan's document."""
    return list(_References(document).all())


def known_in(document: Document) -> Known:
    """What the plan of a document holds that its runbooks may name."""
    found = _References(document)
    ids = {kind: frozenset(map(str, found.ids(key))) for kind, key in NAMED.items()}
    return Known(ids, frozenset(map(str, found.ids("roles"))), frozenset(map(str, found.ids("reviews"))))


def known_of(plan: Plan) -> Known:
    """What a plan holds that runbooks may name."""
    ids = {kind: frozenset(one.id for one in getattr(plan, key)) for kind, key in NAMED.items()}
    return Known(ids, frozenset(one.id for one in plan.roles), frozenset(one.id for one in plan.reviews))


class _References:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.suggested = 0

    def all(self) -> Iterator[Problem]:
        version = self.document.data.get("format")
        if isinstance(version, int) and version > PLAN_FORMAT:
            hint = "update vauntico-tui"
            yield self.document.problem(
                ("format",), f"format is {version}, this program reads up to {PLAN_FORMAT}", hint
            )
        yield from self._twice()
        yield from self._named()
        yield from self._spans()
        for key in _OWNED:
            for path, row in self._rows(key):
                check = row.get("check")
                if isinstance(check, dict):
                    yield from self._check((*path, "check"), check)

    def _rows(self, key: str) -> Rows:
        """The tables of an array, as far as they are tables."""
        rows = self.document.data.get(key)
        if not isinstance(rows, list):
            return []
        return [((key, place), row) for place, row in enumerate(rows) if isinstance(row, dict)]

    def ids(self, key: str) -> list[Any]:
        return [row[_UNIQUE[key]] for _, row in self._rows(key) if isinstance(row.get(_UNIQUE[key]), str | int)]

    def _twice(self) -> Iterator[Problem]:
        for key, name in _UNIQUE.items():
            first: dict[Any, int] = {}
            for path, row in self._rows(key):
                value = row.get(name)
                if not isinstance(value, str | int):
                    continue
                line = self.document.lines.near((*path, name)) if value in first else 0
                if line:
                    at = self.document.lines.near((key, first[value], name))
                    shown = f'"{value}"' if isinstance(value, str) else value
                    yield self._problem((*path, name), f"{name} {shown} stands twice, first in line {at}")
                else:
                    first[value] = int(path[1])

    def _named(self) -> Iterator[Problem]:
        roles, weeks, sections = self.ids("roles"), self.ids("weeks"), self.ids("sections")
        for key in _OWNED:
            for path, row in self._rows(key):
                yield from self._known(path, row, "owner", roles, what="role")
        for key in ("sections", "deliverables", "targets"):
            for path, row in self._rows(key):
                yield from self._known(path, row, "week", weeks, what="week")
        week_of = {
            row.get("id"): row.get("week") for _, row in self._rows("sections") if isinstance(row.get("id"), str)
        }
        for path, row in self._rows("deliverables"):
            yield from self._known(path, row, "section", sections, what="section")
            section, week = row.get("section"), row.get("week")
            if isinstance(section, str) and isinstance(week, str) and week_of.get(section, week) != week:
                message = f'section "{section}" is of week "{week_of[section]}", not "{week}"'
                yield self._problem((*path, "section"), message)
        phases = self.ids("phases")
        for path, row in self._rows("kpis"):
            phase = row.get("phase")
            if isinstance(phase, int) and phases and phase not in phases:
                yield self._problem((*path, "phase"), f"there is no phase {phase}", f"the phases are {_list(phases)}")
        for path, row in self._rows("levels"):
            yield from self._known(path, row, "severity", list(Severities.model_fields), what="severity")

    def _known(
        self, path: KeyPath, row: dict[str, Any], key: str, known: list[Any], *, what: str, also: tuple[str, ...] = ()
    ) -> Iterator[Problem]:
        name = row.get(key)
        if not isinstance(name, str) or name in known or name in also:
            return
        hint = None
        if self.suggested < _SUGGESTIONS:
            self.suggested += 1
            names = [str(one) for one in (*known, *also)]
            hint = did_you_mean(name, names) or did_you_mean(slug(name), names)
        few = f"the {what}s are {_list(known)}" if 0 < len(known) <= 6 else None
        subject = "" if key == what else f"{key}: "
        yield self._problem(
            (*path, key), f'{subject}there is no {what} "{name}"', hint or few or f"add it to [[{what}s]]"
        )

    def _spans(self) -> Iterator[Problem]:
        for key, first, last in (("weeks", "first", "last"), ("sections", "first_day", "last_day")):
            for path, row in self._rows(key):
                start, end = row.get(first), row.get(last)
                if isinstance(start, int) and isinstance(end, int) and end < start:
                    yield self._problem((*path, last), f"{last} is {end}, before {first} = {start}", "turn them round")

    def _check(self, path: KeyPath, check: dict[str, Any]) -> Iterator[Problem]:
        for one in written.wrong(check, path):
            yield self._problem(one.path, one.message, one.hint)
        for name in written.named(check, path):
            ids, also = (self.ids("roles"), (EXECUTIVE,)) if name.what == "role" else (self.ids("reviews"), ())
            yield from self._known(name.path, dict(name.table), name.key, ids, what=name.what, also=also)

    def _problem(self, path: KeyPath, message: str, hint: str | None = None) -> Problem:
        return self.document.problem(path, message, hint)


def _list(names: list[Any]) -> str:
    return ", ".join(dict.fromkeys(str(name) for name in names[:20]))
