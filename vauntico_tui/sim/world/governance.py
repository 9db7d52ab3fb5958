"""What a pull request must carry, and bodies that do or do not."""

from __future__ import annotations

import re

PHASES = (
    "Phase 1: Foundation",
    "Phase 2: B2B API Licensing",
    "Phase 3: Enterprise Compliance",
    "Phase 4: Creator Economy",
    "Phase 5: Vauntico Credits",
)
TARGETS = ("$100K", "$500K", "$300K", "$200K", "$100K")

_RULES = {
    "phase": re.compile(r"^\s*[-*] \[[xX]\].*phase\s*[1-5]", re.IGNORECASE | re.MULTILINE),
    "revenue": re.compile(r"revenue target[^$]{0,40}\$\s*\d", re.IGNORECASE),
    "memories": re.compile(r"memories\.md\W{0,6}(#|§|section)", re.IGNORECASE),
    "kpis": re.compile(r"KPIs?( affected)?\s*:?\s*\n*\s*[-*] (\[[xX]\] )?\w", re.IGNORECASE),
}


def complies(body: str) -> list[str]:
    """The rules that a pull request's body breaks; none when it complies."""
    return [rule for rule, pattern in _RULES.items() if not pattern.search(body)]


def body(summary: str, phase: int, kpi: str, section: int, *, without: str = "") -> str:
    """A pull request's body; `without` leaves one rule out."""
    text = f"## What changes\n\n{summary}\n\n"
    boxes = (f"- [{'x' if index == phase and without != 'phase' else ' '}] {name}" for index, name in enumerate(PHASES))
    text += "## Monetization phase\n\n" + "\n".join(boxes) + "\n\n"
    if without != "revenue":
        text += f"## Revenue target\n\nRevenue target: {TARGETS[phase]} MRR\n\n"
    if without != "memories":
        text += f"## memories.md\n\nFollows memories.md section {section}.\n\n"
    if without != "kpis":
        text += f"## KPIs affected\n\n- [x] {kpi}\n"
    return text
