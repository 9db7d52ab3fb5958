"""What the screen is told before it draws. Plain and light: the commands make one before Textual is imported."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo

from vauntico_tui.base.locales import is_utf8, said_locale


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """The config's [screen] as plain values. `ascii` None asks the locale; `theme` "auto" asks COLORFGBG.

    `first_run`: there is no config, so the welcome is shown instead of opening a war room. `notify`: call the
    reader for what is new on Level 1.
    """

    theme: str = "auto"
    ascii: bool | None = None
    time_zone: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    first_run: bool = False
    notify: bool = True

    @property
    def plain(self) -> bool:
        """Whether only ASCII may reach the terminal."""
        if self.ascii is not None:
            return self.ascii
        if said := said_locale():
            return not is_utf8(said)
        return locale.getpreferredencoding(False).lower().replace("-", "") != "utf8"

    @property
    def light(self) -> bool:
        """Whether the light theme is wanted; a terminal that says its colours in COLORFGBG is believed."""
        if self.theme != "auto":
            return self.theme == "light"
        background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
        return background in {"7", "15"}

    @property
    def zone(self) -> tzinfo | None:
        """The reader's zone; None is the machine's own. A zone that is not known is taken for that, too."""
        if self.time_zone is None:
            return None
        try:
            return ZoneInfo(self.time_zone)
        except (OSError, ValueError, KeyError):  # the last: no such zone
            return None
