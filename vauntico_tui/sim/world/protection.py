"""Branch protection: what a protected branch refuses, in GitHub's words. Administrators pass unless it binds them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from vauntico_tui.sim.world.people import VIEWER
from vauntico_tui.sim.world.records import Pull
from vauntico_tui.sim.world.workflows import jobs_of
from vauntico_tui.sim.world.world import World


class ProtectedError(Exception):
    """A protection refuses; the sentence is GitHub's."""


@dataclass(slots=True)
class Protection:
    """A branch's protection. `checks` and `reviews` are None where none are asked for; `pushers` None: everybody."""

    id: int
    branch: str
    checks: tuple[str, ...] | None = None
    strict: bool = False
    reviews: int | None = None
    bind_admins: bool = False
    pushers: frozenset[str] | None = None
    linear: bool = False
    force_pushes: bool = False
    deletions: bool = False
    locked: bool = False
    conversations: bool = False

    def binds(self, login: str) -> bool:
        """Whether it holds for a person: the viewer administers the repository."""
        return self.bind_admins or login != VIEWER


def _of(world: World, branch: str, by: str) -> Protection | None:
    held = world.protections.get(branch)
    return held if held is not None and held.binds(by) else None


def refuse_push(world: World, branch: str, by: str, *, force: bool = False) -> None:
    """Raises ProtectedError where a person may not move a branch without a pull request."""
    held = world.protections.get(branch)
    if held is None:
        return
    if force and not held.force_pushes:
        raise ProtectedError("Cannot force-push to this branch")
    if not held.binds(by):
        return
    if held.locked:
        raise ProtectedError("Cannot change this locked branch")
    if held.pushers is not None and by not in held.pushers:
        raise ProtectedError(
            "You're not authorized to push to this branch. Visit "
            "https://docs.github.com/articles/about-protected-branches/ for more information."
        )
    if held.reviews is not None:
        raise ProtectedError("Changes must be made through a pull request.")
    if held.checks:
        raise ProtectedError(_expected(held.checks))


def refuse_deletion(world: World, branch: str) -> None:
    """Raises ProtectedError where a branch may not be deleted."""
    held = world.protections.get(branch)
    if held is not None and not held.deletions:
        raise ProtectedError("Cannot delete this branch")


def refuse_merge(world: World, pull: Pull, by: str) -> None:
    """Raises ProtectedError where a pull request's base wants more than it has."""
    held = _of(world, pull.base, by)
    if held is None:
        return
    if held.locked:
        raise ProtectedError("Cannot change this locked branch")
    if held.reviews:
        needed = "1 approving review is" if held.reviews == 1 else f"{held.reviews} approving reviews are"
        raise ProtectedError(f"At least {needed} required by reviewers with write access.")
    if held.checks:
        _checks(world, pull, held.checks)
    if held.strict and held.checks is not None:
        base = world.head(pull.base)
        if base is not None and world.git.merge_base(base, pull.head_sha) != base:
            raise ProtectedError("The head branch is not up to date with the base branch.")


def merge_state(world: World, pull: Pull, by: str) -> str:
    """GitHub's word for whether a pull request can be merged: dirty, blocked, unstable (checks that nobody requires
    have not all passed), clean; unknown where it is no longer open."""
    base = world.head(pull.base)
    if pull.state != "open" or base is None:
        return "unknown"
    if world.git.merge(base, pull.head_sha) is None:
        return "dirty"
    try:
        refuse_merge(world, pull, by)
    except ProtectedError:
        return "blocked"
    passed = all(run.conclusion == "success" for run in world.runs_of(pull.head_sha))
    return "draft" if pull.draft else "clean" if passed else "unstable"


def _checks(world: World, pull: Pull, wanted: Collection[str]) -> None:
    ends: dict[str, str | None] = {}
    for run in sorted(world.runs_of(pull.head_sha), key=lambda run: run.id):
        ends |= {job.name: job.conclusion for job in jobs_of(run, world.now)}
    failed = [name for name in wanted if ends.get(name) in ("failure", "cancelled", "timed_out")]
    waiting = [name for name in wanted if name not in failed and ends.get(name) not in ("success", "skipped")]
    if failed:
        raise ProtectedError(
            f'Required status check "{failed[0]}" is failing.'
            if len(wanted) == 1
            else f"{len(failed)} of {len(wanted)} required status checks have not succeeded: {len(failed)} failing."
        )
    if waiting:
        raise ProtectedError(_expected(waiting))


def _expected(names: Collection[str]) -> str:
    if len(names) == 1:
        return f'Required status check "{next(iter(names))}" is expected.'
    return f"{len(names)} of {len(names)} required status checks are expected."
