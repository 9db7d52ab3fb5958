"""Finds the object that a Jest configuration exports, through variables, functions and the wrappers that are known."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vauntico_tui.runbooks.edits.js_tree import Source, parts, walk
from vauntico_tui.runbooks.edits.js_values import bare, key_of
from vauntico_tui.runbooks.edits.splice import CannotMerge

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset({
    "arrow_function", "function_expression", "function_declaration", "generator_function",
    "generator_function_declaration", "method_definition", "class_declaration", "class",
})  # fmt: skip
_KNOWN = re.compile(r"define(?:Jest|Project)?Config|Object\.freeze")


@dataclass(frozen=True, slots=True)
class Place:
    """The object, and the sources of what it is laid over (Object.assign's other arguments)."""

    node: Node
    under: tuple[str, ...] = ()


def find(source: Source, path: str, options: Collection[str]) -> Place:
    """The object that `options` go into. Raises CannotMerge where it can't be told for sure."""
    if path.endswith(".json"):
        return _in_json(source, path)
    exported = _exported(source)
    return _Search(source, frozenset(options)).resolve(exported, (source.root,), 0)


def is_module(source: Source) -> bool:
    """Whether it is written as an ES module."""
    return any(node.type in {"export_statement", "import_statement"} for node in source.root.children)


def _in_json(source: Source, path: str) -> Place:
    top = next((bare(node) for node in walk(source.root) if node.type == "parenthesized_expression"), None)
    if top is None or top.type != "object":
        raise CannotMerge("it holds no object")
    if not path.endswith("package.json"):
        return Place(top)
    for entry in parts(top):
        key, told = entry.child_by_field_name("key"), entry.child_by_field_name("value")
        if key is not None and told is not None and key_of(source, key) == "jest":
            if told.type == "object":
                return Place(told)
            raise CannotMerge(f'its "jest" is {source.said(told)[:60]}: edit the file that it names')
    raise CannotMerge('it has no "jest"; Jest is configured elsewhere')


def _exported(source: Source) -> Node:
    """The one expression, or function, that is exported."""
    found: list[Node] = []
    places: set[int] = set()
    for statement in source.root.named_children:
        if statement.type == "expression_statement" and parts(statement):
            target, names = _assigned(source, parts(statement)[0])
            if target is not None:
                found.append(target)
                places |= names
        elif statement.type == "export_statement" and any(it.type in {"default", "="} for it in statement.children):
            told = statement.child_by_field_name("value") or statement.child_by_field_name("declaration")
            told = told or next(iter(parts(statement)), None)
            if told is not None:
                found.append(told)
    for node in walk(source.root):
        said = (
            re.sub(r"\s+", "", source.said(node)) if node.type in {"member_expression", "subscript_expression"} else ""
        )
        again = said == "module.exports" or said.startswith(("exports.", "exports[", "module["))
        if again and node.start_byte not in places:
            raise CannotMerge(f"what it exports is touched again in line {source.line(node)}")
    if not found:
        raise CannotMerge("it exports no configuration that can be found")
    if len(found) > 1:
        raise CannotMerge("it exports more than one thing")
    return found[0]


def _assigned(source: Source, node: Node) -> tuple[Node | None, set[int]]:
    """What `module.exports = ...` assigns, and where the names on its left stand."""
    names: set[int] = set()
    ours = False
    while node.type == "assignment_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            break
        said = re.sub(r"\s+", "", source.said(left))
        ours = ours or said == "module.exports"
        if said not in {"module.exports", "exports"}:
            return None, set()
        names.add(left.start_byte)
        node = right
    return (node, names) if ours else (None, set())


class _Search:
    def __init__(self, source: Source, options: frozenset[str]) -> None:
        self._source = source
        self._options = options

    def resolve(self, node: Node, scopes: tuple[Node, ...], depth: int) -> Place:
        """The object that an expression comes to. `scopes`: the blocks around it, the innermost first."""
        if depth > 12:
            raise CannotMerge("its configuration goes through too many hands")
        node = bare(node)
        match node.type:
            case "object":
                return Place(node)
            case "identifier":
                return self._variable(node, scopes, depth)
            case "arrow_function" | "function_expression" | "function_declaration":
                return self._function(node, scopes, depth)
            case "await_expression":
                return self.resolve(parts(node)[0], scopes, depth + 1)
            case "call_expression":
                return self._call(node, scopes, depth)
        said = " ".join(self._source.said(node).split())[:60]
        raise CannotMerge(f"it exports {said}, which is no object that can be read (line {self._source.line(node)})")

    def _call(self, node: Node, scopes: tuple[Node, ...], depth: int) -> Place:
        callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        name = re.sub(r"\s+", "", self._source.said(callee)) if callee is not None else ""
        told = parts(arguments) if arguments is not None else []
        if name == "Object.assign" and len(told) > 1 and bare(told[-1]).type == "object":
            return Place(bare(told[-1]), tuple(self._source.said(item) for item in told[:-1]))
        next_jest = "next/jest" in self._source.text and re.fullmatch(r"create\w*Config", name)
        if told and (next_jest or _KNOWN.fullmatch(name)):
            return self.resolve(told[0], scopes, depth + 1)
        raise CannotMerge(f"it goes through {name[:60]}(), and what that makes of it can't be told by reading")

    def _function(self, node: Node, scopes: tuple[Node, ...], depth: int) -> Place:
        body = node.child_by_field_name("body")
        if body is None:
            raise CannotMerge("it exports a function without a body")
        if body.type != "statement_block":
            return self.resolve(body, (node, *scopes), depth + 1)
        returns = list(_returns(body))
        if len(returns) != 1 or returns[0].parent != body or not parts(returns[0]):
            raise CannotMerge("the function that it exports returns in more than one way")
        return self.resolve(parts(returns[0])[0], (body, node, *scopes), depth + 1)

    def _variable(self, node: Node, scopes: tuple[Node, ...], depth: int) -> Place:
        name = self._source.said(node)
        for at, scope in enumerate(scopes):
            declared = _declared(self._source, scope, name)
            if len(declared) > 1:
                raise CannotMerge(f"{name} is declared more than once")
            if declared:
                kind, told = declared[0]
                if told is None:
                    raise CannotMerge(f"{name} is {kind}: edit it where it comes from")
                self._only_read(name, node)
                return self.resolve(told, scopes[at:], depth + 1)
        raise CannotMerge(f"where {name} comes from can't be told by reading")

    def _only_read(self, name: str, exported: Node) -> None:
        """Raises CannotMerge where the variable is given another value, or one of the options, somewhere else."""
        for node in walk(self._source.root):
            if node.type != "identifier" or self._source.said(node) != name or node.start_byte == exported.start_byte:
                continue
            parent = node.parent
            if parent is None or (parent.type == "variable_declarator" and parent.child_by_field_name("name") == node):
                continue
            line = self._source.line(node)
            if parent.type == "assignment_expression" and parent.child_by_field_name("left") == node:
                raise CannotMerge(f"{name} is given another value in line {line}")
            if parent.type == "arguments":
                callee = parent.parent.child_by_field_name("function") if parent.parent is not None else None
                if callee is None or not self._source.said(callee).startswith(
                    ("console.", "JSON.stringify", "Object.keys")
                ):
                    raise CannotMerge(f"{name} is handed to something in line {line} that may change it")
            if parent.type == "subscript_expression":
                raise CannotMerge(f"{name} is reached into in line {line} in a way that can't be told by reading")
            if parent.type == "member_expression" and parent.child_by_field_name("object") == node:
                reached = parent.child_by_field_name("property")
                option = self._source.said(reached) if reached is not None else ""
                if option in self._options and _changed(parent):
                    raise CannotMerge(f"{name}.{option} is set again in line {line}")


def _changed(node: Node) -> bool:
    """Whether what is reached at is written to, or called: `a.b = `, `a.b.c = `, `delete a.b`, `a.b.push()`."""
    below, at = node, node.parent
    while at is not None and at.type in {"member_expression", "subscript_expression"}:
        below, at = at, at.parent
    if at is None:
        return False
    if at.type in {"assignment_expression", "augmented_assignment_expression"}:
        return bool(at.child_by_field_name("left") == below)
    if at.type == "call_expression":
        return bool(at.child_by_field_name("function") == below)
    return at.type in {"update_expression"} or (at.type == "unary_expression" and at.children[0].type == "delete")


def _returns(body: Node) -> list[Node]:
    """The return statements of a function, those of functions in it left aside."""
    found: list[Node] = []
    todo = list(body.children)
    while todo:
        at = todo.pop()
        if at.type == "return_statement":
            found.append(at)
        if at.type not in _FUNCTIONS:
            todo += at.children
    return found


def _declared(source: Source, scope: Node, name: str) -> list[tuple[str, Node | None]]:
    """How a name is declared right in a scope: what it is set to, or None and what it is."""
    if scope.type in _FUNCTIONS:
        held = scope.child_by_field_name("parameters") or scope.child_by_field_name("parameter")
        named = held is not None and any(
            it.type in {"identifier", "shorthand_property_identifier_pattern"} and source.said(it) == name
            for it in walk(held)
        )
        return [("a parameter", None)] if named else []
    found: list[tuple[str, Node | None]] = []
    for statement in scope.named_children:
        inner = statement
        if statement.type == "export_statement":
            inner = statement.child_by_field_name("declaration") or statement
        if inner.type in {"lexical_declaration", "variable_declaration"}:
            for declarator in (it for it in inner.named_children if it.type == "variable_declarator"):
                target, told = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
                if target is None:
                    continue
                if target.type == "identifier" and source.said(target) == name:
                    found.append(("not set where it is declared", told))
                elif target.type != "identifier" and any(
                    it.type in {"identifier", "shorthand_property_identifier_pattern"} and source.said(it) == name
                    for it in walk(target)
                ):
                    found.append(("taken out of something else", None))
        elif inner.type == "function_declaration":
            target = inner.child_by_field_name("name")
            if target is not None and source.said(target) == name:
                found.append(("a function", inner))
        elif inner.type == "import_statement" and any(
            it.type == "identifier" and source.said(it) == name for it in walk(inner)
        ):
            found.append(("imported", None))
    return found
