"""Connections: pages by cursor. A cursor holds the place in the order, so that it survives what is added meanwhile."""

from __future__ import annotations

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

Key = Callable[[Any], tuple[float, ...]]


def cursor(key: tuple[float, ...]) -> str:
    """A place in an order as text."""
    return base64.b64encode(("cursor:v2:" + json.dumps(key)).encode()).decode()


def read_cursor(text: str, argument: str) -> tuple[float, ...]:
    """The place that a cursor names. Raises GraphQLError."""
    try:
        value = json.loads(base64.b64decode(text, validate=True).decode().removeprefix("cursor:v2:"))
        return tuple(float(part) for part in value)
    except (ValueError, TypeError):
        raise GraphQLError(
            f"`{text}` does not appear to be a valid cursor.",
            extensions={"type": "INVALID_CURSOR_ARGUMENTS", "argument": argument},
        ) from None


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of a list whose order `key` tells (ascending)."""

    page: Sequence[Any]
    total: int
    has_next: bool
    has_previous: bool
    key: Key


@dataclass(frozen=True, slots=True)
class Edge:
    """An item of a page with its cursor."""

    node: Any
    cursor: str


def connect(items: Sequence[Any], args: dict[str, Any], key: Key | None = None) -> Connection:
    """The page of `items` that first/after or last/before name. Raises GraphQLError where a cursor is none."""
    first, last = args.get("first"), args.get("last")
    if key is None:
        items = list(enumerate(items))
        key = _by_index
    low, high = 0, len(items)
    if after := args.get("after"):
        low = bisect_right(items, read_cursor(after, "after"), key=key)
    if before := args.get("before"):
        high = bisect_left(items, read_cursor(before, "before"), key=key)
    if first is not None:
        high = min(high, low + first)
    if last is not None:
        low = max(low, high - last)
    return Connection(items[low:high], len(items), high < len(items), low > 0, key)


def _by_index(item: tuple[int, Any]) -> tuple[float, ...]:
    return (float(item[0]),)


def check_bounds(name: str, args: dict[str, Any], selected: set[str]) -> None:
    """Raises GraphQLError, as GitHub does, where a connection's items are asked for without saying how many."""
    first, last = args.get("first"), args.get("last")
    if first is None and last is None and selected & {"nodes", "edges"}:
        raise GraphQLError(
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
            extensions={"type": "MISSING_PAGINATION_BOUNDARIES"},
        )
    for argument, value in (("first", first), ("last", last)):
        if value is not None and value > 100:
            raise GraphQLError(
                f"Requesting {value} records on the `{name}` connection exceeds the `{argument}` limit of 100 records.",
                extensions={"type": "EXCESSIVE_PAGINATION"},
            )
        if value is not None and value < 0:
            raise GraphQLError(
                f"`{argument}` on the `{name}` connection cannot be less than zero.",
                extensions={"type": "INVALID_PAGINATION_BOUNDARIES"},
            )


def nodes(connection: Connection, *_: Any) -> Sequence[Any]:
    """The items of a page."""
    return [item for _, item in connection.page] if connection.key is _by_index else connection.page


def edges(connection: Connection, *_: Any) -> list[Edge]:
    """The items of a page with their cursors."""
    places = (cursor(connection.key(item)) for item in connection.page)
    return [Edge(node, place) for node, place in zip(nodes(connection), places, strict=True)]


def page_info(connection: Connection, *_: Any) -> dict[str, Any]:
    """Where a page stands in its list."""
    page, key = connection.page, connection.key
    return {
        "hasNextPage": connection.has_next,
        "hasPreviousPage": connection.has_previous,
        "startCursor": cursor(key(page[0])) if page else None,
        "endCursor": cursor(key(page[-1])) if page else None,
    }
