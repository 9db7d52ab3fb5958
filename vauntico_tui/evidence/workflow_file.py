"""What a workflow's file says of its jobs: whether there is one of that name, what it waits for, whether it may be
skipped. A run that succeeded has skipped some of its jobs, and tells of none that it has not got."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vauntico_tui.evidence.structure import keys_at, values_at

_RUNS_ANYWAY = re.compile(r"(always|success|!cancelled)\(\)( \|\| failure\(\))?|true")


def workflow_file(workflow: str) -> str | None:
    """Where the file is of a workflow that is named by its file; None where it is named another way."""
    name = workflow.rsplit("/", 1)[-1]
    return f".github/workflows/{name}" if name.casefold().endswith((".yml", ".yaml")) else None


@dataclass(frozen=True, slots=True)
class JobRules:
    """One job. `names` is how runs may call it; `waits_for` are the names of all jobs before it; `conditional`: it, or
    one that it waits for, has an `if` that may skip it in a run that succeeds."""

    names: frozenset[str]
    waits_for: frozenset[str] = frozenset()
    conditional: bool = False


def is_called(told: str, names: frozenset[str]) -> bool:
    """Whether a run's job has one of these names; a matrix job "integration (20.x)" is the job "integration", and
    "deploy / push" is part of the job "deploy"."""
    name = told.casefold()
    return any(name == one or name.startswith((f"{one} (", f"{one} / ")) for one in names)


def job_names(text: str) -> tuple[str, ...]:
    """The jobs of a workflow's file. Raises UnreadableError."""
    return tuple(keys_at(text, "yaml", "jobs"))


def job_rules(text: str, wanted: str) -> JobRules | None:
    """The rules of a job by its key or its name; None where the file has no such job. Raises UnreadableError."""
    keys = job_names(text)
    asked = wanted.casefold().partition(" / ")[0]
    key = next((key for key in keys if asked in _names(text, key)), None)
    if key is None:
        return None
    before = _before(text, key, set(keys))
    return JobRules(
        _names(text, key) | {wanted.casefold()},
        frozenset(name for one in before for name in _names(text, one)),
        any(_conditional(text, one) for one in (key, *before)),
    )


def _names(text: str, key: str) -> frozenset[str]:
    return frozenset(
        {key.casefold(), *(str(name).casefold() for name in values_at(text, "yaml", f'jobs."{key}".name'))}
    )


def _before(text: str, key: str, keys: set[str]) -> frozenset[str]:
    """Every job that must have ended first."""
    found: set[str] = set()
    todo = [key]
    while todo:
        for told in values_at(text, "yaml", f'jobs."{todo.pop()}".needs'):
            new = {str(one) for one in (told if isinstance(told, list) else [told])} & keys - found - {key}
            found |= new
            todo += new
    return frozenset(found)


def _conditional(text: str, key: str) -> bool:
    for told in values_at(text, "yaml", f'jobs."{key}".if'):
        plain = str(told).strip().removeprefix("${{").removesuffix("}}").strip().casefold()
        if not _RUNS_ANYWAY.fullmatch(plain):
            return True
    return False
