"""Properties of an object as it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vauntico_tui.runbooks.edits.js_tree import Source, parts
from vauntico_tui.runbooks.edits.js_values import bare, key_of
from vauntico_tui.runbooks.edits.splice import CannotMerge

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Entry:
    """A property: the whole of it, its key, its value (None: a method, a shorthand), and whether something that may
    hold the same is spread behind it."""

    whole: Node
    key: Node
    value: Node | None
    line: int
    spread_behind: bool = False


def entry(source: Source, node: Node, name: str) -> Entry | None:
    """The property of that name. Raises CannotMerge where it is there twice."""
    found: Entry | None = None
    for part in parts(node):
        key = part.child_by_field_name("key") or part.child_by_field_name("name")
        if part.type == "spread_element" or (key is not None and key_of(source, key) is None):
            if found is not None and (part.type != "spread_element" or may_hold(source, part, name)):
                found = replace(found, spread_behind=True)
            continue
        key = key or part
        if key_of(source, key) == name:
            if found is not None:
                raise CannotMerge(f"{name} is there twice (line {source.line(part)})")
            value = part.child_by_field_name("value") if part.type == "pair" else None
            found = Entry(part, key, value, source.line(part))
    return found


def spreads(source: Source, node: Node, name: str) -> list[Node]:
    """What is spread into it and may hold a property of that name."""
    return [parts(part)[0] for part in parts(node) if part.type == "spread_element" and may_hold(source, part, name)]


def may_hold(source: Source, node: Node, name: str) -> bool:
    """Whether what is spread may hold a property of that name: what is written out is looked into."""
    if node.type == "spread_element":
        return bool(parts(node)) and may_hold(source, parts(node)[0], name)
    node = bare(node)
    match node.type:
        case "object":
            return entry(source, node, name) is not None or any(
                may_hold(source, part, name) for part in parts(node) if part.type == "spread_element"
            )
        case "binary_expression":  # condition && {...}
            return may_hold(source, node.children[-1], name)
        case "ternary_expression":
            return any(may_hold(source, part, name) for part in parts(node)[1:])
        case "null" | "undefined" | "false":
            return False
    return True
