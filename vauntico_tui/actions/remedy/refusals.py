"""What GitHub says when it refuses a write, as one sentence with its next step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from vauntico_tui.actions.remedy.kinds import StepError
from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.github.answer import Answer
from vauntico_tui.sources.github.refusals import missing_permission, rate_limited

_PROTECTED = (
    "protected branch", "rule violation", "through a pull request", "required status check", "authorized to push",
    "locked branch", "approving review", "must not contain merge", "cannot delete this", "cannot force-push",
)  # fmt: skip


class Refused(StepError):  # noqa: N818  an answer
    """GitHub said no, and nothing was done. `message` is its own, with the details of a 422."""

    def __init__(self, trouble: Trouble, status: int, message: str, *, moved: bool = False, code: str = "") -> None:
        super().__init__(trouble, moved=moved)
        self.status, self.message, self.code = status, message, code

    def says(self, *words: str) -> bool:
        return any(word in self.message.lower() for word in words)


def protected(message: str) -> bool:
    """Whether a refusal is a branch protection's or a ruleset's."""
    return any(word in message.lower() for word in _PROTECTED)


def refused(answer: Answer, trouble: Trouble, what: str) -> Refused:
    """A 4xx answer to a write, told for `what` ("create the branch x")."""
    message = details(answer.body)
    if protected(message):
        return Refused(_protection(what, message), answer.status, message)
    if trouble.kind == "scope":
        trouble = Trouble("scope", trouble.cause.replace("may not read this", "may not do this"), trouble.next_step)
    elif trouble.kind == "not_found":
        step = "check that it is still there, and that the token may change it"
        trouble = Trouble("not_found", f"{what}: GitHub finds it not, or the token may not change it (404)", step)
    elif answer.status in {405, 409, 422}:
        trouble = Trouble("refused", f"{what}: GitHub refuses ({answer.status}: {message})", "see what it names")
    return Refused(told(trouble, what), answer.status, message)


def told(trouble: Trouble, what: str) -> Trouble:
    """A trouble that names what was tried, and does not promise that it is tried again by itself."""
    cause = trouble.cause if what in trouble.cause else f"{what}: {trouble.cause}"
    step = "see whether it was done, then resume" if "asked again by itself" in trouble.next_step else trouble.next_step
    return Trouble(trouble.kind, cause, step, trouble.retry_at)


def details(body: str) -> str:
    """GitHub's message with the errors under it, in one line."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return one_line(body, 120)
    if not isinstance(read, dict):
        return ""
    parts = [str(read.get("message") or "")]
    errors = read.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            named = " ".join(str(error[key]) for key in ("field", "code") if error.get(key) and error[key] != "custom")
            parts.append(str(error.get("message") or named))
        else:
            parts.append(str(error))
    return one_line("; ".join(part for part in parts if part), 300)


def graphql_error(errors: Sequence[Any], answer: Answer, what: str) -> StepError:
    """The first of GraphQL's errors."""
    first = errors[0] if isinstance(errors[0], dict) else {}
    message, kind = one_line(str(first.get("message") or ""), 300), str(first.get("type") or "")
    if protected(message):
        return Refused(_protection(what, message), 422, message, code=kind)
    if kind in {"FORBIDDEN", "INSUFFICIENT_SCOPES", "UNAUTHORIZED"}:
        trouble = missing_permission(answer.headers, what, message)
        cause = trouble.cause.replace("may not read this", "may not do this")
        return Refused(Trouble("scope", cause, trouble.next_step), 403, message, code=kind)
    if kind == "STALE_DATA" or "expected branch to point to" in message.lower():
        step = "plan it again: the diffs are then against what is there now"
        return Refused(Trouble("moved", f"{what}: the branch moved on ({message})", step), 409, message, moved=True)
    if kind == "NOT_FOUND":
        return Refused(Trouble("not_found", f"{what}: {message}", "check that it is still there"), 404, message)
    if kind == "SERVICE_UNAVAILABLE" or "something went wrong" in message.lower():
        return StepError(Trouble("server", f"{what}: {message}", "see whether it was done, then resume"), unsure=True)
    return Refused(Trouble("refused", f"{what}: GitHub refuses ({message})", "see what it names"), 422, message)


def hidden_limit(answer: Answer, now: datetime) -> Trouble | None:
    """A rate limit that GraphQL tells in a 200."""
    low = answer.body[:2000].lower()
    if '"rate_limit' not in low and "rate limit" not in low:
        return None
    return rate_limited(answer.headers, low, 429, now)


def _protection(what: str, message: str) -> Trouble:
    step = "go through a pull request from another branch, or have its administrator let this through"
    return Trouble("protected", f"{what}: the branch is protected ({message})", step)
