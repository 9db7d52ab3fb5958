"""What handlers get and give: a call, a page, a reply, an error with GitHub's own body."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from vauntico_tui.sim.github.shapes import Shapes
    from vauntico_tui.sim.http import Request
    from vauntico_tui.sim.world.world import World

DOCS = "https://docs.github.com/rest"
T = TypeVar("T")


class ApiError(Exception):
    """An answer that is an error: the status, the message, and for a 422 what is wrong with which field."""

    def __init__(self, status: int, message: str, errors: Sequence[object] = (), **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.errors = status, message, errors
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def not_found() -> ApiError:
    return ApiError(404, "Not Found")


def invalid(resource: str, code: str, field_name: str, message: str = "") -> ApiError:
    """422 Validation Failed with one error."""
    error = {"resource": resource, "code": code, "field": field_name}
    return ApiError(422, "Validation Failed", [error | ({"message": message} if message else {})])


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status of its own; `volatile` ones change without anything happening and are not kept."""

    value: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    volatile: bool = False
    raw: bytes | None = None  # a file as it is, instead of JSON


@dataclass(frozen=True, slots=True)
class Paged:
    """A list to be cut into pages; `wrap` names the list in an object with `total_count`."""

    items: Sequence[Any]
    shape: Callable[[Any], object]
    wrap: str | None = None
    volatile: bool = False


@dataclass(slots=True)
class Call:
    """One request on its way through a handler."""

    request: Request
    world: World
    shapes: Shapes
    user: str
    scopes: frozenset[str] | None  # None: a fine-grained token, which names no scopes
    params: Mapping[str, str] = field(default_factory=dict)
    _body: Any = None
    _parsed: bool = False

    def query(self, name: str, default: str = "") -> str:
        return self.request.first(name, default)

    @property
    def body(self) -> dict[str, Any]:
        """The body as an object. Raises ApiError 400."""
        if not self._parsed:
            try:
                self._body = self.request.json()
            except ValueError:
                raise ApiError(400, "Problems parsing JSON") from None
            self._parsed = True
        if self._body is None:
            return {}
        if not isinstance(self._body, dict):
            raise ApiError(400, "Body should be a JSON object")
        return self._body

    def text(self, name: str, default: str | None = None) -> str:
        """A string of the body. Raises ApiError 422 where it is missing (without a default) or no string."""
        value = self.body.get(name, default)
        if name not in self.body and default is None:
            raise ApiError(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            shown = "nil" if value is None else str(value).lower() if isinstance(value, bool) else value
            raise ApiError(422, f"Invalid request.\n\nFor 'properties/{name}', {shown} is not a string.")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of strings of the body; label objects count by their name."""
        value = self.body.get(name, [])
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            raise ApiError(422, f"Invalid request.\n\nFor 'properties/{name}', {value} is not an array.")
        found = [item.get("name") if isinstance(item, dict) else item for item in value]
        if not all(isinstance(item, str) for item in found):
            raise ApiError(422, f"Invalid request.\n\nFor 'properties/{name}', an item is not a string.")
        return [str(item) for item in found]

    def number(self, name: str) -> int:
        """A number in the path. Raises ApiError 404."""
        text = self.params[name]
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise not_found()
        return int(text)


def found(value: T | None) -> T:
    """The value, or ApiError 404."""
    if value is None:
        raise not_found()
    return value
