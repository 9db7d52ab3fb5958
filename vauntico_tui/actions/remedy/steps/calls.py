"""Requests as they are planned, shown, kept and sent: one value for all four, so that none differs from another.

What is known only once an earlier step is done stands in ‹angle brackets› and is put in when it is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vauntico_tui.actions.remedy.model import HIDDEN, Shown, StepPlan

if TYPE_CHECKING:
    from vauntico_tui.actions.remedy.remote import Remote

EXECUTION = "‹execution›"
"""The execution's id: what a step makes carries it, hidden."""
_LATER = re.compile(r"‹[^‹›]{1,80}›")


@dataclass(frozen=True, slots=True)
class Call:
    """A request to GitHub: `path` under the API's root."""

    verb: str
    path: str
    body: Mapping[str, Any] | None = None

    def shown(self, remote: Remote) -> Shown:
        text = "" if self.body is None else json.dumps(self.body, indent=2, ensure_ascii=False)
        return Shown(self.verb, remote.url(self.path), text, later=bool(_LATER.search(self.path + text)))

    def filled(self, known: Mapping[str, str]) -> Call:
        """With what was known only later put in, each `‹name›` by `known[name]`."""
        return replace(self, path=_put(self.path, known), body=_fill(self.body, known))

    def kept(self) -> dict[str, Any]:
        """As JSON for `StepPlan.data`."""
        return {"verb": self.verb, "path": self.path, "body": None if self.body is None else dict(self.body)}


def read_call(kept: Mapping[str, Any]) -> Call:
    """What `kept` wrote."""
    return Call(str(kept["verb"]), str(kept["path"]), kept["body"])


def calls_of(plan: StepPlan) -> tuple[Call, ...]:
    """The requests of a plan whose `data` keeps them under "calls"."""
    return tuple(read_call(one) for one in plan.data["calls"])


def _put(text: str, known: Mapping[str, str]) -> str:
    return _LATER.sub(lambda match: known.get(match[0], match[0]), text)


def _fill(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _put(value, known)
    if isinstance(value, Mapping):
        return {key: _fill(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fill(item, known) for item in value]
    return value


def marker(execution: str, index: int) -> str:
    """The hidden mark of what a step makes, found again after a cut: an HTML comment."""
    return f"<!-- vauntico-tui execution: {execution}/{index + 1} -->"


def trailer(execution: str, index: int) -> str:
    """The same for a commit's message."""
    return f"Vauntico-Execution: {execution}/{index + 1}"


def note(execution: str, index: int) -> str:
    """The same for plain text (a silence's comment)."""
    return f"[vauntico-tui {execution}/{index + 1}]"


__all__ = ["EXECUTION", "HIDDEN", "Call", "calls_of", "marker", "note", "read_call", "trailer"]
