"""What a set of checks needs read, so that sources read that and no more."""

from __future__ import annotations

from dataclasses import dataclass


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
