"""Options merged into a Jest configuration, whatever it is written in and whatever it holds already."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vauntico_tui.runbooks.edits import js_tree, js_values
from vauntico_tui.runbooks.edits.jest_merge import Merge
from vauntico_tui.runbooks.edits.jest_paths import Files, Paths, Told
from vauntico_tui.runbooks.edits.js_objects import entry
from vauntico_tui.runbooks.edits.model import Edited, Exists
from vauntico_tui.runbooks.edits.splice import CannotMerge, Splice, spliced
from vauntico_tui.runbooks.model import JestOptions

if TYPE_CHECKING:
    from tree_sitter import Node

    from vauntico_tui.runbooks.edits.js_tree import Source

_NAMES = tuple(f"jest.config.{ending}" for ending in ("js", "ts", "mjs", "cjs", "json", "mts", "cts"))


def jest(edit: JestOptions, before: str | None, exists: Exists) -> Edited:
    """Merge the options in, and see to the files that they name. Raises CannotMerge."""
    if before is None or not before.strip():
        return _created(edit, before, exists)
    merge = Merge(edit, js_tree.read(before, edit.path), exists)
    merge.run()
    after = spliced(before, merge.splices)
    if after != before:
        _prove(edit, merge, after, exists)
    return Edited(edit.path, before, after, merge.notes, merge.files.also)


def fragment(edit: JestOptions) -> str:
    """The options as a configuration by themselves."""
    if edit.path.endswith(".json"):
        inner = ",\n".join(f'  "{name}": {js_values.written(told, chr(34))}' for name, told in edit.options.items())
        return f"{{\n{inner}\n}}\n"
    lines = [f"  {name}: {js_values.written(told, chr(34))}," for name, told in edit.options.items()]
    if edit.path.endswith((".ts", ".mts", ".cts")):
        head = 'import type { Config } from "jest";\n\nconst config: Config = {'
        return "\n".join([head, *lines, "};", "", "export default config;", ""])
    head = "export default {" if edit.path.endswith(".mjs") else "module.exports = {"
    return "\n".join([head, *lines, "};", ""])


def _created(edit: JestOptions, before: str | None, exists: Exists) -> Edited:
    folder, name = posixpath.split(edit.path)
    if name == "package.json":
        raise CannotMerge("there is no package.json, and one that only configures Jest is none")
    other = next((it for it in _NAMES if it != name and exists(posixpath.join(folder, it))), None)
    if other is not None:
        raise CannotMerge(f"there is a {other} beside it, and Jest takes one configuration only: name that file")
    files = Files(edit.missing, "", name.endswith((".mjs", ".ts", ".mts")), "\n")
    files.notes.append("there was no configuration: this is all of it")
    options = files.present(edit.options, Paths(folder, folder, exists))
    text = fragment(edit.model_copy(update={"options": options}))
    return Edited(edit.path, before, text, tuple(files.notes), files.also)


# ---- proof ---------------------------------------------------------------------------------------------------------


def _prove(edit: JestOptions, merge: Merge, after: str, exists: Exists) -> None:
    """Raises CannotMerge unless the new text is sound, holds what was meant, and all else stands as it stood."""
    now = Merge(edit, js_tree.read(after, edit.path), lambda path: path in merge.files.also or exists(path))
    objects = [now.place.node, *now.projects()]
    for number, name, wanted in merge.expected:
        there = entry(now.source, objects[number], name)
        value = there.value if there is not None and not there.spread_behind else None
        if value is None or not _says(now.source, value, wanted, now.paths(objects[number])):
            raise CannotMerge(f"{name} would not be what is asked for")
    if _others(merge.source, _spans(merge.splices, after=False)) != _others(
        now.source, _spans(merge.splices, after=True)
    ):
        raise CannotMerge("something else of it would change")


def _says(source: Source, node: Node, wanted: Told, paths: Paths) -> bool:
    if not isinstance(wanted, tuple):
        value = js_values.value(source, node)
        return type(value) is type(wanted) and bool(value == wanted)
    inner = js_values.bare(node)
    held = [js_values.value(source, item) for item in js_tree.parts(inner)] if inner.type == "array" else []
    return all(any(paths.same(has, item) for has in held) for item in wanted)


def _spans(splices: Sequence[Splice], *, after: bool) -> list[tuple[int, int]]:
    """Where the old text is replaced, or where the new one has been put in."""
    shift = 0
    spans: list[tuple[int, int]] = []
    for splice in sorted(dict.fromkeys(splices), key=lambda it: (it.start, it.end)):
        start = splice.start + shift if after else splice.start
        spans.append((start, start + len(splice.text)) if after else (splice.start, splice.end))
        shift += len(splice.text) - (splice.end - splice.start)
    return spans


def _others(source: Source, spans: Sequence[tuple[int, int]]) -> list[tuple[str, str]]:
    """Every word, mark and comment outside of those places."""
    return [
        (leaf.type, source.said(leaf))
        for leaf in js_tree.leaves(source.root)
        if not any(start <= source.start(leaf) and source.end(leaf) <= end for start, end in spans)
    ]
