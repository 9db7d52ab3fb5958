"""Which characters the terminal's reader can see, as the environment says it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

_COERCED = {"C.UTF-8", "C.utf8", "UTF-8"}


def said_locale(env: Mapping[str, str] = os.environ, *, coerced: bool | None = None) -> str:
    """The locale for characters: LC_ALL, LC_CTYPE or LANG; "" where none is set.

    In the C locale Python itself sets LC_CTYPE to a UTF-8 one before any code runs (PEP 538) and is in UTF-8 mode then;
    that says nothing of the terminal. `coerced` tells whether it did; None asks the interpreter.
    """
    if coerced is None:
        coerced = bool(sys.flags.utf8_mode) and env.get("PYTHONUTF8") != "1"
    kind = env.get("LC_CTYPE", "")
    if coerced and kind in _COERCED:
        kind = ""
    return env.get("LC_ALL") or kind or env.get("LANG") or ""


def is_utf8(name: str) -> bool:
    """Whether a locale's name, like de_DE.UTF-8 or C.utf8@x, is of UTF-8."""
    return "utf8" in name.lower().replace("-", "")
