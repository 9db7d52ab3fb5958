"""A pull request's description: the repository's own template with its governance fields filled in.

Whatever the template looks like, `evidence.template.read_description` finds all that was given: a section that the
template lacks is added at its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.template import read_description

_BOX = re.compile(r"^(?P<before>\s*(?:[-*+]|\d{1,3}[.)])\s+\[)(?P<tick>[ xX]?)(?P<after>\]\s*)(?P<text>.*)$")
_PHASE = re.compile(r"\bphase\s*#?\s*(\d{1,2})\b", re.IGNORECASE)
_HEADING = re.compile(r"^\s{0,3}(?:#{1,6}\s+(?P<hash>.+?)\s*#*|(?:\*\*|__)(?P<bold>[^*_\n]{1,80}?):?(?:\*\*|__):?)\s*$")
_ABOUT = {
    "revenue": re.compile(r"revenue|\bmrr\b|monetization target", re.IGNORECASE),
    "memories": re.compile(r"memories\.md|\bmemories\b", re.IGNORECASE),
    "kpis": re.compile(r"\bkpis?\b|key performance", re.IGNORECASE),
    "phase": re.compile(r"\bphase\b", re.IGNORECASE),
    "what": re.compile(r"what (?:changes|this|does)|summary|description|^changes$|^about$|overview", re.IGNORECASE),
}
_LABEL = re.compile(
    r"^(?P<asks>\s*(?:[-*+]\s+)?(?:\*\*|__)?(?P<label>[A-Za-z][^:\n]{0,60}?)(?:\*\*|__)?\s*:(?:\*\*|__)?)(?P<rest>.*)$"
)
_BLANK = re.compile(
    r"^\s*(?:[-*+]\s*)?(?:\[ ?\]\s*)?[\s$_.…*`]*(?:<[^>]*>|\[[^\]]*\]|TBD|TODO|N/?A)?[\s_.]*$", re.IGNORECASE
)
"""What stands where an answer is asked for."""
_HEADINGS = {
    "phase": "Monetization phase", "revenue": "Revenue target", "memories": "memories.md", "kpis": "KPIs affected",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fields:
    """What the description carries; empty ones are left as the template has them."""

    about: str = ""
    phase: int | None = None
    revenue: str = ""
    memories: str = ""
    kpis: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The governance fields that are given."""
        given = {"phase": self.phase, "revenue": self.revenue, "memories": self.memories, "kpis": self.kpis}
        return tuple(name for name, value in given.items() if value)


def describe(template: str, fields: Fields) -> str:
    """A new description. The template's line endings become plain ones; its words stay."""
    text = template.replace("\r\n", "\n").strip("\n")
    if fields.about:
        placed = _under(text, "what", fields.about.strip())
        text = placed if placed is not None else f"{fields.about.strip()}\n\n{text}".strip("\n")
    if fields.phase and read_description(text).phases - {fields.phase}:  # a template's own tick is no answer
        text = _only(_tick(text, fields.phase) or text, fields)
    return complete(text, fields)


def complete(body: str, fields: Fields) -> str:
    """A description with what it lacks of the given fields put in; one that lacks nothing is returned as it is."""
    text = body.replace("\r\n", "\n")
    for name in fields.rules:
        if not _lacks(text, name):
            continue
        for way in (_fill_in, _answer, _append, _put_in_front):
            tried = way(text, name, fields)
            if tried is not None and not _lacks(tried, name):
                text = tried
                break
    return text if text.endswith("\n") or not text else text + "\n"


def _lacks(text: str, name: str) -> bool:
    return bool(read_description(text).lacks((name,)))


def _fill_in(text: str, name: str, fields: Fields) -> str | None:
    if name == "phase":
        return _tick(text, fields.phase or 0)
    return _under(text, name, _said(name, fields))


def _append(text: str, name: str, fields: Fields) -> str | None:
    """A section of its own at the end. A body that says several phases already is left to say them."""
    return f"{text.rstrip()}\n\n## {_HEADINGS[name]}\n\n{_said(name, fields)}\n"


def _put_in_front(text: str, name: str, fields: Fields) -> str | None:
    """The same at the beginning, for a text whose end is not read: a comment that is not closed."""
    return f"## {_HEADINGS[name]}\n\n{_said(name, fields)}\n\n{text.lstrip()}"


def _only(text: str, fields: Fields) -> str:
    """Without another phase than ours: its box is not ticked, its label answered anew, a line of prose left out."""
    lines = []
    for line in text.split("\n"):
        kept: str | None = line
        for way in (_untick, lambda one: _answer(one, "phase", fields), lambda _: None):
            if kept is None or not read_description(kept).phases - {fields.phase}:
                break
            kept = way(line)
        if kept is not None:
            lines.append(kept)
    return "\n".join(lines)


def _answer(text: str, name: str, fields: Fields) -> str | None:
    """Behind a label that asks for it in one line ("**Revenue target**: $____"); None without one."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        label = _LABEL.match(line)
        if (
            label is not None
            and _ABOUT[name].search(label["label"])
            and (name == "phase" or _BLANK.match(label["rest"]))
        ):
            said = str(fields.phase) if name == "phase" else _said(name, fields)
            if name == "kpis":
                said = ", ".join(one_line(kpi, 200) for kpi in fields.kpis)
            lines[at] = f"{label['asks'].rstrip()} {said.removeprefix('Revenue target: ')}"
            return "\n".join(lines)
    return None


def _said(name: str, fields: Fields) -> str:
    match name:
        case "phase":
            return f"- [x] Phase {fields.phase}"
        case "revenue":
            return f"Revenue target: {one_line(fields.revenue, 200)}"
        case "memories":
            return f"memories.md section: {one_line(_section(fields.memories), 120)}"
        case _:
            return "\n".join(f"- {one_line(kpi, 200)}" for kpi in fields.kpis)


def _section(memories: str) -> str:
    """The section alone, whether "2", "section 2. Phases" or "memories.md#phases" was given."""
    text = re.sub(r"^\W*memories\.md\W*", "", memories.strip(), flags=re.IGNORECASE)
    return re.sub(r"^(?:section|§)\W*", "", text, flags=re.IGNORECASE) or memories


def _tick(text: str, phase: int) -> str | None:
    """The box of this phase ticked, those of others not; None where the template has no such box."""
    found = False

    def line(match: re.Match[str], number: int) -> str:
        nonlocal found
        ours = number == phase and not found
        found = found or ours
        return f"{match['before']}{'x' if ours else ' '}{match['after']}{match['text']}"

    told = _boxes(text, line)
    return told if found else None


def _untick(text: str) -> str:
    return _boxes(text, lambda match, _: f"{match['before']} {match['after']}{match['text']}")


def _boxes(text: str, change: Callable[[re.Match[str], int], str]) -> str:
    lines = []
    for line in text.split("\n"):
        box = _BOX.match(line)
        named = _PHASE.search(box["text"]) if box else None
        lines.append(change(box, int(named[1])) if box and named else line)
    return "\n".join(lines)


def _under(text: str, name: str, said: str) -> str | None:
    """Put `said` under the first heading about `name`, behind the comments there; None without such a heading."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        heading = _HEADING.match(line)
        if heading is None or not _ABOUT[name].search(heading["hash"] or heading["bold"] or ""):
            continue
        end = _end_of(lines, at + 1)
        body = lines[at + 1 : end]
        kept, rest = (
            _ticked(_without_blank_fields(body), said) if name == "kpis" else (_without_blank_fields(body), said)
        )
        block, item = _strip(kept), [rest] if rest else []
        gap = [""] if block and item else []
        both = [*item, *gap, *block] if name == "kpis" else [*block, *gap, *item]
        return "\n".join([*lines[: at + 1], "", *both, "", *lines[end:]]).rstrip("\n") + "\n"
    return None


def _end_of(lines: Sequence[str], start: int) -> int:
    inside = False
    for at in range(start, len(lines)):
        inside = (inside or "<!--" in lines[at]) and "-->" not in lines[at]
        if not inside and _HEADING.match(lines[at]):
            return at
    return len(lines)


def _without_blank_fields(lines: Sequence[str]) -> list[str]:
    """Without lines that only ask ("Revenue target: $____", "-"): what is put in answers them."""
    return [
        line for line in lines
        if not line.strip() or "<!--" in line or "-->" in line or not _BLANK.match(re.sub(r"^[^:]{0,60}:", "", line))
    ]  # fmt: skip


def _ticked(lines: Sequence[str], said: str) -> tuple[list[str], str]:
    """Boxes that name a KPI ticked; the KPIs that no box names are left to be said."""
    left = said.split("\n")
    told = []
    for line in lines:
        box = _BOX.match(line)
        named = [kpi for kpi in left if box and kpi[2:].casefold() in box["text"].casefold()]
        if box and named:
            left = [kpi for kpi in left if kpi not in named]
            line = f"{box['before']}x{box['after']}{box['text']}"  # noqa: PLW2901
        told.append(line)
    return told, "\n".join(left)


def _strip(lines: Sequence[str]) -> list[str]:
    text = "\n".join(lines).strip("\n")
    return text.split("\n") if text else []
