"""GitHub's own ways to refuse, told apart: bad token, missing permission, rate limits, what it hides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import Place, from_status, retry_after, says


def refused(
    status: int, headers: Mapping[str, str], body: str, *, place: Place, now: datetime, what: str, repository: str
) -> Trouble:
    """Why GitHub did not answer `what` ("secret names"). Headers in lower case."""
    told = says(body)
    low = told.lower()
    if status == 401:
        return Trouble("auth", f"GitHub does not accept the token ({told or 401})", place.sign_in)
    if status in {403, 429}:
        if (limit := rate_limited(headers, low, status, now)) is not None:
            return limit
        if "x-github-sso" in headers:
            link = re.search(r"url=(\S+)", headers["x-github-sso"])
            where = f": open {one_line(link[1], 200)}" if link else ""
            return Trouble("scope", "the organisation asks for single sign-on", f"authorise the token for it{where}")
        if "ip allow list" in low:
            return Trouble("scope", "the organisation's IP allow list keeps this address out", "use its network or VPN")
        return missing_permission(headers, what, told)
    if status == 404:
        accepted, have = _scopes(headers, "x-accepted-oauth-scopes"), _scopes(headers, "x-oauth-scopes")
        if accepted and have is not None and not _enough(have, accepted):
            return missing_permission(headers, what, "")
        return not_visible(what, repository)
    if status == 410:
        return Trouble("not_found", f"{what} are switched off in {repository}", "switch them on in its settings")
    return from_status(status, headers, body, place, now)


def not_visible(what: str, repository: str) -> Trouble:
    """A 404: not there, or hidden from this token. Never proof of absence."""
    return Trouble(
        "not_found",
        f"{what}: GitHub finds nothing for {repository}, or hides it from this token",
        "check [github] repository in the config, and that the token may see it",
    )


def rate_limited(headers: Mapping[str, str], message: str, status: int, now: datetime) -> Trouble | None:
    """Trouble when the answer is a rate limit, primary or secondary; None when it is something else."""
    primary = headers.get("x-ratelimit-remaining") == "0" or message.startswith("api rate limit exceeded")
    secondary = "secondary rate limit" in message or "abuse detection" in message or "retry-after" in headers
    if not primary and not secondary and status != 429:
        return None
    if secondary or not primary:
        at = retry_after({"retry-after": headers.get("retry-after", "60")}, now)
        return Trouble("rate_limit", "GitHub's secondary rate limit: asked too much at once", "it waits by itself", at)
    at = retry_after(headers, now) or retry_after({"retry-after": "60"}, now)
    limit = headers.get("x-ratelimit-limit", "")
    used = (
        f": all {int(limit):,} requests of this hour are used" if limit.isascii() and limit.isdigit() else " is used up"
    )
    return Trouble("rate_limit", f"GitHub's rate limit{used}", "it waits by itself; who else uses this token?", at)


def _scopes(headers: Mapping[str, str], name: str) -> set[str] | None:
    told = headers.get(name)
    return None if told is None else {scope.strip() for scope in told.split(",") if scope.strip()}


IMPLIED = {
    "repo": {"public_repo", "repo:status", "repo_deployment", "repo:invite", "security_events"},
    "admin:org": {"write:org", "read:org"},
    "write:org": {"read:org"},
}


def _enough(have: set[str], accepted: set[str]) -> bool:
    wide = have | {narrow for scope in have for narrow in IMPLIED.get(scope, ())}
    return bool(wide & accepted)


def missing_permission(headers: Mapping[str, str], what: str, told: str) -> Trouble:
    """Names the permission that is missing, as GitHub's headers tell it."""
    fine = one_line(headers.get("x-accepted-github-permissions", ""), 120)
    accepted = _scopes(headers, "x-accepted-oauth-scopes")
    have = _scopes(headers, "x-oauth-scopes")
    if have is not None and accepted and not _enough(have, accepted):
        need = "repo" if "repo" in accepted else sorted(accepted)[0]
        return Trouble(
            "scope",
            f"{what}: the token lacks the scope {one_line(need, 40)}",
            f"run `gh auth refresh -s {one_line(need, 40)}`",
        )
    if fine:
        named = " or ".join(part.strip().replace("=", ": ") for part in fine.split(";"))
        return Trouble(
            "scope", f"{what}: the token lacks the permission {named}", "give the token that permission in its settings"
        )
    said = f" ({told})" if told else ""
    return Trouble("scope", f"{what}: the token may not read this{said}", "run `vauntico-tui doctor` for what it needs")
