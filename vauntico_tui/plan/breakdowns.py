"""Counts that a document breaks a total down into: by severity or by category; in a sentence, a list or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vauntico_tui.plan.markdown import Block, Document
from vauntico_tui.plan.words import plain

_SEVERITY = r"(?:critical|high|medium|low)"
_BEFORE = re.compile(rf"(?<![\w.])(\d{{1,6}})\s+({_SEVERITY})\b(?!\s+(?:workflow|production)\s+issues)", re.IGNORECASE)
_AFTER = re.compile(rf"\b({_SEVERITY})(?:\s+(?:priority|severity|issues))*\s*[:=(]\s*(\d{{1,6}})\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"\btotal\b[\s:=|*]{0,6}(\d{1,6})\b"
    r"|(?<![\w.])(\d{1,6})\s+(?:[\w/-]+\s+){0,3}?issues\b(?:\s+in\s+(?:all|total)|\s*:|,? of which)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_COUNTED = re.compile(
    r"(?P<name>[^:|(]{2,80}?)\s*[:(–—-]\s*(?P<count>\d{1,6})\s*(?:issues?)?\s*\)?\s*\.?$"
    r"|(?P<first>\d{1,6})\s+(?P<rest>[^\d:|]{2,80})$",
    re.IGNORECASE,
)
_ROW = re.compile(r"\s*\|?\s*([^|]{1,80}?)\s*\|\s*(\d{1,6})\s*\|?.{0,200}$")
_ABOUT = re.compile(r"severit|categor|breakdown|by type|issues by", re.IGNORECASE)
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Counts that should sum to a total: the one they name themselves, or the document's. Lines from 0."""

    of: str
    counts: tuple[int, ...]
    line: int
    total: int | None = None
    total_line: int = 0

    @property
    def sum(self) -> int:
        return sum(self.counts)


def breakdowns(document: Document) -> Iterator[Breakdown]:
    """Every breakdown of issues in a document. Severities are known by their names, categories by the heading."""
    heading = before = ""
    for block in document.blocks:
        if block.kind == "heading":
            heading, before = block.text, ""
            continue
        if block.kind == "text" and len(block.text) <= _LONGEST:
            found = _in_table(block, _about(heading, before)) if "|" in block.text else _in_text(block)
        elif block.kind == "list" and len(block.items) <= 40 and _DIGIT.search(block.items[0].text):
            found = _in_list(block, _about(heading, before))
        else:
            found = None
        if found:
            yield found
        before = block.text if block.kind == "text" else ""


def _about(heading: str, before: str) -> bool:
    """Whether what stands before a block says that it breaks something down."""
    return _ABOUT.search(heading) is not None or _ABOUT.search(before[-200:]) is not None


def _in_text(block: Block) -> Breakdown | None:
    """ "60 issues: 18 critical, 22 high, 12 medium, 8 low"."""
    lowered = block.text.lower()
    if sum(name in lowered for name in ("critical", "high", "medium", "low")) < 3:
        return None
    counts = _severities(plain(block.text))
    if len(counts) < 3:
        return None
    return Breakdown("severity", tuple(counts.values()), block.start, *_total(block.text, block.start))


def _in_list(block: Block, about: bool) -> Breakdown | None:
    texts = [plain(item.text[:300]) for item in block.items]
    severities: dict[str, int] = {}
    named: list[int] = []
    total: tuple[int | None, int] = (None, 0)
    for item, text in zip(block.items, texts, strict=True):
        if text.lower().startswith("total"):
            number = re.search(r"\d{1,6}", text)
            total = (int(number[0]), item.start) if number else total
            continue
        severities |= _severities(text)
        counted = _COUNTED.match(text)
        if counted is None:
            return None
        named.append(int(counted["count"] or counted["first"]))
    if len(severities) >= 3 and len(severities) == len(named):
        return Breakdown("severity", tuple(severities.values()), block.start, *total)
    if about and len(named) >= 2:
        return Breakdown("category", tuple(named), block.start, *total)
    return None


def _in_table(block: Block, about: bool) -> Breakdown | None:
    lines = block.text.split("\n")
    if sum("|" in line for line in lines) < 3:
        return None
    counts: dict[str, int] = {}
    total: tuple[int | None, int] = (None, 0)
    for number, line in enumerate(lines):
        row = _ROW.match(plain(line[:400]))
        if row is None:
            continue
        if row[1].lower().startswith("total"):
            total = int(row[2]), block.start + number
        else:
            counts[row[1].lower()] = int(row[2])
    severities = [name for name in counts if re.fullmatch(_SEVERITY, name)]
    by_severity = len(severities) >= 3 and len(severities) == len(counts)
    head = _ABOUT.search(lines[0]) or re.search(r"\bissues\b", lines[0], re.IGNORECASE)
    if by_severity or ((about or head) and len(counts) >= 2):
        return Breakdown("severity" if by_severity else "category", tuple(counts.values()), block.start, *total)
    return None


def _severities(text: str) -> dict[str, int]:
    counts = {found[2].lower(): int(found[1]) for found in _BEFORE.finditer(text)}
    return counts or {found[1].lower(): int(found[2]) for found in _AFTER.finditer(text)}


def _total(text: str, line: int) -> tuple[int | None, int]:
    found = _TOTAL.search(text)
    return (int(found[1] or found[2]), line) if found else (None, 0)
