"""Whether requests are as GitHub describes them: paths, bodies, queries and their variables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.execution.values import get_variable_values
from graphql.language import OperationDefinitionNode

from tests.sim.openapi import OpenApi
from vauntico_tui.sim.http import Request


@lru_cache(1)
def _rest(file: Path) -> OpenApi:
    return OpenApi(file)


@lru_cache(1)
def _schema(file: Path) -> GraphQLSchema:
    return build_schema(file.read_text(encoding="utf-8"), assume_valid=True, assume_valid_sdl=True)


def wrong(requests: Iterable[Request], descriptions: Path) -> list[str]:
    """What GitHub would not understand of them."""
    found: list[str] = []
    for one in requests:
        body = json.loads(one.body) if one.body else None
        if one.path.endswith("/graphql"):
            found += _graphql(body, _schema(descriptions / "schema.graphql"))
        else:
            path = one.path.removeprefix("/api/v3")
            found += [f"{one.method} {path}: {error}" for error in
                      _rest(descriptions / "api.github.com.json").request_errors(one.method, path, body)]  # fmt: skip
    return found


def _graphql(body: dict[str, object], schema: GraphQLSchema) -> list[str]:
    document = parse(str(body["query"]))
    if errors := validate(schema, document):
        return [error.message for error in errors]
    operation = next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    coerced = get_variable_values(schema, operation.variable_definitions, dict(body.get("variables") or {}))  # type: ignore[call-overload]
    return [error.message for error in coerced] if isinstance(coerced, list) else []
