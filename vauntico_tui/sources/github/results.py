"""GraphQL answers: HTTP 200 with data, errors, or both. What is there is used, what is not says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.github import parse, refusals, shapes
from vauntico_tui.sources.github.answer import Answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """`data` by its top fields, unread; `errors` as GitHub told them."""

    data: Mapping[str, msgspec.Raw]
    errors: tuple[shapes.Error, ...]
    headers: Mapping[str, str]

    def repository(self, place: Place, what: str) -> dict[str, msgspec.Raw]:
        """The fields of `repository`. Raises SourceError where it is not there."""
        raw = self.data.get("repository")
        told = parse.maybe(raw, dict[str, msgspec.Raw], place, what) if raw is not None else None
        if told is None:
            raise SourceError(self.why("repository", what=what))
        return told

    def error(self, *path: str) -> shapes.Error | None:
        """The first error at or under a path; errors without a path concern everything."""
        for error in self.errors:
            if error.path is None or [str(step) for step in error.path[: len(path)]] == list(path):
                return error
        return None

    def why(self, *path: str, what: str) -> Trouble:
        """The Trouble behind what is missing at a path."""
        error = self.error(*path) or shapes.Error("no such field in the answer")
        return trouble(error, what, self.headers)


def result(answer: Answer, place: Place, now: datetime) -> Result:
    """Read an answer. Raises SourceError when it is no answer at all, or the rate limit."""
    told = parse.read(answer.body, shapes.Result, place, "GraphQL")
    errors = tuple(told.errors or ())
    for error in errors:
        if error.type in {"RATE_LIMITED", "RATE_LIMIT"} or "rate limit" in error.message.lower():
            limited = refusals.rate_limited(answer.headers, error.message.lower(), 429, now)
            assert limited is not None  # noqa: S101  429 is always a rate limit
            raise SourceError(limited)
    if told.data is None and not errors and not told.message:
        cause = "GitHub's GraphQL answers with neither data nor errors"
        raise SourceError(Trouble("bad_data", cause, place.check_address))
    if told.data is None:
        raise SourceError(trouble(errors[0] if errors else shapes.Error(told.message), "GraphQL", answer.headers))
    return Result(told.data, errors, answer.headers)


def trouble(error: shapes.Error, what: str, headers: Mapping[str, str]) -> Trouble:
    """A GraphQL error in one line."""
    said = one_line(error.message, 160)
    match error.type:
        case "NOT_FOUND":
            return Trouble(
                "not_found",
                f"{what}: {said or 'not found'}",
                "check [github] repository in the config, and that the token may see it",
            )
        case "FORBIDDEN" | "INSUFFICIENT_SCOPES" | "UNAUTHORIZED":
            return refusals.missing_permission(headers, what, said)
        case "MAX_NODE_LIMIT_EXCEEDED" | "undefinedField" | "argumentLiteralsIncompatible":
            return Trouble("bad_data", f"{what}: GitHub refuses the query ({said})", "is this GitHub too old for it?")
        case _:
            return Trouble(
                "server", f"{what}: GitHub could not answer ({said or 'no reason told'})", "it is asked again by itself"
            )
