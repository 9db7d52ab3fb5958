"""Plan files read: every problem with its file and line, all at once."""

from __future__ import annotations

from pathlib import Path

from vauntico_tui.base.problems import InputError
from vauntico_tui.base.tomlfile import by_line, check, read_document, read_text
from vauntico_tui.plan.model import Plan
from vauntico_tui.plan.references import known_in, problems_of
from vauntico_tui.runbooks.lint import lint


def load_plan(path: Path) -> Plan:
    """The plan in a file. Raises InputError with every problem."""
    return parse_plan(read_text(path), str(path))


def parse_plan(text: str, file: str) -> Plan:
    """A plan from its TOML. Raises InputError with every problem."""
    document = read_document(text, file)
    plan, problems, _ = check(Plan, document)
    problems += problems_of(document)
    if "runbooks" in document.data:
        problems += lint(document, known_in(document)).problems
    if problems or plan is None:
        raise InputError(sorted(problems, key=by_line))
    return plan
