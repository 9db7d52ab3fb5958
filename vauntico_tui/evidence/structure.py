"""Looks into YAML, JSON and TOML text by a path such as `scrape_configs[*].job_name`.

Files come from a repository that anybody may propose changes to: size, nesting and aliases are bounded, and YAML is
walked as a graph of nodes, where an alias costs nothing however often it is used.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

MOST_CHARACTERS = 256_000
_MOST_YAML = 128_000
_MOST_VALUES = 5_000
_MOST_MERGES = 20
_MOST_DEPTH = 200
_BRACKET = re.compile(r"[\[\]{}]")

Step = str | int
"""A key, an index, or "*" (wrapped as `ANY`)."""
ANY = "\0*"

_STEP = re.compile(
    r'\.?(?:(?P<key>[^\s.\[\]"\'*]+)|(?P<any>\*)|"(?P<quoted>[^"]*)")'
    r'|\[(?:(?P<index>-?\d{1,9})|(?P<each>\*)|"(?P<inner>[^"]*)"|\'(?P<single>[^\']*)\')\]'
)


class UnreadableError(ValueError):
    """The text can't be looked into; the message is one sentence with a next step."""


def steps(path: str) -> list[Step]:
    """A path's steps: `a.b[*].c`, `a[0]`, `"key.with.dots".b`, `a["key.with.dots"]`. Raises UnreadableError."""
    found: list[Step] = []
    end = 0
    text = path.strip()
    while end < len(text):
        match = _STEP.match(text, end)
        if match is None or (match[0].startswith(".") and not found):
            raise UnreadableError(f'{path[:80]!r} is not a path; write it like "jobs.test.services" or "items[*].name"')
        end = match.end()
        if match["any"] or match["each"]:
            found.append(ANY)
        elif match["index"] is not None:
            found.append(int(match["index"]))
        else:
            found.append(next(match[name] for name in ("key", "quoted", "inner", "single") if match[name] is not None))
    return found


def format_of(path: str) -> str | None:
    """yaml, json or toml by a file's ending; None for others."""
    ending = path.rsplit(".", 1)[-1].casefold()
    return {"yml": "yaml", "yaml": "yaml", "json": "json", "toml": "toml"}.get(ending)


def values_at(text: str, form: str, path: str) -> list[Any]:
    """Every value at the path, in the file's order; nothing there is an empty list. Raises UnreadableError."""
    found = _values_at(text, form, path)
    if isinstance(found, str):
        raise UnreadableError(found)
    return found


def keys_at(text: str, form: str, path: str) -> list[str]:
    """The keys of the tables at the path, in the file's order. Raises UnreadableError."""
    found = _values_at(text, form, path, keys=True)
    if isinstance(found, str):
        raise UnreadableError(found)
    return [str(key) for key in found]


@lru_cache(maxsize=256)
def _values_at(text: str, form: str, path: str, *, keys: bool = False) -> list[Any] | str:
    """Kept, because a file changes seldom and is asked after on every refresh. A str is what went wrong."""
    try:
        wanted = steps(path)
        most = _MOST_YAML if form == "yaml" else MOST_CHARACTERS
        if len(text) > most:
            return f"it is too large to look into ({len(text):,} characters, at most {most:,})"
        root = _parse(text, form)
        found = _walk(root, wanted)
        return [key for value in found for key in _keys(value)] if keys else [_plain(value) for value in found]
    except UnreadableError as problem:
        return str(problem)
    except RecursionError:
        return "it is nested too deeply to look into"
    except Exception as problem:
        first = " ".join(str(problem).split())[:120]
        why = first or type(problem).__name__
        return f"it can't be read as {form.upper()}: {why}; mend the file or the check's format"


def _parse(text: str, form: str) -> Any:
    if form == "json":
        return json.loads(text)
    if form == "toml":
        return tomllib.loads(text)
    if _depth(text) > _MOST_DEPTH:
        raise UnreadableError("it is nested too deeply to look into")
    from ruamel.yaml import YAML  # noqa: PLC0415 - 30 ms that most starts never need

    return YAML(typ="safe", pure=True).compose(text)


def _depth(text: str) -> int:
    """How many brackets are open at once, at most; those in strings are counted too, which a file seldom has by the
    hundred."""
    depth = deepest = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _walk(root: Any, wanted: list[Step]) -> list[Any]:
    values = [root]
    for step in wanted:
        values = [below for value in values for below in _below(value, step)]
        if len(values) > _MOST_VALUES:
            raise UnreadableError(f"the path leads to more than {_MOST_VALUES:,} values; name a narrower one")
    return values


def _below(value: Any, step: Step) -> Iterator[Any]:
    if _is_node(value):
        yield from _below_node(value, step)
    elif isinstance(value, dict):
        if step == ANY:
            yield from value.values()
        elif isinstance(step, str) and step in value:
            yield value[step]
    elif isinstance(value, list):
        yield from _of_list(value, step)


def _of_list(values: list[Any], step: Step) -> Iterator[Any]:
    if step == ANY:
        yield from values
    elif isinstance(step, int) and -len(values) <= step < len(values):
        yield values[step]


def _is_node(value: Any) -> bool:
    return type(value).__module__ == "ruamel.yaml.nodes"


def _below_node(node: Any, step: Step, merges: int = 0) -> Iterator[Any]:
    if node.id == "sequence":
        yield from _of_list(node.value, step)
    elif node.id == "mapping":
        merged: list[Any] = []
        for key, value in node.value:
            if key.id == "scalar" and key.value == "<<":
                merged += value.value if value.id == "sequence" else [value]
            elif step == ANY or (key.id == "scalar" and key.value == str(step)):
                yield value
                if step != ANY:
                    return
        for base in merged[:_MOST_MERGES]:
            if base.id == "mapping" and merges < _MOST_MERGES:
                found = list(_below_node(base, step, merges + _MOST_MERGES // 2))
                yield from found
                if found and step != ANY:
                    return


def _keys(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value)
    if not _is_node(value) or value.id != "mapping":
        return []
    return [key.value for key, _ in value.value[:_MOST_VALUES] if key.id == "scalar" and key.value != "<<"]


def _plain(value: Any) -> Any:
    """A YAML scalar as a Python value; what is no scalar as a list of its scalars or a marker that it is there."""
    if not _is_node(value):
        return value
    if value.id == "sequence":
        return [_plain(one) if one.id == "scalar" else {} for one in value.value[:_MOST_VALUES]]
    return _scalar(value) if value.id == "scalar" else {}


def _scalar(node: Any) -> Any:
    kind, text = (
        node.tag.rsplit(":", 1)[-1] if isinstance(node.tag, str) else str(node.tag).rsplit(":", 1)[-1],
        node.value,
    )
    if kind == "null":
        return None
    if kind == "bool":
        return text.casefold() == "true"
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0) if not text.lstrip("+-").startswith("0") or len(text) < 3 or \
                text[1:2] in "xXoO" else int(text, 10)  # fmt: skip
        if kind == "float":
            return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
    return text
