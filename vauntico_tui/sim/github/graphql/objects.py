"""What resolvers hand around: the context, records of the world, thin wrappers where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLResolveInfo

from vauntico_tui.sim.github.shapes import Shapes
from vauntico_tui.sim.world.git import Commit, stamp
from vauntico_tui.sim.world.people import PEOPLE, Person
from vauntico_tui.sim.world.records import (
    Pull,
    Run,
    Thread,
)
from vauntico_tui.sim.world.workflows import (
    JobView,
)
from vauntico_tui.sim.world.world import World

if TYPE_CHECKING:
    from vauntico_tui.sim.github.limits import Account


Info = GraphQLResolveInfo
Resolver = Callable[..., Any]


@dataclass(slots=True)
class Context:
    """What every resolver may look at."""

    world: World
    shapes: Shapes
    account: Account
    cost: int
    node_count: int


@dataclass(frozen=True, slots=True)
class Ref:
    """A branch or tag by its full name without refs/."""

    name: str
    sha: str


@dataclass(frozen=True, slots=True)
class Suite:
    """A check suite: a run seen by the checks API."""

    run: Run


@dataclass(frozen=True, slots=True)
class Check:
    """A check run: a job seen by the checks API."""

    run: Run
    job: JobView


@dataclass(frozen=True, slots=True)
class Blob:
    sha: str


@dataclass(frozen=True, slots=True)
class Tree:
    sha: str
    at: str = ""  # its path from the root, with a slash at its end


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two commits of a comparison."""

    base: Commit
    head: Commit


@dataclass(frozen=True, slots=True)
class Rollup:
    """The checks of a commit, taken together."""

    commit: Commit
    runs: Sequence[Run]


@dataclass(frozen=True, slots=True)
class PullCommit:
    pull: Pull
    commit: Commit


def when(value: int | None) -> str | None:
    return None if value is None else stamp(value)


def missing(kind: str, what: str) -> GraphQLError:
    """GitHub's NOT_FOUND."""
    return GraphQLError(f"Could not resolve to {kind} {what}.", extensions={"type": "NOT_FOUND"})


def person(login: str | None) -> Person | None:
    """A user by login; nobody for None."""
    return None if login is None else PEOPLE.get(login) or Person(4_900_000, login, login)


def thread_state(thread: Thread) -> str:
    return "MERGED" if isinstance(thread, Pull) and thread.merged_at is not None else thread.state.upper()


def find_ref(world: World, name: str) -> Ref | None:
    """A branch or tag by its full or short name."""
    bare = name.removeprefix("refs/")
    for full in (bare, f"heads/{bare}", f"tags/{bare}"):
        if full in world.git.refs:
            return Ref(full, world.git.refs[full])
    return None


def rollup_of(world: World, commit: Commit) -> Rollup | None:
    """The checks of a commit, if any ran."""
    runs = world.runs_of(commit.sha)
    return Rollup(commit, runs) if runs else None
