"""What a runbook is told before it is planned, read from texts: every problem at once, and never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta

import regex

from vauntico_tui.base.durations import parse_duration, write_duration
from vauntico_tui.base.problems import InputError, Problem, did_you_mean
from vauntico_tui.base.text import one_line
from vauntico_tui.runbooks.model import Param
from vauntico_tui.runbooks.rules import branch_problem

Value = str | int | float | bool | tuple[str, ...]
Values = Mapping[str, Value]

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PATTERN_SECONDS = 0.2


def read_params(
    params: Sequence[Param], given: Mapping[str, str], known: Mapping[str, Collection[str]] | None = None
) -> dict[str, Value]:
    """Each parameter's value, typed; its default where nothing is given.

    `known` are the names that there are, by a parameter's kind ("workflow", "environment", "branch"): another one is a
    problem. Raises InputError with every problem.
    """
    found: dict[str, Value] = {}
    problems = list(_unknown(params, given))
    for param in params:
        try:
            found[param.id] = read_param(param, given.get(param.id), (known or {}).get(param.kind, ()))
        except ValueError as error:
            problems.append(Problem(f"{param.id}: {error}", hint=param.help or None))
    if problems:
        raise InputError(problems)
    return found


def read_param(param: Param, given: str | None, known: Collection[str] = ()) -> Value:
    """One parameter's value. Raises ValueError with a sentence."""
    text = written(param.default) if given is None else given
    if param.kind != "text":
        text = text.strip()
    if not text.strip():
        if param.needed:
            raise ValueError("is needed")
        return () if param.kind == "list" else ""
    if _CONTROL.search(text):
        raise ValueError("holds control characters")
    value = _READ[param.kind](param, text)
    wrong: list[str] = []
    for one in value if isinstance(value, tuple) else (value,):
        try:
            _fits(param, written(one), known)
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise ValueError("; ".join(dict.fromkeys(wrong)))
    return value


def written(value: Value | None) -> str:
    """A value as a text that reads back as it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def as_texts(values: Values) -> dict[str, str]:
    """Values for a plan to keep: `read_params` reads the same from them."""
    return {name: written(value) for name, value in values.items()}


def _unknown(params: Iterable[Param], given: Mapping[str, str]) -> Iterable[Problem]:
    names = [param.id for param in params]
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names) or (f"there are {', '.join(names)}" if names else "it has none")
            yield Problem(f'there is no parameter "{one_line(name, 60)}"', hint=hint)


def _fits(param: Param, text: str, known: Collection[str]) -> None:
    if param.kind in {"choice", "list"} and param.choices and text not in param.choices:
        hint = did_you_mean(text, param.choices) or f"one of: {', '.join(param.choices)}"
        raise ValueError(f'there is no choice "{one_line(text, 60)}" ({hint})')
    if known and text not in known:
        hint = did_you_mean(text, known) or f"there are {', '.join(list(known)[:12])}"
        raise ValueError(f'there is no {param.kind} "{one_line(text, 60)}" ({hint})')
    if param.pattern is not None:
        try:
            fits = regex.fullmatch(param.pattern, text, timeout=_PATTERN_SECONDS)
        except TimeoutError:
            raise ValueError("its pattern takes too long on this") from None
        if fits is None:
            raise ValueError(f'"{one_line(text, 60)}" must be like {param.pattern}')


def _text(_param: Param, text: str) -> Value:
    return text


def _number(_param: Param, text: str) -> Value:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f'"{one_line(text, 60)}" is no number')
    return float(text) if "." in text else int(text)


def _yes_no(_param: Param, text: str) -> Value:
    if text.casefold() not in _YES_NO:
        raise ValueError(f'"{one_line(text, 60)}" is neither yes nor no')
    return _YES_NO[text.casefold()]


def _branch(_param: Param, text: str) -> Value:
    if problem := branch_problem(text):
        raise ValueError(problem)
    return text


def _name(_param: Param, text: str) -> Value:
    if "\n" in text:
        raise ValueError("is more than one line")
    return text


def _duration(_param: Param, text: str) -> Value:
    span = parse_duration(text)
    if span <= timedelta(0):
        raise ValueError("must be longer than nothing")
    return write_duration(span)


def _list(_param: Param, text: str) -> Value:
    parts = tuple(part.strip() for part in text.split(","))
    if not all(parts):
        raise ValueError("has an empty part; parts stand between commas")
    return parts


_READ: dict[str, Callable[[Param, str], Value]] = {
    "text": _text, "number": _number, "yes_no": _yes_no, "choice": _name, "branch": _branch, "workflow": _name,
    "environment": _name, "duration": _duration, "list": _list,
}  # fmt: skip
