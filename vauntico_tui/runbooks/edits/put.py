"""Writes a whole file."""

from __future__ import annotations

from vauntico_tui.runbooks.edits.model import Edited
from vauntico_tui.runbooks.model import PutFile


def put(edit: PutFile, before: str | None) -> Edited:
    """The edit's text; a file that is there is kept or replaced, as the edit says."""
    if before is None:
        return Edited(edit.path, None, edit.text)
    if before.splitlines() == edit.text.splitlines():
        return Edited(edit.path, before, before, ("it is there already, the same",))
    if edit.if_there == "keep":
        return Edited(edit.path, before, before, ("it is there already and is kept, though its text is another",))
    return Edited(edit.path, before, edit.text)
