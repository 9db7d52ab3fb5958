"""A step filled in: parameters and what it was started for take the place of `%{...}`.

What is put in is data wherever it goes: escaped in a URL, a JSON body, a pattern or a query; never a program, a shell's
script or an option of a program.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, ValidationError

from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.sentences import sentence, walk
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.runbooks import model
from vauntico_tui.runbooks.asked import FILLED
from vauntico_tui.runbooks.params import Value, Values, written
from vauntico_tui.runbooks.placeholders import LABELS, TARGET, Placeholder, alone, put_in
from vauntico_tui.runbooks.rules import branch_problem, path_problem, secret_name_problem

P = TypeVar("P", bound=BaseModel)

_KINDS = frozenset({"do", "edit", "check"})
_NUMBER = re.compile(r"(?:issue:|pull:|#)?(\d{1,12})")
_NUMBER_IN_LINK = re.compile(r"/(?:issues|pull)/(\d{1,12})(?:[/?#]|$)")
_NUMBERED = frozenset({"issue", "pull", "escalation"})


class About(Protocol):
    """What a runbook was started for; an empty kind: for nothing."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def link(self) -> str | None: ...
    @property
    def labels(self) -> tuple[tuple[str, str], ...]: ...


def fill(part: P, values: Values, subject: About) -> P:
    """A step, edit or check with everything put in. Raises InputError with every problem: an unknown name, an empty
    target, a value that can't stand where it is put."""
    return _Filler(values, subject).fill(part)


def fill_text(text: str, values: Values, subject: About) -> str:
    """A text alone: a title, what a runbook says of itself. Raises InputError."""
    filler = _Filler(values, subject)
    filled = filler.text(text)
    filler.end()
    return filled


class _Filler:
    def __init__(self, values: Values, subject: About) -> None:
        self.values, self.subject = values, subject
        self.problems: list[Problem] = []

    def fill(self, part: P) -> P:
        data = part.model_dump(by_alias=True)
        filled = self.table(part, data)
        self.end()
        try:
            made = type(part).model_validate(filled, context=FILLED)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                path, owner = walk(type(part), filled, one["loc"])
                message, hint = sentence(one, path, owner)
                self.problems.append(Problem(message, hint=hint))
            self.end()
        self.problems += [Problem(message) for message in refused(made)]
        self.end()
        return made

    def end(self) -> None:
        if self.problems:
            raise InputError(list(dict.fromkeys(self.problems)))

    # ---- values --------------------------------------------------------------------------------------------------

    def value(self, found: Placeholder) -> Value:
        """What a placeholder stands for; problems are noted."""
        if found.name.startswith("target."):
            try:
                return self.target(found.name)
            except ValueError as error:
                self.problems.append(Problem(f"%{{{found.name}}}: {error}"))
                return ""
        if found.name not in self.values:
            known = [*self.values, *TARGET]
            near = did_you_mean(found.name or found.raw.strip("%{}"), known)
            self.problems.append(Problem(f"there is no parameter {one_line(found.raw, 60)}", hint=near))
            return ""
        return self.values[found.name]

    def target(self, name: str) -> str:
        """What it was started for is never empty. Raises ValueError."""
        subject = self.subject
        if not subject.kind:
            raise ValueError("it was started for nothing; start it for something (--target KIND:ID)")
        if name.startswith(f"{LABELS}."):
            label = name.removeprefix(f"{LABELS}.")
            if not (given := dict(subject.labels).get(label, "")):
                raise ValueError(f'{_said(subject)} has no label "{label}"')
            return given
        match name:
            case "target.id":
                found = subject.id.removeprefix(f"{subject.kind}:")
            case "target.title":
                found = subject.title
            case "target.link":
                found = subject.link or ""
            case "target.number":
                found = number_of(subject)
            case _:
                raise ValueError(f"a target has {', '.join(TARGET)} and {LABELS}.NAME")
        if not found.strip():
            raise ValueError(f"{_said(subject)} has no {name.removeprefix('target.')}")
        return found

    # ---- places --------------------------------------------------------------------------------------------------

    def table(self, part: BaseModel, data: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of a step, edit or check."""
        made: dict[str, Any] = {}
        for name, field in type(part).model_fields.items():
            key = field.alias or name
            if key in data:
                made[key] = data[key] if key in _KINDS else self.place(part, key, getattr(part, name), data[key])
        return made

    def place(self, part: BaseModel, key: str, value: Any, data: Any) -> Any:
        """One key's value; `data` is how it is dumped."""
        if isinstance(value, BaseModel):
            return self.table(value, data)
        if isinstance(value, tuple | list):
            found: list[Any] = []
            for one, dumped in zip(value, data, strict=True):
                item = self.place(part, key, one, dumped)
                found.extend(item) if isinstance(item, tuple) else found.append(item)
            return tuple(found)
        if isinstance(value, Mapping):
            return self.entries(part, key, value)
        if not isinstance(value, str):
            return data
        name = alone(value)
        given = self.values.get(name) if name else None
        if isinstance(given, tuple) and _is_list(part, key):
            return given
        if given == "" and _may_lack(part, key):
            return None
        if isinstance(part, model.Command) and key in {"run", "undo"}:
            return self.argument(value)
        return self.text(value, _escape(part, key))

    def entries(self, part: BaseModel, key: str, table: Mapping[str, Any]) -> dict[str, Any]:
        """A table of texts: labels, headers, inputs, options."""
        made: dict[str, Any] = {}
        for name, value in table.items():
            if name == "*" and isinstance(part, model.Silence) and value == f"%{{{LABELS}}}":
                if not self.subject.labels:
                    self.problems.append(Problem(f"%{{{LABELS}}}: {_said(self.subject)} has no labels"))
                made |= dict(self.subject.labels)
            elif isinstance(part, model.JestOptions) and isinstance(value, str) and (only := alone(value)):
                made[name] = self.value(Placeholder(only, value, 0, len(value)))
            else:
                made[name] = self.place(part, key, value, value)
        return made

    def text(self, text: str, escape: Callable[[str, int], str] | None = None) -> str:
        """A text with everything put in."""

        def one(found: Placeholder) -> str:
            value = written(self.value(found))
            try:
                return escape(value, found.start) if escape else value
            except ValueError as error:
                self.problems.append(Problem(f"{found.raw}: {error}"))
                return ""

        return put_in(text, one)

    def argument(self, text: str) -> str:
        """An argument of a program. What is put in first may not look like an option."""
        made = self.text(text)
        if made.startswith("-") and not text.startswith("-"):
            shown = one_line(made, 60)
            self.problems.append(
                Problem(f'the argument "{shown}" would be taken for an option', hint='write "--x=%{…}"')
            )
        return made


def number_of(subject: About) -> str:
    """The number of an issue or pull request; "" where there is none."""
    if subject.kind not in _NUMBERED:
        return ""
    if found := _NUMBER.fullmatch(subject.id):
        return found[1] if subject.kind != "escalation" or ":" in subject.id else ""
    linked = _NUMBER_IN_LINK.search(subject.link or "")
    return linked[1] if linked else ""


def refused(step: BaseModel) -> list[str]:
    """What a filled step may not hold, as sentences; where it is written so, `lint` says it with its line."""
    said: list[str | None] = []
    match step:
        case model.CreateBranch():
            said += [branch_problem(step.name), branch_problem(step.start) if step.start is not None else None]
        case model.ChangeFiles():
            said += [branch_problem(step.branch), *(path_problem(edit.path) for edit in step.edits)]
        case model.OpenPullRequest():
            said += [branch_problem(step.branch), branch_problem(step.into) if step.into is not None else None]
            said += [None if step.name.strip() else "a pull request's title is empty"]
        case model.MergePullRequest():
            said.append(branch_problem(step.branch))
        case model.SetSecrets():
            said += [secret_name_problem(name) for name in step.names]
            said += ["a scope is empty" for scope in step.scopes if not scope.strip()]
        case model.HttpRequest():
            said.append(None if step.url.startswith(("https://", "http://")) else "url must be a URL: https://…")
            said += [
                f"the header {name} would hold a line break"
                for name, value in step.headers.items()
                if "\n" in value or "\r" in value
            ]
        case model.Command():
            said += ["an argument holds a zero byte" for one in step.run if "\0" in one]
        case model.RunWorkflow() | model.WorkflowState():
            said.append(None if step.workflow.strip() else "no workflow is named")
        case model.Label():
            said.append(None if step.add or step.remove else "it changes no label: give it some to add or to take away")
        case model.CommentOn():
            said.append(None if step.text.strip() else "the comment is empty")
    return [one for one in said if one]


def _said(subject: About) -> str:
    return one_line(subject.title or f"{subject.kind} {subject.id}", 60) if subject.kind else "nothing"


def _is_list(part: BaseModel, key: str) -> bool:
    value = next((getattr(part, n) for n, f in type(part).model_fields.items() if key in {n, f.alias}), None)
    return isinstance(value, tuple | list)


def _may_lack(part: BaseModel, key: str) -> bool:
    """Whether a key has a meaning of its own where it is left out: the default branch."""
    fields = type(part).model_fields
    return any(key in {name, field.alias} and field.default is None for name, field in fields.items())


def _escape(part: BaseModel, key: str) -> Callable[[str, int], str] | None:
    """How data is written where it would otherwise be read as more than a text."""
    match part, key:
        case model.HttpRequest(), "url":
            return _in_url
        case model.HttpRequest(), "body":
            return _body(part)
        case (model.ChangeFiles(), "message") | (model.OpenPullRequest(), "name"):
            return lambda value, _: one_line(value, 200)
        case (specs.FileMatches(), "regex") | (specs.NoAlert(), "matching"):
            return lambda value, _: re.escape(value)
        case specs.PromQL(), "query":
            return _in_query
    return None


def _in_url(value: str, at: int) -> str:
    """At its beginning a URL is given as a whole; what is put in after that is one part of it."""
    if at and value in {".", ".."}:
        raise ValueError(f'"{value}" would lead elsewhere in a URL')
    return quote(value, safe="") if at else value


def _in_query(value: str, _at: int) -> str:
    if found := next((one for one in value if one in "\"'`\\{}" or not one.isprintable()), ""):
        raise ValueError(f"a value with {found!r} can't stand in a query")
    return value


def _body(step: model.HttpRequest) -> Callable[[str, int], str] | None:
    kind = next((value for name, value in step.headers.items() if name.casefold() == "content-type"), "").casefold()
    if "x-www-form-urlencoded" in kind:
        return lambda value, _: quote_plus(value)
    if "json" in kind or (not kind and step.body.lstrip()[:1] in {"{", "["}):
        return lambda value, _: json.dumps(value)[1:-1]
    return None
