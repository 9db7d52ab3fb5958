"""Every action, once. Bindings, footer, palette, help, commands and docs/keys.md are made from this table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Danger = Literal["none", "low", "high"]
Where = Literal["everywhere", "dashboard", "list", "detail"]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a hand can do. `key` is Textual's name for it ("a", "slash"); "" has no key, only the palette.

    `mutates` actions go through `warroom.perform`, which alone enforces read-only mode; the others are the face's own
    (moving, opening, filtering).
    """

    id: str  # "refresh.all": stable; config's [screen] keys and commands name it
    title: str
    key: str
    help: str
    where: Where = "everywhere"
    footer: bool = False
    danger: Danger = "none"
    mutates: bool = False
    needs: str = ""  # what must be selected: "", "row", "link"


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is for, captured when the key was pressed. Never "the current row"."""

    kind: str  # blocker target workflow run kpi escalation issue source
    id: str
    title: str
    link: str | None = None
