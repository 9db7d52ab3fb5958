"""What the token may do, feature by feature, for `doctor`: what each needs, whether it is there, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from vauntico_tui.base.clock import SystemClock
from vauntico_tui.evidence.reading import Trouble
from vauntico_tui.sources.failures import SourceError, from_exception
from vauntico_tui.sources.github.ask import place_of
from vauntico_tui.sources.github.refusals import IMPLIED
from vauntico_tui.sources.limits import GITHUB, Limits

if TYPE_CHECKING:
    from vauntico_tui.config.model import Config
    from vauntico_tui.sources.github.answer import Answer
    from vauntico_tui.sources.github.client import Client


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """A feature: what the token needs for it, whether it has that (None: can't be told), what to do."""

    feature: str
    needs: str
    have: bool | None
    next_step: str = ""
    answers: bool = True  # False: GitHub could not be reached, or had trouble of its own


@dataclass(frozen=True, slots=True)
class Feature:
    """What a feature reads: a path to try, the scope of classic tokens, the permission of fine-grained ones."""

    title: str
    path: str
    scope: str
    permission: str


FEATURES = (
    Feature("repository, branches and files", "", "repo", "contents: read"),
    Feature("issues", "/issues?per_page=1", "repo", "issues: read"),
    Feature("pull requests", "/pulls?per_page=1", "repo", "pull requests: read"),
    Feature("checks of pull requests", "/commits/{branch}/check-runs?per_page=1", "repo", "checks: read"),
    Feature("workflow runs and their jobs", "/actions/runs?per_page=1", "repo", "actions: read"),
    Feature("deployments", "/deployments?per_page=1", "repo", "deployments: read"),
    Feature("secret names", "/actions/secrets?per_page=1", "repo", "secrets: read"),
    Feature("secret names of environments", "/environments?per_page=1", "repo", "environments: read"),
)
"""Reading only. A classic token has no narrower scope for a private repository than `repo`; a fine-grained one can be
given exactly these permissions, each for reading."""


def check_scopes(config: Config, limits: Limits = GITHUB) -> tuple[ScopeLine, ...]:
    """Ask GitHub what the token may do: one small request a feature. Blocks; never raises.

    Where nothing can be asked (no repository, no token, no network) every line is None with the reason as next step.
    """
    github = config.github
    if github.repository is None:
        return _unknown("set [github] repository in the config")
    place = place_of(github)
    try:
        from vauntico_tui.sources.github.client import Client  # noqa: PLC0415  slow to import

        client = Client(github, place, limits, SystemClock())
    except SourceError as failure:
        return _unknown(str(failure.trouble))
    except Exception as error:  # a file that is missing, a certificate that is none
        return _unknown(str(from_exception(error, place)))
    lines, branch = [], "main"
    try:
        for feature in FEATURES:
            seen: list[Answer] = []
            path = f"/repos/{github.repository}{feature.path.format(branch=quote(branch))}"
            line, stop = _look(client, path, feature, seen)
            if not feature.path and line.have:
                branch = _default_branch(seen[-1].body)
            lines.append(line)
            if stop is not None:
                rest = FEATURES[len(lines) :]
                return (*lines, *(ScopeLine(one.title, _needs(one), None, str(stop), line.answers) for one in rest))
    finally:
        client.close()
    return tuple(lines)


def _unknown(why: str) -> tuple[ScopeLine, ...]:
    return tuple(ScopeLine(one.title, _needs(one), None, why) for one in FEATURES)


def _needs(feature: Feature) -> str:
    return f"{feature.permission} (classic: {feature.scope})"


def _default_branch(body: str) -> str:
    try:
        return str(msgspec.json.decode(body)["default_branch"])
    except (msgspec.DecodeError, LookupError, TypeError, RecursionError):
        return "main"


def _look(client: Client, path: str, feature: Feature, seen: list[Answer]) -> tuple[ScopeLine, Trouble | None]:
    """A feature's line, and the Trouble that makes looking on no use."""
    needs = _needs(feature)
    try:
        client.get(path, seen, what=feature.title)
    except SourceError as failure:
        trouble = failure.trouble
        if trouble.kind == "scope":
            return ScopeLine(feature.title, needs, False, trouble.next_step), None
        if trouble.kind == "not_found" and feature.path:
            return ScopeLine(
                feature.title, needs, False, f"give the token {feature.permission}, or it is not there"
            ), None
        answers = trouble.kind in {"auth", "rate_limit", "not_found"}
        return ScopeLine(feature.title, needs, None, str(trouble), answers), trouble
    told = seen[-1].headers.get("x-oauth-scopes") if seen else None
    if told is not None and feature.path.startswith(("/actions/secrets", "/environments")):
        return _classic(told, feature, needs), None
    return ScopeLine(feature.title, needs, True), None


def _classic(told: str, feature: Feature, needs: str) -> ScopeLine:
    """A classic token says its scopes with every answer; what it may read is by scope, whatever one try gave."""
    have = {scope.strip() for scope in told.split(",") if scope.strip()}
    wide = have | {narrow for scope in have for narrow in IMPLIED.get(scope, ())}
    if feature.scope in wide:
        return ScopeLine(feature.title, needs, True)
    return ScopeLine(feature.title, needs, False, f"run `gh auth refresh -s {feature.scope}`")
