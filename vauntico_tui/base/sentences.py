"""pydantic's errors said as a person would, with the place in the file."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from vauntico_tui.base.problems import did_you_mean
from vauntico_tui.base.tomllines import KeyPath

_WANTED = {
    "string_type": "a text in quotes",
    "string_sub_type": "a text in quotes",
    "string_unicode": "a text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list in [ ]",
    "list_type": "a list in [ ]",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "path_type": "a path in quotes",
    "is_instance_of": "a path in quotes",
    "time_delta_type": 'a duration in quotes, such as "15 min" or "1 week"',
    "datetime_type": "an instant without quotes, such as 2025-01-31T09:00:00Z",
    "datetime_parsing": "an instant without quotes, such as 2025-01-31T09:00:00Z",
    "datetime_from_date_parsing": "an instant without quotes, such as 2025-01-31T09:00:00Z",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def walk(model: type[BaseModel], data: Any, loc: tuple[int | str, ...]) -> tuple[KeyPath, type[BaseModel] | None]:
    """pydantic's location as a key path of the data, and the model that the last table on the way stands for.

    pydantic puts the kind of a tagged union's member, and the types of a plain union, into locations: left out here.
    """
    path, at, owner = KeyPath(), data, model
    wanted: Any = model
    for item in loc:
        wanted = _bare(wanted)
        tagged = _tagged(wanted)
        if tagged is not None:
            wanted = tagged[1].get(item, Any)
            owner = wanted if isinstance(wanted, type) and issubclass(wanted, BaseModel) else owner
            continue
        if isinstance(wanted, type) and issubclass(wanted, BaseModel):
            owner = wanted
            field = _field(wanted, item)
            if not isinstance(at, Mapping) or field is None:
                return (*path, item), owner
            wanted = _annotated(field)
        elif get_origin(wanted) in {tuple, list} and isinstance(item, int) and isinstance(at, list | tuple):
            wanted = (get_args(wanted) or (Any,))[0]
        elif get_origin(wanted) is dict and isinstance(at, Mapping) and item in at:
            wanted = get_args(wanted)[1]
        else:
            return path, owner
        path = (*path, item)
        try:
            at = at[item]
        except (KeyError, IndexError, TypeError):
            return path, owner
    final = _bare(wanted)
    if isinstance(final, type) and issubclass(final, BaseModel):
        owner = final
    return path, owner


def sentence(error: ErrorDetails, path: KeyPath, owner: type[BaseModel] | None) -> tuple[str, str | None]:
    """(what is wrong, what to do) for one error, without its place."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    key = str(path[-1]) if path else ""
    if kind == "missing":
        return f'missing key "{key}"', None
    if kind == "extra_forbidden":
        return f'unknown key "{key}"', did_you_mean(key, keys_of(owner)) if owner else None
    if kind == "union_tag_invalid":
        name = str(context["discriminator"]).strip("'")
        known = [word.strip().strip("'") for word in str(context["expected_tags"]).split(",")]
        tag = str(context["tag"])
        return f'unknown {name} "{tag}"', did_you_mean(tag, known) or f"one of: {', '.join(known)}"
    if kind == "union_tag_not_found":
        name = str(context["discriminator"]).strip("'")
        return f'missing key "{name}", which says what kind it is', f'write {name} = "issues" or another kind'
    if kind == "literal_error":
        choices = _choices(str(context["expected"]))
        hint = did_you_mean(given, choices) if isinstance(given, str) and len(given) > 2 else None
        said = ", ".join(one or '""' for one in choices)
        return f"{key} is {spell(given)}", hint or f"one of: {said}"
    if kind in _BOUNDS:
        words, name = _BOUNDS[kind]
        return f"{key} is {spell(given)}, must be {words} {context[name]:g}", None
    if kind == "too_short":
        return f"{key} is empty, must hold at least {context['min_length']}", None
    if kind == "string_pattern_mismatch":
        return _pattern(key, given, owner, str(context["pattern"]))
    if kind == "value_error":
        return f"{key}: {context['error']}", None
    if kind in _WANTED:
        return wrong(path, _WANTED[kind], given), None
    message = error["msg"]
    return f"{key}: {message[:1].lower()}{message[1:]}", None


def wrong(path: KeyPath, wanted: str, given: object) -> str:
    """A value of the wrong kind; an element of a list has no name of its own."""
    subject = f"{path[-1]} " if path and isinstance(path[-1], str) else ""
    return f"{subject}must be {wanted}, not {spell(given)}"


def wanted_words(kind: str) -> str | None:
    """What a type error wanted: "a whole number"; None for other errors."""
    return _WANTED.get(kind)


def spell(value: object) -> str:
    """A TOML value as a person says it: its kind and, where short, itself."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'the text "{value if len(value) <= 60 else value[:57] + "..."}"'
    if isinstance(value, int | float):
        return f"the number {value:.12g}" if isinstance(value, float) or abs(value) > 10**15 else f"the number {value}"
    if isinstance(value, datetime):
        return f"the instant {value.isoformat()}"
    if isinstance(value, date | time):
        return f"the {'date' if isinstance(value, date) else 'time'} {value.isoformat()}"
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list | tuple) else str(value)


def place(path: KeyPath, data: Any, *, kind: bool = True) -> str:
    """Where a table is, for a person: `targets[2] ("80%+ test coverage"), check "all", of[0] "issues"`.

    Without `kind`, the last check's own kind is left out.
    """
    words = ""
    for number, item in enumerate(path, 1):
        joined = not words or words.endswith(", ")
        words += f"[{item}]" if isinstance(item, int) else str(item) if joined else f".{item}"
        try:
            data = data[item]
        except (KeyError, IndexError, TypeError):
            break
        if not isinstance(data, Mapping):
            continue
        name = next((data[key] for key in ("title", "heading", "id") if isinstance(data.get(key), str)), "")
        check = data.get("check")
        if isinstance(check, str) and "id" not in data:
            words += f' "{check}", ' if kind or number < len(path) else ""
        elif name:
            words += f' ("{name if len(name) <= 60 else name[:57] + "..."}"), '
    return words.removesuffix(", ")


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys that a table for this model may have."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _pattern(key: str, given: object, owner: type[BaseModel] | None, pattern: str) -> tuple[str, str | None]:
    field = _field(owner, key) if owner else None
    if "https?://" in pattern:
        return f"{key} must be a URL, not {spell(given)}", "it starts with https:// or http://"
    if key == "id":
        return f"id is {spell(given)}", "an id has small letters, digits and dashes: test-coverage"
    return f"{key} is {spell(given)}", f"like {field.description}" if field and field.description else f"like {pattern}"


def _choices(expected: str) -> list[str]:
    return [word.strip().strip("'") for word in expected.replace(" or ", ", ").split(",") if word.strip()]


def _field(model: type[BaseModel], key: int | str) -> FieldInfo | None:
    for name, field in model.model_fields.items():
        if key in {name, field.alias}:
            return field
    return None


def _annotated(field: FieldInfo) -> Any:
    if field.discriminator is None:
        return field.annotation
    return Annotated[field.annotation, field]


def _bare(wanted: Any) -> Any:
    """Without None and without annotations that do not tag a union."""
    while True:
        if get_origin(wanted) in {Union, types.UnionType} and _tagged(wanted) is None:
            rest = [one for one in get_args(wanted) if one is not type(None)]
            if len(rest) != 1:
                return wanted
            wanted = rest[0]
        elif get_origin(wanted) is Annotated and _tagged(wanted) is None:
            wanted = get_args(wanted)[0]
        else:
            return wanted


def _tagged(wanted: Any) -> tuple[str, dict[int | str, Any]] | None:
    """The discriminator of a tagged union and its members by tag."""
    if get_origin(wanted) is not Annotated:
        return None
    union, *extras = get_args(wanted)
    for extra in extras:
        name = getattr(extra, "discriminator", None)
        if isinstance(name, str):
            return name, {tag: member for member in _members(union) for tag in _tags(member, name)}
    return None


def _members(union: Any) -> Iterator[type[BaseModel]]:
    for member in get_args(union) or (union,):
        if isinstance(member, type) and issubclass(member, BaseModel):
            yield member


def _tags(member: type[BaseModel], name: str) -> tuple[str, ...]:
    return get_args(member.model_fields[name].annotation)
