"""What a workflow file says, as GitHub reads it: its events, the inputs of a dispatch, its jobs and what they start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Input:
    """An input of `on.workflow_dispatch`."""

    name: str
    type: str = "string"  # string | boolean | choice | number | environment
    required: bool = False
    default: str | None = None
    options: tuple[str, ...] = ()


@lru_cache(64)
def read(text: str) -> Mapping[str, Any] | None:
    """A workflow file as a mapping; None where it is no valid YAML or no workflow."""
    from ruamel.yaml import YAML  # noqa: PLC0415 (30 ms that a box without a run never needs)
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        value = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return None
    valid = isinstance(value, dict) and "on" in value and isinstance(value.get("jobs"), dict) and value["jobs"]
    return value if valid and all(isinstance(job, dict) for job in value["jobs"].values()) else None


def dispatch_inputs(text: str | None) -> dict[str, Input] | None:
    """The inputs of a dispatch by name; None where the workflow can't be dispatched."""
    held = read(text or "")
    events = held["on"] if held is not None else None
    if isinstance(events, str):
        events = [events]
    if isinstance(events, list):
        events = dict.fromkeys(events)
    if not isinstance(events, dict) or "workflow_dispatch" not in events:
        return None
    given = (events["workflow_dispatch"] or {}).get("inputs") or {}
    return {str(name): _input(str(name), value or {}) for name, value in given.items()}


def _input(name: str, value: Mapping[str, Any]) -> Input:
    default = value.get("default")
    if isinstance(default, bool):
        default = str(default).lower()
    return Input(
        name,
        str(value.get("type", "string")),
        bool(value.get("required", False)),
        None if default is None else str(default),
        tuple(str(option) for option in value.get("options") or ()),
    )


_INTEGRATION = re.compile(r"\b(test[:_-]?)?integration\b", re.IGNORECASE)
_STARTED = re.compile(r"\bdocker(\s+compose)?\s+(run|up)\b[\s\S]*?\bpostgres\b", re.IGNORECASE)


def without_database(text: str | None) -> str | None:
    """The first job that runs integration tests without a PostgreSQL on port 5432 before them, if there is one."""
    held = read(text or "")
    for name, job in (held["jobs"] if held is not None else {}).items():
        if _service(job):
            continue
        for step in job.get("steps") or ():
            run = str(step.get("run", ""))
            if _STARTED.search(run) and _published(run):
                break
            if _INTEGRATION.search(run):
                return str(name)
    return None


def _service(job: Mapping[str, Any]) -> bool:
    """Whether a job's services hold a PostgreSQL that its steps reach at localhost:5432."""
    services = job.get("services")
    for one in services.values() if isinstance(services, dict) else ():
        image = str(one.get("image", "")) if isinstance(one, dict) else ""
        if re.match(r"(\S+/)?(postgres|postgis)(:|@|\Z)", image):
            ports = [str(port) for port in one.get("ports") or ()]
            if any(port.removesuffix("/tcp") in ("5432", "5432:5432") for port in ports):
                return True
    return False


def _published(run: str) -> bool:
    return bool(re.search(r"(-p|--publish)[ =]?['\"]?(127\.0\.0\.1:)?5432:5432|--network[ =]host|compose", run))
