"""What REST and GraphQL check alike before a branch is named or a pull request opened."""

from __future__ import annotations

import re

from vauntico_tui.sim.github.call import ApiError, invalid
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.records import Pull
from vauntico_tui.sim.world.world import World

_BAD_REF = re.compile(r"[\x00-\x20~^:?*\[\\\x7f]|\.\.|@\{|//|/\Z|\.\Z|\.lock\Z")


def check_ref_name(name: str) -> str | None:
    """A full ref name without its `refs/`; None where git allows no such name."""
    if not name.startswith("refs/") or name.count("/") < 2 or _BAD_REF.search(name):
        return None
    return name.removeprefix("refs/")


def open_pull(world: World, by: str, *, title: str, body: str, head: str, base: str, draft: bool) -> Pull:
    """Open a pull request. Raises ApiError 422 as GitHub words it."""
    for name, value in (("base", base), ("head", head)):
        if world.head(value) is None:
            raise invalid("PullRequest", "invalid", name)
    if not title.strip():
        raise invalid("PullRequest", "missing_field", "title")
    twin = next((one for one in world.pulls() if (one.head, one.base, one.state) == (head, base, "open")), None)
    if twin is not None:
        raise _custom(f"A pull request already exists for {world.owner}:{head}.")
    if world.git.merge_base(world.git.refs[f"heads/{base}"], world.git.refs[f"heads/{head}"]) == world.head(head):
        raise _custom(f"No commits between {base} and {head}")
    return changes.open_pull(world, title, body, by, head=head, base=base, draft=draft)


def _custom(message: str) -> ApiError:
    return ApiError(422, "Validation Failed", [{"resource": "PullRequest", "code": "custom", "message": message}])
