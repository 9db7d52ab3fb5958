"""Text from outside is data: never markup, never an escape sequence, never a direction override."""

from __future__ import annotations

import re

# ESC sequences whole (CSI, OSC, DCS, two-byte), then any control that is left, bidi and invisible characters.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udfff]|[\U000e0000-\U000e007f]"
)


def clean(text: str, limit: int | None = None) -> str:
    """Outside text made safe to print, newlines and tabs kept; cut to `limit` characters with an ellipsis."""
    if limit is not None and len(text) > 4 * limit:
        text = text[: 4 * limit]
    safe = _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n")))
    return safe if limit is None or len(safe) <= limit else safe[: limit - 1] + "…"


def one_line(text: str, limit: int = 300) -> str:
    """`clean`, with every run of white space a single space."""
    return clean(" ".join(clean(text, 4 * limit).split()), limit)
