"""The sections that governance asks for, added to a pull-request template in its own style."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vauntico_tui.evidence.template import read_description
from vauntico_tui.runbooks.edits.model import Edited
from vauntico_tui.runbooks.edits.splice import CannotMerge, Splice, lines_at, next_line, spliced
from vauntico_tui.runbooks.model import TemplateFields

PHASES = ("Foundation", "B2B API Licensing", "Enterprise Compliance", "Creator Economy", "Vauntico Credits")
KPIS = ("pro subscriptions", "score-insurance sign-ups", "trust-calculator usage", "none")
_MOST = 256_000
_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+(#+))?[ \t]*$")
_BOLD = re.compile(r"^ {0,3}(\*\*|__)([^*_]{1,80}?):?\1:?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_BOX = re.compile(r"^(\s*)([-*+])[ \t]+\[[ xX]?\][ \t]*(.*)$")
_LABEL = re.compile(r"^\s*(?:[-*+]\s+)?(?:\*\*|__)?([^:*_|\n]{1,60})(?:\*\*|__)?\s*:")
_ROW = re.compile(r"^\s*\|([^|\n]{1,80})\|")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_PHASE_BOX = re.compile(r"\bphase\s*#?\s*([1-5])\b", re.IGNORECASE)
_ABOUT = {
    "phase": re.compile(r"\bphases?\b", re.IGNORECASE),
    "revenue": re.compile(r"revenue|\bmrr\b|\barr\b|monetization target", re.IGNORECASE),
    "memories": re.compile(r"memories\.md", re.IGNORECASE),
    "kpis": re.compile(r"\bkpis?\b|key performance", re.IGNORECASE),
}
_TITLES = {
    "phase": "Monetization phase",
    "revenue": "Revenue target",
    "memories": "memories.md",
    "kpis": "KPIs affected",
}
_HINTS = {
    "phase": "Tick exactly one.",
    "revenue": "The monthly recurring revenue that this works towards, in dollars.",
    "memories": "Which section this follows.",
    "kpis": "Tick what this moves.",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line outside of comments and code, and where it begins. `title`: what it is the heading of, if it is one;
    `field`: what is asked for in it, if anything is."""

    start: int
    text: str
    title: str
    field: str


@dataclass(frozen=True, slots=True)
class _Style:
    """How the template is written: "##", "##…" (closed by the same) or "**" (bold); its bullet; whether a blank line
    follows a heading; whether it explains itself in comments. An underlined heading counts as "##": that is how the war
    room reads a description's sections."""

    heading: str
    bullet: str
    gap: bool
    hints: bool


def template_fields(edit: TemplateFields, before: str | None) -> Edited:
    """Add the sections that it lacks; without a template, make one. Raises CannotMerge."""
    if before is None or not before.strip():
        return Edited(edit.path, before, fragment(edit))
    if len(before) > _MOST:
        raise CannotMerge(f"it is too large to edit ({len(before):,} characters, at most {_MOST:,})")
    lines = _read(before)
    style = _style(before, lines)
    lacking = [field for field in edit.fields if not any(_ABOUT[field].search(line.field) for line in lines)]
    splices: list[Splice] = []
    notes: list[str] = []
    if "phase" in edit.fields and "phase" not in lacking:
        splices += _missing_boxes(before, lines, style, notes)
    if lacking:
        body = [line for field in lacking for line in ("", *_section(field, style))]
        splices.append(lines_at(before, len(before), body[1:] if _ends_blank(before) else body))
        notes.insert(0, f"sections added at its end: {', '.join(_TITLES[field] for field in lacking)}")
    after = spliced(before, splices)
    _prove(edit, before, after)
    return Edited(edit.path, before, after, tuple(notes))


def fragment(edit: TemplateFields) -> str:
    """A whole template that asks for the fields."""
    style = _Style("##", "-", gap=True, hints=True)
    lines = ["## What changes", ""]
    for field in edit.fields:
        lines += ["", *_section(field, style)]
    return "\n".join(lines) + "\n"


# ---- reading -------------------------------------------------------------------------------------------------------


def _read(text: str) -> list[_Line]:
    """Its lines outside of comments and code. Raises CannotMerge where one of those, or a fold, never ends."""
    found: list[_Line] = []
    fence = ""
    comment = False
    at = 0
    for whole in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text):
        start, at = at, at + len(whole)
        line = whole.rstrip("\r\n")
        opened = _FENCE.match(line)
        if fence:
            fence = "" if opened is not None and opened[1].startswith(fence) else fence
            continue
        if opened is not None and not comment:
            fence = opened[1]
            continue
        seen, comment = _outside(line, comment)
        title, field = _asked(seen)
        under = _UNDERLINE.match(seen)
        if under is not None and found and found[-1].start + 1 < start and found[-1].text.strip():
            title = field = ""
            last = found[-1]
            if not last.title and not _BOX.match(last.text) and not last.text.startswith(("|", ">", "-", "*")):
                found[-1] = _Line(last.start, last.text, last.text.strip(), last.text.strip())
        found.append(_Line(start, seen, title, field))
    if fence or comment:
        raise CannotMerge("a comment in it never ends" if comment else "a block of code in it never ends")
    folds = "\n".join(line.text for line in found).casefold()
    if folds.count("<details") > folds.count("</details"):
        raise CannotMerge("a <details> in it never ends")
    return found


def _outside(line: str, comment: bool) -> tuple[str, bool]:
    """What of a line is outside of comments, and whether one goes on behind it."""
    seen = ""
    while line:
        mark = "-->" if comment else "<!--"
        head, found, line = line.partition(mark)
        seen += "" if comment else head
        if not found:
            break
        comment = not comment
    return seen, comment


def _asked(line: str) -> tuple[str, str]:
    """What a line is the heading of, and what it asks for."""
    heading = _ATX.match(line)
    if heading is not None:
        return heading[2], heading[2]
    bold = _BOLD.match(line)
    if bold is not None:
        return bold[2], bold[2]
    box = _BOX.match(line)
    if box is not None:  # a box asks for what it says, which of these only a phase is
        return "", box[3] if _PHASE_BOX.search(box[3]) else ""
    for form in (_LABEL, _ROW):
        match = form.match(line)
        if match is not None:
            return "", match[1]
    return "", ""


def _style(text: str, lines: list[_Line]) -> _Style:
    marks: list[str] = []
    gaps: list[bool] = []
    for at, line in enumerate(lines):
        atx = _ATX.match(line.text)
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        if atx is not None:
            marks.append(atx[1] + ("…" if atx[3] else ""))
        elif line.title and _BOLD.match(line.text):
            marks.append("**")
        elif line.title:
            marks.append("##" if below.strip().startswith("-") else "#")
            below = lines[at + 2].text if at + 2 < len(lines) else ""
        else:
            continue
        gaps.append(not below.strip())
    boxes = [match[2] for line in lines if (match := _BOX.match(line.text)) is not None]
    plain = [mark for mark in marks if mark != "**"] or marks
    return _Style(
        max(dict.fromkeys(reversed(plain)), key=plain.count) if plain else "##",
        max(dict.fromkeys(boxes), key=boxes.count) if boxes else "-",
        gap=sum(gaps) * 2 >= len(gaps),
        hints="<!--" in text,
    )


# ---- writing -------------------------------------------------------------------------------------------------------


def _section(field: str, style: _Style) -> list[str]:
    lines = [_heading(_TITLES[field], style), *([""] if style.gap else [])]
    if style.hints:
        lines += [f"<!-- {_HINTS[field]} -->", *([""] if style.gap else [])]
    match field:
        case "phase":
            lines += _boxes([f"Phase {number}: {name}" for number, name in enumerate(PHASES, 1)], style)
        case "revenue":
            lines.append("Revenue target: $")
        case "memories":
            lines.append("memories.md section:")
        case _:
            lines += _boxes(KPIS, style)
    return lines


def _heading(title: str, style: _Style) -> str:
    if style.heading == "**":
        return f"**{title}**"
    mark = style.heading.rstrip("…")
    return f"{mark} {title} {mark}" if style.heading.endswith("…") else f"{mark} {title}"


def _boxes(names: tuple[str, ...] | list[str], style: _Style) -> list[str]:
    return [f"{style.bullet} [ ] {name}" for name in names]


def _missing_boxes(text: str, lines: list[_Line], style: _Style, notes: list[str]) -> list[Splice]:
    """The phases that a section about them does not offer, behind those that it offers."""
    boxes = [(line, match) for line in lines if (match := _BOX.match(line.text)) is not None]
    offered = {
        int(found[1]): (line, match) for line, match in boxes if (found := _PHASE_BOX.search(match[3])) is not None
    }
    at = next((n for n, line in enumerate(lines) if line.title and _ABOUT["phase"].search(line.title)), None)
    if not offered and at is None:
        notes.append("it asks for the phase in words of its own: left as it is")
        return []
    splices: list[Splice] = []
    if at is not None and at + 1 < len(lines) and _UNDERLINE.match(lines[at + 1].text):
        at += 1
    if at is not None and "monetization phase" not in text.casefold():
        splices.append(
            lines_at(text, next_line(text, lines[at].start), ["<!-- Monetization phase: tick exactly one. -->"])
        )
        notes.append("the phase that it asks for is said to be the monetization phase")
    missing = [number for number in range(1, len(PHASES) + 1) if number not in offered]
    if not missing:
        return splices
    indent, bullet, lead = "", style.bullet, [""] if style.gap else []
    behind = lines[at or 0]
    if offered:
        behind, match = max(offered.values(), key=lambda entry: entry[0].start)
        indent, bullet, lead = match[1], match[2], []
    notes.append(f"phases added to its choice: {', '.join(str(number) for number in missing)}")
    added = [f"{indent}{bullet} [ ] Phase {number}: {PHASES[number - 1]}" for number in missing]
    return [*splices, lines_at(text, next_line(text, behind.start), [*lead, *added])]


def _ends_blank(text: str) -> bool:
    return bool(re.search(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)[ \t]*\Z", text))


# ---- proof ---------------------------------------------------------------------------------------------------------


def _prove(edit: TemplateFields, before: str, after: str) -> None:
    """Raises CannotMerge unless every section is there now, and the empty template still claims nothing."""
    lines = _read(after)
    lost = [field for field in edit.fields if not any(_ABOUT[field].search(line.field) for line in lines)]
    if lost:
        raise CannotMerge(f"the section {_TITLES[lost[0]]} would not be seen where it is put")
    had, has = read_description(before), read_description(after)
    if had != has:
        raise CannotMerge("a pull request that left the new sections empty would seem to have filled them")
