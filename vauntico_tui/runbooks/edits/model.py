"""What an edit of a file comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Edited:
    """`after` is the whole new text (None: the file goes); equal to `before` where there is nothing to do.

    `also` are further files that it needs (path → text), created beside it. `by_hand` is set where it can't be merged
    safely: nothing is guessed, `after` is `before`, and `wanted` is what should come of it, for a person's editor.
    `notes` say what was seen and chosen, for the person who reads the plan.
    """

    path: str
    before: str | None
    after: str | None
    notes: tuple[str, ...] = ()
    also: dict[str, str] = field(default_factory=dict)
    by_hand: str = ""
    wanted: str = ""

    @property
    def changes(self) -> bool:
        return self.before != self.after or bool(self.also)


Exists = Callable[[str], bool]
"""Whether a path is there in the repository, at the branch that is edited."""
