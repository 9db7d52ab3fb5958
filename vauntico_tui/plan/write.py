"""A plan written as TOML that a person likes to edit: defaults left out, code and patterns to the letter."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import tomli_w

from vauntico_tui.evidence.specs import Check
from vauntico_tui.plan.model import PLAN_FORMAT, Plan

_HEAD = """\
# A plan of vauntico-tui: what was promised. Edit it as you like; `vauntico-tui plan validate` tells what is wrong.
# Give each promise the check that proves it: check = "workflow_success", "issues", "promql", ... (docs/checks.md).
"""
_ORDER = {
    "phases": "Monetization phases",
    "blockers": "Blockers",
    "weeks": "Weeks",
    "sections": "Sections of the weeks",
    "deliverables": "Deliverables",
    "targets": "Targets by week",
    "risks": "Risks",
    "roles": "Roles",
    "reviews": "Reviews",
    "long_term": "Long term",
    "levels": "Escalation levels",
    "outcomes": "Outcomes by horizon",
    "approvals": "Approvals",
    "next_steps": "Next steps",
    "kpis": "KPIs",
    "runbooks": "Runbooks: docs/runbooks.md",
    "notes": "Notes: what the document holds besides",
}
_LITERAL = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f']*")
_LONG_LITERAL = re.compile(r"(?!'''|\n)(?:(?!''')[^\x00-\x08\x0b-\x1f\x7f])*(?<!')")
_SHORT_ARRAY = re.compile(r"^([\w-]+ = )\[\n((?:    [^\[{\n].*,\n)+)\]$", re.MULTILINE)
_INLINE = 100  # tomli-w writes a table in one line up to this length
_WIDE = 116


def dump_plan(plan: Plan) -> str:
    """The plan's TOML; `parse_plan` gives an equal plan back."""
    return _Writer(plan.model_dump(exclude_defaults=True, by_alias=True), plan.model_dump_json()).text()


def dump_check(check: Check) -> str:
    """One check as TOML, for a detail on the screen."""
    data = check.model_dump(exclude_defaults=True, by_alias=True)
    return _Writer(data, check.model_dump_json()).table(data).strip("\n")


class _Writer:
    """tomli-w escapes every quote and backslash. Texts that TOML can hold to the letter are put in afterwards, for
    marks that no text of the plan has in it."""

    def __init__(self, data: dict[str, Any], whole: str) -> None:
        self.data = data
        self.mark = next((mark for mark in map(chr, range(0xE000, 0xF900)) if mark not in whole), "")
        self.held: list[str] = []
        self.marked = re.compile(f'"{self.mark}(\\d+)x*{self.mark}"')

    def text(self) -> str:
        data = self.data
        plain = {"format": PLAN_FORMAT} | {k: v for k, v in data.items() if not isinstance(v, dict) and k not in _ORDER}
        parts = [_HEAD, self.table(plain)]
        parts += [self.table({key: value}) for key, value in data.items() if isinstance(value, dict)]
        for key, title in _ORDER.items():
            rows = data.get(key, ())
            if rows:
                parts.append(f"# ---- {title} {'-' * (110 - len(title))}\n")
            parts += [self._row(key, row) for row in rows]
        return "\n".join(parts)

    def _row(self, key: str, row: dict[str, Any]) -> str:
        """A row of an array of tables. Most hold plain texts and numbers only, for which nothing has to be escaped."""
        lines = [f"[[{key}]]\n"]
        for name, value in row.items():
            if isinstance(value, str) and value.isprintable() and '"' not in value and "\\" not in value:
                lines.append(f'{name} = "{value}"\n')
            elif type(value) is int:
                lines.append(f"{name} = {value}\n")
            else:
                # A table by that name, whose head then says that it is one of an array.
                return self.table({key: row}).replace(f"[{key}]", f"[[{key}]]", 1)
        return "".join(lines)

    def table(self, data: dict[str, Any]) -> str:
        """Some keys as TOML."""
        text = _SHORT_ARRAY.sub(_shortened, tomli_w.dumps(self._held(data)))
        return self.marked.sub(lambda found: self.held[int(found[1])], text)

    def _held(self, value: Any) -> Any:
        """A value as tomli-w shall write it."""
        match value:
            case dict():
                return {key: self._held(one) for key, one in value.items()}
            case list() | tuple():
                return [self._held(one) for one in value]
            case str():
                return self._literal(value)
            case float() if value.is_integer() and abs(value) < 1e15:
                return int(value)
            case datetime() if value.tzinfo is not None:
                return _utc(value)
        return value

    def _literal(self, text: str) -> str:
        if not self.mark:
            return text  # a plan that holds every private character there is
        if "\n" in text and _LONG_LITERAL.fullmatch(text):
            shown, length = f"'''\n{text}'''", _INLINE + 1
        elif ("\\" in text or '"' in text) and _LITERAL.fullmatch(text):
            shown, length = f"'{text}'", min(len(text), _INLINE + 1)
        else:
            return text
        self.held.append(shown)
        number = str(len(self.held) - 1)
        return f"{self.mark}{number}{'x' * (length - len(number) - 2)}{self.mark}"


def _shortened(found: re.Match[str]) -> str:
    """An array of texts or numbers in one line, where it is short."""
    items = ", ".join(line.strip().rstrip(",") for line in found[2].rstrip("\n").split("\n"))
    return f"{found[1]}[{items}]" if len(found[1]) + len(items) + 2 <= _WIDE else found[0]


def _utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return instant
