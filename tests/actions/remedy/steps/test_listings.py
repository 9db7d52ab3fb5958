"""Whether a path is there, by what was read of the folders."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.actions.remedy.steps.listings import Listings

PATHS = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join), max_size=12)


def told(files: set[str], folder: str, depth: int) -> dict[str, Any] | None:
    """A folder as GraphQL tells it, so many folders deep."""
    prefix = f"{folder}/" if folder else ""
    names = {path.removeprefix(prefix).partition("/")[0] for path in files if path.startswith(prefix)}
    if not names:
        return None
    entries = []
    for name in sorted(names):
        tree = prefix + name not in files
        entry: dict[str, Any] = {"name": name, "type": "tree" if tree else "blob"}
        if depth:
            entry["object"] = told(files, prefix + name, depth - 1) if tree else {}
        entries.append(entry)
    return {"entries": entries}


@given(PATHS, PATHS, st.sampled_from(["a", "a/b", "c"]))
def test_it_never_says_what_is_not_so(paths: list[str], asked: list[str], folder: str) -> None:
    files = {path for path in paths if not any(path != other and other.startswith(f"{path}/") for other in paths)}
    known = Listings()
    known.add("HEAD", "", told(files, "", 0))
    known.add("HEAD", folder, told(files, folder, 2))
    for path in [*paths, *asked]:
        truth = path in files or any(one.startswith(f"{path}/") for one in files)
        assert known.there("HEAD", path) in {truth, None}
        if path.count("/") == 0 or (path.startswith(f"{folder}/") and folder == "a" and path.count("/") <= 3):
            assert known.there("HEAD", path) is truth
    assert known.there("other", "a") is None
