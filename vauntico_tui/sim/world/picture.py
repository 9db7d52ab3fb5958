"""All that people and programs can change in the organisation, as plain JSON that two boxes can be compared by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from vauntico_tui.sim.world.git import between
from vauntico_tui.sim.world.records import Issue, Thread
from vauntico_tui.sim.world.world import World

_MARKER = re.compile(r"\s*(<!--.*?-->|\[vauntico-tui [^\]\n]*\])", re.DOTALL)


def picture(world: World, silences: Iterable[object] = ()) -> dict[str, object]:
    """Refs with their trees and files, threads, secrets' names, silences, runs by workflow and event. Nothing that
    differs from one box to the next is in it: no instants, no hashes of commits, no hidden marks in bodies."""
    runs = Counter(f"{run.workflow} {run.event} {run.attempt}" for run in world.runs.values())
    return {
        "branches": {
            ref.removeprefix("heads/"): _branch(world, sha)
            for ref, sha in sorted(world.git.refs.items())
            if ref.startswith("heads/")
        },
        "issues": {str(one.number): _thread(one) for one in world.issues()},
        "pulls": {
            str(pull.number): {
                **_thread(pull), "head": pull.head, "base": pull.base, "draft": pull.draft,
                "merged": pull.merged_at is not None,
            }
            for pull in world.pulls()
        },
        "secrets": sorted(world.secrets),
        "variables": {name: one.value for name, one in sorted(world.variables.items())},
        "environments": {name: sorted(one.secrets) for name, one in sorted(world.environments.items())},
        "switched_off": sorted(world.switched_off),
        "protected": sorted(world.protections),
        "silences": sorted(silences, key=repr),
        "runs": dict(sorted(runs.items())),
        "deployments": dict(sorted(Counter(one.environment for one in world.deployments.values()).items())),
    }  # fmt: skip


def _branch(world: World, sha: str) -> dict[str, object]:
    commit = world.git.commits[sha]
    main = world.git.refs[f"heads/{world.default_branch}"]
    own = between(world.git, main, sha) if sha != main else []
    return {
        "tree": commit.tree,
        "files": dict(sorted(commit.files.items())),
        "commits": [bare(one.message).partition("\n")[0] for one in own],
    }


def _thread(thread: Thread) -> dict[str, object]:
    reason = thread.state_reason if isinstance(thread, Issue) else None
    return {
        "title": thread.title, "body": bare(thread.body), "state": thread.state, "reason": reason,
        "labels": sorted(thread.labels), "assignees": sorted(thread.assignees),
        "comments": [bare(comment.body) for comment in thread.comments],
    }  # fmt: skip


def bare(text: str) -> str:
    """A text without its hidden marks."""
    return _MARKER.sub("", text).strip()
