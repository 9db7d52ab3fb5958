"""What a query costs, by GitHub's published rule: the requests that its connections would take, by the hundred."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)


def cost_of(document: DocumentNode, variables: Mapping[str, Any]) -> tuple[int, int]:
    """Points (at least 1) and the number of nodes that the query may answer."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    requests = nodes = 0
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            found = _walk(operation.selection_set, 1, fragments, variables, frozenset())
            requests, nodes = requests + found[0], nodes + found[1]
    return max(1, requests // 100), nodes


def _walk(
    selections: SelectionSetNode | None,
    times: int,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    inside: frozenset[str],
) -> tuple[int, int]:
    requests = nodes = 0
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            size = _size(node, variables)
            if size is not None:
                requests, nodes = requests + times, nodes + times * size
            found = _walk(node.selection_set, times * (size or 1), fragments, variables, inside)
        elif isinstance(node, InlineFragmentNode):
            found = _walk(node.selection_set, times, fragments, variables, inside)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in inside:
            name = node.name.value
            fragment = fragments.get(name)
            found = _walk(fragment.selection_set if fragment else None, times, fragments, variables, inside | {name})
        else:
            continue
        requests, nodes = requests + found[0], nodes + found[1]
    return requests, nodes


def _size(node: FieldNode, variables: Mapping[str, Any]) -> int | None:
    """`first` or `last` of a connection; None for any other field."""
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            value = argument.value
            if isinstance(value, IntValueNode):
                return int(value.value)
            if isinstance(value, VariableNode):
                given = variables.get(value.name.value, 30)
                return given if isinstance(given, int) else None
    return None
