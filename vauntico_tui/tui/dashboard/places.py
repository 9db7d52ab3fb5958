"""Where everything goes at a size. Pure arithmetic; depends on the plan's counts, never on what just failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.geometry import Region

Mode = Literal["tiny", "accordion", "wide", "huge", "zoom"]

BLOCKERS, TARGETS, CI, KPIS, ESCALATIONS = "blockers", "targets", "ci", "kpis", "escalations"
PANES = (BLOCKERS, TARGETS, CI, KPIS, ESCALATIONS)
"""In the order of their numbers, 1 to 5."""

LEAST = (80, 24)
"""Below this many columns and lines only the escalations are shown."""


@dataclass(frozen=True, slots=True)
class Places:
    """Regions by name ("header", "footer", a pane's); panes without one are not shown; folded ones take a line."""

    mode: Mode
    regions: dict[str, Region]
    folded: frozenset[str] = frozenset()


def places(width: int, height: int, open_pane: str, zoomed: bool, wants: dict[str, int]) -> Places:
    """`open_pane` is the pane with the focus; `wants` are the lines that panes would fill, frames included."""
    header, footer = Region(0, 0, width, 1), Region(0, max(1, height - 1), width, 1)
    regions = {"header": header, "footer": footer}
    area = max(1, height - 2)
    if width < LEAST[0] or height < LEAST[1]:
        return Places("tiny", regions | {ESCALATIONS: Region(0, 1, width, area)})
    if zoomed:
        return Places("zoom", regions | {open_pane: Region(0, 1, width, area)})
    if width >= 180 and height >= 48:
        return Places("huge", regions | _huge(width, area, wants))
    if width >= 110 and height >= 32:
        return Places("wide", regions | _wide(width, area, wants))
    y = 1
    for pane in PANES:
        size = area - len(PANES) + 1 if pane == open_pane else 1
        regions[pane] = Region(0, y, width, size)
        y += size
    return Places("accordion", regions, frozenset(PANES) - {open_pane})


def _wide(width: int, area: int, wants: dict[str, int]) -> dict[str, Region]:
    """Two columns over the KPIs: promises left, what happens right."""
    low = _between(wants[KPIS], 8, area * 32 // 100)
    top = area - low
    left = width // 2
    blockers = _between(wants[BLOCKERS], 6, top * 45 // 100)
    escalations = _between(wants[ESCALATIONS], top // 2, top * 58 // 100)
    right = width - left
    return {
        BLOCKERS: Region(0, 1, left, blockers),
        TARGETS: Region(0, 1 + blockers, left, top - blockers),
        ESCALATIONS: Region(left, 1, right, escalations),
        CI: Region(left, 1 + escalations, right, top - escalations),
        KPIS: Region(0, 1 + top, width, low),
    }


def _huge(width: int, area: int, wants: dict[str, int]) -> dict[str, Region]:
    """Three columns over the KPIs: promises, who must act, what runs."""
    low = _between(wants[KPIS], 8, area * 32 // 100)
    top = area - low
    left = middle = width // 3
    blockers = _between(wants[BLOCKERS], 6, top * 45 // 100)
    right = width - left - middle
    return {
        BLOCKERS: Region(0, 1, left, blockers),
        TARGETS: Region(0, 1 + blockers, left, top - blockers),
        ESCALATIONS: Region(left, 1, middle, top),
        CI: Region(left + middle, 1, right, top),
        KPIS: Region(0, 1 + top, width, low),
    }


def _between(want: int, least: int, most: int) -> int:
    return max(least, min(want, most))
