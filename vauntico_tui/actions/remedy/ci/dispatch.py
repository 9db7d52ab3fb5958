"""What a workflow may be started with: the inputs that its file asks for, as typed parameters of a runbook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vauntico_tui.base.problems import InputError, Problem
from vauntico_tui.base.text import clean, one_line
from vauntico_tui.evidence.structure import UnreadableError, keys_at, values_at
from vauntico_tui.runbooks.model import Param, ParamKind, Runbook, RunWorkflow

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.remote import Remote

MOST_INPUTS = 25
"""GitHub's own limit for workflow_dispatch."""
RAW = "application/vnd.github.raw+json"
_KINDS: dict[str, ParamKind] = {
    "string": "text", "boolean": "choice", "choice": "choice", "number": "number", "environment": "environment",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a workflow: its own name, and the parameter that asks for it."""

    name: str
    param: Param


def inputs_of(text: str, file: str) -> tuple[Input, ...] | None:
    """The inputs of a workflow's file, in its order; None: it has no `workflow_dispatch`. Raises InputError where the
    file can't be read."""
    try:
        if not _dispatched(text):
            return None
        names = list(keys_at(text, "yaml", "on.workflow_dispatch.inputs"))[:MOST_INPUTS]
        taken: set[str] = set()
        return tuple(Input(name, _param(text, name, taken)) for name in names)
    except UnreadableError as error:
        raise InputError([Problem(f"its inputs can't be read: {error}", file, None, "look at the file")]) from None


def _dispatched(text: str) -> bool:
    if "workflow_dispatch" in keys_at(text, "yaml", "on"):
        return True
    told = [*values_at(text, "yaml", "on"), *values_at(text, "yaml", "on[*]")]
    return any(one == "workflow_dispatch" or (isinstance(one, list) and "workflow_dispatch" in one) for one in told)


def _param(text: str, name: str, taken: set[str]) -> Param:
    quote_mark = "'" if '"' in name else '"'
    at = f"on.workflow_dispatch.inputs[{quote_mark}{name}{quote_mark}]"

    def told(key: str) -> Any:
        return next(iter(values_at(text, "yaml", f"{at}.{key}")), None)

    named = str(told("type") or "string")
    kind = _KINDS.get(named, "text")
    default, needed = told("default"), told("required") is True
    choices: tuple[str, ...] = ()
    if named == "boolean":  # as GitHub wants it said; a box that is not ticked is "false"
        choices, default = ("false", "true"), default or False
    elif kind == "choice":
        choices = tuple(_said(one) for one in values_at(text, "yaml", f"{at}.options[*]"))
    if kind == "choice" and not choices:
        kind = "text"
    return Param(
        id=_ident(name, taken),
        title=one_line(name, 60),
        kind=kind,
        default=_default(kind, default, choices),
        choices=choices,
        needed=needed or kind == "choice",
        pattern=None,
        help=one_line(str(told("description") or ""), 200),
    )


def _default(kind: ParamKind, told: Any, choices: tuple[str, ...]) -> str | int | float | bool | None:
    """What stands there first, as GitHub takes it: a list without a default has its first."""
    if kind == "choice":
        return _said(told) if told is not None and _said(told) in choices else choices[0]
    if told is None or isinstance(told, list | dict):
        return None
    if kind == "number" and isinstance(told, int | float) and not isinstance(told, bool):
        return told
    return _said(told)


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else clean(str(value), 1000)


def _ident(name: str, taken: set[str]) -> str:
    """A parameter's id made of an input's name, once each."""
    base = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    base = base if base[:1].isalpha() and base.isascii() else f"input_{base}".rstrip("_")
    ident, number = base, 2
    while ident in taken:
        ident, number = f"{base}_{number}", number + 1
    taken.add(ident)
    return ident


async def dispatch_inputs(remote: Remote, workflow: str, ref: str | None) -> tuple[Input, ...]:
    """The inputs that a workflow asks for at a ref (the default branch without one). Raises StepError, and InputError
    where it can't be started by hand."""
    file = workflow.rsplit("/", 1)[-1]
    path = f".github/workflows/{file}"
    at = f"?ref={quote(ref, safe='')}" if ref else ""
    told = await remote.get(remote.path(f"/contents/{quote(path)}{at}"), what=path, accept=RAW)
    found = inputs_of(told.body, path)
    if found is None:
        problem = Problem(
            "it has no workflow_dispatch", path, None, "add `workflow_dispatch:` under `on:`, or rerun it"
        )
        raise InputError([problem])
    return found


def with_inputs(runbook: Runbook, inputs: tuple[Input, ...]) -> Runbook:
    """A runbook that runs a workflow, with the workflow's inputs among its parameters and put into its step."""
    own = {param.id for param in runbook.params}
    renamed = [
        Input(
            one.name, one.param.model_copy(update={"id": f"input_{one.param.id}"}) if one.param.id in own else one.param
        )
        for one in inputs
    ]
    steps = tuple(
        step.model_copy(update={"inputs": {**{one.name: f"%{{{one.param.id}}}" for one in renamed}, **step.inputs}})
        if isinstance(step, RunWorkflow)
        else step
        for step in runbook.steps
    )
    return runbook.model_copy(update={"params": (*runbook.params, *(one.param for one in renamed)), "steps": steps})
