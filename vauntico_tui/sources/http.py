"""httpx without what only its own command line needs, which it imports all the same: 2 MB."""

from __future__ import annotations

from vauntico_tui.base.later import loaded_later

with loaded_later("pygments.lexers", "pygments.util", "rich.progress", "rich.syntax"):
    import httpx

__all__ = ["httpx"]
