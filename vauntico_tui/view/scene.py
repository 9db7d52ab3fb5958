"""What every part of a View is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vauntico_tui.evidence.facts import Readings
from vauntico_tui.evidence.ground import Ground
from vauntico_tui.plan.model import Plan
from vauntico_tui.view.memo import Memo


@dataclass(frozen=True, slots=True)
class Scene:
    """The plan, the readings at a time, and what can be taken from the View before."""

    plan: Plan
    started_at: datetime | None
    ground: Ground
    memo: Memo

    @property
    def readings(self) -> Readings:
        return self.ground.readings

    @property
    def now(self) -> datetime:
        return self.ground.now
