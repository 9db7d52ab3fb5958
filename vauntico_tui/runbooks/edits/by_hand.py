"""What should come of a file that can't be merged safely: for a person's editor, beside the file as it is."""

from __future__ import annotations

from vauntico_tui.runbooks.edits.jest import fragment as jest_fragment
from vauntico_tui.runbooks.edits.jest import jest
from vauntico_tui.runbooks.edits.model import Exists
from vauntico_tui.runbooks.edits.splice import CannotMerge, newline_of
from vauntico_tui.runbooks.edits.template import fragment as template_fragment
from vauntico_tui.runbooks.edits.workflow import fragment as workflow_fragment
from vauntico_tui.runbooks.model import FileEdit, JestOptions, PutFile, ScrapeJobs, TemplateFields, WorkflowDatabase

_COMMENTS = {"yml": "# ", "yaml": "# ", **dict.fromkeys(("js", "cjs", "mjs", "ts", "cts", "mts"), "// ")}


def wanted(edit: FileEdit, before: str | None, exists: Exists, reason: str) -> str:
    """The file as far as it can be merged, and what is left as comments at its end where it can hold comments; else
    what is left by itself."""
    also: list[str] = []
    if isinstance(edit, JestOptions) and before is not None:
        edit, before, also = _as_far(edit, before, exists)
    told = _fragment(edit)
    mark = _COMMENTS.get(edit.path.rsplit(".", 1)[-1].casefold())
    if not told or before is None or not before.strip() or mark is None:
        return told
    newline = newline_of(before)
    gap = "" if before.endswith(("\n", "\r")) else newline
    lines = [f"To be merged by hand: {reason}", *(f"Not there yet: {file}" for file in also), "", *told.splitlines()]
    return before + gap + newline + newline.join([*((mark + line).rstrip() for line in lines), ""])


def _as_far(edit: JestOptions, text: str, exists: Exists) -> tuple[JestOptions, str, list[str]]:
    """What can't be merged of a Jest configuration's options, the text with the others, and the files that it lacks."""
    left = dict(edit.options)
    also: list[str] = []
    for name, told in edit.options.items():
        try:
            made = jest(edit.model_copy(update={"options": {name: told}}), text, exists)
        except (CannotMerge, RecursionError):
            continue
        del left[name]
        text = made.after or text
        also += made.also
    return edit.model_copy(update={"options": left or dict(edit.options)}), text, also


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
