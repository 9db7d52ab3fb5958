"""Holds a workflow against GitHub's schema, which check-jsonschema carries."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vauntico_tui.runbooks.edits.splice import CannotMerge
from vauntico_tui.runbooks.edits.yaml_nodes import plain

if TYPE_CHECKING:
    from jsonschema import Draft7Validator, ValidationError

_SCHEMA = Path("builtin_schemas/vendor/github-workflows.json")


def problems(workflow: Any) -> dict[str, str]:
    """What is wrong with a workflow as YAML 1.2 reads it: one sentence each. Its key is the place and the rule, the
    same for a problem that only moved down a list."""
    found: dict[str, str] = {}
    for problem in _validator().iter_errors(workflow):
        for key, sentence in _sentences(problem):
            found.setdefault(key, sentence)
    return found


def new_problems(after: str, before: str | None) -> tuple[str, ...]:
    """What is wrong with the text of a workflow that was not wrong with it before: sentences."""
    try:
        found = problems(plain(after))
    except CannotMerge as unreadable:
        return (str(unreadable),)
    try:
        known = problems(plain(before)) if before is not None else {}
    except CannotMerge:
        known = {}
    return tuple(sentence for place, sentence in found.items() if place not in known)


def _sentences(problem: ValidationError) -> Iterator[tuple[str, str]]:
    """A problem, or where one of several shapes must fit, what is wrong with each."""
    if not problem.context:
        path = list(problem.absolute_path)
        where = ".".join(str(part) for part in path) or "the workflow"
        said = problem.message if len(problem.message) < 160 else f"{problem.validator} does not hold"
        key = [*("*" if isinstance(part, int) else part for part in path), "|", *problem.absolute_schema_path]
        yield "/".join(str(part) for part in key), f"{where}: {said}"
    for below in problem.context or ():
        yield from _sentences(below)


@lru_cache(maxsize=1)
def _validator() -> Draft7Validator:
    from jsonschema import Draft7Validator  # noqa: PLC0415  70 ms that most starts never need

    # Found, not imported: the package's own __init__ loads its command line and an HTTP client.
    found = importlib.util.find_spec("check_jsonschema")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("check-jsonschema, which carries GitHub's workflow schema")
    schema = json.loads((Path(found.origin).parent / _SCHEMA).read_text("utf-8"))
    return Draft7Validator(schema)
