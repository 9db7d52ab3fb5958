"""What a fine-grained token must be allowed for a request, and GitHub's refusal where it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vauntico_tui.sim.github.call import ApiError

_LEVELS = ("", "read", "write")
_BY_PATH = tuple(
    (re.compile(r"/repos/\{owner\}/\{repo\}" + pattern), name)
    for pattern, name in (
        (r"/actions/secrets", "secrets"),
        (r"/actions/variables", "variables"),
        (r"/environments/\{environment\}/secrets", "environments"),
        (r"/actions", "actions"),
        (r"/environments", "actions"),
        (r"/branches/\{branch\.\.\.\}/protection", "administration"),
        (r"/pulls/\{number\}/merge", "contents"),
        (r"/pulls", "pull_requests"),
        (r"/(issues|labels|assignees)", "issues"),
        (r"/deployments", "deployments"),
        (r"/(check-runs|commits/\{ref\}/check-runs)", "checks"),
        (r"/(git|contents|branches|commits|compare)", "contents"),
        (r"", "metadata"),
    )
)
MUTATIONS = {
    "createCommitOnBranch": "contents", "createRef": "contents", "updateRef": "contents", "deleteRef": "contents",
    "mergePullRequest": "contents", "createPullRequest": "pull_requests", "updatePullRequest": "pull_requests",
    "closePullRequest": "pull_requests",
}  # fmt: skip
"""What a mutation needs to write; issues for those that are not named."""
REFUSED = "Resource not accessible by personal access token"


def allows(held: Mapping[str, str] | None, name: str, level: str) -> bool:
    """Whether a token's permissions (None: not restricted) reach a level; everybody may read what describes the
    repository."""
    if held is None or (name, level) == ("metadata", "read"):
        return True
    have = held.get(name, "")
    return have in _LEVELS and _LEVELS.index(have) >= _LEVELS.index(level)


def check(held: Mapping[str, str] | None, method: str, template: str) -> None:
    """Raises ApiError 403 where a token may not call a route; the header names what it lacks."""
    if held is None:
        return
    name = next((name for pattern, name in _BY_PATH if pattern.match(template)), "metadata")
    level = "read" if method == "GET" else "write"
    if not allows(held, name, level):
        raise ApiError(403, REFUSED, X_Accepted_GitHub_Permissions=f"{name}={level}")
