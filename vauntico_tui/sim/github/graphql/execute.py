"""Parse, validate and execute: documents are kept parsed, errors are put as GitHub puts them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    parse,
    validate,
)
from graphql import execute as run

from vauntico_tui.sim.github.call import ApiError
from vauntico_tui.sim.github.graphql.connection import check_bounds
from vauntico_tui.sim.github.graphql.cost import cost_of
from vauntico_tui.sim.github.graphql.mutations import MUTATIONS
from vauntico_tui.sim.github.graphql.objects import Context, Info, Resolver
from vauntico_tui.sim.github.graphql.root import CONNECTION, RESOLVERS, type_of
from vauntico_tui.sim.github.limits import Account
from vauntico_tui.sim.github.permissions import MUTATIONS as MUTATION_NEEDS
from vauntico_tui.sim.github.permissions import REFUSED, allows
from vauntico_tui.sim.github.shapes import Shapes
from vauntico_tui.sim.world.world import World

MAX_NODES = 500_000
_CONFLICT = re.compile(r"conflict because they return conflicting types")
"""GitHub does not mind the same name for fields of differing types in differing objects; `gh` counts on that."""
_UNKNOWN_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'\.")


@lru_cache(1)
def schema() -> GraphQLSchema:
    """The schema with a resolver on each of its fields."""
    parts = (Path(__file__).with_name(name) for name in ("schema.graphql", "newer.graphql"))
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    made = build_schema(text, assume_valid=True, assume_valid_sdl=True)
    for name, kind in made.type_map.items():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = type_of
        elif isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            table = MUTATIONS if name == "Mutation" else RESOLVERS.get(name, {})
            if name.endswith("Connection"):
                table = CONNECTION
            for field_name, field in kind.fields.items():
                if field_name in table and name == "Mutation":
                    field.resolve = _allowed(field_name, table[field_name])
                elif field_name in table:
                    paged = str(get_named_type(field.type)).endswith("Connection")
                    field.resolve = _bounded(field_name, table[field_name]) if paged else table[field_name]
    return made


def _allowed(name: str, resolve: Resolver) -> Resolver:
    """A mutation's resolver that refuses a fine-grained token without the permission."""

    def allowed(source: Any, info: Info, **args: Any) -> Any:
        if not allows(info.context.account.permissions, MUTATION_NEEDS.get(name, "issues"), "write"):
            raise GraphQLError(REFUSED, extensions={"type": "FORBIDDEN"})
        return resolve(source, info, **args)

    return allowed


def _bounded(name: str, resolve: Resolver) -> Resolver:
    """A connection's resolver that insists on `first` or `last` where items are asked for."""

    def bounded(source: Any, info: Info, **args: Any) -> Any:
        chosen = info.field_nodes[0].selection_set
        selected = {one.name.value for one in chosen.selections if isinstance(one, FieldNode)} if chosen else set()
        check_bounds(name, args, selected)
        return resolve(source, info, **args)

    return bounded


@lru_cache(256)
def _document(query: str) -> DocumentNode | tuple[GraphQLError, ...]:
    """A parsed and valid document, or what is wrong with it."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return (error,)
    wrong = (error for error in validate(schema(), document) if not _CONFLICT.search(error.message))
    return tuple(wrong) or document


def execute(world: World, shapes: Shapes, account: Account, payload: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The answer to a request and what it cost in points."""
    variables = payload.get("variables") or {}
    if not isinstance(variables, dict):
        return {"errors": [{"message": "Variables must be an object."}]}, 1
    document = _document(payload["query"])
    if isinstance(document, tuple):
        return {"errors": [_shown(error) for error in document]}, 1
    cost, nodes = cost_of(document, variables)
    if nodes > MAX_NODES:
        message = f"This query requests up to {nodes:,} possible nodes which exceeds the maximum limit of 500,000."
        return {"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message}]}, 1
    context = Context(world, shapes, account, cost, nodes)
    result = run(
        schema(),
        document,
        context_value=context,
        variable_values=variables,
        operation_name=payload.get("operationName"),
    )
    assert isinstance(result, ExecutionResult)  # noqa: S101 (no resolver is asynchronous)
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_shown(error) for error in result.errors]
    return answer, cost


def _shown(error: GraphQLError) -> dict[str, Any]:
    """An error in GitHub's form: `type` beside the message, its own words for a field that is not there."""
    inner = error.original_error
    if isinstance(inner, ApiError):
        return {"message": inner.message}
    shown: dict[str, Any] = {}
    extensions = dict(error.extensions or {})
    message = error.message
    if match := _UNKNOWN_FIELD.match(message):
        message = f"Field '{match[1]}' doesn't exist on type '{match[2]}'"
        extensions = {"code": "undefinedField", "typeName": match[2], "fieldName": match[1]}
    if kind := extensions.pop("type", None):
        shown["type"] = kind
    if error.path:
        shown["path"] = list(error.path)
    if extensions:
        shown["extensions"] = extensions
    if error.locations:
        shown["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return {**shown, "message": message}
