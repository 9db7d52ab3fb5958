"""What must hold of every edit, looked at with other eyes than the edit's own."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML

from vauntico_tui.runbooks.edits.apply import apply
from vauntico_tui.runbooks.edits.model import Edited
from vauntico_tui.runbooks.model import FileEdit

_ENDS = re.compile(r"\r\n|\n|\r")


def load(text: str) -> Any:
    """YAML as GitHub and Prometheus read it."""
    return YAML(typ="safe", pure=True).load(text.removeprefix("\ufeff"))


def taken_away(before: str, after: str) -> list[str]:
    """The lines of the old text that are not in the new one, in order; line ends and byte order mark left aside."""
    old, new = (_ENDS.split(text.removeprefix("\ufeff")) for text in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        line for tag, i, j, _, _ in matcher.get_opcodes() if tag in {"replace", "delete"} for line in old[i:j] if line
    ]


def put_in(before: str, after: str) -> list[str]:
    return taken_away(after, before)


def applied(edit: FileEdit, before: str, exists: Callable[[str], bool]) -> Edited:
    """The edit, with what must hold of any: what is by hand changes nothing and says what is wanted; twice is once;
    byte order mark, line ends and a missing last line end stay."""
    made = apply(edit, before, exists)
    assert (made.path, made.before) == (edit.path, before)
    if made.by_hand:
        assert made.after == before
        assert not made.also
        assert made.wanted
        return made
    assert made.after is not None
    after = made.after
    again = apply(edit, after, lambda path: exists(path) or path in made.also)
    assert not again.by_hand, again.by_hand
    assert not again.changes
    assert after.startswith("\ufeff") == before.startswith("\ufeff")
    if _ENDS.search(before):
        assert set(_ENDS.findall(after)) <= set(_ENDS.findall(before))
        assert (after[-1:] in {"\n", "\r"}) == (before[-1:] in {"\n", "\r"})
    return made
