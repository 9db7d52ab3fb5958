"""Runbooks looked at as a whole, without the network: every problem with its line, together with those of types.

Works on the data as written. A warning is said and stops nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from vauntico_tui.base.problems import Problem, did_you_mean
from vauntico_tui.base.tomlfile import Document
from vauntico_tui.base.tomllines import KeyPath
from vauntico_tui.evidence import written
from vauntico_tui.runbooks.bound import KINDS
from vauntico_tui.runbooks.lint_order import order_says
from vauntico_tui.runbooks.lint_steps import Said, step_says
from vauntico_tui.runbooks.model import Param
from vauntico_tui.runbooks.params import read_param
from vauntico_tui.runbooks.placeholders import LABELS, TARGET, Placeholder, placeholders

FORMAT = 1
_NUMBERED = frozenset({"issue", "pull", "escalation"})
_LABELLED = frozenset({"alert", "escalation"})
_PLAIN = frozenset({"do", "edit", "check"})
_SECRET = re.compile(r"(^|_)(secret|password|passwd|token|credential|api_?key|private_?key)s?($|_)")


@dataclass(frozen=True, slots=True)
class Known:
    """What a plan holds that a runbook may name: ids by kind ("blocker", "approval", ...), roles and reviews."""

    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    reviews: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def lint(document: Document, known: Known | None = None, key: str = "runbooks") -> Linted:
    """Everything about the runbooks of a document, which stand under `key`. Without `known` nothing is said of what
    they name of a plan."""
    looked = _Lint(document, known, key)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for said in looked.all():
        path, of = said.path, said.path[:-1] if not isinstance(said.path[-1], int) else said.path
        problem = document.problem(path, said.message, said.hint, of=of)
        (warnings if said.warning else problems).append(problem)
    return Linted(tuple(problems), tuple(warnings))


class _Lint:
    def __init__(self, document: Document, known: Known | None, key: str) -> None:
        self.document, self.known, self.key = document, known, key

    def all(self) -> Iterator[Said]:
        version = self.document.data.get("format")
        if self.key == "runbooks" and isinstance(version, int) and version > FORMAT:
            yield Said(("format",), f"format is {version}, this program reads up to {FORMAT}", "update vauntico-tui")
        seen: dict[str, int] = {}
        for place, runbook in _tables(self.document.data.get(self.key)):
            path: KeyPath = (self.key, place)
            ident = runbook.get("id")
            if isinstance(ident, str):
                if ident in seen:
                    yield Said((*path, "id"), f'id "{ident}" stands twice, first in line {self.line(seen[ident])}')
                seen.setdefault(ident, place)
            for said in self.runbook(runbook):
                yield Said((*path, *said.path), said.message, said.hint, said.warning)

    def line(self, place: int) -> int:
        return self.document.lines.near((self.key, place, "id"))

    # ---- one runbook ---------------------------------------------------------------------------------------------

    def runbook(self, runbook: Mapping[str, Any]) -> Iterator[Said]:
        kinds = frozenset(str(one).partition(":")[0] for one in _list(runbook.get("bound")) if isinstance(one, str))
        yield from self.bound(runbook, kinds)
        for place, approval in enumerate(_list(runbook.get("approvals"))):
            yield from self.named(("approvals", place), approval, "approval")
        params = list(_tables(runbook.get("params")))
        yield from self.params(params)
        names = [one["id"] for _, one in params if isinstance(one.get("id"), str)]
        used: set[str] = set()
        for path, text in _texts({key: runbook[key] for key in ("steps", "verify") if key in runbook}):
            if path[-1] in _PLAIN:
                continue
            for found in placeholders(text):
                used.add(found.name)
                yield from self.placeholder(path, found, names, kinds)
        for place, param in params:
            if isinstance(param.get("id"), str) and param["id"] not in used:
                yield Said(("params", place, "id"), f'nothing uses the parameter "{param["id"]}"', None, True)
        yield from self.steps(runbook)
        yield from self.check(runbook.get("verify"), ("verify",))

    def bound(self, runbook: Mapping[str, Any], kinds: frozenset[str]) -> Iterator[Said]:
        for place, bound in enumerate(_list(runbook.get("bound"))):
            if not isinstance(bound, str):
                continue
            kind, colon, ident = bound.partition(":")
            if not colon or not ident:
                yield Said(
                    ("bound", place), f'"{bound}" is not written kind:id', f'"{kind or "issue"}:*" is any of a kind'
                )
            elif kind not in KINDS:
                hint = did_you_mean(kind, KINDS) or f"the kinds are {', '.join(KINDS)}"
                yield Said(("bound", place), f'there is no kind "{kind}"', hint)
            elif ident != "*":
                yield from self.named(("bound", place), ident, kind)
        if runbook.get("only_when") and not kinds & {"run", "workflow"}:
            yield Said(("only_when",), "only_when is for runs and workflows, and it is bound to neither")

    def named(self, path: KeyPath, ident: object, kind: str) -> Iterator[Said]:
        """Something of the plan, by its id; what a plan does not tell of (a workflow, an alert) is not looked for."""
        ids = self.known.ids.get(kind) if self.known is not None else None
        if ids is None or not isinstance(ident, str) or ident in ids or any(True for _ in placeholders(ident)):
            return
        hint = did_you_mean(ident, ids) or (f"there are {', '.join(sorted(ids)[:8])}" if ids else None)
        yield Said(path, f'the plan has no {kind} "{ident}"', hint)

    def params(self, params: list[tuple[int, Mapping[str, Any]]]) -> Iterator[Said]:
        seen: dict[str, int] = {}
        for place, param in params:
            path: KeyPath = ("params", place)
            ident = param.get("id")
            if isinstance(ident, str):
                if ident in seen:
                    yield Said((*path, "id"), f'the parameter "{ident}" stands twice')
                seen[ident] = place
                if _SECRET.search(ident.casefold()) and param.get("kind") not in ("choice", "yes_no", "duration"):
                    hint = 'a step do = "secrets" asks for values and keeps none'
                    yield Said((*path, "id"), f'the parameter "{ident}" would hold a secret', hint)
            if param.get("kind") == "choice" and not param.get("choices"):
                yield Said((*path, "choices") if "choices" in param else (*path, "kind"), "a choice needs choices")
            if isinstance(pattern := param.get("pattern"), str):
                yield from _pattern((*path, "pattern"), pattern)
            if "default" in param:
                yield from _default((*path, "default"), param)

    def placeholder(self, path: KeyPath, found: Placeholder, names: list[str], kinds: frozenset[str]) -> Iterator[Said]:
        name = found.name
        if not name:
            hint = 'write %{name}; "%%{" stands for the text "%{"'
            yield Said(path, f"{found.raw} is no placeholder", did_you_mean(found.raw.strip("%{} "), names) or hint)
        elif name.startswith("target."):
            yield from _of_target(path, found, kinds)
        elif name not in names:
            hint = did_you_mean(name, [*names, *TARGET]) or (
                f"there are {', '.join(names)}" if names else "add it to params"
            )
            yield Said(path, f"there is no parameter {found.raw}", hint)

    def steps(self, runbook: Mapping[str, Any]) -> Iterator[Said]:
        seen: dict[str, int] = {}
        steps = list(_tables(runbook.get("steps")))
        for place, step in steps:
            ident = step.get("id")
            if isinstance(ident, str) and ident:
                if ident in seen:
                    yield Said(("steps", place, "id"), f'the step "{ident}" stands twice')
                seen[ident] = place
            for said in step_says(step):
                yield Said(("steps", place, *said.path), said.message, said.hint, said.warning)
            if step.get("do") == "approval":
                yield from self.named(("steps", place, "approval"), step.get("approval"), "approval")
            if step.get("do") == "wait":
                yield from self.check(step.get("until"), ("steps", place, "until"))
        yield from order_says(steps)

    def check(self, check: object, path: KeyPath) -> Iterator[Said]:
        if not isinstance(check, dict):
            return
        for one in written.wrong(check, path):
            yield Said(one.path, one.message, one.hint)
        if self.known is None:
            return
        for name in written.named(check, path):
            ident = name.table.get(name.key)
            ids = self.known.roles | {"executive"} if name.what == "role" else self.known.reviews
            if isinstance(ident, str) and ident not in ids and not any(True for _ in placeholders(ident)):
                yield Said((*name.path, name.key), f'the plan has no {name.what} "{ident}"', did_you_mean(ident, ids))


def _of_target(path: KeyPath, found: Placeholder, kinds: frozenset[str]) -> Iterator[Said]:
    name = found.name
    labels = name == LABELS or name.startswith(f"{LABELS}.")
    if not labels and name not in TARGET:
        yield Said(
            path,
            f"there is no {found.raw}",
            did_you_mean(name, TARGET) or f"there are {', '.join(TARGET)} and {LABELS}.NAME",
        )
    elif not kinds:
        yield Said(path, f"{found.raw} needs a target, and the runbook is bound to nothing", 'bound = ["issue:*"]')
    elif name == "target.number" and (without := kinds - _NUMBERED):
        yield Said(path, f"{found.raw}: a {sorted(without)[0]} has no number")
    elif labels and (without := kinds - _LABELLED):
        yield Said(path, f"{found.raw}: a {sorted(without)[0]} has no labels")
    elif name == LABELS and path[-2:] != ("matching", "*"):
        yield Said(
            path,
            f"{found.raw} is all labels at once",
            f'one is %{{{LABELS}.alertname}}; a silence takes "*" = "%{{{LABELS}}}"',
        )


def _pattern(path: KeyPath, pattern: str) -> Iterator[Said]:
    for one in written.wrong({"check": "file_matches", "text": "", "regex": pattern}):
        yield Said(path, one.message.replace("regex", "pattern", 1))


def _default(path: KeyPath, raw: Mapping[str, Any]) -> Iterator[Said]:
    """A default that its own parameter would not take."""
    try:
        param = Param.model_validate(raw)
    except ValidationError:
        return  # told by its own problem
    try:
        read_param(param, None)
    except ValueError as error:
        yield Said(
            path,
            f"the default {error}" if str(error).startswith(("is ", "must", "has ", "holds")) else f"default: {error}",
        )


def _texts(data: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Every text in the data with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _texts(value, (*path, place))
    elif isinstance(data, str):
        yield path, data


def _tables(rows: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for place, row in enumerate(_list(rows)):
        if isinstance(row, dict):
            yield place, row


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
