"""What a set of checks needs read, so that sources read that and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vauntico_tui.evidence import specs
from vauntico_tui.evidence.workflow_file import workflow_file

if TYPE_CHECKING:
    from vauntico_tui.evidence.specs import Check


@dataclass(frozen=True, slots=True)
class Needs:
    """The parts of the world that the plan's checks look at. Issues, runs, deployments and open pull requests are
    always read; these are what else. A ref of None was replaced by "HEAD" (the default branch)."""

    files: frozenset[tuple[str, str]] = frozenset()  # (path, ref)
    branches: frozenset[str] = frozenset()
    pulls: frozenset[int] = frozenset()
    secret_scopes: frozenset[str] = frozenset()  # "repository" or an environment's name
    instants: frozenset[str] = frozenset()  # PromQL
    ranges: frozenset[str] = frozenset()  # PromQL, over the KPI window
    urls: frozenset[str] = frozenset()


def needs_of(checks: Iterable[Check]) -> Needs:
    """What these checks need read, all/any walked to their leaves."""
    files: set[tuple[str, str]] = set()
    branches: set[str] = set()
    pulls: set[int] = set()
    scopes: set[str] = set()
    instants: set[str] = set()
    ranges: set[str] = set()
    urls: set[str] = set()
    for check in leaves(checks):
        match check:
            case specs.FileExists() | specs.FileMatches():
                files.add((check.path, check.ref or "HEAD"))
            case specs.WorkflowLatest(job=str()) if (path := workflow_file(check.workflow)) is not None:
                files.add((path, check.branch or "HEAD"))  # says whether there is such a job, and when it runs
            case specs.Merged(pull=int(number)):
                pulls.add(number)
            case specs.Merged(branch=str(name)):
                branches.add(name)
            case specs.SecretsPresent():
                scopes.add(check.scope)
            case specs.PromQL():
                (instants if check.hold is None else ranges).add(check.query)
            case specs.UrlAnswers():
                urls.add(check.url)
            case _:
                pass  # issues, runs, deployments, pull requests, targets and alerts are always read
    return Needs(frozenset(files), frozenset(branches), frozenset(pulls), frozenset(scopes), frozenset(instants),
                 frozenset(ranges), frozenset(urls))  # fmt: skip


def leaves(checks: Iterable[Check]) -> Iterator[Check]:
    """The checks themselves and those under all/any, without the all/any."""
    for check in checks:
        if isinstance(check, specs.AllOf | specs.AnyOf):
            yield from leaves(check.of)
        else:
            yield check
