"""Whether what a workflow is started with is what its file asks for: every problem, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vauntico_tui.actions.remedy.ci.dispatch import Input
from vauntico_tui.base.problems import did_you_mean
from vauntico_tui.base.text import one_line

LONGEST = 65_535
"""Characters of all inputs together; GitHub's own limit."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def given(inputs: Sequence[Input], values: Mapping[str, str]) -> dict[str, str]:
    """What is sent: an empty value for what need not be given is left out."""
    optional = {one.name for one in inputs if not one.param.needed or one.param.default is not None}
    return {name: value for name, value in values.items() if value or name not in optional}


def check(inputs: Sequence[Input], values: Mapping[str, str]) -> list[str]:
    """What is wrong with the values, in sentences."""
    told = []
    known = {one.name: one.param for one in inputs}
    for name in values.keys() - known.keys():
        hint = did_you_mean(name, known)
        told.append(f"the workflow has no input {one_line(name, 60)}" + (f"; {hint}" if hint else ""))
    for name, param in known.items():
        value = values.get(name)
        if value is None or value == "":
            if param.needed and param.default is None:
                told.append(f"the input {one_line(name, 60)} must be given")
        elif param.choices and value not in param.choices:
            told.append(f"the input {one_line(name, 60)} must be one of {', '.join(param.choices[:12])}")
        elif param.kind == "number" and not _NUMBER.fullmatch(value.strip()):
            told.append(f"the input {one_line(name, 60)} must be a number")
    if sum(len(name) + len(value) for name, value in values.items()) > LONGEST:
        told.append("the inputs are too long: GitHub takes 65,535 characters in all")
    return sorted(told)
