"""What the token must be allowed for a step, and whether it is: classic tokens name their scopes with every answer."""

from __future__ import annotations

from collections.abc import Iterable

from vauntico_tui.actions.remedy.model import Need
from vauntico_tui.sources.github.refusals import IMPLIED

CLASSIC = {
    "contents": "repo", "pull requests": "repo", "issues": "repo", "actions": "repo", "secrets": "repo",
    "environments": "repo", "workflows": "workflow",
}  # fmt: skip
"""The classic scope that stands for each permission of fine-grained tokens."""

MAY_WRITE = frozenset({"ADMIN", "MAINTAIN", "WRITE"})


def need(permission: str, scopes: frozenset[str] | None, role: str | None = None, *, public: bool = False) -> Need:
    """A `write` permission ("contents"), held against the token's scopes (None: a fine-grained token names none) and
    the person's role in the repository as GraphQL tells it."""
    scope = CLASSIC[permission]
    named = f"{permission}: write (classic: {scope})"
    if role is not None and role not in MAY_WRITE and not (permission == "issues" and role == "TRIAGE"):
        return Need(named, False, f"you are {role.lower()} in this repository: ask its owner for the write role")
    if permission in {"secrets", "environments"} and role is not None and role == "WRITE" and scopes is None:
        return Need(named, None)
    if scopes is None:
        return Need(named, None)
    wide = scopes | {narrow for one in scopes for narrow in IMPLIED.get(one, ())}
    if scope in wide or (public and scope == "repo" and "public_repo" in wide):
        return Need(named, True)
    return Need(named, False, f"run `gh auth refresh -s {scope}`")


def lacking(needs: Iterable[Need]) -> str:
    """What the token surely lacks, as a sentence for a plan; "" where it lacks nothing that is known."""
    return "; ".join(f"the token lacks {one.permission}: {one.next_step}" for one in needs if one.have is False)
