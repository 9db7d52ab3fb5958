"""What every section of the config has in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from vauntico_tui.base.fields import Duration


def _not_too_short(every: timedelta) -> timedelta:
    if every < timedelta(seconds=1):
        raise ValueError('must be "1 s" or longer')
    return every


Interval = Annotated[Duration, AfterValidator(_not_too_short)]
"""A time between two refreshes: a second at least, for a shorter one would be a loop."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
