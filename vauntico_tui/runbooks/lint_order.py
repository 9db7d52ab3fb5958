"""A step that uses what no step before it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vauntico_tui.runbooks.lint_steps import Said

Steps = Sequence[tuple[int, Mapping[str, Any]]]


def order_says(steps: Steps) -> Iterator[Said]:
    """Branches used before they are made, pull requests of branches that nothing changed, merges of none."""
    for at, (place, step) in enumerate(steps):
        before, after = steps[:at], steps[at + 1 :]
        match step.get("do"):
            case "branch":
                if _made(before, "branch", "name", step.get("name")):
                    yield Said(
                        ("steps", place, "name"), f'an earlier step makes the branch "{step.get("name")}" already'
                    )
            case "files" | "pull_request" | "merge":
                branch = step.get("branch")
                if isinstance(branch, str) and not _made(before, "branch", "name", branch):
                    if late := _made(after, "branch", "name", branch):
                        message = f'the branch "{branch}" is made only by step {late}, after this'
                        yield Said(("steps", place, "branch"), message, "put the step that makes it in front")
                    else:
                        hint = 'do = "branch" makes it'
                        message = f'no step makes the branch "{branch}": it must be there already'
                        yield Said(("steps", place, "branch"), message, hint, True)
                yield from _pull(place, step, before, after)


def _pull(place: int, step: Mapping[str, Any], before: Steps, after: Steps) -> Iterator[Said]:
    do, branch = step.get("do"), step.get("branch")
    path = ("steps", place, "branch")
    if (
        do == "pull_request"
        and _made(before, "branch", "name", branch)
        and not _made(before, "files", "branch", branch)
    ):
        if late := _made(after, "files", "branch", branch):
            yield Said(path, f"nothing has changed on this branch yet: step {late} changes it", "open it after that")
        elif not any(one.get("do") in ("command", "person") for _, one in before):
            yield Said(path, "no earlier step changes this branch: GitHub opens no pull request of it")
    if do == "merge" and not _made(before, "pull_request", "branch", branch):
        if late := _made(after, "pull_request", "branch", branch):
            yield Said(path, f"its pull request is opened only by step {late}, after this")
        else:
            message = f'no step opens a pull request of "{branch}": one must be open already'
            yield Said(path, message, None, True)


def _made(steps: Steps, do: str, key: str, value: object) -> int | None:
    """The number (from 1) of a step of this kind with this value, or None."""
    return next((place + 1 for place, one in steps if one.get("do") == do and one.get(key) == value), None)
