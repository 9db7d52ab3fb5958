"""What folders of the repository hold, as GraphQL told it: enough to say whether a path is there."""

from __future__ import annotations

from typing import Any

ROOT = "{ ... on Tree { entries { name type } } }"
TREE = (
    "{ ... on Tree { entries { name type object { ... on Tree { entries { name type object "
    "{ ... on Tree { entries { name type } } } } } } } } }"
)
"""A folder and two below it."""


class Listings:
    """Folders by the ref and path at which they stand. `asked` are those that were asked for, there or not."""

    def __init__(self) -> None:
        self.asked: set[tuple[str, str]] = set()
        self._names: dict[tuple[str, str], dict[str, bool]] = {}  # name: whether it is a folder

    def add(self, ref: str, folder: str, told: Any) -> None:
        """What GraphQL said of a folder: null where it is not there, or is none."""
        self.asked.add((ref, folder))
        entries = told.get("entries") if isinstance(told, dict) else None
        if entries is None:
            self._names.setdefault((ref, folder), {})
            return
        self._names[ref, folder] = {str(one["name"]): one.get("type") == "tree" for one in entries}
        for one in entries:
            below = one.get("object")
            if isinstance(below, dict) and below.get("entries") is not None:
                self.add(ref, f"{folder}/{one['name']}".strip("/"), below)

    def there(self, ref: str, path: str) -> bool | None:
        """Whether a path is there; None: it lies beyond what was read."""
        folder = ""
        for name in path.strip("/").split("/"):
            names = self._names.get((ref, folder))
            if names is None:
                return None
            if name not in names:
                return False
            if not names[name]:
                return path.strip("/") == f"{folder}/{name}".strip("/")  # a file holds nothing
            folder = f"{folder}/{name}".strip("/")
        return True
