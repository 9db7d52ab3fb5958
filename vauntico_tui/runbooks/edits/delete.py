"""Deletes a file."""

from __future__ import annotations

from vauntico_tui.runbooks.edits.model import Edited
from vauntico_tui.runbooks.model import DeleteFile


def delete(edit: DeleteFile, before: str | None) -> Edited:
    """Nothing is left; where nothing was, there is nothing to do."""
    return Edited(edit.path, before, None, () if before is not None else ("it is not there",))
