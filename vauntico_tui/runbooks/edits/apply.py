"""The one entry: an edit, a file's text and what else is there, to what comes of it."""

from __future__ import annotations

from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.edits import by_hand
from vauntico_tui.runbooks.edits.delete import delete
from vauntico_tui.runbooks.edits.jest import jest
from vauntico_tui.runbooks.edits.model import Edited, Exists
from vauntico_tui.runbooks.edits.prometheus import scrape_jobs
from vauntico_tui.runbooks.edits.put import put
from vauntico_tui.runbooks.edits.splice import CannotMerge
from vauntico_tui.runbooks.edits.template import template_fields
from vauntico_tui.runbooks.edits.workflow import workflow
from vauntico_tui.runbooks.model import (
    DeleteFile,
    FileEdit,
    JestOptions,
    PutFile,
    ScrapeJobs,
    TemplateFields,
    WorkflowDatabase,
)

_BOM = "\ufeff"


def apply(edit: FileEdit, before: str | None, exists: Exists) -> Edited:
    """What comes of an edit whose placeholders are filled in. `before` is the file's text as decoded (None: it is not
    there); `exists` says whether a path is there on the branch. Never raises: what can't be merged safely is `by_hand`.
    """
    bom = _BOM if before is not None and before.startswith(_BOM) else ""
    text = before.removeprefix(bom) if before is not None else None
    try:
        made = _made(edit, text, exists)
    except (CannotMerge, RecursionError) as cannot:
        reason = one_line(str(cannot), 400) if isinstance(cannot, CannotMerge) else "it is nested too deeply to edit"
        return Edited(
            edit.path, before, before, by_hand=reason, wanted=bom + by_hand.wanted(edit, text, exists, reason)
        )
    after = bom + made.after if made.after is not None else None
    return Edited(edit.path, before, after, tuple(one_line(note, 400) for note in made.notes), made.also)


def _made(edit: FileEdit, text: str | None, exists: Exists) -> Edited:
    match edit:
        case PutFile():
            return put(edit, text)
        case DeleteFile():
            return delete(edit, text)
        case WorkflowDatabase():
            return workflow(edit, text)
        case JestOptions():
            return jest(edit, text, exists)
        case ScrapeJobs():
            return scrape_jobs(edit, text)
        case TemplateFields():
            return template_fields(edit, text)
