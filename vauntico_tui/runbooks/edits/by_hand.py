"""What should come of a file that can't be merged safely: for a person's editor, beside the file as it is."""

from __future__ import annotations

from vauntico_tui.runbooks.edits.jest import fragment as jest_fragment
from vauntico_tui.runbooks.edits.splice import CannotMerge, newline_of
from vauntico_tui.runbooks.edits.template import fragment as template_fragment
from vauntico_tui.runbooks.edits.workflow import fragment as workflow_fragment
from vauntico_tui.runbooks.model import FileEdit, JestOptions, PutFile, ScrapeJobs, TemplateFields, WorkflowDatabase

_COMMENTS = {"yml": "# ", "yaml": "# ", **dict.fromkeys(("js", "cjs", "mjs", "ts", "cts", "mts"), "// ")}


def wanted(edit: FileEdit, before: str | None, reason: str) -> str:
    """The file with what should come into it as comments at its end, where it can hold comments; else that alone."""
    told = _fragment(edit)
    mark = _COMMENTS.get(edit.path.rsplit(".", 1)[-1].casefold())
    if not told or before is None or not before.strip() or mark is None:
        return told
    newline = newline_of(before)
    gap = "" if before.endswith(("\n", "\r")) else newline
    lines = ["", f"To be merged by hand: {reason}", "", *told.splitlines()]
    return (
        before
        + gap
        + newline.join([*((mark + line).rstrip() if line or at else "" for at, line in enumerate(lines)), ""])
    )


def _fragment(edit: FileEdit) -> str:
    """What should come into the file, by itself."""
    match edit:
        case WorkflowDatabase():
            try:
                return workflow_fragment(edit)
            except CannotMerge:  # its own values are not sound
                return ""
        case JestOptions():
            return jest_fragment(edit)
        case ScrapeJobs() | PutFile():
            return edit.text
        case TemplateFields():
            return template_fragment(edit)
    return ""
