"""One line of `doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """How something is, and what to do where it is not well. `id` groups lines; several may share it."""

    id: str
    state: How
    message: str
    next_step: str = ""
