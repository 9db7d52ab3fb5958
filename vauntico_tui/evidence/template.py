"""Reads what a pull request's description carries: its phase, revenue target, memories.md reference and KPIs.

What a template put there itself proves nothing: comments, unchecked boxes, examples in brackets and placeholders are
taken out before anything is looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vauntico_tui.base.text import clean

_MOST = 60_000
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_EXAMPLE = re.compile(r"\((?:e\.\s?g\.|for example|example|i\.\s?e\.|such as)[^()\n]{0,300}\)", re.IGNORECASE)
_BOX = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+\[(?P<tick>[ xX]?)\]\s*(?P<text>.*)$")
_BOXED_PHASE = re.compile(r"\bphase\s*#?\s*(\d{1,2})\b", re.IGNORECASE)
_NAMED_PHASE = re.compile(
    r"\bphase\b[^\w\n]{0,8}:[^\w\n]{0,8}(?:phase\s*)?#?(\d{1,2})\b"
    r"(?![^\S\n]*(?:[-–—/|,&]|or\b)[^\S\n]*(?:phase\s*)?\d)",  # "1 / 2 / 3" is a template's choice, not an answer
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:\$|\bUSD|€|£)[^\S\n]?(?P<a>\d[\d,._]{0,20})|\b(?P<b>\d[\d,._]{0,20})[^\S\n]?[KkMm]?[^\S\n]?(?:\$|USD\b)"
)
_REVENUE = re.compile(r"revenue|\bmrr\b|\barr\b|monetization target", re.IGNORECASE)
_MEMORIES = re.compile(
    r"memories\.md[)\]`*]*(?:#(?P<anchor>[\w%.-]+)"
    r"|[^\S\n,;.]{0,3}(?:section\b|sect?\.|§|→|->|>|:|#)[^\S\n\"'`*:#§]*(?P<section>[^\n]{1,120}))"
    r"|(?:section\b|§)[^\S\n]?[\"'`*]*(?P<before>[^\n\"'`*]{1,80}?)[\"'`*]*[^\S\n]+(?:of|in)[^\S\n]+[`\[*(]*memories\.md",
    re.IGNORECASE,
)
_PROSE = frozenset({
    "a", "an", "and", "are", "as", "below", "here", "if", "in", "is", "it", "its",
    "of", "or", "reference", "relevant", "so", "that", "the", "their", "this", "to", "which", "you", "your",
})  # fmt: skip
"""Words with which a template goes on where an answer would name a section: "the memories.md section that ..."."""
_HEADING = re.compile(r"^\s{0,3}(?:#{1,6}\s+(?P<hash>.+?)\s*#*|(?:\*\*|__)(?P<bold>[^*_\n]{1,80}?):?(?:\*\*|__):?)\s*$")
_LABEL = re.compile(
    r"^\s*(?:[-*+]\s+)?(?:\*\*|__)?(?P<label>[A-Za-z][^:*_\n]{0,60}?)(?:\*\*|__)?\s*:\s*(?:\*\*|__)?(?P<rest>.*)$"
)
_KPI = re.compile(r"\bkpis?\b|key performance", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"<[^>\n]*>|\[[^\]\n]*\](?!\()|\{[^}\n]*\}|_{2,}|\.{3,}|…"
    r"|\b(?:n/?a|tbd|todo|none|xxx+|placeholder|not applicable|fill in|anchor|section[- ]name|your[- ]section)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")

NAMES = {
    "phase": "exactly one phase",
    "revenue": "a revenue target",
    "memories": "a memories.md section",
    "kpis": "its KPIs",
}


@dataclass(frozen=True, slots=True)
class Description:
    """What a description carries of what the template asks for."""

    phases: frozenset[int]
    revenue: bool
    memories: bool
    kpis: bool

    def lacks(self, rules: tuple[str, ...]) -> list[str]:
        """What of the rules is missing, as words for a sentence."""
        carried = {
            "phase": len(self.phases) == 1,
            "revenue": self.revenue,
            "memories": self.memories,
            "kpis": self.kpis,
        }
        return [NAMES[rule] for rule in rules if not carried.get(rule, False)]


def read_description(body: str) -> Description:
    """Read a pull request's body. Takes any text; looks at the first 60,000 characters."""
    text = _EXAMPLE.sub("", _COMMENT.sub("", clean(body, _MOST)))
    phases: set[int] = set()
    lines: list[str] = []
    for line in text.splitlines():
        box = _BOX.match(line)
        if box is None:
            lines.append(line)
        elif box["tick"] in {"x", "X"}:
            found = _BOXED_PHASE.search(box["text"])
            if found is not None:
                phases.add(int(found[1]))
            else:
                lines.append(f"- {box['text']}")
    phases |= {int(match[1]) for line in lines for match in _NAMED_PHASE.finditer(line[:400])}
    return Description(frozenset(phases), _has_revenue(lines), _has_memories(lines), _has_kpis(lines))


def _has_revenue(lines: list[str]) -> bool:
    """An amount above nothing, in a line or under a heading that speaks of revenue."""
    about = False
    for line in lines:
        heading = _heading(line)
        if heading is not None:
            about = bool(_REVENUE.search(heading))
        if about or _REVENUE.search(line[:400]):
            amounts = (match["a"] or match["b"] for match in _AMOUNT.finditer(line[:400]))
            if any(re.search(r"[1-9]", amount) for amount in amounts):
                return True
    return False


def _has_memories(lines: list[str]) -> bool:
    for line in lines:
        for match in _MEMORIES.finditer(line[:400]):
            if match["anchor"]:
                if match["anchor"].strip(".").casefold() not in {"", "section", "anchor", "your-section"}:
                    return True
                continue
            words = _WORD.findall(_PLACEHOLDER.sub(" ", match["section"] or match["before"] or ""))
            if words and words[0].casefold() not in _PROSE:
                return True
    return False


def _has_kpis(lines: list[str]) -> bool:
    """Something said under a heading about KPIs, or behind a label that names them."""
    about = False
    for line in lines:
        heading = _heading(line)
        if heading is not None:
            about = bool(_KPI.search(heading))
            continue
        label = _LABEL.match(line[:400])
        if label is not None and _KPI.search(label["label"]):
            about = True
            if _says_something(label["rest"]):
                return True
        elif label is not None and not line[:1].isspace() and not line.lstrip().startswith(("-", "*", "+")):
            about = False  # another field begins
        elif about and _says_something(line):
            return True
    return False


def _heading(line: str) -> str | None:
    match = _HEADING.match(line[:400])
    return (match["hash"] or match["bold"]) if match is not None else None


def _says_something(text: str) -> bool:
    """Two letters or more, placeholders apart."""
    return any(len(word) > 1 for word in _WORD.findall(_PLACEHOLDER.sub(" ", text)))
