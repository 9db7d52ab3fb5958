"""What every reader of a section works with: the place, the draft, and where the rest goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from vauntico_tui.plan.draft import Draft, Seen
from vauntico_tui.plan.markdown import Item
from vauntico_tui.plan.outline import Part, Section, parts_of
from vauntico_tui.plan.roles import Role
from vauntico_tui.plan.words import Span, title_of


@dataclass(slots=True)
class Place:
    """Where the importer is: the section, what it is, and what it takes from the sections around it. `left` are the
    lines, from 0, that no reader took."""

    section: Section
    role: Role
    week: Span | None = None
    due: timedelta | None = None
    category: str = ""
    left: list[tuple[int, int]] = field(default_factory=list)

    def leave(self, what: Part | Item) -> None:
        """Keep the lines of something for the section's note."""
        self.left.append((what.start, what.end))


@dataclass(slots=True)
class Reader:
    """The draft that readers fill. `hotfix` is the branch that the last shell snippet made."""

    draft: Draft
    hotfix: str | None = None

    def each(self, place: Place, part: Part, take: Callable[[str, int], bool]) -> bool:
        """Hand each item of a list on by its title; what is not taken, and what stands under it, is left."""
        if part.kind != "list":
            return False
        for item in part.items:
            title = title_of(item.text)
            if item.checked:
                self.draft.ticked.append(Seen("item", title, item.start))
            if title and take(title, item.start):
                self.below(place, item)
            elif item.text or item.blocks:
                place.leave(item)
        return True

    def below(self, place: Place, item: Item, take: Callable[[Part], bool] | None = None) -> None:
        """Hand on what stands under an item; what is not taken is left."""
        for part in parts_of(item.blocks):
            if take is None or not take(part):
                place.leave(part)
